#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the daemon goes by: a dry run, a drop-in folder, ages as they were measured,
# and memory pressure, long before its interval is over.
# needs: soak files=build/pages/small.pages:/pages/small.pages nodebug timeout=150

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
pages=512

# rounds_on N: so many more
rounds_on() { wait_for "[ \"\$(status rounds)\" -ge $(($(status rounds) + $1)) ]" 30; }

# ---- a dry run
new_device 16M lz4 || bail "no device"
COLD=2s WARM=1h FROZEN=1h quick
track end_daemon
start_daemon --dry-run || bail "the daemon does not start" "$(cat $LOG)"
ok "write" pagetool write $DEV $PAGES -c $pages -b 64K -g 1
ok "a dry run says what it would do" \
	wait_for 'log_has "zram$N: pack [0-9]+ slots .*: old enough by the rule .dry run.$"' 30
ok "round after round" rounds_on 4
is "$(status dry_run) $(status pack) $(status cold) $(jobtool list "$N")" "true 0 0 " "it does nothing"
stop_daemon
is $? 0 "it stops"

# ---- a drop-in folder
mkdir -p $CONF.d
track rm -r $CONF.d
printf '{ "policy": { "budget": { "round": "1M", "day": "5M" } } }\n' >$CONF.d/50-budget.json
configure '{ "interval": "1s", "policy": { "budget": { "round": "2M", "day": "9M" } } }'
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
is "$(status day)" 5242880 "a file of the folder has the last word"
ok "the log counts both" log_has "daemon: 2 configuration files"
printf '{ "policy": { "budget": { "day": "6M" } } }\n' >$CONF.d/60-more.json
kill -HUP $DAEMON
ok "so has another one" wait_for '[ "$(status day)" = 6291456 ]' 10
printf '{\n"polcy": 1 }\n' >$CONF.d/70-wrong.json
kill -HUP $DAEMON
ok "one that is wrong is refused" \
	wait_for 'log_has "70-wrong.json:2: polcy: there is no such key.*stays as it was"' 10
is "$(status day)" 6291456 "with all that is new"
stop_daemon
is $? 0 "it stops"
rm $CONF.d/*

# ---- the age from which on nothing comes back: some seconds, not the rule's sixteen
put 1 $SYS/reset
put 16M $SYS/disksize
configure '{ "interval": "1s", "policy": { "min_returns": 100,
	"recompress": { "enabled": false }, "writeback": { "enabled": false },
	"pack": { "min_age": "16s", "max_age": "16s", "min_bytes": 0, "returns": "10%" } } }'
: >$LOG
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "it has records" wait_for '[ "$(status records)" = observer ]' 20
ok "write" pagetool write $DEV $PAGES -c $((2 * pages)) -b 64K -g 1
for ((i = 0; i < 30; i++)); do
	pagetool read $DEV $PAGES -c $pages -b 64K >/dev/null
	! log_has "pack .*: few of that age come back" || break
	usleep 2000000
done
ok "it goes by what it measured" log_has "zram$N: pack [0-9]+ slots .*unused for [1-9][0-9]* s or more: few of that age come back"
is "$(status measured 2)" true "as status says"
cmp_num "$(status returns 2)" -ge 100 "of enough returns"
ok "and packs the half that nobody reads" wait_for '[ "$(status cold)" -gt 400 ]' 20
stop_daemon
is $? 0 "it stops"
ok "pages are right" pagetool verify $DEV $PAGES -c $((2 * pages)) -g 1

# ---- memory pressure
put 1 $SYS/reset
put 64M $SYS/disksize
ok "swap" eval "mkswap $DEV && swapon $DEV"
track swapoff $DEV
mount -t cgroup2 none /sys/fs/cgroup || bail "no cgroups"
track umount /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/small
echo 8M >/sys/fs/cgroup/small/memory.max
WARM=1h COLD=1h FROZEN=1h quick
sed -i 's/"interval": "1s"/"interval": "1d"/' $CONF
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "one round" wait_for '[ "$(status rounds)" -ge 1 ]' 20
usleep 3000000
rounds=$(status rounds)
usleep 3000000
is "$(status rounds)" "$rounds" "and then none for a day"
(echo "$BASHPID" >/sys/fs/cgroup/small/cgroup.procs && exec swapload -m 24M $PAGES -k 40) >/dev/null 2>&1 &
load=$!
ok "unless tasks wait for memory" wait_for "[ \"\$(status rounds)\" -gt $rounds ]" 30
diag "$rounds rounds, then $(status rounds); $(head -n 1 /proc/pressure/memory)"
kill $load
wait $load
stop_daemon
is $? 0 "it stops"
done_testing
