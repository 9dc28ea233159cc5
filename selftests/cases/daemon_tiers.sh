#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon moves what nobody touches through all tiers, within its budget,
# says why, and leaves what is in use alone.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd nodebug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
pages=1024

modprobe brd rd_nr=1 rd_size=16384
new_device
echo lz4 >$SYS/comp_algorithm
echo "algo=zstd priority=1" >$SYS/recomp_algorithm
echo /dev/ram0 >$SYS/backing_dev
echo 16M >$SYS/disksize
zramctl observe stop 2>/dev/null
quick '"budget": { "round": "1M", "day": "1M" }'
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
ok "it owns the observer" wait_for '[ "$(status observer)" = true ]' 20
ok "write" pagetool write $DEV $PAGES -c $pages -b 64K -g 1
ok "slots become warm" wait_for '[ "$(status warm)" -gt 500 ]' 30
ok "then cold" wait_for '[ "$(status cold)" -gt 500 ]' 30
ok "then frozen, every one" wait_for "[ \"\$(status frozen)\" = $pages ]" 30
is "$(stat_field $SYS/bd_stat 1)" $pages "as the kernel counts them"
cmp_num "$(status recompress)" -ge 1 "by jobs that recompress,"
cmp_num "$(status pack)" -ge 1 "that pack,"
cmp_num "$(status writeback)" -ge 1 "and that write back"
ok "each told with its reason" log_has 'zram[0-9]+: writeback [0-9]+ slots .* unused for 1[0-9] s or more: old enough by the rule'
ok "and with what it did" log_has 'zram[0-9]+: pack: [0-9]+ of [0-9]+ slots moved, [0-9]+ KiB became'
wrote=$(($(stat_field $SYS/bd_stat 3) * 4096))
like "$(zramctl observe status --json)" '"backing_writes": [1-9]' "the map of latencies has them"
is "$(status spent) $(status written_bytes)" "$wrote $wrote" "the ledger has what was written"
like "$(zramctl daemon status)" "1024 frozen" "status in words"

# 1 MiB a day: what does not fit stays in memory, and status says why
ok "write anew" pagetool write $DEV $PAGES -c $pages -b 64K -g 2
ok "the budget ends" wait_for '[ "$(status why)" = "the write budget is spent" ]' 40
wrote=$(($(stat_field $SYS/bd_stat 3) * 4096))
cmp_num "$wrote" -le $((1 << 20)) "no more than the budget was written"
is "$(status spent)" $wrote "and the ledger knows"
cmp_num "$(status cold)" -gt 0 "the rest is packed"
stop_daemon
is $? 0 "SIGTERM ends it well"
nok "the observer went with it" test -e /sys/fs/bpf/zram
ok "pages are right" pagetool verify $DEV $PAGES -c $pages -g 2
done_testing
