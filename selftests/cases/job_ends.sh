#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# At any moment of a job of any sort its device is reset, removed or asked to give
# its disk back, the module is unloaded, whoever waits for the job is killed, or the
# machine is about to sleep, with all tasks frozen: no page is wrong, and nothing is
# left in memory, in packs or on the disk.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod progs=dmsetup timeout=150

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
set=/pages/small.pages
pages=$(scaled 256 128)
jobs=(pack writeback promote "recompress -p 1" "pack -n 4 -l 1" "writeback -n 8")
moment=$((60000 * (${SCALE:-1} > 5 ? 5 : 1)))	# us that a job is given at most
slow=("pack -l 19" "writeback -l 19" promote)
rm -f /tmp/all	# of another case
turn=0 middle=0

# moment: some time passes
moment() { usleep $((RANDOM * moment / 32768)); }

# fill: a third of the pages are frozen, in packs of which three are sparse, a third
# packed
fill() {
	local i
	pagetool write $DEV $set -c $pages -b 128K -g 1 || return
	[ -e /tmp/all ] || dd if=$DEV of=/tmp/all bs=64k count=2 iflag=direct 2>/dev/null
	jobrun $N writeback -n 8 -r 0:$((pages / 3)) || return
	for i in 0 8 16; do
		dd if=/tmp/all of=$DEV bs=4k skip=$i seek=$i count=5 oflag=direct conv=notrunc 2>/dev/null
	done
	jobrun $N pack -r $((pages / 3)):$((pages / 3))
}

# device: a new one with all tiers
device() {
	[ -d /sys/class/zram-control ] || modprobe zram num_devices=0
	N=$(cat /sys/class/zram-control/hot_add) DEV=/dev/zram$N SYS=/sys/block/zram$N
	wait_for "[ -b $DEV ]" 5 && setup
}

setup() {
	wait_for "put /dev/mapper/back $SYS/backing_dev 2>/dev/null" 10 &&
		put 1 $SYS/compressed_writeback && put lz4 $SYS/comp_algorithm &&
		put "algo=zstd priority=1" $SYS/recomp_algorithm && put 4M $SYS/disksize && fill
}

# start [JOB]: the next sort of job, somebody waits for it: WAITER
start() {
	# shellcheck disable=SC2086 # a type and its options
	jobrun $N ${1:-${jobs[turn++ % ${#jobs[@]}]}} >>/tmp/jobs.log 2>&1 &
	WAITER=$!
	moment
}

no_job() { ! zramctl jobs list $DEV --noheadings --output PHASE | grep -qE 'running|queued'; }
right() { pagetool verify $DEV $set -c $pages -g 1 >/dev/null; }
used() { zramctl list --bytes --noheadings --output BACKING-USED | tr -d ' '; }
# gone: all of it is discarded
gone() {
	blkdiscard $DEV || return
	[ "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat) $(stat_field $SYS/bd_stat 1)" = "0 0 0 0 0 0" ] ||
		{ cat $SYS/mm_stat $SYS/bd_stat; return 1; }
}

# rounds COUNT CMD...: what was not as it should be goes to BAD
rounds() {
	local i count=$1
	shift
	BAD=
	for ((i = 0; i < count; i++)); do
		"$@" >/tmp/said 2>&1 && continue
		BAD="round $i: $(tail -n 5 /tmp/said)"
		break
	done
}

by_reset() {
	start
	put 1 $SYS/reset || return
	wait $WAITER
	[ "$(cat $SYS/backing_dev)" = none ] && setup
}

by_remove() {
	start
	echo "$N" >/sys/class/zram-control/hot_remove || return
	wait $WAITER
	device
}

by_unload() {
	start
	# whoever waits for the job is in the module with each question
	wait_for "rmmod zram 2>/dev/null" 10 || return
	wait $WAITER
	device
}

by_detach() {
	local err
	start
	zramctl detach $DEV
	err=$?
	wait $WAITER
	[ "$err $(cat $SYS/backing_dev) $(stat_field $SYS/bd_stat 1)" = "0 none 0" ] && right &&
		gone && wait_for "zramctl attach $DEV /dev/mapper/back --force 2>/dev/null" 10 && fill
}

by_suspend() {
	local out began
	start "${slow[turn++ % ${#slow[@]}]}"
	began=$(cut -d ' ' -f 1 /proc/uptime)
	out=$(trysuspend)
	[ "${out% *}" = EBUSY ] || { echo "$out"; return 1; }
	wait $WAITER
	zramctl jobs list $DEV --noheadings --output ENDED | tail -n 1 |
		awk -v began="$began" '{ exit $1 <= began + 0.05 }' && middle=$((middle + 1))
	tail -n 1 /tmp/jobs.log | grep -q 'error=0 ' || { tail -n 1 /tmp/jobs.log; return 1; }
	right && gone && fill
}

by_kill() {
	case $((turn % 3)) in
	0) start ;;
	1)
		turn=$((turn + 1))
		put all $SYS/idle
		bash -c 'printf idle >"$1"' - $SYS/writeback &
		WAITER=$!
		moment
		;;
	2)
		turn=$((turn + 1))
		zramctl pack $DEV --all --slots 16 --level 9 &
		WAITER=$!
		moment
		;;
	esac
	kill -9 $WAITER
	wait $WAITER
	wait_for no_job 30 && right && gone && fill
}

ram_disk 8
dd if=/dev/zero of=/dev/ram0 bs=1M count=8 oflag=direct 2>/dev/null	# which takes its memory
disk_make back linear 8192 || bail "no disk"
modprobe zram num_devices=0
device >/dev/null || bail "no device"
many=$(scaled 4 2)
rounds 2 by_reset	# what a first time leaves in the kernel is no leak
[ -z "$BAD" ] || bail "resets" "$BAD"
before=$(mem_free_kib)
rounds "$many" by_reset
is "$BAD" "" "$many resets in the middle of a job"
[ -z "$BAD" ] || exit 1
rounds "$many" by_remove
is "$BAD" "" "$many removals"
[ -z "$BAD" ] || exit 1
rounds "$many" by_unload
is "$BAD" "" "$many times the module goes"
[ -z "$BAD" ] || exit 1
wait_for "[ \$((before - \$(mem_free_kib))) -lt $((many * 300)) ]" 10
# a pack's readers alone have 1 MiB
cmp_num $((before - $(mem_free_kib))) -lt $((many * 300)) "they leave no memory behind"
rounds "$many" by_detach
is "$BAD" "" "$many times the disk is wanted back"
rounds "$many" by_kill
is "$BAD" "" "$many times who waits is killed"
if grep -q freeze /sys/power/state 2>/dev/null && [ -e /sys/class/rtc/rtc0 ]; then
	rounds 3 by_suspend
	is "$BAD" "" "three times the machine is about to sleep"
	cmp_num $middle -ge 1 "before the job ended: $middle times"
	ok "all tasks were frozen" \
		dmesg_has 'Freezing user space processes.*completed|Freezing user space processes ... \(elapsed'
else
	skip "the machine is about to sleep" "this kernel cannot"
fi
ok "discard all" gone
ok "nothing is left on the disk" wait_for "[ \"\$(used)\" = 0 ]" 15
diag "$(cut -d ' ' -f 1 /tmp/jobs.log | sort | uniq -c)"
drop_device $N
unload_zram
done_testing
