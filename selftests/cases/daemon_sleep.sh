#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine sleeps under the daemon: it says so, waits an interval before it goes
# by ages that grew in the sleep, and goes on.
# needs: soak files=build/pages/small.pages:/pages/small.pages nodebug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
rtc=/sys/class/rtc/rtc0

grep -q deep /sys/power/mem_sleep 2>/dev/null || skip_all "this kernel cannot suspend to RAM"
ls $rtc >/dev/null 2>&1 || skip_all "alarms need a clock"

new_device 16M lz4 || bail "no device"
# above its soft limit all the time, with nothing to move
ok "write" pagetool write $DEV $PAGES -c 256 -b 64K -g 1
put $(($(mm_stat "$N" mem_used_total) * 100 / 95)) $SYS/mem_limit
new_device 16M lz4 || bail "no second device"
WARM=1h COLD=20s FROZEN=1h quick '"limit": { "min_age": "20s" }'
sed -i 's/"interval": "1s"/"interval": "15s"/' $CONF
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "write" pagetool write $DEV $PAGES -c 512 -b 64K -g 1
ok "a first round" wait_for '[ "$(status rounds)" -ge 1 ]' 20
nok "nothing is told of a sleep yet" log_has "slept"
echo enabled >$rtc/device/power/wakeup
echo 0 >$rtc/wakealarm
echo $(($(cat $rtc/since_epoch) + 25)) >$rtc/wakealarm
ok "the machine sleeps for 25 s" put mem /sys/power/state
ok "the daemon says so" wait_for 'log_has "the machine slept for [23][0-9] s"' 30
rounds=$(status rounds)
is "$(status cold 2)" 0 "what grew old in the sleep is left alone at first"
ok "then rounds go on" wait_for "[ \"\$(status rounds)\" -gt $rounds ]" 40
ok "and slots are packed" wait_for '[ "$(status cold 2)" -gt 300 ]' 30
is "$(grep -c "machine slept for" $LOG)" 1 "it was told once"
stop_daemon
is $? 0 "it stops"
ok "pages are right" pagetool verify $DEV $PAGES -c 512 -g 1
done_testing
