#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Requests of 4 KiB blocks, on pages of 4 KiB or 16 KiB: each reads back what was
# written last, threads that share pages do not disturb one another, a discard
# smaller than a page ends and takes nothing, and the counters fit.
# needs: kernels=all flavours timeout=120

. /zramkit/selftests/lib/lib.sh
page=$(getconf PAGESIZE 2>/dev/null || awk '/KernelPageSize/ { print $2 * 1024; exit }' /proc/self/smaps)
operations=$(scaled 1500)

for algo in lz4 zstd; do
	new_device 4M $algo
	out=$(blocks -n $operations -s 7 $DEV)
	is "${out##*wrong=}" 0 "$algo: one thread reads what it wrote"
	pages=${out#pages=}
	is "$(mm_stat $N orig_data_size)" $((${pages%% *} * page)) "$algo: pages held"
	ok "$algo: discard all" blkdiscard $DEV

	out=$(blocks -n $operations -s 8 -m 512 $DEV)
	is "${out##*wrong=}" 0 "$algo: from memory that is not aligned"
	ok "$algo: discard all" blkdiscard $DEV

	out=$(blocks -n $((operations / 2)) -s 9 -t 2 $DEV)
	is "${out##*wrong=}" 0 "$algo: two threads with pages of their own"
	ok "$algo: discard all" blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: every counter is 0 again"

	# one block of each thread after the other: every page is shared
	if [ "$page" -gt 4096 ]; then
		out=$(blocks -n $((operations / 2)) -s 10 -t 4 -o $DEV)
		is "${out##*wrong=}" 0 "$algo: four threads that share each page"
		ok "$algo: discard all" blkdiscard $DEV
	fi

	ok "$algo: write a page" dd if=/dev/urandom of=$DEV bs=64k count=1 oflag=direct
	used=$(mm_stat $N orig_data_size)
	if [ "$page" -gt 4096 ]; then
		ok "$algo: a discard smaller than a page ends" blkdiscard -o 4096 -l 4096 $DEV
		is "$(mm_stat $N orig_data_size)" "$used" "$algo: and takes nothing"
	else
		ok "$algo: a discard of one block ends" blkdiscard -o 4096 -l 4096 $DEV
		is "$(mm_stat $N orig_data_size)" $((used - page)) "$algo: and takes one page"
	fi
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" \
		"$algo: nothing failed"
	drop_device $N
done
done_testing
