#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk that does not answer while a promotion by rule waits for it: the device
# is read and written, and reset at once; a detach by force waits, can be cancelled,
# and ends when the disk fails; unloading the module waits, and ends then. A job
# does not wait for discards longer than its time; those that are cancelled one after
# the other leave a bounded number of writes behind, and those that follow with nothing
# to do there end.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod progs=dmsetup timeout=150 soak

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
set=/pages/small.pages
pages=128

verify() { pagetool verify $DEV $set -c $pages -g 1; }
frozen() { stat_field $SYS/bd_stat 1; }
look() { dd if=$DEV of=/dev/null bs=4k skip=$1 count=1 iflag=direct 2>/dev/null; }

# wanted: all is on the disk; what was decoded before it went there is read without
# asking the disk, until the rule wants it back
wanted() {
	new_device
	wait_for "put /dev/mapper/back $SYS/backing_dev 2>/dev/null" 10 &&
		put zstd $SYS/comp_algorithm && put 4M $SYS/disksize &&
		pagetool write $DEV $set -c $pages -b 128K -g 1 && jobrun $N pack &&
		look 70 && jobrun $N writeback && [ "$(frozen)" -gt $((pages / 2)) ] &&
		disk_hold back && look 70 && look 70
}

ram_disk 4
disk_make back linear 4096 || bail "no disk"

wanted >/tmp/said 2>&1 && ok "a promotion waits" || bail "a promotion waits" "$(cat /tmp/said)"
sleep 1
was=$(frozen)
cmp_num "$was" -gt $((pages / 2)) "nothing has come back"
ok "the disk goes on" disk_go_on back
ok "and it does" wait_for "[ \$(frozen) -lt $was ]" 10
ok "all is right" verify
drop_device $N

wanted >/tmp/said 2>&1 && ok "another one waits" || bail "another one waits" "$(cat /tmp/said)"
ok "pages are written" within 10 pagetool write $DEV $set -f 512 -c 64 -g 2
ok "jobs run beside it" within 10 jobrun $N pack -r 512:64
ok "pages of packs are read" within 10 pagetool verify $DEV $set -f 512 -c 64 -g 2
ok "a reset ends" within 15 bash -c "echo 1 >$SYS/reset"
ok "the device is used anew" put 4M $SYS/disksize
ok "with all it had" pagetool write $DEV $set -c $pages -g 3
ok "the disk goes on" disk_go_on back
other=$(cat /sys/class/zram-control/hot_add)
ok "and is free" wait_for "put /dev/mapper/back /sys/block/zram$other/backing_dev 2>/dev/null" 15
unload_zram

wanted >/tmp/said 2>&1 && ok "a third one" || bail "a third one" "$(cat /tmp/said)"
zramctl detach $DEV --force >/tmp/said 2>&1 &
detach=$!
sleep 2
is "$(cat $SYS/backing_dev)" /dev/mapper/back "a detach by force waits for what may come"
ok "it can be cancelled" zramctl jobs cancel $DEV "$(zramctl jobs list $DEV --noheadings --output JOB | tail -n 1)"
wait $detach
is $? 1 "and says so: $(cat /tmp/said)"
zramctl detach $DEV --force >/tmp/said 2>&1 &
detach=$!
sleep 1
ok "the disk fails" disk_becomes back error 4096
wait $detach
is $? 0 "then a detach by force ends"
is "$(cat $SYS/backing_dev)" none "the disk is gone"
nok "what was on it is an error" look 3
ok "it is overwritten" pagetool write $DEV $set -c $pages -g 1
ok "and right" verify
ok "discard all" blkdiscard $DEV
is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat) $(frozen)" "0 0 0 0 0 0" "nothing is left"
drop_device $N
ok "the disk is well again" disk_becomes back linear 4096

wanted >/tmp/said 2>&1 && ok "the last one" || bail "the last one" "$(cat /tmp/said)"
rmmod zram &
rmmod=$!
sleep $((8 * (${SCALE:-1} > 3 ? 3 : 1)))
ok "unloading waits for the disk" kill -0 $rmmod
ok "the disk fails" disk_becomes back error 4096
ok "then it ends" wait_for "[ ! -d /sys/module/zram ]" 20
wait $rmmod
is $? 0 "without an error"
ok "the module is loaded again" modprobe zram num_devices=0

# one job after the other is cancelled
no_job() { ! zramctl jobs list $DEV --noheadings --output PHASE | grep -qE 'running|queued'; }
cancel() { zramctl jobs cancel $DEV "$(zramctl jobs list $DEV --noheadings --output JOB | tail -n 1)"; }
spent() { echo $((1000 - $(cat $SYS/writeback_limit))); }
used() { zramctl list --noheadings --bytes --output NAME,BACKING-USED | awk -v d=$DEV '$1 == d { print $2 }'; }
# put_off: until the disk, which is held, has as much to do as it may
put_off() {
	local i

	put 1000 $SYS/writeback_limit
	disk_hold back || return
	for i in 1 2 3 4 5 6; do
		jobrun $N writeback -n 1 -B >/dev/null
		wait_for '[ "$(spent)" -ge $((i < 4 ? i * 8 : 32)) ]' 10 || return
		usleep 300000
		cancel && wait_for no_job 10 || return
	done
}
ok "the disk is well again" disk_becomes back linear 4096
cold_device /dev/mapper/back 4M
ok "write" pagetool write $DEV $set -c $pages -b 128K -g 1
put 1 $SYS/writeback_limit_enable
ok "jobs that the disk keeps waiting are cancelled, at once" put_off
is "$(spent)" 32 "they leave 32 writes of a block behind, and no more"
ok "one with nothing to do there ends" within 10 jobrun $N writeback -r 900:1
ok "so does a promotion of nothing" within 10 jobrun $N promote
ok "the disk goes on" disk_go_on back
ok "which does them" wait_for '[ "$(used)" = 0 ]' 15
ok "once more" put_off
ok "a detach with nothing there ends" within 15 zramctl detach $DEV
ok "the disk goes on" disk_go_on back
ok "and can be had again" wait_for "zramctl attach $DEV /dev/mapper/back --force 2>/dev/null" 15
put 0 $SYS/writeback_limit_enable
job writeback
is "$ERROR" 0 "all goes out"
ok "every page is right" verify
drop_device $N

# discards
disk_make small linear 64 || bail "no small disk"
cold_device /dev/mapper/small 4M
ok "write" pagetool write $DEV $set -c $pages -b 128K -g 1
job writeback -n 1
is "$ERROR" 28 "a disk is full"
ok "hold it" disk_hold small
ok "all of it is written anew" pagetool write $DEV $set -c $pages -b 128K -g 1
ok "a job of half a second ends" within 15 jobrun $N writeback -t 500
is "$(frozen)" 0 "with nothing on the disk"
ok "the disk goes on" disk_go_on small
ok "every page is right" verify
drop_device $N
done_testing
