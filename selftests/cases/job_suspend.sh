#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine sleeps in the middle of a recompress: suspended to idle until a key
# is pressed, suspended to RAM until its clock wakes it, and about to be suspended when
# alarms break that off with all tasks frozen. The job keeps it from none of these,
# rests meanwhile and goes on afterwards, the waiting write sees no signal, and
# statistics and knobs answer.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=180 nodebug soak keys

. /zramkit/selftests/lib/lib.sh
set=/pages/small.pages
pages=24576
rtc=/sys/class/rtc/rtc0

# each_part write|verify: all pages, the set again and again
each_part() {
	local at have=$(($(stat -c %s $set) / 4096))

	for ((at = 0; at < pages; at += have)); do
		pagetool "$1" $DEV $set -f $at -b 128K \
			-c $((pages - at < have ? pages - at : have)) >/dev/null || fail "$1 from $at on"
	done
}

# sleep_as MODE: until a key is pressed or 10 s are over (from RAM), once more if that
# was too early
sleep_as() {
	local i slept

	slept=$(sleeps)
	echo enabled | tee $rtc/device/power/wakeup /sys/devices/platform/i8042/serio*/power/wakeup >/dev/null
	for ((i = 0; i < 5; i++)); do
		echo 0 >$rtc/wakealarm
		[ "$1" = freeze ] || echo $(($(cat $rtc/since_epoch) + 10)) >$rtc/wakealarm
		echo "$1" >/sys/power/state
		[ "$(sleeps)" = "$slept" ] || break
	done
	echo disabled | tee /sys/devices/platform/i8042/serio*/power/wakeup >/dev/null
	[ "$(sleeps)" -gt "$slept" ]
}

# how often the machine slept since it was started
sleeps() { cat /sys/power/suspend_stats/success; }

# answers: statistics and knobs do, 100 times
answers() {
	local i=0

	while [ $i -lt 100 ] && put 1G $SYS/mem_limit && read -r _ </sys/block/zram$N/mm_stat; do
		i=$((i + 1))
	done
	echo $i
}

job_line() { jobtool list "$1" | tail -n 1 | cut -d ' ' -f "$2"; }

grep -q freeze /sys/power/state 2>/dev/null || skip_all "this kernel cannot suspend to idle"
ls $rtc >/dev/null 2>&1 || skip_all "alarms need a clock"

new_device
put lz4 $SYS/comp_algorithm
put "algo=zstd priority=1" $SYS/recomp_algorithm
put 128M $SYS/disksize
each_part write

jobtool sigwrite $SYS/recompress "priority=1" 2000000 >/tmp/writer &
writer=$!
wait_for "[ \"\$(job_line $N 8)\" -gt 200 ]" 20
before=$(job_line $N 8)
for mode in freeze mem; do
	grep -q $mode /sys/power/state || continue
	began=$(cut -d . -f 1 /proc/uptime)
	ok "$mode: the machine sleeps" sleep_as $mode
	diag "for $(($(cut -d . -f 1 /proc/uptime) - began)) s; slots before: $before, after: $(job_line $N 8)"
	is "$(job_line $N 4)" running "$mode: the job goes on"
	is "$(answers)" 100 "$mode: statistics and knobs answer"
	is "$(job_line $N 4)" running "$mode: before it ends"
	ok "$mode: it moves" wait_for "[ \"\$(job_line $N 8)\" -gt $(($(job_line $N 8) + 1)) ]" 20
done
for i in 1 2 3; do
	out=$(trysuspend)
	is "${out% *}" EBUSY "a suspend begins, and the alarm breaks it off ($i)"
	diag "$out ms; slots before: $before, after: $(job_line $N 8)"
	is "$(job_line $N 4)" running "the job goes on"
done
ok "tasks were frozen" dmesg_has 'Freezing user space processes.*completed|Freezing user space processes ... \(elapsed'
cmp_num "$before" -lt $pages "it was in the middle"
is "$(answers)" 100 "statistics and knobs answer"
ok "the job ends" wait_for "[ \"\$(job_line $N 4)\" = done ]" 120
wait $writer
is "$(cut -d ' ' -f 1 /tmp/writer)" 0 "the write succeeds"
is "$(jobtool flags $N | cut -d ' ' -f 3)" 0 "nothing is left picked"
each_part verify
done_testing
