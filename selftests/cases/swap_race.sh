#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two threads fault the same swapped page, others drop pages while they are
# written out: nobody sees stale or foreign contents, and no slot stays behind.
# Then the same while jobs move those pages to another codec and to a disk, where
# a read takes its time.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd timeout=120 kernels=all

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh

new_device 64M lz4
mkswap $DEV >/dev/null
header=$(mm_stat $N orig_data_size)
ok "swapon" swapon $DEV
ok "no page is wrong" swaprace /pages/small.pages "$(scaled 24 4)"
cmp_num "$(stat_field $SYS/io_stat 4)" -ge "$(scaled 500 100)" "slots were freed all along"
# the header stays, and what this shell itself has in swap
ok "their memory came back" wait_for '[ "$(mm_stat $N orig_data_size)" -lt 2000000 ]' 10
ok "swapoff" swapoff $DEV
ok "nothing but the header is left: no freed slot was missed" \
	wait_for '[ "$(mm_stat $N orig_data_size)" = $header ]' 10
is "$(cat $SYS/queue/stable_writes)" 1 "stable writes are asked for"
drop_device $N

ram_disk 32 || bail "no brd in this kernel"
new_device
put /dev/ram0 $SYS/backing_dev
put lz4 $SYS/comp_algorithm
put algo=zstd $SYS/recomp_algorithm
put 64M $SYS/disksize
mkswap $DEV >/dev/null
header=$(mm_stat $N orig_data_size)
ok "swapon with a disk behind it" swapon $DEV
storm 600 "write all $SYS/idle; write idle $SYS/writeback; write type=idle $SYS/recompress" \
	>/dev/null 2>&1 &
jobs=$!
# each page that comes is a read of the device, wherever it lay
came_in() { awk '$1 == "pswpin" { print $2 }' /proc/vmstat; }
before=$(($(stat_field $SYS/stat 1) - $(came_in)))
# a busy machine may give the jobs little time
for i in 1 2 3 4 5; do
	ok "jobs: no page is wrong" swaprace /pages/small.pages "$(scaled 8 4)"
	[ "$(stat_field $SYS/bd_stat 2)" = 0 ] || break
done
kill $jobs
wait $jobs 2>/dev/null
cmp_num "$(stat_field $SYS/bd_stat 2)" -ge 1 "jobs: pages came back from the disk"
is $(($(stat_field $SYS/stat 1) - $(came_in))) $before "jobs: every read is counted once"
ok "jobs: swapoff" swapoff $DEV
ok "jobs: nothing but the header is left" \
	wait_for '[ "$(mm_stat $N orig_data_size)" = $header ]' 10
cmp_num "$(stat_field $SYS/bd_stat 1)" -le $((header / 4096)) "jobs: nor on the disk"
done_testing
