#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Any batch size may be asked for; what a writeback takes of memory stays small,
# and so does what a long list of pages takes.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod progs=dmsetup mem=256M soak

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=512

ram_disk 4
disk_make back linear 4096 || bail "no disk"
cold_device /dev/mapper/back 4M
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
ok "the largest batch there is" put 4294967295 $SYS/writeback_batch_size
put all $SYS/idle
before=$(mem_free_kib)
ok "hold the disk" disk_hold back
put idle $SYS/writeback &
writer=$!
ok "a job waits with all that it takes" \
	wait_for "zramctl jobs list $DEV --noheadings --output PHASE | grep -q running" 10
cmp_num $((before - $(mem_free_kib))) -lt 8192 "that is less than 8 MiB"
ok "the disk goes on" disk_go_on back
wait $writer
is $? 0 "all is written"
cmp_num "$(stat_field $SYS/bd_stat 1)" -gt $((pages / 2)) "most pages are on the disk"
ok "every page is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 2
drop_device $N
done_testing
