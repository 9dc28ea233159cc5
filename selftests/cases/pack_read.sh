#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Real pages go into packs and come back in any order and by two readers at
# once; the counters are a model's, and everything is 0 after a full discard.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=240

. /zramkit/selftests/lib/lib.sh
pages=256

value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$2"; }

for algo in zstd lz4 lzo-rle; do
	new_device 1M $algo 2>/dev/null || { skip "$algo" "not in this module"; continue; }
	ok "$algo: write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
	before=$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)
	used=$(mm_stat $N mem_used_total)
	compr=$(mm_stat $N compr_data_size)
	raw=$(mm_stat $N huge_pages)
	out=$(jobrun $N pack)
	is "$(value phase "$out") $(value error "$out")" "3 0" "$algo: a job packs it"
	cmp_num "$(value moved "$out")" -ge $((pages / 2 - raw)) "$algo: at least half of it"
	diag "$out"
	is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "$before" \
		"$algo: as many pages, fills and raw pages as before"
	is "$(mm_stat $N compr_data_size)" \
		$((compr - $(value before "$out") + $(value after "$out"))) \
		"$algo: the bytes are what the job says"
	cmp_num "$(mm_stat $N mem_used_total)" -lt $used "$algo: takes less memory"

	ok "$algo: read in order" pagetool verify $DEV /pages/small.pages -c $pages -g 1
	ok "$algo: read shuffled" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 7
	ok "$algo: read in large requests" \
		pagetool verify $DEV /pages/small.pages -c $pages -g 1 -b 128K
	pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 3 -n 2 >/tmp/other 2>&1 &
	other=$!
	ok "$algo: one of two readers" \
		pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 4 -n 2
	wait $other
	is $? 0 "$algo: and the other one"
	is "$(stat_field $SYS/io_stat 1)" 0 "$algo: no read failed"

	ok "$algo: overwrite a third" \
		pagetool write $DEV /pages/small.pages -c $((pages / 3)) -f 0 -g 1
	ok "$algo: all is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 5
	if [ $algo = zstd ]; then
		out=$(jobrun $N pack -n 1)
		# but for a few pages that level 6 brings down to the next size
		cmp_num "$(value moved "$out")" -le $((pages / 20)) "$algo: a pack of one slot seldom pays"
		[ "$(value moved "$out")" = 0 ] ||
			cmp_num "$(value after "$out")" -lt "$(value before "$out")" \
				"$algo: and is kept only where it does"
	fi
	out=$(jobrun $N pack -n 16 -l 3)
	cmp_num "$(value moved "$out")" -gt 0 "$algo: packed again by 16"
	ok "$algo: all is right again" \
		pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 6
	is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "$before" "$algo: counted as before"

	# half of each pack and more goes: the rest is packed anew
	compr=$(mm_stat $N compr_data_size)
	dd if=$DEV of=/tmp/want bs=64k iflag=direct 2>/dev/null
	for ((i = 0; i < pages; i += 16)); do
		blkdiscard -o $((i * 4096)) -l $((12 * 4096)) $DEV
		dd if=/dev/zero of=/tmp/want bs=4096 seek=$i count=12 conv=notrunc 2>/dev/null
	done
	is "$(mm_stat $N orig_data_size)" $((pages / 4 * 4096)) "$algo: a quarter is left"
	wait_for "[ \$(mm_stat $N compr_data_size) -lt $((compr * 6 / 10)) ]" 10 &&
		ok "$algo: sparse packs are made anew" ||
		fail "$algo: sparse packs are made anew" "$compr, $(cat $SYS/mm_stat)"
	dd if=$DEV of=/tmp/got bs=64k iflag=direct 2>/dev/null
	ok "$algo: and the rest is right" cmp /tmp/want /tmp/got

	ok "$algo: discard all" blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: every counter is 0 again"
	drop_device $N
done
done_testing
