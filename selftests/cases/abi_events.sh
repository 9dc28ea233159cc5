#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What udev hears of devices: that they come and go, and nothing else.
# needs: kernels=all timeout=60 stock=7.3

. /zramkit/selftests/lib/lib.sh

control=/sys/class/zram-control
modprobe -r zram 2>/dev/null
uevents >/tmp/uevents &
track kill $!
wait_for "grep -q ready /tmp/uevents" 5
marks=0

# events: those since the last call, in one line
events() {
	marks=$((marks + 1))
	put change /sys/class/mem/null/uevent
	wait_for "[ \$(grep -c mark /tmp/uevents) -ge $marks ]" 5
	awk -v want=$marks '/^ready/ { next } /^mark/ { seen++; next } seen == want - 1' /tmp/uevents |
		sort | tr '\n' ';'
}

# told WANT DESC [CMD...]: CMD makes these events
told() {
	local want=$1 desc=$2
	shift 2
	"$@" >/dev/null 2>&1
	events >/tmp/told	# not in a subshell, which would not count marks
	is "$(cat /tmp/told)" "$want" "$desc"
}

told "add zram0 disk;add zram1 disk;" "module with two devices" modprobe zram num_devices=2
told "add zram2 disk;" "hot_add" cat $control/hot_add
told "" "an algorithm" put lzo-rle /sys/block/zram2/comp_algorithm
told "" "a size" put 8M /sys/block/zram2/disksize
told "" "a size that is refused" put 8M /sys/block/zram2/disksize
told "" "I/O" dd if=/dev/zero of=/dev/zram2 bs=4k count=16 status=none
told "" "a limit" put 4K /sys/block/zram2/mem_limit
told "" "compact" put 1 /sys/block/zram2/compact
told "" "idle" put all /sys/block/zram2/idle
told "" "reset" put 1 /sys/block/zram2/reset
told "" "another size" put 4M /sys/block/zram2/disksize
told "remove zram2 disk;" "hot_remove" put 2 $control/hot_remove
told "remove zram0 disk;remove zram1 disk;" "unloading" rmmod zram
done_testing
