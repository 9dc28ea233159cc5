#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A machine that goes down while its daemon writes: two boots, and the second one
# begins in 1970. Together they write no more than the budget of a day, and at most
# one round less. The ledger and how much was written lie on a disk that stays.
# needs: soak boots=2 disk=16M progs=mkfs.ext4 modules=brd,ext4,crc32c_generic,crc32c-intel
# needs: files=build/pages/small.pages:/pages/small.pages nodebug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
day=$((4 << 20)) round=$((512 << 10))
kept=/var/lib/zramkit

mkdir -p $kept
if mount -t ext4 /dev/vda $kept 2>/dev/null; then
	boot=2
	date -s 1970-01-02 >/dev/null
else
	boot=1
	mkfs.ext4 -q /dev/vda
	mount -t ext4 /dev/vda $kept || bail "no file system for the ledger"
fi
device_with_disk 32M
WARM=1h COLD=1h FROZEN=2s quick "\"budget\": { \"round\": $round, \"day\": $day }"
[ $boot = 1 ] || track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
pagetool write $DEV $PAGES -c 8192 -g $boot -b 64K >/dev/null

if [ $boot = 1 ]; then
	ok "it writes" wait_for '[ "$(wrote)" -gt 1000000 ]' 60
	# the end, in the middle of a job
	while ! grep -q ^reserved $STATE; do :; done
	kill -STOP $DAEMON
	ok "the machine goes down with a reservation in the ledger" grep -q ^reserved $STATE
	usleep 1500000
	wrote >$kept/wrote
	cmp_num "$(cat $kept/wrote)" -le $day "$(cat $kept/wrote) of $day bytes were written"
	sync
	done_testing
	exit
fi
before=$(cat $kept/wrote)
ok "what was reserved counts as written" \
	wait_for 'log_has "that an earlier run reserved count as written"' 20
ok "the ledger is used up" wait_for '[ "$(status why)" = "the write budget is spent" ]' 60
ok "that the clock is wrong is said" log_has "wall clock shows less"
sleep 2
sum=$((before + $(wrote)))
cmp_num $sum -le $day "both boots wrote $before and $(wrote) bytes, no more than $day"
# less than a pack is not begun
cmp_num $sum -ge $((day - round - 131072)) "and no more than a round less"
stop_daemon
is $? 0 "it stops"
done_testing
