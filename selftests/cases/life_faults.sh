#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The allocations of every action fail, one in each attempt: nothing crashes or
# leaks, what was refused changed nothing, and afterwards the same action
# succeeds. The first ones fail in turn, of the many behind them (most of them the
# block layer's and zsmalloc's) every STEPth.
# A slab cache that cannot be shown in sysfs for want of memory costs the kernel
# the copy of its name, whoever asked for it, stock zram too: no leak of ours.
# needs: debug soak timeout=240 leaks=sysfs_slab_add

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/faults.sh

# walk DESC FINE STEP ARGUMENT...: the walk ends, and met failures on its way
walk() {
	local desc=$1 out
	out=$(FINE=$2 STEP=$3 faultwalk "${@:4}" 2>&1)
	is $? 0 "$desc: the walk ends with a success ($out)"
	out=${out#*failures=}
	cmp_num "${out%% *}" -ge 1 "$desc: allocations failed on the way"
	diag "$desc: $SECONDS s so far"
}

# ---- loading, while somebody opens what appears -------------------------------------
# with what it depends on
load_zram num_devices=0
unload_zram
storm 3600 "open /dev/zram0" "run exec 3</dev/zram0 && usleep 20000; run usleep 20000" \
	"read /sys/block/zram*/mm_stat" >/dev/null 2>&1 &
opener=$!
walk "load" 4 61 load "/lib/modules/$(uname -r)/updates/zram.ko" num_devices=2 zram
kill $opener
wait $opener 2>/dev/null
is "$(ls -d /sys/block/zram* /sys/class/zram-control 2>/dev/null)" "" "no half of a load is left"

# ---- devices ------------------------------------------------------------------------
load_zram num_devices=1
z=/sys/block/zram0
walk "hot_add" 16 13 read /sys/class/zram-control/hot_add
for n in $(ls /sys/block | sed -n 's/^zram\([1-9][0-9]*\)$/\1/p'); do
	put $n /sys/class/zram-control/hot_remove
done
is "$(ls -d /sys/block/zram* | wc -l)" 1 "only whole devices came of it"

for algo in lz4 zstd; do
	put $algo $z/comp_algorithm
	walk "$algo: disksize" 24 17 write 8M $z/disksize 1 $z/reset
	put $algo $z/comp_algorithm
	ok "$algo: disksize afterwards" put 8M $z/disksize
	walk "$algo: writing pages" 64 5 pages /dev/zram0 text
	ok "$algo: the pages are right" pagetool verify /dev/zram0 text -c 16 -g 1
	blkdiscard /dev/zram0
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $z/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"
	put 1 $z/reset
done
ok "unload" unload_zram
done_testing
