#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# util-linux's own zramctl, of Debian 12 (2.38) and Debian 13 (2.41): it makes a
# device, an ext4 and a swap are used on it, and it takes it away, twice.
# needs: nodebug files=build/tools/bookworm:/bookworm,build/tools/trixie:/trixie
# needs: progs=mkfs.ext4,e2fsck modules=ext4,crc32c_generic,crc32c-intel mem=1G

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/tools.sh
modprobe zram num_devices=1 || bail "the module does not load"
track unload_zram

use_ext4() {	# DEV
	ok "$1: mkfs.ext4" mkfs.ext4 -q "$1"
	ok "$1: mount" mount -t ext4 "$1" "/$tree/mnt"
	track umount "/$tree/mnt"
	seq 100000 >"/$tree/mnt/numbers"
	sync
	is "$(tool "$tree" zramctl --noheadings --raw -o MOUNTPOINT "$1")" /mnt \
		"$1: zramctl shows where it is mounted"
	nok "$1: it refuses to reset a mounted device" tool "$tree" zramctl -r "$1"
	umount "/$tree/mnt"
	ok "$1: mount again" mount -t ext4 "$1" "/$tree/mnt"
	is "$(md5sum <"/$tree/mnt/numbers")" "$(seq 100000 | md5sum)" "$1: the file is right"
	umount "/$tree/mnt"
	ok "$1: e2fsck" e2fsck -fn "$1"
}

use_swap() {	# DEV
	ok "$1: mkswap" mkswap "$1"
	ok "$1: swapon" swapon "$1"
	is "$(tool "$tree" zramctl --noheadings --raw -o MOUNTPOINT "$1")" '[SWAP]' \
		"$1: zramctl shows it as swap"
	ok "$1: swapoff" swapoff "$1"
}

for tree in bookworm trixie; do
	tool_tree $tree
	version=$(tool $tree zramctl --version)
	diag "$version"
	for round in 1 2; do
		dev=$(tool $tree zramctl --find --size 64M --algorithm zstd)
		like "$dev" '^/dev/zram[0-9]+$' "$tree, round $round: a free device: $dev"
		n=${dev#/dev/zram}
		is "$(cat /sys/block/zram$n/disksize)" $((64 << 20)) "$dev: the size"
		like "$(cat /sys/block/zram$n/comp_algorithm)" '\[zstd\]' "$dev: the algorithm"
		use_ext4 "$dev"
		is "$(tool $tree zramctl --noheadings --raw --bytes -o NAME,DISKSIZE,ALGORITHM "$dev")" \
			"$dev 67108864 zstd" "$dev: it lists the device"
		ok "$dev: zramctl -r" tool $tree zramctl -r "$dev"
		nok "$dev: the node is gone" test -b "$dev"

		dev2=$(tool $tree zramctl --find --size 32M --streams 1)
		is "$dev2" "$dev" "$tree: the id is free again at once"
		use_swap "$dev2"
		ok "$dev2: zramctl -r" tool $tree zramctl -r "$dev2"
		is "$(tool $tree zramctl)" '' "$tree, round $round: nothing is left"
	done
done
ok "the module unloads" rmmod zram
done_testing
