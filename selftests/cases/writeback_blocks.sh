#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Blocks of 4 KiB on pages that are on the backing device, and limits of writeback
# in blocks, on pages of 4 KiB or 16 KiB: a write of a part of such a page keeps the
# rest of it (stock read that into a page it had freed), and a limit that is no
# multiple of a page is used up, not passed (stock's went below 0).
# needs: modules=brd flavours timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
page=$(getconf PAGESIZE 2>/dev/null || awk '/KernelPageSize/ { print $2 * 1024; exit }' /proc/self/smaps)
blocks=$((page / 4096))

bd() { stat_field $SYS/bd_stat "$1"; }

ram_disk 16 || bail "no brd in this kernel"

# device COMPRESSED ALGO
device() {
	new_device
	put /dev/ram0 $SYS/backing_dev
	put "$1" $SYS/compressed_writeback
	put "$2" $SYS/comp_algorithm
	put 4M $SYS/disksize
}

# ---- parts of pages that are written back again and again ------------------------
for compressed in 0 1; do
	for memory in 0 512; do
		what="compressed=$compressed, memory at $memory"
		device $compressed zstd
		(while :; do echo all >$SYS/idle; echo idle >$SYS/writeback; done) 2>/dev/null &
		writer=$!
		out=$(blocks -n "$(scaled 1200)" -s 7 -t 2 $([ "$page" = 4096 ] || echo -o) -m $memory $DEV)
		kill $writer
		wait $writer 2>/dev/null
		is "${out##*wrong=}" 0 "$what: every block is right"
		cmp_num "$(bd 2)" -ge 1 "$what: and some came from the disk ($(cat $SYS/bd_stat))"
		is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "$what: nothing failed"
		ok "$what: discard all" blkdiscard $DEV
		is "$(bd 1) $(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0 0" \
			"$what: and nothing is left"
		drop_device $N
	done
done

# ---- limits that are no multiple of a page ---------------------------------------
device 0 lz4
put 1 $SYS/writeback_limit_enable
ok "pages" dd if=/dev/urandom of=$DEV bs=64k count=4 oflag=direct
for limit in 1 3 5 7 9; do
	usable=$((limit / blocks * blocks))
	put $limit $SYS/writeback_limit
	is "$(cat $SYS/writeback_limit)" $usable "a limit of $limit blocks is one of $usable"
	before=$(bd 3)
	put all $SYS/idle
	expect_errno EIO idle $SYS/writeback "limit $limit: it is used up"
	is $(($(bd 3) - before)) $usable "limit $limit: $usable blocks were written"
	is "$(cat $SYS/writeback_limit)" 0 "limit $limit: nothing of it is left"
done
put 18446744073709551615 $SYS/writeback_limit
is "$(cat $SYS/writeback_limit)" "$(printf %u $((-1 & -blocks)))" "the largest limit"
drop_device $N

# packs take as many blocks as they need
device 1 lz4
put 1 $SYS/writeback_limit_enable
ok "text" pagetool write $DEV text -c 1024 -b 64K -g 1
for limit in 1 3 5 7 9; do
	usable=$((limit / blocks * blocks))
	put $limit $SYS/writeback_limit
	before=$(bd 3)
	put all $SYS/idle
	like "$(errno_of idle $SYS/writeback)" '^(0|EIO)$' "packs, limit $limit: an end"
	is $(($(bd 3) - before + $(cat $SYS/writeback_limit))) $usable \
		"packs, limit $limit: what was written and what is left"
done
ok "all is right" pagetool verify $DEV text -c 1024 -b 64K -g 1
drop_device $N
done_testing
