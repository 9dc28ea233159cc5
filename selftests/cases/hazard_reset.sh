#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Resetting a huge device never keeps a CPU so long that the kernel takes it for
# locked up: its watchdog is set to one second here.
# needs: nodebug soak

. /zramkit/selftests/lib/lib.sh
thresh=/proc/sys/kernel/watchdog_thresh

old=$(cat $thresh)
track put "$old" $thresh
ok "a watchdog that barks soon" put 1 $thresh
new_device 4T lz4 || bail "no huge device"
# leaves all over it
for ((i = 0; i < 256; i++)); do
	pagetool write $DEV word -f $((i * 4194304)) -c 2 >/dev/null
done
ok "and one dense part" pagetool write $DEV word -f 1000000 -c 65536 -b 128K
ok "idle looks at all of it" put all $SYS/idle
ok "a job looks at all of it" jobrun $N pack
ok "reset" put 1 $SYS/reset
nok "no lockup" dmesg_has "soft lockup"
drop_device $N
done_testing
