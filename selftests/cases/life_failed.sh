#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is left after things fail: a disksize that cannot be had, then reset, then
# one that can; resets of devices that never had a size, also when a CPU goes
# away afterwards; sizes that shrink and grow with old contents behind them.
# needs: kernels=all

. /zramkit/selftests/lib/lib.sh

new_device
for size in 8E 0x7fffffffffffffff 4E; do
	like "$(errno_of $size $SYS/disksize)" '^(ENOMEM|EINVAL)$' "disksize $size is refused"
	is "$(cat $SYS/initstate) $(cat $SYS/disksize)" "0 0" "$size: still bare"
	ok "$size: reset" put 1 $SYS/reset
	ok "$size: then a good size" put 8M $SYS/disksize
	ok "$size: I/O" pagetool write $DEV text -c 64 -g 1
	ok "$size: reset with data" put 1 $SYS/reset
done

new_device
ok "reset of a bare device" put 1 $SYS/reset
ok "again" put 1 $SYS/reset
cpu=/sys/devices/system/cpu/cpu1/online
if [ -e $cpu ]; then
	ok "a CPU goes" put 0 $cpu
	ok "a size while it is away" put 4M $SYS/disksize
	ok "I/O while it is away" pagetool write $DEV text -c 64 -g 1
	ok "the CPU comes back" put 1 $cpu
	ok "I/O on every CPU" taskset 2 pagetool verify $DEV text -c 64 -g 1
	ok "reset" put 1 $SYS/reset
	ok "it goes once more" put 0 $cpu
	ok "and comes" put 1 $cpu
fi

# a table of another size must not show what the old one held
new_device 64M
for size in 1M 64M 4K 64M; do
	pagetool write $DEV text -c $(($(cat $SYS/disksize) / 4096 > 512 ? 512 : 1)) -g 1 >/dev/null
	put 1 $SYS/reset
	ok "resize to $size" put $size $SYS/disksize
	ok "$size: it is empty" pagetool verify $DEV zero -c $(($(cat $SYS/disksize) / 4096)) -b 4K
	is "$(mm_stat $N orig_data_size)" 0 "$size: and says so"
done

new_device
before=$(mem_free_kib)
if ok "an empty device of 100 GiB" put 100G $SYS/disksize; then
	# KASAN's redzones and allocation records count, too
	cmp_num $((before - $(mem_free_kib))) -lt $((DEBUG ? 4096 : 2048)) "costs less than 2 MiB"
fi
ok "its last page" pagetool write $DEV text -f $(((100 << 18) - 1)) -c 1 -g 1
drop_device $N

# more slots than 32 bits can number: the one behind these is not the first
new_device
if ok "16 TiB and a page" put $(((1 << 44) + 4096)) $SYS/disksize; then
	ok "its last page" pagetool write $DEV text -f $((1 << 32)) -c 1 -g 1
	ok "reads back" pagetool verify $DEV text -f $((1 << 32)) -c 1 -g 1
	ok "the first page is empty" pagetool verify $DEV zero -c 1
	ok "a job finds it by its number" jobrun $N pack -r $((1 << 32)):1
	ok "a discard, too" blkdiscard --offset $((1 << 44)) --length 4096 $DEV
	is "$(mm_stat $N orig_data_size)" 0 "and nothing is left"
fi
done_testing
