#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A mem_limit 25 % under what the data takes: no write fails while the writer adds
# half of what the device's jobs were just measured to move; of one that adds more
# status names the missing rate.
# needs: soak files=build/pages/small.pages:/pages/small.pages modules=brd nodebug timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
pages=8192	# 32 MiB

value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$2"; }
failed() { stat_field $SYS/io_stat 2; }

# fresh LIMIT: the device anew
fresh() {
	echo 1 >$SYS/reset
	echo lz4 >$SYS/comp_algorithm
	echo /dev/ram0 >$SYS/backing_dev
	echo $((pages * 4096)) >$SYS/disksize
	echo "$1" >$SYS/mem_limit
}

modprobe brd rd_nr=1 rd_size=65536
new_device
fresh 0
pagetool write $DEV $PAGES -c $pages -b 64K -g 1 >/dev/null
full=$(mm_stat $N mem_used_total)
limit=$((full * 3 / 4))
fresh 0
pagetool write $DEV $PAGES -c 2048 -b 64K -g 1 >/dev/null
ms=${EPOCHREALTIME/./}
job=$(jobrun $N writeback)
moved=$(value moved "$job") ms=$(((${EPOCHREALTIME/./} - ms) / 1000))
cmp_num "$moved" -gt 2000 "measured: $moved slots in $ms ms"
half=$((moved * 1000 / ms / 2))

fresh $limit
FROZEN=1h COLD=1h WARM=1h quick '"budget": { "round": "1G", "day": "4G" }'
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "its device is watched" wait_for '[ "$(status records)" = observer ]' 20
out=$(pagetool write $DEV $PAGES -c $pages -n 2 -g 2 -p $half -e)
is "$(value failed "$out") $(failed)" "0 0" \
	"$half pages a second: no write fails of $((pages * 2)), $((full >> 10)) KiB into $((limit >> 10)) KiB"
ok "since the limit was kept" log_has "above the soft limit, or soon"
cmp_num "$(stat_field $SYS/bd_stat 3)" -gt 100 "by moving slots to the disk"
ok "every page is right" pagetool verify $DEV $PAGES -c $pages -g 2 -b 64K

# as fast as it goes, until status has said it
(while [ ! -e /tmp/said ]; do
	pagetool write $DEV $PAGES -c $pages -g 3 -e -b 64K >/dev/null
done) &
writer=$!
ok "above that rate status names what is missing" \
	wait_for '[ "$(status missing_rate)" -gt 0 ]' 60
missing=$(zramctl daemon status)
touch /tmp/said
wait $writer
ok "and the log has it" log_has "grows by [0-9]+ KiB/s more than jobs free"
like "$missing" "short of .*/s to keep the limit|zram" "status in words"
stop_daemon
is $? 0 "it stops"
rm -f /tmp/said
done_testing
