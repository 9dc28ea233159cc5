#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mem_limit holds while jobs move pages about and writers come up against it: a
# promotion ends at the limit, and memory never goes above by more than what the
# CPUs have in hand.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod,dm-delay progs=dmsetup soak

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=1024
slack=$(($(nproc) * 8 * 4096))

ram_disk 8
new_device
put /dev/ram0 $SYS/backing_dev
put zstd $SYS/comp_algorithm
put 16M $SYS/disksize
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
ok "write back" jobrun $N writeback
ok "let more come" pagetool write $DEV random -f 2048 -c 128
limit=$(($(mm_stat $N mem_used_total) + 128 * 1024))
put $limit $SYS/mem_limit
put 0 $SYS/mem_used_max
job promote
is "$ERROR" 28 "a promotion ends at the limit"
cmp_num "$(stat_field $SYS/bd_stat 1)" -gt 0 "some stays on the disk"
for ((i = 0; i < 4; i++)); do
	pagetool write $DEV random -f $((2300 + i * 128)) -c 128 -e >/dev/null &
done
for ((i = 0; i < 4; i++)); do
	jobrun $N pack -n 8
	jobrun $N promote
	jobrun $N writeback -m 64
done >/dev/null
wait
cmp_num "$(mm_stat $N mem_used_max)" -le $((limit + slack)) "memory stayed within the limit"
ok "every page is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 2
put 0 $SYS/mem_limit
job promote
is "$ERROR $(stat_field $SYS/bd_stat 1)" "0 0" "without a limit all comes back"
ok "and is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 3
drop_device $N

# writers that are faster than the disk: what was asked of it finds no room any more
disk_make slow delay 4096 $((3000 * (${SCALE:-1} > 3 ? 3 : 1))) 0 || bail "no slow disk"
new_device
put /dev/mapper/slow $SYS/backing_dev
put zstd $SYS/comp_algorithm
put 4M $SYS/disksize
ok "write" pagetool write $DEV random -c 32
ok "one pack goes out" jobrun $N writeback
limit=$(($(mm_stat $N mem_used_total) + 36 * 4096))
put $limit $SYS/mem_limit
put 0 $SYS/mem_used_max
jobrun $N promote >/tmp/said 2>&1 &
promote=$!
wait_for 'zramctl jobs list $DEV --noheadings --output PHASE | tail -n 1 | grep -q running' 10
pagetool write $DEV random -f 100 -c 34 -e >/dev/null
wait $promote
OUT=$(cat /tmp/said)
is "$(job_value error) $(stat_field $SYS/bd_stat 1)" "28 32" "the promotion ends at the limit, and its pack stays"
cmp_num "$(mm_stat $N mem_used_max)" -le $((limit + slack)) "memory stayed within the limit"
ok "the disk gets faster" disk_becomes slow linear 4096
ok "every page is right" pagetool verify $DEV random -c 32
drop_device $N
done_testing
