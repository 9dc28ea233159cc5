#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 100,000 events, and listeners with the smallest receive buffer that a socket can
# have, slow or stopped besides: who makes them is not held up, the daemon goes on,
# and each monitor shows every event or counts it as lost, and how things stand.
# needs: soak nodebug timeout=600

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
jobs=50000	# two events each, and no progress

# shown WHO, lost WHO: events of jobs that were printed, and those that were not
shown() { grep -cE "$DEV job-(start|end) " "/tmp/$1"; }
lost() { sed -n 's/.* \([0-9]*\) events\{0,1\} w[a-z]* lost;.*/\1/p' "/tmp/$1" | awk '{ n += $1 } END { print n + 0 }'; }

load_zram num_devices=0
read -r most </proc/sys/net/core/rmem_max
track put "$most" /proc/sys/net/core/rmem_max
put 2304 /proc/sys/net/core/rmem_max
new_device
echo lz4 >$SYS/comp_algorithm
echo "algo=zstd priority=1" >$SYS/recomp_algorithm
put 16M $SYS/disksize
quick
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
zramctl monitor >/tmp/stopped &
stopped=$!
track kill $stopped
zramctl monitor > >(while read -r line; do
	echo "$line"
	usleep 5000
done >/tmp/slow) &
track kill $!
wait_for '[ "$(status rounds)" -ge 2 ]' 20
rounds=$(status rounds)
kill -STOP $stopped
begun=$SECONDS
ok "$jobs jobs begin and end" jobtool flood $N $jobs
diag "in $((SECONDS - begun)) s"
kill -CONT $stopped
ok "the daemon goes on" wait_for "[ \"\$(status rounds)\" -gt $rounds ]" 20
cmp_num "$(status lost_events)" -gt 0 "it was told of a loss: $(grep -m 1 lost $LOG)"

# the slow one has what is in its pipe to print yet
size=0
while [ $size != "$(wc -c </tmp/slow)" ]; do
	size=$(wc -c </tmp/slow)
	sleep 3
done
put 1 $SYS/reset
for who in stopped slow; do
	ok "$who: it still listens" wait_for "grep -q '$DEV reset\$' /tmp/$who" 60
	is $(($(shown $who) + $(lost $who))) $((2 * jobs)) "$who: $(shown $who) shown, $(lost $who) lost"
	cmp_num "$(shown $who)" -gt 0 "$who: those that its socket held"
	cmp_num "$(lost $who)" -gt 0 "$who: and not all were"
	ok "$who: and how things stood" grep -q " device .*$DEV" /tmp/$who
done
stop_daemon
is $? 0 "the daemon ends"
done_testing
