#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Large folios of 64 kB go to swap as one bio of several pages, and come back
# right. (Not on the debug kernel, where its memory takes too long to fill; io_readback
# sends requests of several pages there, and swap_race swaps.)
# needs: files=build/pages/small.pages:/pages/small.pages mem=256M timeout=120 nodebug kernels=6.12,7.3
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
thp=/sys/kernel/mm/transparent_hugepage/hugepages-64kB
[ -d $thp ] || skip_all "no 64 kB folios in this kernel"
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)
available=$(awk '/MemAvailable/ { print $2 }' /proc/meminfo)

new_device $((2 * total))K lz4
mkswap $DEV >/dev/null
swapon $DEV
put always $thp/enabled
ok "all pages are right" \
	swapload -m $((available * 5 / 4))K /pages/small.pages -u 50 -k 1
writes=$(stat_field $SYS/stat 5)
sectors=$(stat_field $SYS/stat 7)
cmp_num $((sectors / 8)) -ge $((available / 4 / 4)) "a quarter of the memory was written"
cmp_num $((sectors / 8)) -ge $((writes * 4)) "in bios of several pages ($writes for $((sectors / 8)))"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
ok "swapoff" swapoff $DEV
put never $thp/enabled
done_testing
