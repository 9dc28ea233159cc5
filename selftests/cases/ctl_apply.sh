#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# apply: devices of a file, again and changed; what zram-generator has is left alone.
# needs: modules=brd,loop progs=blkid nodebug timeout=60

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh

conf=/tmp/zram.json
conf() { printf '%s\n' "$1" >$conf; }
# a device that the load of the module made is no hindrance
zramctl reset zram0 2>/dev/null
track unload_zram
track swapoff /dev/zram0

conf '{ "devices": { "zram0": { "algo": "lz4", "size": "16M", "swap": true },
	"zram5": { "size": "8M" } } }'
ctl apply $conf
is "$CODE$ERR $OUT" $'0 /dev/zram0\n/dev/zram5' "two devices are made"
is "$(cat /sys/block/zram0/disksize /sys/block/zram5/disksize | tr '\n' ' ')" "16777216 8388608 " \
	"with their sizes"
ok "the swap is on" grep -q '^/dev/zram0 ' /proc/swaps
is "$(awk '$1 == "/dev/zram0" { print $5 }' /proc/swaps)" 100 "with its priority"
ctl apply $conf
is "$CODE$OUT$ERR" 0 "again: nothing is changed"
conf '{ "devices": { "zram0": { "algo": "lz4", "size": "16M", "swap": true, "mem_limit": "4M" } } }'
ctl apply $conf
is "$CODE $OUT" "0 /dev/zram0" "a limit is set on the live device"
conf '{ "devices": { "zram0": { "algo": "lz4", "size": "16M", "swap": true, "priority": 7 } } }'
refuses 1 "zram0 is swap with priority 100, not 7 as the file says" apply $conf
swapoff /dev/zram0
swapon -p 3 /dev/zram0
conf '{ "devices": { "zram0": { "algo": "lz4", "size": "16M", "swap": true } } }'
ctl apply $conf
is "$CODE$OUT$ERR" 0 "one that the file does not name may be any"
conf '{ "devices": { "zram0": { "algo": "lz4", "size": "32M" } } }'
refuses 1 "another size.*reset zram0" apply $conf
conf '{ "devices": { "zram5": { "size": "8M", "recomp": "zstd:5" } } }'
refuses 1 "another secondary algorithm.*reset zram5" apply $conf
ctl remove zram5
ctl apply $conf
is "$CODE$ERR $OUT" "0 /dev/zram5" "a device with a secondary algorithm"
like "$(cat /sys/block/zram5/recomp_algorithm)" '#1: .*\[zstd\]' "which it has"
ctl apply $conf
is "$CODE$OUT$ERR" 0 "again: nothing is changed"
conf '{ "devices": { "zram5": { "size": "8M" } } }'
refuses 1 "another secondary algorithm" apply $conf

# with a disk, or a file
rmmod brd 2>/dev/null
modprobe brd rd_nr=1 rd_size=4096
modprobe loop
conf '{ "devices": { "zram7": { "size": "8M", "backing": "/dev/ram0", "promote": "3/2m" },
	"zram8": { "size": "8M", "backing_file": "/tmp/apply.cold", "backing_size": "1M" } } }'
ctl apply $conf
is "$CODE$ERR $OUT" $'0 /dev/zram7\n/dev/zram8' "two with something behind them"
is "$(cat /sys/block/zram7/backing_dev)" /dev/ram0 "a disk"
like "$(cat /sys/block/zram8/backing_dev) $(stat -c %s /tmp/apply.cold)" "^/dev/loop.* 1048576$" "and a file"
like "$(zramctl show zram7 --json | tr -d '\n')" '"promote_reads": 3, *"promote_seconds": 120' "the rule is set"
ctl apply $conf
is "$CODE$OUT$ERR" 0 "again: nothing is changed"
conf '{ "devices": { "zram8": { "size": "8M", "backing_file": "/tmp/other.cold", "backing_size": "1M" } } }'
refuses 1 "zram8 has /dev/loop[0-9]+ behind it, not /tmp/other.cold" apply $conf
ctl detach zram8
conf '{ "devices": { "zram7": { "size": "8M", "backing": "/dev/ram0", "promote": "0" },
	"zram8": { "size": "8M", "backing": "/dev/ram0" } } }'
refuses 1 "zram7 and devices.zram8 both have /dev/ram0 behind them" apply $conf
ln -sf ram0 /dev/other
track rm -f /dev/other
conf '{ "devices": { "zram7": { "size": "8M", "backing": "/dev/ram0", "promote": "0" },
	"zram8": { "size": "8M", "backing": "/dev/other" } } }'
