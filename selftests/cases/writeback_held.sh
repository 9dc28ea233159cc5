#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk that does not answer: while a job waits for it, statistics and limits
# answer and a signal ends the write that started it; slots are overwritten,
# freed and read meanwhile, and every reader gets a page that was once there.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod,dm-delay progs=dmsetup
# needs: timeout=240

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=256
kib=1024
set=/pages/small.pages

# page FILE INDEX: one page of a copy of the device, or of the device
page() { dd if="$1" bs=4k skip="$2" count=1 iflag="${3:-fullblock}" 2>/dev/null; }

# start_sysfs TEXT: writes it to writeback, in a process of its own: WRITER
start_sysfs() {
	bash -c 'trap - INT TERM; printf %s "$1" >"$2"' - "$1" $SYS/writeback 2>/tmp/said &
	WRITER=$!
}

# job_runs: one job is in hand
job_runs() { zramctl jobs list $DEV --noheadings --output PHASE | grep -q running; }

ram_disk 2
disk_make back linear $kib || bail "no disk"
cold_device /dev/mapper/back 4M
ok "write what comes later" pagetool write $DEV $set -c $pages -b 64K -g 2
dd if=$DEV of=/tmp/two bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
ok "write" pagetool write $DEV $set -c $pages -b 64K -g 1
dd if=$DEV of=/tmp/one bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null

# a job waits
before=$(cat $SYS/mm_stat)
put all $SYS/idle
ok "hold the disk" disk_hold back
start_sysfs type=idle
ok "a job starts" wait_for job_runs 10
ok "mm_stat answers" within 5 cat $SYS/mm_stat
is "$(cat $SYS/mm_stat)" "$before" "and nothing has moved"
ok "io_stat and bd_stat answer" within 5 cat $SYS/io_stat $SYS/bd_stat
ok "mem_limit can be set" within 5 bash -c "echo 64M >$SYS/mem_limit && echo 0 >$SYS/mem_limit"
ok "idle can be marked" within 5 bash -c "echo all >$SYS/idle"
ok "the device is read and written" within 10 pagetool verify $DEV $set -c $pages -g 1
ok "the writer still waits" kill -0 $WRITER
kill -TERM $WRITER
ok "a signal ends its wait" wait_for "! kill -0 $WRITER 2>/dev/null" 5
ok "the job has gone, too" wait_for "! job_runs" 5
is "$(stat_field $SYS/bd_stat 1)" 0 "nothing is on the disk"
zramctl monitor --json $DEV >/tmp/told &
monitor=$!
listens $monitor || bail "no monitor"
ok "a job of half a second ends" within 15 jobrun $N writeback -t 500
ok "that the disk fails is told" wait_for 'grep -q "\"event\":\"backing-failing\",\"name\":\"$DEV\"" /tmp/told' 15
kill $monitor
is "$(zramctl jobs list $DEV --noheadings --output PHASE | tail -n 1 | tr -d ' ')" bounded "at its bound"
is "$(stat_field $SYS/bd_stat 1)" 0 "with nothing on the disk"
ok "another job may start" jobrun $N pack -t 1
ok "every page is right" pagetool verify $DEV $set -c $pages -g 1 -s 2
ok "the disk goes on" disk_go_on back
ok "what was under way does no harm" pagetool verify $DEV $set -c $pages -g 1 -s 3

# a limit that is set while the disk keeps what was not charged to it
ok "hold the disk" disk_hold back
jobrun $N writeback -B >/dev/null
ok "a job starts" wait_for job_runs 10
put 1000 $SYS/writeback_limit
put 1 $SYS/writeback_limit_enable
ok "the disk fails" disk_becomes back error $kib
ok "and with it the job" wait_for "! job_runs" 15
is "$(cat $SYS/writeback_limit)" 1000 "the limit is what was set"
ok "the disk is well" disk_becomes back linear $kib
ok "hold it" disk_hold back
jobrun $N writeback -B >/dev/null
ok "a job takes from the limit" wait_for '[ "$(cat $SYS/writeback_limit)" -lt 1000 ]' 10
put 1 $SYS/writeback_limit_enable
ok "the disk fails again" disk_becomes back error $kib
ok "and the job" wait_for "! job_runs" 15
is "$(cat $SYS/writeback_limit)" 1000 "which gives back what it took"
put 0 $SYS/writeback_limit_enable
ok "the disk is well again" disk_becomes back linear $kib
ok "every page is right" pagetool verify $DEV $set -c $pages -g 1 -s 2

# a slow disk
ok "each write takes more than two seconds" disk_becomes back delay $kib 0 2500
job writeback -t 500
cmp_num "$(job_value moved)" -gt 0 "what such a job began is waited for"
ok "the disk is itself again" disk_becomes back linear $kib

# readers wait
job promote
job writeback
is "$ERROR" 0 "all goes out"
cmp_num "$(stat_field $SYS/bd_stat 1)" -gt $((pages / 2)) "most of it"
readers=(3 40 77 100 131 170 200 233)
ok "hold it again" disk_hold back
for i in "${readers[@]}"; do
	page $DEV "$i" direct >/tmp/got.$i &
done
sleep 1
ok "slots are overwritten under them" within 10 \
	pagetool write $DEV $set -f 0 -c 128 -g 2
ok "and freed" within 10 blkdiscard -o $((128 * 4096)) -l $((128 * 4096)) $DEV
ok "and used again" within 10 pagetool write $DEV $set -f 256 -c 256 -g 3
start_sysfs type=idle
put all $SYS/idle
jobrun $N writeback -B >/dev/null
ok "the disk goes on" disk_go_on back
wait
job writeback
is "$ERROR" 0 "what is new goes out, into extents of what is gone"
strange=
for i in "${readers[@]}"; do
	cmp -s /tmp/got.$i <(page /tmp/one "$i") || cmp -s /tmp/got.$i <(page /tmp/two "$i") ||
		cmp -s -n 4096 /tmp/got.$i /dev/zero || strange+=" $i"
done
is "$strange" "" "each reader got a page that was in its slot"
ok "what was overwritten is right" pagetool verify $DEV $set -c 128 -g 2 -s 4
ok "what was freed is empty" pagetool verify $DEV zero -f 128 -c 128
ok "what is new is right" pagetool verify $DEV $set -f 256 -c 256 -g 3 -s 5
is "$(stat_field $SYS/io_stat 1)" 0 "no read failed"

# what a bounded promotion began is not waited for either
was=$(stat_field $SYS/bd_stat 1)
cmp_num "$was" -gt 0 "pages are on the disk"
ok "hold it again" disk_hold back
ok "a promotion of half a second ends" within 15 jobrun $N promote -t 500
is "$(stat_field $SYS/bd_stat 1)" "$was" "nothing came back"
ok "the disk goes on" disk_go_on back
ok "what is on it is right" pagetool verify $DEV $set -f 256 -c 256 -g 3 -s 6

# remove does not wait
job promote
ok "hold it once more" disk_hold back
jobrun $N writeback -B >/dev/null
ok "reset ends" within 15 bash -c "echo 1 >$SYS/reset"
expect_errno EBUSY /dev/mapper/back $SYS/backing_dev "what it still has to do could spoil what comes now"
ok "the disk goes on" disk_go_on back
ok "and is free for others" wait_for "put /dev/mapper/back $SYS/backing_dev 2>/dev/null" 10
drop_device $N
done_testing
