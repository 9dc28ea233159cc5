#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mem_limit: writes above it fail with EIO and are counted, fills still succeed,
# memory stays near the limit, and freeing makes room again.
# needs: files=build/pages/small.pages:/pages/small.pages kernels=all

. /zramkit/selftests/lib/lib.sh
limit=$((1 << 20))
slack=$(($(nproc) * 8 * 4096))

for algo in lz4 zstd; do
	new_device 16M $algo
	put $limit $SYS/mem_limit
	out=$(pagetool write $DEV random -c 1024 -e 2>&1)
	failed=${out#*failed=}
	failed=${failed%% *}
	cmp_num "$failed" -ge 700 "$algo: writes above the limit give EIO"
	cmp_num "$failed" -le 800 "$algo: writes below it succeed"
	is "$(stat_field $SYS/io_stat 2)" "$failed" "$algo: failed_writes counts them"
	cmp_num "$(mm_stat $N mem_used_total)" -le $((limit + slack)) \
		"$algo: memory stays near the limit"
	cmp_num "$(mm_stat $N mem_used_max)" -le $((limit + slack)) \
		"$algo: it never went far above"
	is "$(mm_stat $N orig_data_size)" $(((1024 - failed) * 4096)) \
		"$algo: only pages that were stored are counted"
	ok "$algo: what was stored before is unharmed" \
		pagetool verify $DEV random -c 128
	ok "$algo: a fill page needs no memory" pagetool write $DEV word -f 2000 -c 64
	ok "$algo: overwriting with fills frees memory" \
		pagetool write $DEV zero -c 512
	ok "$algo: then there is room again" \
		pagetool write $DEV random -f 2048 -c 64
	ok "$algo: and it reads back" pagetool verify $DEV random -f 2048 -c 64
	put 0 $SYS/mem_limit
	ok "$algo: without a limit everything fits" \
		pagetool write $DEV random -c 1024
	ok "$algo: and reads back" pagetool verify $DEV random -c 1024
	drop_device $N
done
done_testing
