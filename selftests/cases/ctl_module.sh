#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl where there is no module, the kernel's own one, or none that can be
# loaded: exit code 4 and one sentence that says what to do.
# needs: kernels=all nodebug files=selftests/lib timeout=180 alone

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
modules=/lib/modules/$(uname -r)
stock=$(find $modules/kernel -name 'zram.ko' | head -n 1)
unload_zram
rmmod zslot_trace 2>/dev/null

for cmd in list "show zram0" "remove zram0" "reset zram0"; do
	# shellcheck disable=SC2086 # words
	refuses 4 "not loaded; run 'modprobe zram'" $cmd
done
ctl version
is "$CODE$ERR" 0 "version answers all the same"
like "$OUT" 'module: +the zram module is not loaded' "and says that it is not loaded"
ctl version --json
like "$OUT" '"module": null' "null in JSON"
zramctl create --size 1 --algo 2>/dev/null
ok "nothing that fails loads it" test ! -d /sys/module/zram

as_nobody zramctl create --size 1M 2>/tmp/ctl.err
is $? 1 "create by a user"
like "$(cat /tmp/ctl.err)" 'not loaded, and loading it needs root' "says that it needs root"

# the kernel's own
is "$(wc -w <<<"$stock")" 1 "the kernel's own module is in the image"
modprobe zsmalloc
for dep in $(modinfo -F depends "$stock" 2>/dev/null | tr , ' '); do modprobe -q "$dep"; done
insmod "$stock" || bail "insmod $stock" "$(dmesg | tail -n 5)"
for cmd in list "show zram0" "remove zram0" "create --size 1M"; do
	# shellcheck disable=SC2086 # words
	refuses 4 "kernel's own zram is loaded.*'modprobe -r zram'.*plain 'zramctl' lists" $cmd
done
rmmod zram

# ours is not installed: modprobe would take the kernel's own
mkdir /tmp/dep
cp $modules/modules.* /tmp/dep
mv $modules/updates /tmp/updates
depmod
refuses 4 "would load the kernel's own zram" create --size 1M
ok "it was not loaded" test ! -d /sys/module/zram
# neither is there
mv "$stock" /tmp/stock.ko
depmod
refuses 4 "not loaded and 'modprobe zram' failed" create --size 1M
mv /tmp/stock.ko "$stock"
mv /tmp/updates $modules/updates
cp /tmp/dep/modules.* $modules/

# programs of sbin are found whatever PATH says, so it has to go
mv /sbin/modprobe /tmp/modprobe
PATH=/usr/local/sbin zramctl create --size 1M 2>/tmp/ctl.err
code=$?
mv /tmp/modprobe /sbin/modprobe
is $code 4 "no modprobe at all"
like "$(cat /tmp/ctl.err)" "there is no modprobe" "says so"

ctl create --size 1M
is "$CODE $OUT$ERR" "0 /dev/zram0" "with everything in place it works"
ctl remove zram0
done_testing
