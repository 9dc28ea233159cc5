#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Reset, disksize, removal, opening and readers of attributes, all at once, on
# the same devices: nobody sees a half-made or half-dead device, and afterwards
# everything still works.
# needs: timeout=90

. /zramkit/selftests/lib/lib.sh
seconds=$(scaled 4 2)
z=/sys/block/zram0

sizes="write zstd $z/comp_algorithm; write 1G $z/disksize; write 1M $z/disksize"
wipes="write zstd $z/comp_algorithm; write 8E $z/disksize; write level=99 $z/algorithm_params; write 1M $z/disksize; write lz4 $z/comp_algorithm"
resets="write 1 $z/reset"
reads="has [ /sys/block/zram*/comp_algorithm; read /sys/block/zram*/{recomp_algorithm,mm_stat,io_stat,debug_stat,disksize,initstate}"

# race DESC THREAD...: all threads against each other
race() {
	local desc=$1
	shift
	load_zram num_devices=2
	out=$(storm $seconds "$@" 2>&1)
	is "${out##*wrong=}" 0 "$desc: readers saw nothing impossible"
	diag $out
	wait_for "[ -b /dev/zram0 ] || put 1 $z/reset" 5
	ok "$desc: a reset works afterwards" put 1 $z/reset
	ok "$desc: so does a new size" put 4M $z/disksize
	ok "$desc: and I/O" pagetool write /dev/zram0 text -c 64 -g 1
	ok "$desc: which reads back" pagetool verify /dev/zram0 text -c 64 -g 1
	ok "$desc: unload" unload_zram
}

race "disksize, reset, readers" "$sizes" "$resets" "$reads" "$wipes"
race "disksize, reset, opening, I/O" "$sizes" "$resets" "open /dev/zram0" "put /dev/zram0"
race "hot_add, hot_remove, disksize, I/O, readers" "add; remove" \
	"write 1M /sys/block/zram2/disksize; put /dev/zram2" "$reads" \
	"open /dev/zram2; write 1 /sys/block/zram2/reset"
race "swapon, reset, removal" \
	"write 1M /sys/block/zram1/disksize; run mkswap /dev/zram1 && swapon /dev/zram1 && swapoff /dev/zram1" \
	"write 1 /sys/block/zram1/reset; write 1 /sys/class/zram-control/hot_remove" "add" "$resets"
done_testing
