#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packs of large writes on the disk: writeback takes them as they are, they read
# back in any requests, what is read again comes back by itself and is hot as
# before, half of one that came back is taken apart, a detach under reads brings
# back all; and the tiers are counted exactly on the way.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd progs=blkid timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh
pages=128

look() { SHOWN=$(zramctl show zram$N --json); }
shown() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" <<<"$SHOWN" | head -n 1; }
frozen() { stat_field $SYS/bd_stat 1; }
verify() { pagetool verify $DEV /pages/small.pages -c $pages -g 1 "$@"; }
# tiers: warm, cold and frozen slots
tiers() { look; echo "$(shown warm) $(shown cold) $(shown frozen)"; }

ram_disk 16
for algo in lz4 $([ -n "$DEBUG" ] || echo zstd); do
	new_device 16M $algo
	ctl attach zram$N /dev/ram0 --force
	is "$CODE$ERR" 0 "$algo: attach"
	zramctl set zram$N --folio-packs all --promote 0
	ok "$algo: write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
	packed=$(look; shown folio_written)
	cmp_num "$packed" -ge $((pages / 2)) "$algo: $packed of $pages are in packs"
	is "$(tiers)" "0 0 0" "$algo: which are hot"
	before=$(mm_stat $N orig_data_size)

	ctl writeback zram$N --all
	is $CODE 0 "$algo: all is written back"
	all=$(frozen)
	cmp_num "$all" -ge "$packed" "$algo: the packs, too"
	is "$(tiers) $(mm_stat $N orig_data_size)" "0 0 $all $before" "$algo: and counted"
	ok "$algo: read by 64 KiB" verify -b 64K
	ok "$algo: by 20 KiB, shuffled" verify -c $((pages - 3)) -b 20K -s 3
	ok "$algo: by single pages, shuffled" verify -s 7
	is "$(frozen)" "$all" "$algo: from the disk"

	zramctl set zram$N --promote 2/1h
	ok "$algo: read all twice" verify -b 64K
	ok "$algo: once more" verify -b 64K
	wait_for "[ \$(frozen) = 0 ]" 20 && ok "$algo: all comes back" ||
		fail "$algo: all comes back" "$(cat $SYS/bd_stat)"
	is "$(tiers)" "0 $((all - packed)) 0" "$algo: folios are hot again, the rest is cold"
	ok "$algo: all is right" verify -b 64K

	# out again, and half of each dies there; in memory the rest is taken apart
	zramctl set zram$N --promote 0
	ctl writeback zram$N --all
	dd if=$DEV of=/tmp/want bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
	for ((i = 0; i < pages; i += 16)); do
		blkdiscard -o $((i * 4096)) -l $((12 * 4096)) $DEV
		dd if=/dev/zero of=/tmp/want bs=4096 seek=$i count=12 conv=notrunc 2>/dev/null
	done
	rm -f /tmp/stop /tmp/wrong
	(while [ ! -e /tmp/stop ]; do
		dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
		cmp /tmp/want /tmp/got || touch /tmp/wrong
	done) >/tmp/reader 2>&1 &
	ctl detach zram$N
	is "$CODE $(frozen)" "0 0" "$algo: detached under reads"
	wait_for "[ \"\$(tiers | cut -d ' ' -f 1,3)\" = '0 0' ]" 10
	touch /tmp/stop
	wait
	[ ! -e /tmp/wrong ] && ok "$algo: no read was wrong" || fail "$algo: no read was wrong" "$(tail -n 3 /tmp/reader)"
	compr=$(mm_stat $N compr_data_size)
	ok "$algo: compact" put 1 $SYS/compact
	dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
	ok "$algo: all is right after it" cmp /tmp/want /tmp/got
	out=$(jobrun $N pack -n 32)
	like "$out" "error=0" "$algo: what is left is packed as cold ($compr bytes)"
	dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
	ok "$algo: and is right" cmp /tmp/want /tmp/got
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "$algo: nothing failed"
	blkdiscard $DEV
	is "$(tiers) $(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0 0 0 0" \
		"$algo: every counter is 0 again"
	put 1 $SYS/reset
	drop_device $N
done
no_ram_disk
done_testing
