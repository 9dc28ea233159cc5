#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packs of large writes in corners: at the limit what a write replaces leaves room
# for it, however its pages are kept, and so do pages of packs that have gone; taking packs apart asks for no more than the
# limit has and tells of no write that failed; and a read into memory that somebody
# else writes to spoils no page but that one.
# needs: timeout=120

. /zramkit/selftests/lib/lib.sh
thp=/sys/kernel/mm/transparent_hugepage

shown() { zramctl show zram$N --json | sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" | head -n 1; }
write_pages() { pagetool write $DEV "$1" -c 16 -b 64K; }
same() { dd if=$DEV bs=64k count=1 iflag=direct status=none | cmp - "$1"; }

# half: compresses to about that; lines: to little; few: three pages, and fills
make_half() {
	od -An -v -tx1 -N 32768 /dev/urandom | tr -d ' \n' | fold -w 20 |
		awk '{ print $1, "slot page" }' | head -c 65536 >/tmp/half
}
make_half
seq 8000 | awk '{ print "line", int($1 / 9), "of several that make up a page" }' | head -c 65536 >/tmp/lines
{ head -c 53248 /tmp/lines; head -c 12288 /dev/urandom; } >/tmp/mixed
{ head -c 12288 /dev/urandom; head -c 53248 /dev/zero; } >/tmp/few

# at_limit: one pack of digits, and no room besides it
at_limit() {
	put 0 $SYS/mem_limit
	blkdiscard $DEV
	zramctl set zram$N --folio-packs all
	write_pages /tmp/half
	put "$(mm_stat $N mem_used_total)" $SYS/mem_limit
}

algos=zstd
[ -n "$DEBUG" ] || algos+=" lz4"
for algo in $algos; do
	new_device 1M $algo
	at_limit
	is "$(shown folio_written)" 16 "$algo: a pack of 16 pages"
	ok "$algo: at the limit it gives way to one that leaves three pages out" \
		write_pages /tmp/mixed
	ok "$algo: which are right" same /tmp/mixed
	# of pages that do not compress, the probe may miss one; lz4 has none
	[ $algo != zstd ] ||
		cmp_num "$(shown folio_written)" -ge 29 "zstd: and the others became a pack"
	at_limit
	ok "$algo: and to pages that are too few for one" write_pages /tmp/few
	ok "$algo: which are right" same /tmp/few
	at_limit
	zramctl set zram$N --folio-packs off
	ok "$algo: also where packs are made no more" write_pages /tmp/few
	ok "$algo: which are right" same /tmp/few

	at_limit
	put 4096 $SYS/mem_limit
	zramctl monitor $DEV >/tmp/events 2>/dev/null &
	monitor=$!
	track kill $monitor
	listens $monitor || bail "no monitor"
	blkdiscard -l 40960 $DEV
	usleep 2500000
	kill $monitor
	wait $monitor 2>/dev/null
	is "$(grep -c limit /tmp/events)" 0 "$algo: what cannot be taken apart tells of no limit"
	put 0 $SYS/mem_limit
	ok "$algo: and is, once there is room" \
		wait_for "[ \$(zramctl packs zram$N | grep -c hot) = 0 ]" 10
	dd if=/dev/zero of=/tmp/half bs=4096 count=10 conv=notrunc status=none
	ok "$algo: its pages are right" same /tmp/half
	make_half
	blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"

	[ ! -e $thp/enabled ] || put madvise $thp/enabled
	zramctl set zram$N --folio-packs all
	ok "$algo: pages to read" pagetool write $DEV text -c 16 -b 64K
	ok "$algo: a page that is written to as it is read spoils no other" \
		scribble $DEV text "$(scaled 400 40)"
	for mode in all off; do
		zramctl set zram$N --folio-packs $mode
		ok "$algo: nor does one that changes as it is written, folio packs $mode" \
			scribble $DEV text "$(scaled 400 40)" write
	done
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "$algo: and it can be read"
	drop_device $N
done

# What takes the memory of single pages, and a part of which goes, leaves as much room
# (but for a few pages that are not shared in the same way, and two that the worker,
# where it is late, has not let go yet).
# lose N: of each pack, whose others keep what they are; refill: those, one by one
lose() { for ((i = 0; i < pages; i += 16)); do blkdiscard -o $((i * 4096)) -l $(($1 * 4096)) $DEV; done; }
refill() {
	for ((i = 0; i < pages; i += 16)); do
		dd if=/tmp/all of=$DEV bs=4k skip=$i seek=$i count=$1 oflag=direct status=none || return
	done
}
pages=128
for ((i = 0; i < pages; i += 16)); do cat /tmp/half; done >/tmp/all
fill_with() { dd if=/tmp/all of=$DEV bs=$1 oflag=direct status=none; }
for algo in $algos; do
	for part in $([ $algo = zstd ] && echo 7 4 || echo 8); do
		new_device 1M $algo
		fill_with 4k
		single=$(mm_stat $N mem_used_total)
		blkdiscard $DEV
		zramctl set zram$N --folio-packs all
		fill_with 64k
		put $((single + single / 32 + 16384)) $SYS/mem_limit
		lose $part
		ok "$algo: $part pages of each pack are written anew, within what single ones take" refill $part
		diag "single $single, now $(cat $SYS/mm_stat)"
		is "$(stat_field $SYS/io_stat 2)" 0 "$algo: and none failed"
		ok "$algo: the memory of the dead slots returns" \
			wait_for "[ \$(mm_stat $N mem_used_total) -le $((single + single / 16)) ]" 10
		dd if=$DEV bs=64k count=$((pages / 16)) iflag=direct status=none >/tmp/got
		ok "$algo: all is right" cmp /tmp/all /tmp/got
		blkdiscard $DEV
		is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"
		drop_device $N
	done
done

# the last sixteenth of the limit is for packs as well
new_device 1M zstd
zramctl set zram$N --folio-packs all
fill_with 64k
packed=$(shown folio_written)
tight=$(($(mm_stat $N mem_used_total) + 9 * 4096))
blkdiscard $DEV
put $tight $SYS/mem_limit
ok "pages up to the limit" fill_with 64k
is "$(shown folio_written)" $((2 * packed)) "become packs as without it"
drop_device $N

# each page of digits twice: lz4 makes something of them together, of one nothing
for ((i = 0; i < 8; i++)); do
	od -An -v -tx1 -N 2048 /dev/urandom | tr -d ' \n' >/tmp/page
	cat /tmp/page /tmp/page
done >/tmp/twice
new_device 1M lz4
zramctl set zram$N --folio-packs all
ok "pages that get smaller in company only" write_pages /tmp/twice
is "$(shown folio_written) $(awk '{ print $8, $9 }' $SYS/mm_stat)" "16 0 0" "become a pack, and none is raw"
blkdiscard -l 40960 $DEV
ok "when most have gone the rest is" wait_for "[ \$(mm_stat $N huge_pages) = 6 ]" 10
is "$(mm_stat $N huge_pages_since)" 6 "which huge_pages_since counts, too"
drop_device $N
done_testing
