#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# apply: devices of a file, again and changed; what zram-generator has is left alone.
# needs: nodebug timeout=60

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
conf '{ "devices": { "zram0": { "algo": "lz4", "size": "32M" } } }'
refuses 1 "another size.*reset zram0" apply $conf

# zram-generator's
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

refuses 1 "cannot|no such|No such" apply /no/such/file
chmod 666 $conf
refuses 1 "others may write|writ" apply $conf
done_testing
