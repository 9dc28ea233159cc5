#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A reader whose block is freed while the disk is still at it must not get what
# another slot has put there since; nor may a page that was overwritten and
# written back meanwhile be an error, or a mixture.
# needs: modules=brd,dm-mod,dm-delay progs=dmsetup timeout=240 soak

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
delay=$((5000 * (${SCALE:-1} > 3 ? 3 : 1)))
overtaken=0	# readers that still waited when all was done to their page

# one_page FILE LETTER: a page that no codec makes small
one_page() {
	{ printf '%s' "$2"; head -c 4095 /dev/urandom; } >"$1"
}

store() { dd if="$1" of=$DEV bs=4k seek="$2" oflag=direct conv=notrunc 2>/dev/null; }
fetch() { dd if=$DEV of="$2" bs=4k skip="$1" count=1 iflag=direct 2>/dev/null; }
# wait_read: until the reader sleeps on its answer, which takes longer
wait_read() { wait_for "grep -qs '(dd) D' /proc/[0-9]*/stat" 10; }
still_reads() { ! kill -0 $reader 2>/dev/null || overtaken=$((overtaken + 1)); }

# compressible pages, too
for way in raw compressed; do
	ram_disk 1
	# four blocks, and reads that take their time
	disk_make four delay 16 $delay 0 || bail "no slow disk"
	new_device
	put /dev/mapper/four $SYS/backing_dev
	put "$([ $way = raw ] && echo 0 || echo 1)" $SYS/compressed_writeback 2>/dev/null
	put 1M $SYS/disksize
	zramctl set zram$N --promote 0	# what is on the disk stays there
	for i in 0 1 2 3 4 5; do
		one_page /tmp/page.$i $i
		[ $way = raw ] || head -c 2000 /dev/zero | tr '\0' $i |
			dd of=/tmp/page.$i bs=1 conv=notrunc 2>/dev/null
		[ $i -gt 3 ] || store /tmp/page.$i $i
	done
	for i in 0 1 2 3; do put page_index=$i $SYS/writeback; done
	is "$(stat_field $SYS/bd_stat 1)" 4 "$way: the disk is full"
	fetch 0 /tmp/got &
	reader=$!
	ok "$way: a reader waits" wait_read
	# without --force it looks for a file system, and waits for the disk
	ok "$way: its slot is freed" blkdiscard --force -l 4096 $DEV
	store /tmp/page.4 9
	put page_index=9 $SYS/writeback 2>/dev/null
	still_reads
	wait $reader
	is $? 0 "$way: the reader gets a page"
	ok "$way: the one that was there" cmp /tmp/got /tmp/page.0
	wait_for "put page_index=9 $SYS/writeback" 10
	is "$(stat_field $SYS/bd_stat 1)" 4 "$way: then the block is used again"
	fetch 9 /tmp/got
	ok "$way: for the right page" cmp /tmp/got /tmp/page.4

	fetch 1 /tmp/got &
	reader=$!
	ok "$way: another reader waits" wait_read
	store /tmp/page.5 1
	put page_index=1 $SYS/writeback 2>/dev/null
	still_reads
	wait $reader
	is $? 0 "$way: no error for a page that was overwritten"
	cmp -s /tmp/got /tmp/page.1 || cmp -s /tmp/got /tmp/page.5
	is $? 0 "$way: it is the old one or the new one"
	fetch 1 /tmp/got
	ok "$way: and the new one from then on" cmp /tmp/got /tmp/page.5
	drop_device $N
	dmsetup remove --retry four
done
cmp_num $overtaken -ge 1 "of 4 readers $overtaken were overtaken"
done_testing
