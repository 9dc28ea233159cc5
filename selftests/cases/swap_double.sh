#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that holds twice the machine's memory in real pages gets every one
# of them back right.
# needs: files=build/pages/small.pages:/pages/small.pages mem=208M timeout=300 alone
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)

new_device $((3 * total))K lz4
mkswap $DEV >/dev/null
ok "swapon" swapon $DEV
swapload -m $((2 * total))K /pages/small.pages -u 60 -k 1 -o /tmp/slots >/tmp/out 2>&1
is "$(tail -n 1 /tmp/out)" "swapload: 0 wrong" "all pages of $((2 * total >> 10)) MiB are right"
cmp_num "$(grep -c cold /tmp/slots)" -ge $((2 * total / 4 / 10 * 2)) "most of the untouched part was in swap"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
is "$(awk 'NR == 2 { print $2 }' $SYS/debug_stat)" 0 "no freed slot was missed"
ok "swapoff" swapoff $DEV
diag "$(cat /tmp/out)" "$(cat $SYS/mm_stat $SYS/io_stat)"
done_testing
