#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One thread does random things to a device; afterwards each counter is what a
# model says (hence generated text: real pages may not compress), and after a discard everything is 0 again.
# needs: kernels=all timeout=90

. /zramkit/selftests/lib/lib.sh
operations=$(scaled 600)

for algo in lz4 zstd lzo-rle; do
	new_device 4M $algo 2>/dev/null || { skip "$algo" "not in this module"; continue; }
	out=$(hammer $DEV text -p 400 -n $operations -s 42 -k)
	is "${out##*wrong=}" 0 "$algo: nothing read wrong"
	eval "$(head -n 1 <<<"$out")"
	is "$(mm_stat $N orig_data_size)" $((stored * 4096)) "$algo: pages stored"
	is "$(mm_stat $N same_pages)" $same "$algo: fills"
	is "$(mm_stat $N huge_pages)" $huge "$algo: raw pages"
	cmp_num "$(mm_stat $N huge_pages_since)" -ge $huge "$algo: raw pages ever"
	cmp_num "$(mm_stat $N compr_data_size)" -ge $((huge * 4096 + objects * 32)) \
		"$algo: bytes of objects, from below"
	cmp_num "$(mm_stat $N compr_data_size)" -le $((huge * 4096 + objects * 4000)) \
		"$algo: bytes of objects, from above"
	cmp_num "$(mm_stat $N mem_used_total)" -ge "$(mm_stat $N compr_data_size)" \
		"$algo: the pool holds them"
	ok "$algo: discard all" blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: every counter is 0 again"
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" \
		"$algo: nothing failed"
	drop_device $N
done
done_testing
