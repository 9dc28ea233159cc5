#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# With the system's workqueues full of work that sleeps, as they may be while a
# machine waits for memory, pages still come back from the disk, and jobs run.
# needs: files=build/pages/small.pages:/pages/small.pages,build/helper/%K/wqfill.ko:/helper/wqfill.ko
# needs: modules=brd kernels=6.12 nodebug alone

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=256

ram_disk 4
cold_device /dev/ram0 4M
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
ok "write back" jobrun $N writeback
cmp_num "$(stat_field $SYS/bd_stat 1)" -gt $((pages / 2)) "most are on the disk"
ok "fill the queues" insmod /helper/wqfill.ko
track rmmod wqfill
is "$(cat /sys/module/wqfill/parameters/probe_ran)" N "they are full"
ok "every page comes back" within 20 pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 2
ok "a part of a page, too" within 20 dd if=$DEV of=/dev/null bs=4k skip=7 count=1 iflag=direct
ok "pages are promoted" within 20 jobrun $N promote
ok "and written back" within 20 jobrun $N writeback
is "$(cat /sys/module/wqfill/parameters/probe_ran)" N "the queues are still full"
ok "empty them" rmmod wqfill
drop_device $N
done_testing
