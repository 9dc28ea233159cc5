#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# CPU1 goes off and on while threads write and read: no stream is used after it
# is freed, nothing is lost.
# needs: timeout=120

. /zramkit/selftests/lib/lib.sh
cpu=/sys/devices/system/cpu/cpu1/online
[ -e $cpu ] || skip_all "one CPU only"

# how often a CPU came up or went down, by the kernel's log
cpu_changes() { dmesg | grep -cE 'smpboot: (CPU 1 is now offline|Booting Node .* Processor 1)'; }

for algo in zstd lz4; do
	new_device 4M $algo
	storm 60 "write 0 $cpu; write 1 $cpu" >/dev/null &
	toggler=$!
	before=$(cpu_changes)
	for _ in 1 2 3; do
		ok "$algo: three threads read nothing wrong" \
			hammer $DEV text -t 3 -p 100 -n "$(scaled 400 60)" -s 5
		[ $(($(cpu_changes) - before)) -ge 4 ] && break
	done
	kill $toggler
	wait $toggler 2>/dev/null
	cmp_num $(($(cpu_changes) - before)) -ge 4 "$algo: CPU1 went off and on meanwhile"
	put 1 $cpu 2>/dev/null
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" \
		"$algo: nothing is left in the pool"
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" \
		"$algo: nothing failed"
	ok "$algo: reset with a CPU off" put 0 $cpu
	drop_device $N
	put 1 $cpu
done
done_testing
