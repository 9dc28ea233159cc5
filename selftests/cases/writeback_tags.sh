#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk that takes no more requests, since those that it has do not end: whoever
# submits another one sleeps until it does. No job does so, and no reset.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod,loop
# needs: progs=dmsetup,losetup timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
set=/pages/small.pages
pages=512

job_runs() { zramctl jobs list $DEV --noheadings --output PHASE | grep -q running; }
# in_hand N: so many requests of the disk have not ended
in_hand() { [ "$(awk '{ print $1 + $2 }' /sys/block/${loop#/dev/}/inflight)" -ge "$1" ]; }
frozen() { stat_field $SYS/bd_stat 1; }

# device: one with pages of ours, behind it a disk with four requests at most, held
device() {
	new_device
	ok "a disk" wait_for "put $loop $SYS/backing_dev 2>/dev/null" 30
	put 1 $SYS/compressed_writeback
	put zstd $SYS/comp_algorithm
	put 4M $SYS/disksize
	ok "write" pagetool write $DEV $set -c $pages -b 64K -g 1
	ok "hold the disk" disk_hold back
	zramctl writeback $DEV --all >/tmp/said 2>&1 &
	writer=$!
	ok "it takes no more" wait_for "in_hand 4" 30
}

ram_disk 4
disk_make back linear 4096 || bail "no disk"
modprobe loop
loop=$(losetup --find) && losetup --direct-io=on "$loop" /dev/mapper/back || bail "no loop device"
track losetup --detach "$loop"
put none /sys/block/${loop#/dev/}/queue/scheduler
put 4 /sys/block/${loop#/dev/}/queue/nr_requests
is "$(cat /sys/block/${loop#/dev/}/queue/nr_requests)" 4 "four requests are all that it takes"

limit() { cat $SYS/writeback_limit; }

device
ok "cancel the job" zramctl jobs cancel $DEV \
	"$(zramctl jobs list $DEV --noheadings --output JOB | tail -n 1)"
ok "which ends the command" wait_for "! kill -0 $writer 2>/dev/null" 10
ok "and the job" wait_for "! job_runs" 10
is "$(frozen)" 0 "nothing is on the disk"
put 1 $SYS/writeback_limit_enable
put 1000 $SYS/writeback_limit
for i in 1 2 3; do
	jobrun $N writeback -n 1 -B >/dev/null
	ok "a job waits for it" wait_for '[ "$(limit)" -lt 1000 ]' 10
	ok "and is cancelled" zramctl jobs cancel $DEV "$(zramctl jobs list $DEV --noheadings --output JOB | tail -n 1)"
	ok "at once" wait_for "! job_runs" 10
	is "$(limit)" 1000 "what the disk did not get costs nothing"
done
put 0 $SYS/writeback_limit_enable
ok "another job runs" within 10 jobrun $N pack
ok "every page is right" pagetool verify $DEV $set -c $pages -g 1
ok "the disk goes on" disk_go_on back
ok "it has no more in hand" wait_for "! in_hand 1" 30
job writeback
is "$ERROR" 0 "all goes out"
cmp_num "$(frozen)" -gt $((pages / 2)) "most of it"
ok "every page is right there" pagetool verify $DEV $set -c $pages -g 1
drop_device $N

device
ok "statistics answer" within 5 cat $SYS/mm_stat
ok "a reset ends" within 10 bash -c "echo 1 >$SYS/reset"
wait $writer
ok "the disk goes on" disk_go_on back
drop_device $N
device
ok "so does a remove" within 10 zramctl remove $DEV
wait $writer
ok "the disk goes on" disk_go_on back
done_testing
