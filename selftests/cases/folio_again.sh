#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Having stopped, the mode auto of folio packs lets large writes of swap go page by
# page for ten minutes, then tries again; where pages come back one by one again, it
# rests for twenty. (With --icount, where nobody waits for time that passes idle.)
# needs: files=build/pages/small.pages:/pages/small.pages timeout=300 soak counted nodebug kernels=6.12,7.3

. /zramkit/selftests/lib/lib.sh
thp=/sys/kernel/mm/transparent_hugepage
[ -d $thp/hugepages-64kB ] || skip_all "no 64 kB folios in this kernel"
[ -n "$ICOUNT" ] || skip_all "half an hour is too long where time is time"

# look: sets SHOWN to what there is to know of the device
look() { SHOWN=$(zramctl show zram$N --json); }
shown() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" <<<"$SHOWN" | head -n 1; }
trip() { foliotrip -m 4M /pages/small.pages "$@" >/tmp/trip; }
# stops TEXT: pages that come back one by one, until it does
stops() {
	ok "$1: pieces come back page by page" trip -r 1000 -x
	look
	like "$(shown folio_state)" "^stopped" "$1: auto stops"
	cmp_num "$(shown folio_written)" -gt "$written" "$1: having made packs"
	written=$(shown folio_written)
}
# rests TEXT: does it still?
rests() {
	ok "$1: pieces go to swap" trip -n 1
	look
	like "$(shown folio_state)" "^stopped" "$1: it rests"
	is "$(shown folio_written) $(shown codec)" "$written $codec" "$1: page by page, without contexts"
}
# tries TEXT: it does again
tries() {
	ok "$1: pieces come back whole" trip -w -n 2
	look
	is "$(shown folio_state)" active "$1: it tries again"
	cmp_num "$(shown folio_written)" -gt "$written" "$1: with packs"
	cmp_num "$(shown codec)" -gt "$codec" "$1: and contexts for them"
}

put never $thp/enabled
new_device 64M zstd
mkswap $DEV >/dev/null
swapon $DEV
look
codec=$(shown codec)
written=0
tries "at first"
stops "at first"
sleep 580
rests "after nearly ten minutes"
sleep 30
# what it saves now is too little to make up for the stop
stops "after ten"
sleep 1170
rests "after nearly twenty more"
sleep 60
tries "after twenty"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "no read or write failed"
ok "swapoff" swapoff $DEV
put never $thp/hugepages-64kB/enabled
done_testing
