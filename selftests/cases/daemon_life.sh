#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon's life: what it refuses to start with, reload, who may ask it,
# notification and watchdog, a kill, the module gone and back, clocks that jump.
# needs: files=build/pages/small.pages:/pages/small.pages nodebug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh

zramctl observe stop 2>/dev/null
new_device 16M lz4 || bail "no device"

# ---- what it does not start with
configure '{ "policy": { "budget": { "dya": "1G" } } }'
refuses 1 "daemon.json.*dya" daemon --config $CONF
configure '{ "policy": { "pack": { "min_age": "2h", "max_age": "1h" } } }'
refuses 1 "policy.pack.*min_age.*max_age" daemon --config $CONF
chmod 666 $CONF
refuses 1 "daemon.json.*may be written" daemon --config $CONF
refuses 1 "No such file|no file" daemon --config /tmp/nosuch.json
refuses 1 "no daemon runs" daemon status

# ---- ready, watchdog, status
export NOTIFY_SOCKET=/tmp/notify WATCHDOG_USEC=1000000
notified $NOTIFY_SOCKET >/tmp/notified &
track kill $!
wait_for "[ -S $NOTIFY_SOCKET ]" 5
quick
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
unset NOTIFY_SOCKET WATCHDOG_USEC
ok "it says that it is ready" grep -qx READY=1 /tmp/notified
ok "and that it lives" wait_for '[ "$(grep -cx WATCHDOG=1 /tmp/notified)" -ge 3 ]' 20
is "$(stat -c %a /run/zramkit/daemon.sock) $(stat -c %a $STATE)" "600 600" "socket and ledger are root's alone"
as_nobody zramctl daemon status >/dev/null 2>/tmp/err
like "$?$(cat /tmp/err)" "^1zramctl: .*root" "nobody else is answered"
cmp_num "$(awk '/VmLck/ { print $2 }' /proc/$DAEMON/status)" -gt 1000 "its memory is locked"
zramctl daemon --config $CONF >/dev/null 2>/tmp/err
like "$?$(cat /tmp/err)" "^1zramctl: another daemon" "there is only one"
refuses 1 'in use' daemon --config $CONF --state /tmp/other --socket /run/zramkit/daemon.sock
ok "a served socket is left alone" zramctl daemon status
echo keep >/tmp/plain
refuses 1 'no socket' daemon --config $CONF --state /tmp/other --socket /tmp/plain
is "$(cat /tmp/plain)" keep "so is a file"

# ---- reload
quick '"budget": { "round": "1M", "day": "5M" }'
kill -HUP $DAEMON
ok "a new configuration is taken" wait_for '[ "$(status day)" = 5242880 ]' 10
ok "reloading is told" grep -qx RELOADING=1 /tmp/notified
quick '"budget": { "round": "7M", "day": "5M" }'
kill -HUP $DAEMON
ok "a wrong one is not" wait_for 'log_has "policy.budget.*stays as it was"' 10
is "$(status day)" 5242880 "the old one stays"
quick

# ---- more events than its socket holds
other=$(cat /sys/class/zram-control/hot_add)
kill -STOP $DAEMON
for ((i = 0; i < 100; i++)); do
	echo 1M >/sys/block/zram$other/disksize
	echo 1 >/sys/block/zram$other/reset
done
echo $other >/sys/class/zram-control/hot_remove
kill -CONT $DAEMON
ok "lost events are told" wait_for 'log_has "events of the module were lost"' 10
cmp_num "$(status lost_events)" -ge 1 "and counted"

# ---- the observer stopped by somebody else
ok "the observer is its own" wait_for '[ "$(status records)" = observer ]' 10
nok "which nobody is told to end" log_has "observe stop"
configure '{ "interval": "1s", "observer": { "enabled": false } }'
kill -HUP $DAEMON
ok "it goes when the configuration says so" wait_for '[ ! -e /sys/fs/bpf/zram ]' 10
ok "and ages come from dumps" wait_for '[ "$(status records)" = dump ]' 10
quick
kill -HUP $DAEMON
ok "and comes back" wait_for '[ -e /sys/fs/bpf/zram/slots_'$N' ]' 10
configure '{ "interval": "1s", "observer": { "max_memory": "16K" } }'
kill -HUP $DAEMON
ok "without the memory for its maps ages come from dumps" wait_for '[ "$(status records)" = dump ]' 10
nok "and its observer goes" test -e /sys/fs/bpf/zram
is "$(grep -c 'more than observer.max_memory' $LOG)" 1 "as is told once"
quick
kill -HUP $DAEMON
ok "it comes back" wait_for '[ "$(status records)" = observer ]' 10
zramctl observe stop
ok "it starts another" wait_for '[ -e /sys/fs/bpf/zram/slots_'$N' ]' 10

