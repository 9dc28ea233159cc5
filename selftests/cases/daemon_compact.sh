#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A pool that discards have left full of holes is compacted by the daemon, once.
# needs: soak files=build/pages/small.pages:/pages/small.pages nodebug timeout=90

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
pages=2048

waste() { echo $(($(mm_stat "$N" mem_used_total) - $(mm_stat "$N" compr_data_size))); }

new_device 16M lz4 || bail "no device"
WARM=1h COLD=1h FROZEN=1h quick '"compact": { "min_bytes": "64K" }'
track end_daemon
ok "write" pagetool write $DEV $PAGES -c $pages -b 64K -g 1
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "rounds" wait_for '[ "$(status rounds)" -ge 3 ]' 20
before=$(status compact)
used=$(mm_stat "$N" mem_used_total)
# fifteen of each sixteen pages, at once for the daemon
kill -STOP $DAEMON
for ((i = 0; i < pages; i += 16)); do
	blkdiscard -o $((i * 4096)) -l 61440 $DEV || break
done
diag "$used bytes before, $(mm_stat "$N" mem_used_total) with holes, $(waste) of them waste"
given=$(mm_stat "$N" pages_compacted)
ok "holes" test $i = $pages
kill -CONT $DAEMON
ok "the daemon compacts it" wait_for '[ "$(status compact)" -gt "$before" ]' 20
ok "and says why" log_has "zram$N: compact: the pool is fragmented"
cmp_num "$(mm_stat "$N" pages_compacted)" -gt "$given" "pages of the pool were given back"
diag "$(mm_stat "$N" mem_used_total) bytes after, $(waste) of them waste"
rounds=$(status rounds)
ok "more rounds" wait_for "[ \"\$(status rounds)\" -ge $((rounds + 3)) ]" 20
is "$(status compact)" $((before + 1)) "once is enough"
stop_daemon
is $? 0 "it stops"
done_testing
