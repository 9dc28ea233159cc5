#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The allocations of every action fail, one in each attempt: nothing crashes or
# leaks, what was refused changed nothing, and afterwards the same action
# succeeds. The first ones fail in turn, of the many behind them (most of them the
# block layer's and zsmalloc's) every STEPth.
# A slab cache that cannot be shown in sysfs for want of memory costs the kernel
# the copy of its name, whoever asked for it, stock zram too: no leak of ours.
# needs: debug soak modules=brd timeout=400 leaks=sysfs_slab_add

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/faults.sh
. /zramkit/selftests/lib/disk.sh

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

# ---- a disk: an attach that fails keeps nothing of it ------------------------------
ram_disk 4 || bail "no brd"
walk "backing_dev" 24 7 write /dev/ram0 $z/backing_dev 1 $z/reset
is "$(cat $z/backing_dev)" none "a reset lets it go"
new_device
ok "and another device may have it" put /dev/ram0 $SYS/backing_dev
drop_device $N

# none_at_once CMD...: runs it, and nobody in it gets memory without a wait
none_at_once() {
	local kind dir
	for kind in failslab fail_page_alloc; do
		dir=/sys/kernel/debug/$kind
		put Y $dir/ignore-gfp-wait
		put Y $dir/task-filter
		put 1000000 $dir/times
		put 100 $dir/probability
	done
	bash -c 'echo 1 >/proc/self/make-it-fail && exec "$@"' - "$@"
	set -- $?
	for kind in failslab fail_page_alloc; do
		dir=/sys/kernel/debug/$kind
		put 0 $dir/probability
		put N $dir/task-filter
		put N $dir/ignore-gfp-wait
	done
	return $1
}

for algo in lz4 zstd; do
	put $algo $z/comp_algorithm
	walk "$algo: disksize" 24 17 write 8M $z/disksize 1 $z/reset
	put $algo $z/comp_algorithm
	ok "$algo: disksize afterwards" put 8M $z/disksize
	walk "$algo: writing pages" 64 5 pages /dev/zram0 text
	ok "$algo: the pages are right" pagetool verify /dev/zram0 text -c 16 -g 1
	walk "$algo: reading pages" 64 5 reads /dev/zram0
	cmp_num "$(stat_field $z/io_stat 1)" -ge 1 "$algo: reads without memory failed, and were counted"
	ok "$algo: and are right afterwards" pagetool verify /dev/zram0 text -c 16 -g 1
	failed=$(stat_field $z/io_stat 2)
	ok "$algo: a write waits for memory that is not there at once" \
		none_at_once pagetool write /dev/zram0 text -f 64 -c 64 -g 2
	cmp_num "$(cat /sys/kernel/debug/fail_page_alloc/times)" -lt 1000000 "$algo: there were failures"
	ok "$algo: so do raw pages" none_at_once pagetool write /dev/zram0 random -f 256 -c 64
	cmp_num "$(cat /sys/kernel/debug/fail_page_alloc/times)" -lt 1000000 "$algo: there were failures"
	is "$(stat_field $z/io_stat 2)" "$failed" "$algo: and none failed"
	ok "$algo: they are right" pagetool verify /dev/zram0 text -f 64 -c 64 -g 2
	blkdiscard /dev/zram0
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $z/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"
	put 1 $z/reset
done
ok "unload" unload_zram
done_testing
