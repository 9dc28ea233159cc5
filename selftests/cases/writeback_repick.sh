#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A slot is overwritten while its old contents are on their way to the disk, and
# the job takes it once more: the old ones must not come back. That can only be
# where the clock does not tell: within the second in which the job began.
# needs: modules=brd,dm-mod progs=dmsetup kernels=all nodebug

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=12

second() { IFS=. read -r SECOND _ </proc/uptime; }
random() { head -c $((pages * 4096)) /dev/urandom; }
# store FILE FIRST COUNT: pages of a file to the same place on the device
store() {
	dd if="$1" of=$DEV bs=4k skip=$2 seek=$2 count=$3 oflag=direct conv=notrunc 2>/dev/null
}
idle() { ! zramctl jobs list $DEV --noheadings --output PHASE | grep -q running; }

# Eight slots are under way, two wait. One of the former and those two change, so
# that the job, which may take ten, looks for more while others are under way.
round() {
	local i began
	random >/tmp/want
	random >/tmp/new
	store /tmp/want 0 $pages && disk_hold back || return
	second
	began=$SECOND
	until [ "$SECOND" != "$began" ]; do second; done
	jobrun $N writeback -n 1 -m 10 -B
	usleep 50000
	for i in 1 8 9; do store /tmp/new $i 1; done
	disk_go_on back
	wait_for idle 20 || return
	for i in 1 8 9; do
		dd if=/tmp/new of=/tmp/want bs=4k skip=$i seek=$i count=1 conv=notrunc 2>/dev/null
	done
	dd if=$DEV of=/tmp/got bs=$((pages * 4))k count=1 iflag=direct 2>/dev/null
	cmp /tmp/want /tmp/got
}

ram_disk 2
disk_make back linear 1024 || bail "no disk"
cold_device /dev/mapper/back 1M
for ((i = 0; i < 4; i++)); do
	ok "every slot has what was written last" round
	diag "on the disk: $(stat_field $SYS/bd_stat 1)"
	job promote
done
is "$ERROR $(stat_field $SYS/bd_stat 1)" "0 0" "all comes back"
drop_device $N
done_testing
