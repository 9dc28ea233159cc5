#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pieces of 64 kB that went to swap as packs come back page by page: the mode auto
# of folio packs, which nobody has set, stops within 1,000 reads, says so, and what
# goes out afterwards goes page by page. It leaves pieces of 2 MiB alone, which never
# come back whole, but where smaller ones come back.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=160 kernels=6.12,7.3

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
thp=/sys/kernel/mm/transparent_hugepage
[ -d $thp/hugepages-64kB ] || skip_all "no 64 kB folios in this kernel"

# look: sets SHOWN to what there is to know of the device
look() { SHOWN=$(zramctl show zram$N --json); }
shown() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" <<<"$SHOWN" | head -n 1; }
trip() { foliotrip -m $1 /pages/small.pages "${@:2}" >/tmp/trip; }

put never $thp/enabled
new_device 256M zstd
mkswap $DEV >/dev/null
swapon $DEV
look
is "$(shown folio_packs)" auto "auto is what nobody has to set"
codec=$(shown codec)
size=$([ -n "$DEBUG" ] && echo 2M || echo 16M)
ok "pieces come back whole, in three rounds" trip $size -w -n 3
look
is "$(shown folio_state)" active "auto makes packs of them"
written=$(shown folio_written)
cmp_num "$written" -gt 0 "$written pages became such"
cmp_num "$(shown folio_read_whole)" -gt $((written / 2)) "which were read whole"
cmp_num "$(shown codec)" -gt $((codec + 100000)) "the contexts are counted"

# lone WHAT SIZE OPTION...: read page by page until it stops, with all saved up that may be
lone() {
	zramctl set zram$N --folio-packs auto
	ok "$1 come back whole" trip $2 -w -n 3 "${@:3}"
	look
	is "$(shown folio_state)" active "$1: which auto likes"
	single=$(shown folio_read_single)
	ok "$1 come back page by page" trip $2 -r 1000 -x "${@:3}"
	look
	like "$(shown folio_state)" "^stopped" "$1: auto stops"
	single=$(($(shown folio_read_single) - single))
	cmp_num $single -le 1000 "$1: within 1,000 reads ($single)"
	cmp_num $single -ge 100 "$1: of pages of packs"
}

lone "pieces" $size
written=$(shown folio_written)
ok "wait until the contexts have gone" wait_for "look; [ \$(shown codec) = $codec ]" 10
ok "more of them" trip $size -n 2
look
is "$(shown folio_written)" "$written" "which go page by page"

zramctl set zram$N --folio-packs auto
ok "pieces of 2 MiB" trip $size -k 2048 -n 2
look
is "$(shown folio_written)" "$written" "are no packs"
put always $thp/hugepages-64kB/enabled
ok "that come back in pieces of 64 kB" trip $size -k 2048 -w -n 3
put never $thp/hugepages-64kB/enabled
look
cmp_num "$(shown folio_written)" -gt "$written" "become packs"
zramctl set zram$N --folio-packs swap
written=$(shown folio_written)
ok "pieces of 2 MiB with the mode swap" trip $size -k 2048
look
cmp_num "$(shown folio_written)" -gt "$written" "become packs anyway"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
put inherit $thp/hugepages-2048kB/enabled
ok "swapoff" swapoff $DEV
is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "4096 0 0" "nothing but its header is left"
drop_device $N

# cheaper to read singly, but also to write; and small packs have less to give
new_device 64M lz4
mkswap $DEV >/dev/null
swapon $DEV
lone "lz4, small pieces" $([ -n "$DEBUG" ] && echo 2M || echo 8M) -k 16
ok "swapoff" swapoff $DEV
done_testing
