#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Install puts ours before stock zram, never takes a device that holds data,
# and uninstall brings stock back. What it tests is scripts, so not on the debug
# kernel. (Run by bash: busybox's sh would use a depmod of
# its own, which knows no order of folders.)
# needs: progs=depmod,/usr/sbin/modprobe,modinfo,make,install,mktemp files=packaging alone nodebug timeout=120

. /zramkit/selftests/lib/lib.sh

RELEASE=$(uname -r)
TREE=/lib/modules/$RELEASE
FROM=/tmp/from
PATH=/usr/local/sbin:/usr/sbin:$PATH

# start as a machine that never saw us
mkdir -p $FROM
mv "$TREE/updates/zram.ko" "$TREE/updates/zslot_trace.ko" /usr/local/sbin/zramctl $FROM/
depmod
like "$(modinfo -n zram)" "/kernel/drivers/block/zram/" 'stock zram is what modprobe finds at first'

ok 'stock zram loads' modprobe zram
nok 'it is not ours' test -d /sys/module/zslot_trace
put 16M /sys/block/zram0/disksize
head -c 65536 /dev/urandom >/tmp/data
dd if=/tmp/data of=/dev/zram0 bs=4k oflag=direct status=none

out=$(bash /zramkit/packaging/install --from $FROM "$RELEASE" 2>&1)
is $? 0 'install succeeds while stock zram holds data'
like "$out" '/dev/zram0' 'it names the device that prevents the change'
like "$out" 'swapoff' 'it says what to do'
nok 'stock zram stays loaded' test -d /sys/module/zslot_trace
ok 'the data is still there' cmp -n 65536 /tmp/data /dev/zram0

echo 1 >/sys/block/zram0/reset
ok 'the old module goes' modprobe -r zram
ok 'modprobe loads what was installed' modprobe zram
ok 'and that is ours' test -d /sys/module/zslot_trace
is "$(modinfo -n zram)" "$TREE/updates/zram.ko" 'it lies in updates'
ok 'zramctl is in /usr/local/sbin' test -x /usr/local/sbin/zramctl

out=$(bash /zramkit/packaging/install --from $FROM "$RELEASE" 2>&1)
is $? 0 'an upgrade succeeds'
like "$out" 'the new zram is loaded' 'an upgrade of an idle module takes effect at once'

read -r cluster </proc/sys/vm/page-cluster
dev=$(zramctl create --size 16M --swap)
zramctl tune --persist >/dev/null
ok 'tune has written what lasts' test -e /etc/sysctl.d/90-zramkit.conf
is "$(cat /proc/sys/vm/page-cluster)" 0 'and changed what runs'
swapoff "$dev"
zramctl remove "$dev"

out=$(bash /zramkit/packaging/uninstall 2>&1)
is $? 0 'uninstall succeeds'
nok 'nothing of tune lasts' test -e /etc/sysctl.d/90-zramkit.conf
is "$(cat /proc/sys/vm/page-cluster)" "$cluster" 'what it changed is as it was'
nok 'nothing of ours is loaded' test -d /sys/module/zslot_trace
nok 'nothing of ours is left in the module tree' test -e "$TREE/updates/zram.ko"
nok 'zramctl is gone' test -e /usr/local/sbin/zramctl
ok 'modprobe works' modprobe zram
nok 'and loads stock zram' test -d /sys/module/zslot_trace
modprobe -r zram

# for the cases after this one, and for a second run
mkdir -p "$TREE/updates"
cp $FROM/*.ko "$TREE/updates/"
cp $FROM/zramctl /usr/local/sbin/
depmod
done_testing
