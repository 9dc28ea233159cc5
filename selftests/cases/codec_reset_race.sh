#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Algorithms, parameters, dictionaries, sizes, resets, jobs and everything that
# looks at a table, by sysfs and netlink, all at once on one device whose size
# jumps between 1 GiB and 1 MiB: nobody reads beyond the end of a table that
# shrank (CVE-2026-89718 and 89719 were that), sees a codec that is gone, or waits
# for ever.
# needs: modules=brd timeout=90

. /zramkit/selftests/lib/lib.sh
seconds=$(scaled 4 3)
z=/sys/block/zram0
block_state=/sys/kernel/debug/zram/zram0/block_state

head -c 9000 /proc/kallsyms >/tmp/dict
modprobe brd rd_nr=1 rd_size=4096

# race DESC THREAD...: all threads against each other, then the device works
race() {
	local desc=$1 out
	shift
	load_zram num_devices=1
	out=$(timeout $((seconds * 20 + 60)) storm $seconds "$@" 2>&1)
	is "${out##*wrong=}" 0 "$desc: everybody comes to an end"
	diag $out
	ok "$desc: a reset works afterwards" wait_for "put 1 $z/reset" 15
	ok "$desc: so does a codec" put zstd $z/comp_algorithm
	ok "$desc: and a size" put 4M $z/disksize
	ok "$desc: and I/O" pagetool write /dev/zram0 text -c 64 -g 1
	ok "$desc: which reads back" pagetool verify /dev/zram0 text -c 64 -g 1
	ok "$desc: unload" unload_zram
}

sizes="write 1G $z/disksize; put /dev/zram0; write all $z/idle; write 1 $z/reset; write 1M $z/disksize"
choices="write zstd $z/comp_algorithm; write algo=lz4 priority=1 $z/recomp_algorithm; write lz4 $z/comp_algorithm"
looks="has [ $z/comp_algorithm; read $z/{recomp_algorithm,mm_stat,io_stat,bd_stat,disksize,initstate}"

race "parameters" "$sizes" "write 1 $z/reset" \
	"write level=3 $z/algorithm_params; write dict=/tmp/dict $z/algorithm_params; write level=-1 priority=1 $z/algorithm_params" \
	"$choices" "$looks"
race "netlink" "$sizes" "$choices" "$looks" \
	"run zramctl set zram0 --algo zstd --level 3 >/tmp/null 2>&1; write 1 $z/reset" \
	"run zramctl show zram0 >/tmp/null 2>&1; run jobtool flags 0 >/tmp/null 2>&1"
moves="write /dev/ram0 $z/backing_dev; write 1G $z/disksize; put /dev/zram0; run usleep 20000; write 1 $z/reset; write /dev/ram0 $z/backing_dev; write 1M $z/disksize; run usleep 5000"
# a slow kernel puts its pages once or twice in that time, and a writeback has to
# come between them and the next reset
for _ in $(seq 8); do
	race "tables" "$moves" "run usleep 30000; write 1 $z/reset" \
		"read $block_state; read $block_state" \
		"run jobtool flags 0 >/tmp/null; run jobtool list 0 >/tmp/null" \
		"write page_indexes=0-262143 $z/writeback; write all $z/idle; write idle $z/writeback; write algo=zstd $z/recomp_algorithm; write priority=1 $z/recompress" \
		"write 1 $z/compact; write 0 $z/mem_used_max"
	cmp -s -n 1048576 /dev/ram0 /dev/zero || break
done
nok "tables: pages went to the disk meanwhile" cmp -s -n 1048576 /dev/ram0 /dev/zero
unload_zram
rmmod brd 2>/dev/null	# others want other sizes
done_testing
