#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine begins to suspend to idle in the middle of a recompress (an alarm
# breaks it off when all tasks are frozen, since no clock of an emulated machine
# wakes it): the job does not keep it from that, rests meanwhile and goes on
# afterwards, the waiting write sees no signal, and statistics and knobs answer.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=90 nodebug soak

. /zramkit/selftests/lib/lib.sh
set=/pages/small.pages

job_line() { jobtool list "$1" | tail -n 1 | cut -d ' ' -f "$2"; }

grep -q freeze /sys/power/state 2>/dev/null || skip_all "this kernel cannot suspend to idle"
ls /sys/class/rtc/rtc0 >/dev/null 2>&1 || skip_all "alarms need a clock"

new_device
put lz4 $SYS/comp_algorithm
put "algo=zstd priority=1" $SYS/recomp_algorithm
put 128M $SYS/disksize
have=$(($(stat -c %s $set) / 4096))
for ((at = 0; at < 16384; at += have)); do
	pagetool write $DEV $set -f $at -b 128K -c $((16384 - at < have ? 16384 - at : have)) >/dev/null
done

jobtool sigwrite $SYS/recompress "priority=1" 2000000 >/tmp/writer &
writer=$!
wait_for "[ \"\$(job_line $N 8)\" -gt 200 ]" 20
before=$(job_line $N 8)
for i in 1 2 3; do
	out=$(trysuspend)
	is "${out% *}" EBUSY "a suspend begins, and the alarm breaks it off ($i)"
	diag "$out ms; slots before: $before, after: $(job_line $N 8)"
	is "$(job_line $N 4)" running "the job goes on"
done
ok "tasks were frozen" dmesg_has 'Freezing user space processes.*completed|Freezing user space processes ... \(elapsed'
cmp_num "$before" -lt 16384 "it was in the middle"
answers=0
while [ $answers -lt 20 ] && put 1G $SYS/mem_limit && read -r _ </sys/block/zram$N/mm_stat; do
	answers=$((answers + 1))
done
is $answers 20 "statistics and knobs answer"
ok "the job ends" wait_for "[ \"\$(job_line $N 4)\" = done ]" 120
wait $writer
is "$(cut -d ' ' -f 1 /tmp/writer)" 0 "the write succeeds"
is "$(jobtool flags $N | cut -d ' ' -f 3)" 0 "nothing is left picked"
for ((at = 0; at < 16384; at += have)); do
	pagetool verify $DEV $set -f $at -b 128K -c $((16384 - at < have ? 16384 - at : have)) >/dev/null ||
		fail "pages from $at on"
done
done_testing
