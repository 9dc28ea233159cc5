#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that holds twice the machine's memory in real pages gets every one
# of them back right, and the part that it never touched again is the cold end of
# `zramctl heat`. (Not on the debug kernel, which would take the better part of an
# hour to fill its memory twice; swap_race swaps there.)
# needs: files=build/pages/small.pages:/pages/small.pages mem=272M timeout=500 alone nodebug
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)

# 6.1 packs its pool less tightly: with lz4 it runs out of memory
algo=lz4
[ "$K" != 6.1 ] || algo=zstd
new_device $((3 * total))K $algo
mkswap $DEV >/dev/null
ok "swapon" swapon $DEV
track zramctl observe stop
ok "observe" zramctl observe start
mkfifo /tmp/gate
exec 9<>/tmp/gate
swapload -m $((2 * total))K /pages/small.pages -u 60 -k 1 -o /tmp/slots -w /tmp/gate >/tmp/out 2>&1 &
load=$!
wait_for 'grep -q "has in swap" /tmp/out || ! kill -0 $load' 250

many=$(($(grep -c cold /tmp/slots) / 2))
out=$(zramctl heat $DEV --coldest $many | awk '
	NR == FNR { part[$1] = $2; next }
	/^coldest slots/ { list = 1; getline; next }
	list && NF { n++; cold += part[$1] == "cold" }
	END { print n + 0, cold + 0 }' /tmp/slots -)
is "${out% *}" $many "heat lists the coldest $many slots"
cmp_num $((${out#* } * 100)) -ge $((many * 95)) "at least 95 % of them were never touched again"

echo go >&9
wait $load
is "$(tail -n 1 /tmp/out)" "swapload: 0 wrong" "all pages of $((2 * total >> 10)) MiB are right"
cmp_num "$(grep -c cold /tmp/slots)" -ge $((2 * total / 4 / 10 * 2)) "most of the untouched part was in swap"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
is "$(awk 'NR == 2 { print $2 }' $SYS/debug_stat)" 0 "no freed slot was missed"
ok "swapoff" swapoff $DEV
diag "$(cat /tmp/out)" "$(cat $SYS/mm_stat $SYS/io_stat)"
done_testing
