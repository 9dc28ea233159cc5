#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# On battery the daemon rests if it is asked to, and keeps limits all the same. The
# battery of a mouse, or one that is full, is none to run on.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd nodebug timeout=100

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
power=/sys/class/power_supply

# supply NAME ATTR=VALUE...: power supplies as the kernel would show them
supply() {
	local name=$1 a
	shift
	mkdir -p $power/"$name"
	for a in "$@"; do
		echo "${a#*=}" >$power/"$name/${a%%=*}"
	done
}

[ -d $power ] || skip_all "this kernel knows no power supplies"
mount -t tmpfs none $power || bail "no place for supplies"
track umount $power
supply BAT0 type=Battery status=Discharging
supply AC type=Mains online=0

device_with_disk 16M
zramctl observe stop 2>/dev/null
WARM=1h COLD=2s FROZEN=1h quick '"pause_on_battery": true'
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "write" pagetool write $DEV $PAGES -c 1024 -b 64K -g 1
ok "on battery it rests" wait_for '[ "$(status why)" = "on battery" ]' 20
rounds=$(status rounds)
ok "for rounds on end" wait_for "[ \"\$(status rounds)\" -gt $((rounds + 4)) ]" 30
is "$(status cold)" 0 "and packs nothing"
ok "which the log says" log_has "rests: on battery"
limit=$(($(mm_stat $N mem_used_total) * 9 / 10))
put $limit $SYS/mem_limit
ok "but it keeps a limit" wait_for '[ "$(mm_stat $N mem_used_total)" -lt $limit ]' 30 ||
	diag "$(cat $SYS/mm_stat $LOG)" "$(zramctl daemon status --json)"
ok "as the log says" log_has ": above the soft limit, or soon"
put 0 $SYS/mem_limit
supply BAT0 status=Full
ok "a full battery is none to run on" wait_for '[ "$(status cold)" -gt 300 ]' 30
supply BAT0 status=Discharging
ok "write anew" pagetool write $DEV $PAGES -c 1024 -b 64K -g 2
ok "it rests again" wait_for '[ "$(status why)" = "on battery" ]' 20
supply AC online=1
ok "on mains it goes on" wait_for '[ "$(status cold)" -gt 300 ]' 30
rm -r $power/AC $power/BAT0
supply hid-mouse-battery type=Battery status=Discharging scope=Device
ok "write anew" pagetool write $DEV $PAGES -c 1024 -b 64K -g 3
ok "a mouse has a battery of its own" wait_for '[ "$(status cold)" -gt 300 ]' 30
stop_daemon
is $? 0 "it stops"
ok "pages are right" pagetool verify $DEV $PAGES -c 1024 -g 3
done_testing
