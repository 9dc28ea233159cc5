#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at 200 random moments while pages are written and moved: the budget of
# the day is never exceeded, and used; what a kill leaves the next daemon takes up.
# needs: soak files=build/pages/small.pages:/pages/small.pages modules=brd nodebug timeout=900

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
budget=$((12 << 20))
RANDOM=6

device_with_disk 32M
WARM=1h COLD=1h FROZEN=2s quick '"budget": { "round": "256K", "day": "12M" }'
track end_daemon
(while [ ! -e /tmp/enough ]; do
	pagetool write $DEV $PAGES -c 8192 -g 5 -p 1500 >/dev/null
done) &
writer=$!
over=0 dead=0 kills=200
for ((n = 0; n < kills; n++)); do
	zramctl daemon --config $CONF >>$LOG 2>&1 </dev/null &
	DAEMON=$!
	usleep $((300000 + RANDOM * 50))
	kill -0 $DAEMON 2>/dev/null || dead=$((dead + 1))
	kill -9 $DAEMON
	wait $DAEMON 2>/dev/null
	[ "$(wrote)" -le $budget ] || over=$((over + 1))
	# jobs of a killed daemon end by themselves, after a second at most
	[ $((n % 50)) != 49 ] || usleep 1500000
done
touch /tmp/enough
wait $writer
is "$dead" 0 "it was running at every kill"
is "$over" 0 "the budget held after each of $kills kills"
start_daemon || bail "it does not start at the end" "$(tail -n 20 $LOG)"
ok "left-over reservations are settled" wait_for 'log_has "that an earlier run reserved count as written"' 20
ok "and the ledger is used up" wait_for '[ "$(status why)" = "the write budget is spent" ]' 120
sleep 2
cmp_num "$(wrote)" -le $budget "in the end $(wrote) of $budget bytes were written"
cmp_num "$(status spent)" -ge "$(wrote)" "and the ledger says no less"
cmp_num "$(wrote)" -gt $((budget * 8 / 10)) "nearly all of it was used"
stop_daemon
is $? 0 "it stops"
ok "every page is right" pagetool verify $DEV $PAGES -c 8192 -g 5 -b 64K
nok "nothing stays of the observer" test -e /sys/fs/bpf/zram
done_testing
