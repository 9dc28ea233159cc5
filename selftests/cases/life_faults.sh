#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every allocation of every action fails once: nothing crashes or leaks, what was
# refused changed nothing, and afterwards the same action succeeds.
# needs: debug soak timeout=400

. /zramkit/selftests/lib/lib.sh
for kind in failslab fail_page_alloc; do
	dir=/sys/kernel/debug/$kind
	[ -d $dir ] || bail "the debug kernel has no $kind"
	put N $dir/ignore-gfp-wait
	put 0 $dir/verbose
done
put 0 /sys/kernel/debug/fail_page_alloc/min-order
put N /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem 2>/dev/null

# walk DESC ARGUMENT...: the walk ends, and met failures on its way
walk() {
	local desc=$1 out
	shift
	out=$(faultwalk "$@" 2>&1)
	is $? 0 "$desc: the walk ends with a success ($out)"
	out=${out#*failures=}
	cmp_num "${out%% *}" -ge 1 "$desc: allocations failed on the way"
}

load_zram num_devices=1
z=/sys/block/zram0
# most of these are the block layer's, and a device is slow to make
STEP=$((1 + 2 * SCALE)) walk "hot_add" read /sys/class/zram-control/hot_add
for n in $(ls /sys/block | sed -n 's/^zram\([1-9][0-9]*\)$/\1/p'); do
	put $n /sys/class/zram-control/hot_remove
done
is "$(ls -d /sys/block/zram* | wc -l)" 1 "only whole devices came of it"

for algo in lz4 zstd; do
	put $algo $z/comp_algorithm
	walk "$algo: disksize" write 8M $z/disksize 1 $z/reset
	put $algo $z/comp_algorithm
	ok "$algo: disksize afterwards" put 8M $z/disksize
	walk "$algo: writing pages" pages /dev/zram0 text
	ok "$algo: the pages are right" pagetool verify /dev/zram0 text -c 16 -g 1
	blkdiscard /dev/zram0
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $z/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"
	put 1 $z/reset
done
walk "comp_algorithm" write zstd $z/comp_algorithm
ok "unload" unload_zram
done_testing
