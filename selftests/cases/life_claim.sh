#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# While a reset runs the device is its alone: who opens it, resets it as well or
# removes it hears EBUSY at once, statistics answer, and afterwards it works. A disk that does not
# answer keeps the reset at work meanwhile.
# needs: timeout=90 modules=brd,dm-mod progs=dmsetup

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=128

# job_runs: one job is in hand
job_runs() { zramctl jobs list $DEV --noheadings --output PHASE | grep -q running; }

open_it() { : <$DEV; }
reset_it() { put 1 $SYS/reset; }
remove_it() { put "$N" /sys/class/zram-control/hot_remove; }

ram_disk 2
disk_make back linear 1024 || bail "no disk"
cold_device /dev/mapper/back 1M
ok "write" pagetool write $DEV random -c $pages
ok "hold the disk" disk_hold back
jobrun $N writeback -B >/dev/null
ok "a job waits for it" wait_for job_runs 10
put 1 $SYS/reset &
reset=$!
ok "a reset begins" wait_for '{ read -r size <$SYS/size; [ "$size" = 0 ]; }' 10
# Nothing here starts a process: the reset leaves a dead disk alone after 5 s.
open_it 2>/tmp/open
reset_it 2>/tmp/reset
remove_it 2>/tmp/remove
stats=
read -r stats <$SYS/mm_stat
kill -0 $reset
is $? 0 "it goes on while all that is answered"
ok "opening it meanwhile is EBUSY" grep -q 'resource busy' /tmp/open
ok "so is a second reset" grep -q 'resource busy' /tmp/reset
ok "and removing it" grep -q 'resource busy' /tmp/remove
like "$stats" "^ *[0-9]" "statistics answer"
ok "the disk goes on" disk_go_on back
wait $reset
is $? 0 "the reset ends well"
is "$(cat $SYS/initstate)" 0 "with a bare device"
ok "that has a disk again" wait_for "put /dev/mapper/back $SYS/backing_dev 2>/dev/null" 10
put 1 $SYS/reset
ok "which is free when a reset is over" dmsetup remove back
ok "that gets a size" put 1M $SYS/disksize
ok "is written" pagetool write $DEV random -c $pages
ok "and reads back" pagetool verify $DEV random -c $pages
done_testing
