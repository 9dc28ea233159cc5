#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon at rest, watching 4 million slots: what it costs, and that a thousand
# rounds neither grow its heap nor fault. Run it with --icount for the exact share.
# needs: soak counted mem=640M timeout=900 nodebug

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh

# status_of FIELD: kB in /proc/PID/status
status_of() { awk -v f="$1:" '$1 == f { print $2 }' /proc/$DAEMON/status; }
major_faults() { awk '{ print $12 }' /proc/$DAEMON/stat; }
ran_us() { awk '{ printf "%d", $1 / 1000 }' /proc/$DAEMON/schedstat; }
now_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

new_device 16G lz4 || bail "no device"
# a million slots in use; none of them is ever old enough
ok "fill" dd if=/dev/zero of=$DEV bs=1M count=4096
configure '{ "interval": "1m" }'
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"

# Asking costs the daemon and the machine more than resting: seldom, therefore.
until_round() { until [ "$(status rounds)" -ge $1 ]; do sleep 20; done; }

until_round 2
is "$(status records)" observer "it has records of all"
like "$(zramctl observe status --json)" '"slots": 4194304' "4 million slots"
begun=$(status rounds) ran=$(ran_us) from=$(now_ms)
until_round $((begun + 5))
ran=$(($(ran_us) - ran)) from=$(($(now_ms) - from))
diag "it ran $ran us of $from ms"
if [ -n "$ICOUNT" ]; then
	cmp_num $ran -lt $((from * 5)) "under 0.5 % of one CPU"
else
	cmp_num $ran -lt $((from * 50)) "under 5 % of one emulated CPU"
fi

# Rounds as fast as they go: each SIGHUP brings one, and reads the file anew.
rounds() {
	local until=$(($(status rounds) + $1))
	while [ "$(status rounds)" -lt $until ]; do
		for _ in {1..25}; do
			kill -HUP $DAEMON
			usleep 110000
		done
	done
}
echo 1 >$SYS/reset
put 64M $SYS/disksize
rounds 50
data=$(status_of VmData) rss=$(status_of VmRSS) faults=$(major_faults)
rounds 1000
is "$(status_of VmData) $(status_of VmRSS) $(major_faults)" "$data $rss $faults" \
	"a thousand rounds: no heap growth, no page more, no major fault"
stop_daemon
is $? 0 "it stops"
done_testing
