#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input to zramctl: one clear line, the exit code of its kind, nothing
# changed.
# needs: nodebug files=selftests/lib progs=mkfs.ext4 modules=ext4 timeout=300

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=1
ctl create --size 8M --id 5

# what is wrong by itself is tried by selftests/host/ctl_usage_test.sh
refuses 2 "--size" create --size 0
refuses 2 "no column 'NOSUCH'" list -o NAME,NOSUCH
refuses 2 "list of columns is empty" list -o ''
refuses 1 "has no algorithm 'nosuch'; it has.* lz4.* zstd" \
	create --size 1M --algo nosuch
refuses 1 "has no algorithm" create --size 1M --algo "$(printf 'x%.0s' {1..127})"
refuses 1 "zstd has no level 9999; it takes -131072 to 22" create --size 1M --algo zstd --level 9999
refuses 1 "lz4 has no level 0; it takes 1" create --size 1M --algo lz4 --level 0
refuses 1 "no levels" create --size 1M --algo lzo-rle --level 3
refuses 1 "there is a /dev/zram5 already" create --size 1M --id 5
refuses 1 "frobnicate: No such device" frobnicate
refuses 1 "there is a /dev/zram5 already" create --size 300% --id 5
refuses 1 "has no algorithm" create --algo nosuch

for cmd in show remove reset; do
	refuses 1 "there is no /dev/zram77" $cmd zram77
	refuses 2 "is not the name of a zram device" $cmd zram5 sda
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
