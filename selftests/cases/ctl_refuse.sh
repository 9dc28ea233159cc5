#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input to zramctl: one clear line, the exit code of its kind, nothing
# changed.
# needs: nodebug files=selftests/lib progs=mkfs.ext4 modules=ext4 timeout=300

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=1
ctl create --size 8M --id 5

for size in 0 0M 0.0G 0%; do
	refuses 2 "--size" create --size $size
done
for size in -1 -1G 1.5 1.5B 1X 1GG 1G1 G 0x10 ' 1G' '1 G' 1','5G +1G 1e3 abc '' % -5% 1K% 1.G \
		.5G 1KIB2; do
	refuses 2 "is not a size" create --size "$size"
done
for size in 16E 18446744073709551616 99999999999999999999999 20000P 200000%; do
	refuses 2 "is too large" create --size $size
done
refuses 2 "is not a size" create --size 1M --mem-limit lots
refuses 2 "is too large" create --size 1M --mem-limit 16E
refuses 1 "has no algorithm 'nosuch'; it has.* lz4.* zstd" \
	create --size 1M --algo nosuch
refuses 2 "no algorithm's name" create --size 1M --algo ''
refuses 2 "no algorithm's name" create --size 1M --algo "$(printf 'x%.0s' {1..128})"
refuses 1 "has no algorithm" create --size 1M --algo "$(printf 'x%.0s' {1..127})"
refuses 1 "zstd has no level 9999; it takes -131072 to 22" create --size 1M --algo zstd --level 9999
refuses 1 "lz4 has no level 0; it takes 1" create --size 1M --algo lz4 --level 0
refuses 1 "no levels" create --size 1M --algo lzo-rle --level 3
refuses 2 "is not a whole number; zstd takes -131072" create --size 1M --level fast
refuses 2 "is not a whole number; zstd takes -131072" create --size 1M --level 4294967296
refuses 2 "is not a whole number; zstd takes -131072" create --size 1M --level -2147483648
for id in -1 x 1.5 1048576 4294967295 4294967296 99999999999999999999999; do
	refuses 2 "--id '$id' is not a number from 0 to 1048575" create --size 1M --id $id
done
refuses 1 "there is a /dev/zram5 already" create --size 1M --id 5
refuses 2 "goes with --swap" create --size 1M --priority 5
refuses 2 "is not a number from" create --size 1M --swap --priority 32768
refuses 2 "is not a number from" create --size 1M --swap --priority -2
refuses 2 "unexpected argument 'zram0'" create --size 1M zram0
refuses 2 "option --size needs an argument" create --size
refuses 2 "option -s needs an argument" create -s
refuses 2 "option .*--bogus" create --bogus
refuses 2 "option -Z" create -Z
refuses 2 "--swap takes no argument" create --size 1M --swap=yes

refuses 2 "no column 'NOSUCH'" list -o NAME,NOSUCH
refuses 2 "list of columns is empty" list -o ''
refuses 2 "unexpected argument" list zram0
refuses 2 "DEVICE... is missing" show
refuses 2 "DEVICE... is missing" remove
refuses 2 "no command 'nosuch'; 'zramctl help' lists them" help nosuch
refuses 2 "no command 'crate'; did you mean 'create'" help crate
refuses 2 "unknown command 'lst'; did you mean 'list'" lst
refuses 2 "unknown command 'remvoe'; did you mean 'remove'" remvoe zram5
refuses 2 "unknown command 'obs'; did you mean 'observe'" obs start
refuses 1 "frobnicate: No such device" frobnicate
refuses 1 "there is a /dev/zram5 already" create --size 300% --id 5
refuses 1 "has no algorithm" create --algo nosuch

for cmd in show remove reset; do
	refuses 1 "there is no /dev/zram77" $cmd zram77
	for name in sda /dev/sda /dev/5 zram "" zram99999999999 zram1048576 5x; do
		refuses 2 "is not the name of a zram device" $cmd "$name"
		refuses 2 "is not the name of a zram device" $cmd zram5 "$name"
	done
done

mkswap /dev/zram5 >/dev/null && swapon /dev/zram5
refuses 1 "used as swap; run 'swapoff /dev/zram5'" remove zram5
refuses 1 "used as swap; run 'swapoff /dev/zram5'" reset /dev/zram5
swapoff /dev/zram5
mkfs.ext4 -q /dev/zram5
mkdir -p "/tmp/a place"
mount /dev/zram5 "/tmp/a place"
refuses 1 "mounted on /tmp/a place; run 'umount" remove 5
refuses 1 "mounted on /tmp/a place; run 'umount" reset zram5
is "$(zramctl list -n -o use | grep -c 'a place')" 1 "list shows the mount"
umount "/tmp/a place"

zramctl help >/dev/full 2>/tmp/ctl.err
is "$? $(grep -c 'cannot write the output' /tmp/ctl.err)" "1 1" "a full disk is noticed"
zramctl list --json >/dev/full 2>/dev/null
is $? 1 "with JSON, too"
ctl remove zram5 zram0
is "$CODE" 0 "cleaning up"
done_testing
