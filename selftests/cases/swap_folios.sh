#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Large folios of 64 kB go to swap as one bio of several pages, become packs with
# folio-packs auto, and come back whole and right. (Not on the debug kernel, where
# its memory takes too long to fill; io_readback sends requests of several pages
# there, and swap_race swaps.)
# needs: files=build/pages/small.pages:/pages/small.pages mem=256M timeout=120 nodebug kernels=6.12,7.3
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
thp=/sys/kernel/mm/transparent_hugepage/hugepages-64kB
[ -d $thp ] || skip_all "no 64 kB folios in this kernel"
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)
available=$(awk '/MemAvailable/ { print $2 }' /proc/meminfo)

new_device $((2 * total))K lz4
mkswap $DEV >/dev/null
zramctl set zram$N --folio-packs auto
swapon $DEV
put always $thp/enabled
put never ${thp%/*}/enabled
ok "all pages are right" \
	swapload -m $((available * 5 / 4))K /pages/small.pages -u 50 -k 1
writes=$(stat_field $SYS/stat 5)
sectors=$(stat_field $SYS/stat 7)
cmp_num $((sectors / 8)) -ge $((available / 4 / 4)) "a quarter of the memory was written"
cmp_num $((sectors / 8)) -ge $((writes * 4)) "in bios of several pages ($writes for $((sectors / 8)))"

# of N bios some have one page and the rest 16
large_pages() { echo $((($2 / 8 - $1) * 16 / 15)); }
out=$(zramctl show zram$N --json)
shown() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" <<<"$out" | head -n 1; }
is "$(shown folio_packs) $(shown folio_state)" "auto active" "folio packs have begun"
large=$(large_pages $writes $sectors)
# a busy context is not waited for
cmp_num $(($(shown folio_written) * 2)) -ge $large \
	"most of what came in large bios became packs ($(shown folio_written) of $large)"
large=$(large_pages "$(stat_field $SYS/stat 1)" "$(stat_field $SYS/stat 3)")
cmp_num $(($(shown folio_read_whole) * 2)) -ge $large \
	"and most of what was read in large bios, whole ones ($(shown folio_read_whole) of $large)"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
ok "swapoff" swapoff $DEV
put never $thp/enabled
done_testing
