#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What stock zram once kept: names and parameters of codecs over resets, with and
# without a size (CVE-2024-50064); a disk over a reset or a removal of a device
# that never had a size; bytes of other pages in the blocks it wrote; and objects
# that move while they are read.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd timeout=120

. /zramkit/selftests/lib/lib.sh
modprobe brd rd_nr=1 rd_size=8192
disk=/dev/ram0
head -c 60000 /pages/small.pages >/tmp/dict

# ---- codecs ------------------------------------------------------------------
# choose: everything that can be chosen, with a dictionary of 60 kB each
choose() {
	local prio
	put zstd $SYS/comp_algorithm
	put "dict=/tmp/dict level=1" $SYS/algorithm_params
	for prio in 1 2 3; do
		put "algo=lz4 priority=$prio" $SYS/recomp_algorithm
		put "priority=$prio dict=/tmp/dict" $SYS/algorithm_params
	done
}
new_device
rounds=$(scaled 60 20)
choose
put 1 $SYS/reset
before=$(mem_free_kib)
for ((i = 0; i < rounds; i++)); do
	choose
	choose
	[ $((i % 2)) = 0 ] || put 1M $SYS/disksize 2>/dev/null
	put 1 $SYS/reset
done
# what a leak of one dictionary a round would take; the debug kernel keeps what is
# freed for a while, and looks for leaks of any size when the tests are over
if [ -z "$DEBUG" ]; then
	wait_for "[ $((before - rounds * 60)) -lt \$(mem_free_kib) ]" 10
	cmp_num $((before - $(mem_free_kib))) -lt $((rounds * 60)) \
		"$rounds times all codecs and dictionaries leave no memory behind"
fi
drop_device $N

# ---- the disk of a device that never had a size --------------------------------
new_device
one=$SYS
new_device
put $disk $one/backing_dev
expect_errno EBUSY $disk $SYS/backing_dev "the disk is taken"
put 1 $one/reset
ok "a reset without a size lets it go" put $disk $SYS/backing_dev
drop_device $N
ok "so does a removal" put $disk $one/backing_dev

# ---- what is written to the disk -----------------------------------------------
# Pages that do not compress, each with a word at its end, go there as they are;
# then, in the same buffers, packs that end within a block
random=$(scaled 256 64)
text=$((4 * random))
new_device
put 1 $one/reset
for ((i = 0; i < random; i++)); do
	head -c 4084 /dev/urandom
	printf 'a canary....'
done >/tmp/canary
put $disk $SYS/backing_dev
put 1 $SYS/compressed_writeback
put 16M $SYS/disksize
ok "pages with a word" pagetool write $DEV /tmp/canary -c $random -b 64K
ok "and pages without" pagetool write $DEV /pages/small.pages -f $random -c $text -b 64K
put page_indexes=0-$((random + text - 1)) $SYS/writeback
cmp_num "$(stat_field $SYS/bd_stat 1)" -gt $((text * 9 / 10)) "go to the disk"
echo 3 >/proc/sys/vm/drop_caches
is "$(grep -ao 'a canary\.\.\.\.' $disk | wc -l)" $random "the word is there once for each page that has it"
ok "they read back" pagetool verify $DEV /pages/small.pages -f $random -c $text -b 64K
rm /tmp/canary

# ---- migration -----------------------------------------------------------------
drop_device $N
new_device 16M lz4
moved() { awk '/^pgmigrate_success/ { print $2 }' /proc/vmstat; }
before=$(moved)
(while :; do echo 1 >/proc/sys/vm/compact_memory; echo 1 >$SYS/compact; done) 2>/dev/null &
mover=$!
ok "pages of the pool move while they are read and written" \
	hammer $DEV /pages/small.pages -t 2 -p 2000 -n "$(scaled 400 40)" -s 7
kill $mover
wait $mover 2>/dev/null
cmp_num $(($(moved) - before)) -gt 0 "pages did move"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "nothing failed"
is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "and nothing is left"
unload_zram
rmmod brd 2>/dev/null	# others want other sizes
done_testing
