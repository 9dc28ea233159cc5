#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# LRU inversion: cold data is loaded first and fills zram, so what is used goes to
# the disk. Debian's own zram with disk swap behind it, then ours with the daemon
# and the same disk as its backing device: same machine, data, accesses, disksize
# and mem_limit. Disk reads, major faults of the hot part, and how much data fits.
# needs: soak nodebug mem=256M disk=32M timeout=900
# needs: files=build/pages/small.pages:/pages/small.pages

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
size=224M limit=40M cold=190M hot=60M
rate=3	# MiB a second, which an emulated CPU can pack

value() { sed -n "s/^$2: .*\<$1=\([0-9]*\).*/\1/p" /tmp/inversion; }

# measure WHOSE: the device is zram0; sets READS, FAULTS and HELD
measure() {
	echo lz4 >/sys/block/zram0/comp_algorithm
	[ "$1" = stock ] || echo /dev/vda >/sys/block/zram0/backing_dev
	echo $size >/sys/block/zram0/disksize
	echo $limit >/sys/block/zram0/mem_limit
	mkswap /dev/zram0 >/dev/null
	swapon -p 100 /dev/zram0
	inversion -c $cold -h $hot -p $rate -w 5 -r 5 $PAGES >/tmp/inversion 2>&1 ||
		fail "$1: the workload" "$(cat /tmp/inversion)"
	READS=$(value reads used) FAULTS=$(value majflt used)
	inversion -g -p $rate $PAGES >>/tmp/inversion 2>&1 ||
		fail "$1: filling memory" "$(cat /tmp/inversion)"
	HELD=$(value mib held)
	diag "$1: $(tr '\n' ';' </tmp/inversion)"
	echo "daemon_inversion: $1: $(tr '\n' ';' </tmp/inversion)" >/dev/kmsg	# the console is kept
	diag "$1: mm_stat $(cat /sys/block/zram0/mm_stat), failed $(stat_field /sys/block/zram0/io_stat 2)"
	swapoff /dev/zram0
}

unload_zram
echo 0 >/proc/sys/vm/page-cluster
# stock tells of each write that fails, a million times
read -r loglevel _ </proc/sys/kernel/printk
echo 1 >/proc/sys/kernel/printk
track eval "echo $loglevel >/proc/sys/kernel/printk"
# what both stand on comes with ours and stays
modprobe zram num_devices=0
rmmod zram
rmmod zslot_trace
insmod /lib/modules/*/kernel/drivers/block/zram/zram.ko
wait_for "[ -b /dev/zram0 ]" 5 || bail "Debian's own zram does not load"
nok "the first is stock" test -d /sys/module/zslot_trace
mkswap /dev/vda >/dev/null
swapon -p 10 /dev/vda
measure stock
stock_reads=$READS stock_faults=$FAULTS stock_held=$HELD
swapoff /dev/vda
echo 1 >/sys/block/zram0/reset
rmmod zram
dd if=/dev/zero of=/dev/vda bs=64k 2>/dev/null

modprobe zram num_devices=1
COLD=4s FROZEN=6s quick '"budget": { "round": "1G", "day": "4G" }, "limit": { "soft": "70%", "min_age": "1s" }'
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
measure ours
figures="stock: $stock_reads reads, $stock_faults faults, $stock_held MiB; ours: $READS, $FAULTS, $HELD"
diag "$figures"
echo "daemon_inversion: $figures" >/dev/kmsg	# into the console, which is kept
cmp_num "$stock_reads" -gt 100 "stock goes to the disk for what is used: $stock_reads reads"
cmp_num $((READS * 10)) -le "$stock_reads" "ours reads the disk a tenth as often at most: $READS times"
cmp_num "$FAULTS" -le "$stock_faults" "no more major faults: $FAULTS, not $stock_faults"
cmp_num $((HELD * 100)) -ge $((stock_held * 125)) "1.25 times as much data: $HELD MiB, not $stock_held"
stop_daemon
is $? 0 "the daemon has lived through it"
done_testing
