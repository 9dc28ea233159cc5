#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Folios that go to swap whole and come back page by page: the mode auto of folio
# packs stops, says so, and all pages are right. (Not on the debug kernel, where its
# memory takes too long to fill. swap_folios has those that come back whole.)
# needs: files=build/pages/small.pages:/pages/small.pages mem=256M timeout=200 soak nodebug kernels=6.12,7.3
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
thp=/sys/kernel/mm/transparent_hugepage
[ -d $thp/hugepages-64kB ] || skip_all "no 64 kB folios in this kernel"
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)
available=$(awk '/MemAvailable/ { print $2 }' /proc/meminfo)
gate=/tmp/gate
mkfifo $gate

# look: sets SHOWN to what there is to know of the device
look() { SHOWN=$(zramctl show zram$N --json); }
shown() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" <<<"$SHOWN" | head -n 1; }

put never $thp/enabled
put always $thp/hugepages-64kB/enabled
new_device $((2 * total))K zstd
mkswap $DEV >/dev/null
zramctl set zram$N --folio-packs auto
swapon $DEV
swapload -m $((available * 5 / 4))K /pages/small.pages -k 0 -w $gate -r 3000 >/tmp/load 2>&1 &
load=$!
exec 4>$gate # which waits until it is filled
put never $thp/hugepages-64kB/enabled
echo go >&4
exec 4>&-
wait_for "grep -q one.by.one /tmp/load" 120
look
diag "$(shown folio_written) written, $(shown folio_read_single) read singly, $(shown folio_decoded) decoded"
like "$(shown folio_state)" "^stopped" "auto stops where pages come back one by one"
cmp_num "$(shown folio_read_single)" -le 1000 "within 1,000 reads"
echo go >$gate
wait $load
is $? 0 "and all pages are right"
cat /tmp/load
look
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
zramctl set zram$N --folio-packs auto
look
like "$(shown folio_state)" "no large write" "setting auto again begins anew"
ok "swapoff" swapoff $DEV
is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "4096 0 0" "nothing but its header is left"
done_testing
