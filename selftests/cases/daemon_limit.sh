#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A mem_limit 25 % under what the data takes: no write fails while the writer adds
# half of what the device's jobs were just measured to move, to a disk or, where
# there is none, into packs; of one that adds more status names the missing rate.
# needs: soak files=build/pages/small.pages:/pages/small.pages modules=brd nodebug timeout=500

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
pages=16384	# 64 MiB

value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$2"; }
failed() { stat_field $SYS/io_stat 2; }

# fresh LIMIT: the device anew, with a disk where jobs are to write
fresh() {
	echo 1 >$SYS/reset
	echo lz4 >$SYS/comp_algorithm
	[ $JOB = pack ] || echo /dev/ram0 >$SYS/backing_dev
	echo $((pages * 4096)) >$SYS/disksize
	echo "$1" >$SYS/mem_limit
}

# measure: sets RATE, pages a second that a job moves as busy as the machine is now
measure() {
	local job ms
	fresh 0
	pagetool write $DEV $PAGES -c 4096 -b 64K -g 1 >/dev/null
	ms=${EPOCHREALTIME/./}
	job=$(jobrun $N $JOB)
	ms=$(((${EPOCHREALTIME/./} - ms) / 1000))
	RATE=$(($(value moved "$job") * 1000 / ms))
	diag "$JOB moves $RATE pages a second"
}

# begin: the daemon, watching the device with its limit
begin() {
	fresh $limit
	: >$LOG
	start_daemon || bail "the daemon does not start" "$(cat $LOG)"
	wait_for '[ "$(status records)" = observer ]' 20 || bail "it watches no device"
}

# keep_up: write at half the rate; sets PACE and FAILED
keep_up() {
	PACE=$((RATE / 2))
	begin
	FAILED=$(value failed "$(pagetool write $DEV $PAGES -c $pages -n 2 -g 2 -p $PACE -e)")
	FAILED="$FAILED $(failed)"
	diag "$PACE pages a second: $FAILED failed" "$(grep -c " ms" $LOG) jobs, at the end:" "$(tail -n 6 $LOG)"
}

modprobe brd rd_nr=1 rd_size=131072
new_device
JOB=writeback
fresh 0
pagetool write $DEV $PAGES -c $pages -b 64K -g 1 >/dev/null
full=$(mm_stat $N mem_used_total)
limit=$((full * 3 / 4))
FROZEN=1h COLD=1h WARM=1h quick '"budget": { "round": "1G", "day": "4G" }'
track end_daemon

# kept JOB: the limit is, by jobs of that type. A machine that lost much of its speed
# meanwhile, to others, says nothing.
kept() {
	local try was

	JOB=$1
	measure
	for try in 1 2 3; do
		was=$RATE
		keep_up
		[ "$FAILED" = "0 0" ] && break
		stop_daemon
		measure
		[ $((RATE * 10)) -lt $((was * 8)) ] || break
		diag "the machine was slower than before: try $try does not count"
	done
	is "$FAILED" "0 0" \
		"$JOB: $PACE pages a second, half of $was: no write fails of $((pages * 2)), $((full >> 10)) KiB into $((limit >> 10)) KiB"
	ok "since the limit was kept" log_has "above the soft limit, or soon"
}

kept pack
cmp_num "$(status cold)" -gt 0 "by packing slots"
ok "every page is right" pagetool verify $DEV $PAGES -c $pages -g 2 -b 64K
stop_daemon
is $? 0 "it stops"
kept writeback
cmp_num "$(stat_field $SYS/bd_stat 3)" -gt 100 "by moving slots to the disk"
ok "every page is right" pagetool verify $DEV $PAGES -c $pages -g 2 -b 64K

# as fast as it goes, until status has said it
rm -f /tmp/said
(while [ ! -e /tmp/said ]; do
	pagetool write $DEV $PAGES -c $pages -g 3 -e -b 64K >/dev/null
done) &
writer=$!
ok "above that rate status names what is missing" \
	wait_for '[ "$(status missing_rate)" -gt 0 ]' 60
ok "in words, too" wait_for 'zramctl daemon status | grep -q "short of .*/s to keep the limit"' 60
touch /tmp/said
wait $writer
ok "and the log has it" log_has "grows by [0-9]+ KiB/s more than jobs free"
stop_daemon
is $? 0 "it stops"
rm -f /tmp/said
done_testing
