#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's systemd-zram-generator, unmodified: it writes the units, sets up a
# swap and an ext4, and takes both down; twice.
# needs: nodebug files=build/tools/bookworm:/bookworm modules=ext4,crc32c_generic,crc32c-intel
# needs: mem=1G

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/tools.sh
tool_tree bookworm
generator() { tool bookworm /lib/systemd/system-generators/zram-generator "$@"; }
cat >/bookworm/etc/systemd/zram-generator.conf <<-'END'
	[zram0]
	zram-size = 64
	compression-algorithm = zstd
	swap-priority = 50
	[zram1]
	zram-size = 32
	fs-type = ext4
	mount-point = /mnt
END
track unload_zram

for round in 1 2; do
	rm -rf /bookworm/units
	mkdir -p /bookworm/units
	ok "round $round: it writes units" generator /units /units /units
	ok "a swap unit" test -e /bookworm/units/dev-zram0.swap
	ok "a mount unit" test -e /bookworm/units/mnt.mount

	for n in 0 1; do
		ok "it sets zram$n up" generator --setup-device zram$n
	done
	is "$(cat /sys/block/zram0/disksize) $(cat /sys/block/zram1/disksize)" \
		"$((64 << 20)) $((32 << 20))" "the sizes are right"
	like "$(cat /sys/block/zram0/comp_algorithm)" '\[zstd\]' "the algorithm is zstd"
	ok "swapon, as the unit does" swapon -p 50 /dev/zram0
	like "$(grep zram0 /proc/swaps)" '50$' "swap is on with its priority"
	ok "mount, as the unit does" mount -t ext4 /dev/zram1 /mnt
	seq 50000 >/mnt/numbers
	sync
	umount /mnt
	ok "mount again" mount -t ext4 /dev/zram1 /mnt
	is "$(md5sum </mnt/numbers)" "$(seq 50000 | md5sum)" "the file is right"
	umount /mnt
	swapoff /dev/zram0
	for n in 0 1; do
		ok "it resets zram$n" generator --reset-device zram$n
		is "$(cat /sys/block/zram$n/initstate)" 0 "zram$n is bare again"
	done
done
done_testing