ctl apply $conf
is "$CODE $OUT" "3 /dev/zram7" "a rule is set on the live device"
like "$ERR" "held by something else" "a disk that another one has is refused"
conf '{ "devices": { "zram7": { "size": "8M", "backing": "/dev/zram8" } } }'
refuses 1 "zram7 has /dev/ram0 behind it, not /dev/zram8.*detach zram7" apply $conf
for text in '"backing": "ram0"' '"backing": 5' '"backing": "/a", "backing_file": "/b"' '"backing_size": "1M"' \
		'"recomp": "zstd:x"' '"recomp": 5' '"recomp": "a,b,c,d"' '"promote": "x"' '"promote": 2' '"promote": "2/0s"' \
		'"folio_packs": "some"' '"folio_packs": true' '"large_folios": true' '"large_folios": 1'; do
	conf "{ \"devices\": { \"zram7\": { $text } } }"
	refuses 1 "write " apply $conf
done
ctl remove zram7 zram8

# large folios: the setting of the kernel, and what the module makes of them
huge=/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled
setting() { sed 's/.*\[\(.*\)\].*/\1/' $huge 2>/dev/null; }
was=$(setting)
conf '{ "devices": { "zram7": { "size": "8M", "swap": true, "large_folios": true } } }'
ctl apply $conf
is "$CODE $OUT" "0 /dev/zram7" "swap with large folios"
is "$(setting)" "${was:+always}" "the kernel's setting is changed, where it has one"
like "$(zramctl show zram7 --json)" '"folio_packs": "auto"' "the mode is auto"
ctl apply $conf
is "$CODE$OUT$ERR" 0 "again: nothing is changed"
conf '{ "devices": { "zram7": { "size": "8M", "folio_packs": "all" } } }'
ctl apply $conf
is "$CODE $OUT" "0 /dev/zram7" "the mode is set on the live device"
like "$(zramctl show zram7 --json)" '"folio_packs": "all"' "to what the file says"
swapoff /dev/zram7
ctl remove zram7
is "$(setting)" "$was" "remove puts the setting back"

# swap is there without its disk: when that is missing, and when it comes later
conf '{ "devices": { "zram7": { "size": "8M", "backing": "/dev/ram0", "swap": true } } }'
track swapoff /dev/zram7
ctl apply --without-disks $conf
is "$CODE $OUT" "0 /dev/zram7" "without disks"
is "$(grep -c '^/dev/zram7 ' /proc/swaps) $(cat /sys/block/zram7/backing_dev)" "1 none" "there is swap and no disk"
ctl apply $conf
is "$CODE $OUT $(cat /sys/block/zram7/backing_dev)" "0 /dev/zram7 /dev/ram0" "a later run attaches it"
swapoff /dev/zram7
ctl remove zram7
sed -i s,ram0,nosuch, $conf
ctl apply $conf
is "$CODE $OUT" "3 /dev/zram7" "a disk that is missing is an error, and the device is made"
like "$ERR" "/dev/nosuch" "which names it"
ok "and there is swap" grep -q '^/dev/zram7 ' /proc/swaps
swapoff /dev/zram7
ctl remove zram7

# zram-generator's
ctl remove zram5
mkdir -p /etc/systemd/zram-generator.conf.d
track rm -rf /etc/systemd/zram-generator.conf.d /etc/systemd/zram-generator.conf
printf '[zram5]\nzram-size = 64\n' >/etc/systemd/zram-generator.conf
conf '{ "devices": { "zram5": { "size": "8M" } } }'
refuses 1 "zram5 is left alone, since /etc/systemd/zram-generator.conf" apply $conf
conf '{ "devices": { "zram5": { "size": "8M" }, "zram6": { "size": "8M" } } }'
ctl apply $conf
is "$CODE $OUT" "3 /dev/zram6" "another one beside it is made"
: >/etc/systemd/zram-generator.conf
ctl apply $conf
is "$CODE$ERR" 0 "an empty file takes nothing"
printf ' [zram6] \n' >/etc/systemd/zram-generator.conf.d/x.conf
refuses 3 "zram6 is left alone.*zram-generator.conf.d/x.conf" apply $conf

# what is wrong with the daemon's part keeps no device away
conf '{ "policy": { "pack": { "min_age": "3h", "max_age": "2h" } }, "devices": { "zram9": { "size": "8M" } } }'
ctl apply $conf
is "$CODE $OUT" "3 /dev/zram9" "the daemon's rules contradict each other: the device is made"
like "$ERR" "policy.pack.min_age .3h.*is above.*; the devices are made all the same$" "and that is told"
conf '{ "polcy": 1, "devices": { "zram9": { "size": "8M" } } }'
refuses 3 "polcy: there is no such key.*; the devices" apply $conf
conf '{ "polcy": 1, "devices": { "zram9": { "sze": "8M" } } }'
refuses 1 "devices.zram9.sze: " apply $conf
conf '{ "devcies": { "zram9": { "size": "8M" } } }'
refuses 1 "devcies: there is no such key.*remove it or correct its name$" apply $conf
conf '{ "devices": { "zram9": { "size": "8M" } }'
refuses 1 "not JSON" apply $conf
ctl remove zram9

refuses 1 "cannot|no such|No such" apply /no/such/file
chmod 666 $conf
refuses 1 "others may write|writ" apply $conf
done_testing