# ---- a kill: pins remain, the next one takes them over
ok "write" pagetool write $DEV $PAGES -c 512 -b 64K -g 1
kill -9 $DAEMON
wait $DAEMON 2>/dev/null
ok "after a kill the pins are there" test -e /sys/fs/bpf/zram/slots_$N
start_daemon || bail "the daemon does not start after a kill" "$(cat $LOG)"
ok "work goes on" wait_for '[ "$(status cold)" -gt 300 ]' 30
stop_daemon
is $? 0 "SIGTERM ends it well"
nok "with the observer that the killed one had started" test -e /sys/fs/bpf/zram
nok "and the socket" test -e /run/zramkit/daemon.sock

# ---- somebody's own observer stays, also where one of the daemon's was before
start_daemon || bail "the daemon does not start once more" "$(cat $LOG)"
ok "it has an observer" wait_for '[ "$(status records)" = observer ]' 10
kill -9 $DAEMON
wait $DAEMON 2>/dev/null
zramctl observe stop
zramctl observe start 2>/dev/null
start_daemon || bail "the daemon does not start with an observer there"
ok "an observer that was there is used" wait_for '[ "$(status records)" = observer ]' 10

# ---- the wall clock: back, far ahead
spent=$(status spent) rounds=$(status rounds)
date -s 1970-01-02 >/dev/null
ok "1970: rounds go on" wait_for "[ \"\$(status rounds)\" -gt $((rounds + 2)) ]" 20
is "$(grep -c 'wall clock shows less than it did' $LOG)" 1 "that is told once"
date -s 2037-01-01 >/dev/null
is "$(status spent)" "$spent" "no budget comes of it"

# ---- the module underneath
ok "rmmod zram" unload_zram
ok "the daemon waits" wait_for '[ "$(status module)" = false ]' 10
modprobe zram num_devices=0
new_device 16M lz4 || bail "no device after the reload"
ok "and follows the new one" wait_for '[ "$(status name)" = "'$DEV'" ]' 20
ok "write" pagetool write $DEV $PAGES -c 512 -b 64K -g 1
ok "whose slots it moves" wait_for '[ "$(status cold)" -gt 300 ]' 30
ok "pages are right" pagetool verify $DEV $PAGES -c 512 -g 1
echo 1 >$SYS/reset
ok "a reset device is not watched any more" wait_for '[ -z "$(status name)" ]' 10
stop_daemon
is $? 0 "it stops"
ok "the observer that was there stays" test -e /sys/fs/bpf/zram/slots

# ---- no memory pressure, no observer
zramctl observe stop
mount -o bind /dev/null /proc/pressure/memory
track umount /proc/pressure/memory
put 16M $SYS/disksize
configure '{ "interval": "1s", "observer": { "enabled": false } }'
: >$LOG
start_daemon || bail "the daemon does not start without both" "$(cat $LOG)"
ok "it goes on without both" wait_for '[ "$(status rounds)" -ge 3 ]' 20
is "$(status psi) $(status records)" "false dump" "as status says"
is "$(grep -c 'no memory pressure' $LOG) $(grep -c 'no observer' $LOG)" "1 1" "and the log, once"
nok "an observer that nobody wanted" test -e /sys/fs/bpf/zram
stop_daemon
is $? 0 "it stops"

# ---- a log that nobody reads any more
rm -f /tmp/daemon.pipe
mkfifo /tmp/daemon.pipe
(read -r _) </tmp/daemon.pipe &
zramctl daemon --config $CONF 2>/tmp/daemon.pipe </dev/null &
DAEMON=$!
wait_for 'zramctl daemon status >/dev/null 2>&1' 10
for _ in 1 2 3; do
	kill -HUP $DAEMON
	usleep 300000
done
ok "a log without a reader does not end it" zramctl daemon status
rm -f /tmp/daemon.pipe
stop_daemon
is $? 0 "it stops"
done_testing
