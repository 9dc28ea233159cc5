#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module loads and unloads in any state, refuses while it is used, and
# leaves no memory behind.
# needs: timeout=120 kernels=all

. /zramkit/selftests/lib/lib.sh
control=/sys/class/zram-control

load_zram
is "$(ls -d /sys/block/zram* | wc -l)" 1 "one device by default"
ok "unload: a device that was never used" rmmod zram
modprobe zram num_devices=3
is "$(ls -d /sys/block/zram* | wc -l)" 3 "num_devices"
is "$(cat $control/hot_add)" 3 "hot_add gives the lowest free id"
put 1 $control/hot_remove
is "$(cat $control/hot_add)" 1 "which may be one in the middle"
ok "unload: four bare devices" rmmod zram
is "$(ls -d /dev/zram* 2>/dev/null)" "" "no node is left"
is "$(ls /sys/class | grep zram)" "" "no class is left"

modprobe zram num_devices=0
is "$(ls -d /sys/block/zram* 2>/dev/null)" "" "no device when none is wanted"
new_device 16M zstd
pagetool write $DEV text -c 512 -g 1 >/dev/null
ok "unload: a device with data that nobody holds open" rmmod zram

new_device 16M
exec 5<$DEV
nok "unload: refused while a device is open" rmmod zram
is "$(cat $SYS/initstate)" 1 "and nothing has changed"
exec 5<&-
mkswap $DEV >/dev/null
swapon $DEV
nok "unload: refused while it is swap" rmmod zram
expect_errno EBUSY 1 $SYS/reset
expect_errno EBUSY $N $control/hot_remove
swapoff $DEV
ok "unload: allowed after swapoff" rmmod zram

put 1 /proc/sys/vm/drop_caches
before=
for i in $(seq "$(scaled 6 2)"); do
	modprobe zram num_devices=2
	for algo in lz4 zstd; do
		put $algo /sys/block/zram0/comp_algorithm
		put $algo /sys/block/zram1/comp_algorithm
		put 8M /sys/block/zram0/disksize
		pagetool write /dev/zram0 text -c 256 >/dev/null
		put 1 /sys/block/zram0/reset
		put 1 /sys/block/zram1/reset
	done
	rmmod zram || break
	# the first round warms caches up
	[ -n "$before" ] || { put 1 /proc/sys/vm/drop_caches; before=$(mem_free_kib); }
done
ok "load, choose, init, reset, unload again and again" test ! -d /sys/module/zram
# memory comes back late where the kernel checks it
lost() { put 1 /proc/sys/vm/drop_caches; echo $((before - $(mem_free_kib))); }
[ -n "$DEBUG" ] || ok "no memory is lost" wait_for '[ "$(lost)" -lt 1500 ]' 10
done_testing
