#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fio writes, trims and verifies 4 to 256 KiB at random on two CPUs, while the
# pool is compacted, the limit changes and CPU1 goes off and on. Afterwards every
# counter is right, and 0 after a discard. (On the debug kernel io_hammer and
# hotplug_cpu do the like, by count instead of by the clock.)
# needs: progs=fio timeout=150 nodebug alone
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
seconds=${FIO_SECONDS:-10}
cpu=/sys/devices/system/cpu/cpu1/online

# issued ALGO FILE: fio really did reads, writes and trims in numbers
issued() {
	local kind n=0
	diag "$(grep -hE 'read:|write:|trim:|issued' "$2")"
	for kind in reads writes trims; do
		n=$((n + 1))
		cmp_num "$(sed -n 's/.*issued rwts: total=\([0-9,]*\).*/\1/p' "$2" |
			awk -F, -v n=$n '{ sum += $n } END { print sum + 0 }')" -ge $seconds \
			"$1: $kind"
	done
}

# verify_with ALGO COMPRESSIBLE%
verify_with() {
	local algo=$1 disturb out
	new_device 64M $algo
	storm $((seconds + 10)) "write 0 $cpu; run usleep 100000; write 1 $cpu; run usleep 100000" \
		"write 1 $SYS/compact; write 48M $SYS/mem_limit; write 0 $SYS/mem_used_max; write 0 $SYS/mem_limit; run usleep 20000" \
		"read $SYS/{mm_stat,io_stat,debug_stat}; run usleep 10000" >/tmp/storm 2>&1 &
	disturb=$!
	# fio 3.33 trims only, and never writes, where a randtrimwrite job does not
	# start at 0; and it exits with 0 when a job of it dies, so its words count
	ok "$algo: fio finds no mismatch" fio --filename=$DEV --direct=1 --ioengine=psync \
		--bsrange=4k-256k --verify=crc32c --verify_fatal=1 --verify_backlog=32 \
		--buffer_compress_percentage="$2" --refill_buffers --randseed=7 \
		--time_based --runtime=$seconds --size=28M --output=/tmp/fio.$algo \
		--name=readwrite --rw=randrw --rwmixread=30 --offset=32M \
		--name=trimwrite --rw=randtrimwrite
	is "$(grep -cE 'signal|verify:|Assertion|err=[^:]*[1-9]' /tmp/fio.$algo)" 0 \
		"$algo: nor does one of its jobs die"
	issued "$algo" /tmp/fio.$algo
	kill $disturb 2>/dev/null
	wait $disturb 2>/dev/null
	put 1 $cpu 2>/dev/null
	put 0 $SYS/mem_limit
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "$algo: no read or write failed"
	cmp_num "$(mm_stat $N mem_used_total)" -ge "$(mm_stat $N compr_data_size)" "$algo: the pool holds what it says"
	ok "$algo: discard all" blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "$algo: every counter is 0"
	drop_device $N
}

verify_with lz4 60
verify_with zstd 40
done_testing
