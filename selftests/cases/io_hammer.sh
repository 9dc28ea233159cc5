#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several threads write, read and discard the same few pages: every page read is
# whole and one that was written, and no object is leaked (two writers on one
# slot once leaked one in stock).
# needs: files=build/pages/small.pages:/pages/small.pages timeout=120

. /zramkit/selftests/lib/lib.sh
operations=$(scaled 500)

for algo in lz4 zstd; do
	new_device 1M $algo
	ok "$algo: 4 threads on 8 pages" \
		hammer $DEV /pages/small.pages -t 4 -p 8 -n $operations -s 7
	ok "$algo: 4 threads on 100 pages" \
		hammer $DEV /pages/small.pages -t 4 -p 100 -n $operations -s 8
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: nothing is left in the pool"
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" \
		"$algo: nothing failed"
	drop_device $N
done
done_testing
