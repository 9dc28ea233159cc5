#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl create: what was asked for is what the device has, from the first
# command on a machine where the module is not even loaded.
# needs: kernels=all files=selftests/lib timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
unload_zram

ok "the module is not loaded" test ! -d /sys/module/zram
ctl create --algo zstd --size 1G
is "$CODE $OUT" "0 /dev/zram0" "create loads the module and prints the path"
is "$(cat /sys/block/zram0/disksize)" $((1 << 30)) "disksize"
like "$(cat /sys/block/zram0/comp_algorithm)" '\[zstd\]' "algorithm"
devices
is "$DEVICES" zram0 "no other device came with the module"

ctl create -s 1.5M -a lz4 -m 1M -i 9
is "$CODE $OUT $ERR" "0 /dev/zram9 " "short options, an id"
is "$(cat /sys/block/zram9/disksize)" $((3 << 19)) "1.5M"
is "$(mm_stat 9 mem_limit)" $((1 << 20)) "mem-limit"
ctl create --size 4000KB
is "$OUT $(cat /sys/block/zram1/disksize)" "/dev/zram1 4001792" \
	"the lowest free id; KB are thousands, rounded up to a page"
ctl create --size=1 --level=7 --algo=zstd
is "$OUT $(cat /sys/block/zram2/disksize)" "/dev/zram2 4096" "one byte is one page"
is "$(zramctl list -n -o level,name | awk '$2 == "/dev/zram2" { print $1 }')" 7 "level"

ram=$(awk '/MemTotal/ { print $2 * 1024 }' /proc/meminfo)
ctl create --size 25%
size=$(cat /sys/block/zram3/disksize)
cmp_num $size -ge $((ram / 4 - 8192)) "25% of RAM, from below"
cmp_num $size -le $((ram / 4 + 8192)) "25% of RAM, from above"
is "$ERR" "" "nothing to remark on that"
ctl create
like "$ERR" 'no --size given, taking half of RAM: [0-9.]+M$' "no --size: says so"
size=$(cat /sys/block/zram4/disksize)
cmp_num $size -ge $((ram / 2 - 8192)) "half of RAM, from below"
cmp_num $size -le $((ram / 2 + 8192)) "half of RAM, from above"
ctl create --size 300%
is "$CODE" 0 "three times the RAM is allowed"
like "$ERR" 'more than twice the RAM' "and gets a note"

ctl create --size 64M --mem-limit 4M --id 20
is "$CODE" 0 "a limit of a sixteenth"
is "$ERR" "" "is left without remark"
ctl create --size 64M --mem-limit 64K --id 21
is "$CODE $(mm_stat 21 mem_limit)" "0 65536" "a tiny limit is set"
like "$ERR" 'note: the limit of 64K is less than 1/16 of the device \(64M\)' "and remarked on"
ctl create --size 64M --mem-limit 0 --id 22
is "$CODE $(mm_stat 22 mem_limit)$ERR" "0 0" "a limit of 0 is none"
ctl create --size 64M --mem-limit 25% --id 23
cmp_num "$(mm_stat 23 mem_limit)" -ge $((ram / 4 - 8192)) "a limit of a quarter of RAM"
cmp_num "$(mm_stat 23 mem_limit)" -le $((ram / 4 + 8192)) "not more"

ctl create --size 64M --swap
is "$CODE $OUT" "0 /dev/zram6" "--swap"
is "$(awk '$1 == "/dev/zram6" { print $3 + 4, $5 }' /proc/swaps)" "65536 100" \
	"the swap area is on, ahead of disks"
ctl create --size 64M --swap --priority 7
is "$(awk '$1 == "/dev/zram7" { print $5 }' /proc/swaps)" 7 "--priority"
ctl create --size 64M --swap --priority -1
cmp_num "$(awk '$1 == "/dev/zram8" { print $5 }' /proc/swaps)" -lt 0 \
	"priority -1 leaves it to the kernel"

# a device that is too small for a swap area goes away again
devices
before=$DEVICES
ctl create --size 4K --swap
is "$CODE$OUT" 1 "no swap area of one page"
like "$ERR" 'cannot make a swap area on /dev/zram10' "says so"
devices
is "$DEVICES" "$before" "and takes the device back"

swapoff -a
# shellcheck disable=SC2086 # names
ctl remove $DEVICES
devices
is "$CODE $DEVICES" "0 " "all removed"
done_testing
