#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Writes of several pages become packs where that is asked for: they come back in
# whatever requests, whole packs are counted as such, halves of them are taken
# apart, the limit cuts in the middle of a request as without them, and nothing
# is left in the end.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=240

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
pages=$([ -n "$DEBUG" ] && echo 128 || echo 256)

# shown KEY: of the device
shown() { zramctl show zram$N --json | sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" | head -n 1; }
used_slots() { grep -c . /sys/kernel/debug/zram/zram$N/block_state; }
verify() { pagetool verify $DEV /pages/small.pages -c $pages -g 1 "$@"; }

mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
new_device 1M zstd
is "$(shown folio_packs)" auto "auto at first"
like "$(shown folio_state)" "no large write" "and nothing came of it yet"
codec=$(shown codec)
ctl set zram$N --folio-packs off
is "$CODE $(shown folio_packs) $(shown folio_state) $(shown codec)" "0 off off $codec" \
	"off is set, and nothing was there to let go"
ctl set zram$N --folio-packs auto
is "$CODE $(shown folio_packs)" "0 auto" "auto is set"
like "$(shown folio_state)" "no large write" "and nothing came of it yet"
cmp_num "$(shown codec)" -gt $((codec + 100000)) "but its contexts are there, and counted"
ok "a large write that is no swap" pagetool write $DEV /pages/small.pages -c 16 -b 64K -g 1
is "$(shown folio_written)" 0 "auto leaves it alone"
like "$(shown folio_state)" "no large write" "which changes nothing"
ctl set zram$N --folio-packs sometimes
is $CODE 2 "an unknown mode is refused"
like "$ERR" "off, auto, swap and all" "with the list of modes"
ctl set zram$N --folio-packs all
is "$CODE $(shown folio_packs) $(shown folio_state)" "0 all active" "all is set on a live device"
cmp_num "$(shown codec)" -gt $((codec + 100000)) "its contexts are counted"
ctl set zram$N --folio-packs off
is "$CODE $(shown folio_packs) $(shown folio_state) $(shown codec)" "0 off off $codec" \
	"off lets them go"
put 1 $SYS/reset
is "$(shown folio_packs)" auto "reset goes back to auto"
drop_device $N

new_device 1M deflate
ctl set zram$N --folio-packs all
is "$CODE $(shown folio_packs)" "0 all" "an algorithm that makes no frames takes any mode"
like "$(zramctl show zram$N --json)" "none: the algorithm makes no frames of several pages" "and says so"
ok "a large write" pagetool write $DEV /pages/small.pages -c 16 -b 64K -g 1
is "$(shown folio_written)" 0 "goes page by page"
drop_device $N

algos=zstd
[ -n "$DEBUG" ] || algos+=" lz4 lzo-rle"
for algo in $algos; do
	new_device 2M $algo 2>/dev/null || { skip "$algo" "not in this module"; continue; }
	ok "$algo: write page by page" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
	single=$(mm_stat $N mem_used_total)
	same=$(awk '{ print $1, $6 }' $SYS/mm_stat)
	blkdiscard $DEV

	zramctl set zram$N --folio-packs all
	ok "$algo: write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
	is "$(awk '{ print $1, $6 }' $SYS/mm_stat)" "$same" "$algo: as many pages and fills"
	packed=$(shown folio_written)
	cmp_num "$packed" -ge $((pages / 2)) "$algo: at least half of it in packs"
	cmp_num "$(mm_stat $N mem_used_total)" -lt $single "$algo: takes less memory than $single"
	ok "$algo: read as it was written" verify -b 64K
	is "$(shown folio_read_whole) $(shown folio_read_single)" "$packed 0" \
		"$algo: in whole packs"
	ok "$algo: read by 128 KiB" verify -b 128K
	ok "$algo: read in order" verify
	cmp_num "$(shown folio_decoded)" -le $((packed / 4)) "$algo: which decodes a pack once"
	ok "$algo: read shuffled" verify -s 7
	ok "$algo: into memory that is not aligned" verify -b 64K -m 512
	ok "$algo: in pieces that cross packs" verify -c $((pages / 5 * 5)) -b 20K -s 3
	verify -s 4 >/tmp/verify.other 2>&1 &
	other=$!
	ok "$algo: by one of two readers" verify -b 64K -s 5
	wait $other
	is $? 0 "$algo: and the other one"
	is "$(stat_field $SYS/io_stat 1)" 0 "$algo: no read failed"

	ok "$algo: overwrite a part, shifted" \
		pagetool write $DEV /pages/small.pages -c 90 -f 0 -b 24K -g 1
	ok "$algo: overwrite another by single pages" \
		pagetool write $DEV /pages/small.pages -c 128 -g 1 -s 9
	ok "$algo: all is right" verify -s 6
	is "$(awk '{ print $1, $6 }' $SYS/mm_stat)" "$same" "$algo: counted as before"
	ok "$algo: write it all once more" \
		pagetool write $DEV /pages/small.pages -c $pages -b 128K -g 1
	out=$(jobrun $N pack -n 32)
	like "$out" "error=0" "$algo: a job packs what is cold"
	ok "$algo: which reads back" verify -b 64K
	blkdiscard $DEV
	pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1 >/dev/null

	# half of each pack goes: the rest goes back to single pages
	compr=$(mm_stat $N compr_data_size)
	dd if=$DEV of=/tmp/want bs=64k iflag=direct 2>/dev/null
	for ((i = 0; i < pages; i += 16)); do
		blkdiscard -o $((i * 4096)) -l $((8 * 4096)) $DEV
		dd if=/dev/zero of=/tmp/want bs=4096 seek=$i count=8 conv=notrunc 2>/dev/null
	done
	wait_for "[ \$(mm_stat $N compr_data_size) -lt $((compr * 3 / 4)) ]" 10 &&
		ok "$algo: memory of dead slots returns" ||
		fail "$algo: memory of dead slots returns" "$compr, $(cat $SYS/mm_stat)"
	dd if=$DEV of=/tmp/got bs=64k iflag=direct 2>/dev/null
	ok "$algo: and the rest is right" cmp /tmp/want /tmp/got
	[ ! -d /sys/kernel/debug/zram ] ||
		ok "$algo: counted exactly" \
			wait_for '[ $(($(mm_stat $N orig_data_size) / 4096)) = $(used_slots) ]' 5
	blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: every counter is 0 again"

	# the limit in the middle of a request: twice as much as before would not fit
	limit=$((single / 8 / 4096 * 4096))
	put $limit $SYS/mem_limit
	failed=0
	for first in 0 $pages; do
		out=$(pagetool write $DEV /pages/small.pages -c $pages -f $first -b 64K -g 1 -e 2>&1)
		out=${out#*failed=}
		failed=$((failed + ${out%% *}))
	done
	cmp_num $failed -ge 1 "$algo: the limit is reached"
	cmp_num "$(mm_stat $N orig_data_size)" -ge $((limit / 2)) "$algo: but not before its time"
	[ ! -d /sys/kernel/debug/zram ] ||
		is "$(($(mm_stat $N orig_data_size) / 4096))" "$(used_slots)" \
			"$algo: what was stored is what is counted"
	cmp_num "$(mm_stat $N mem_used_total)" -le $((limit + $(nproc) * 8 * 4096)) \
		"$algo: memory stays near the limit"
	put 0 $SYS/mem_limit
	ok "$algo: without it everything fits" \
		pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
	ok "$algo: and reads back" verify -b 64K
	put 1 $SYS/reset
	drop_device $N
done
done_testing
