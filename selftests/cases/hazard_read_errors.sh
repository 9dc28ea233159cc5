#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A page that cannot be read is an error to its reader and one line in the log:
# no warning with a stack, which stops machines that panic on them. And a job that
# could not read something says so at its end, after it did the rest.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod progs=dmsetup

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=64

ram_disk 2
# packs of four slots: sixteen of them, and no more than 16 units
disk_make back linear 1024 || bail "no disk"
cold_device /dev/mapper/back 1M
ok "write" pagetool write $DEV random -c $pages -g 1
for ((i = 0; i < pages; i += 4)); do
	jobrun $N writeback -r $i:4 >/dev/null
done
is "$(stat_field $SYS/bd_stat 1)" $pages "all pages are on the disk"
# the first half of the disk is gone
dmsetup suspend --noflush --nolockfs back
dmsetup load back <<-END
	0 $((pages / 2 * 8)) error
	$((pages / 2 * 8)) $((2048 - pages / 2 * 8)) linear /dev/ram0 $((pages / 2 * 8))
END
dmsetup resume back
for pass in 1 2; do
	out=$(pagetool verify $DEV random -c $pages -g 1 -s 3 -e)
	like "$out" "wrong=0 failed=$((pages / 2)) " "half of the pages are errors, the others right"
done
is "$(stat_field $SYS/io_stat 1)" $pages "each error is counted"
is "$(reports)" $((pages / 8)) "each pack is told of once"
ok "without a warning" bash -c '! dmesg | grep -q "WARNING:"'
job promote
is "$ERROR" 5 "a job that could not read says so"
is "$(job_value moved)" $((pages / 2)) "and did the rest"
is "$(stat_field $SYS/bd_stat 1)" $((pages / 2)) "what it could not read stays"
disk_becomes back linear 1024
ok "which is right when the disk is well again" pagetool verify $DEV random -c $pages -g 1
drop_device $N
done_testing
