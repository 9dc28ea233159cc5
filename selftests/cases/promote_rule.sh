#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is read again on the disk comes back into memory by itself: after as many
# reads as the device says, not near the memory limit, and not at all when that
# is off; by command also under steady reads.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd progs=blkid kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
pages=96

frozen() { stat_field $SYS/bd_stat 1; }
# look SLOT TIMES: reads one page from the disk
look() {
	local i
	for ((i = 0; i < $2; i++)); do
		dd if=$DEV of=/tmp/page bs=4k skip=$1 count=1 iflag=direct 2>/dev/null || return 1
	done
}
# settle: what was to come back is back; a read of the disk itself comes behind it
settle() { usleep 300000; }

rmmod brd 2>/dev/null	# another case may have had fewer
modprobe brd rd_nr=2 rd_size=16384
[ -b /dev/ram0 ] || skip_all "no brd in this kernel"
new_device 16M zstd
ctl attach zram$N /dev/ram0
is "$CODE$ERR" 0 "attach"
ctl show zram$N --json
like "$OUT" '"promote_reads": 2' "two reads"
like "$OUT" '"promote_seconds": 60' "within a minute, unless something else is said"
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
ctl writeback zram$N --all
is $CODE 0 "all is written back"
all=$(frozen)
cmp_num "$all" -gt 40 "$all of $pages are on the disk"

# the second read, and the promotion, take what the first has read
blocks() { stat_field $SYS/bd_stat 2; }
is "$(blocks)" 0 "nothing was read from the disk"
ok "read a page" look 70 1
once=$(blocks)
cmp_num "$once" -gt 0 "that asks the disk"
ok "and read it again" look 70 1
wait_for "[ \$(frozen) -lt $all ]" 10 && ok "its pack comes back" ||
	fail "its pack comes back" "$(cat $SYS/bd_stat)"
is "$(blocks)" "$once" "for no request more"
ok "read a neighbour" look 71 1
is "$(blocks)" "$once" "for none, either"
ctl writeback zram$N --all
is "$CODE $(frozen)" "0 $all" "all is written back once more"

ctl set zram$N --promote 0
is "$CODE$ERR" 0 "the rule is off"
ok "read much" look 3 8
settle
is "$(frozen)" "$all" "nothing comes back"
ctl set zram$N --promote 3/1h
ok "read twice" look 3 2
settle
is "$(frozen)" "$all" "two reads are not three"
ok "read once more" look 3 1
wait_for "[ \$(frozen) -lt $all ]" 10 && ok "the pack comes back" ||
	fail "the pack comes back" "$(cat $SYS/bd_stat)"
left=$(frozen)
cmp_num $((all - left)) -le 32 "and no other one"
ctl set zram$N --mem-limit 16K
ok "read another one" look 70 5
settle
is "$(frozen)" "$left" "near the memory limit nothing comes back"
ctl set zram$N --mem-limit 0
ok "and again" look 70 1
wait_for "[ \$(frozen) -lt $left ]" 10 && ok "without one it does" ||
	fail "without one it does" "$(cat $SYS/bd_stat)"
ok "all is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 3

# by command, under steady reads
ctl set zram$N --promote 0
ctl writeback zram$N --all
is "$(frozen)" "$all" "all is on the disk again"
rm -f /tmp/stop /tmp/wrong
(while [ ! -e /tmp/stop ]; do
	pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 5 || touch /tmp/wrong
done) >/tmp/reader 2>&1 &
ctl promote zram$N --all
is "$CODE $(frozen)" "0 0" "a promote under steady reads"
touch /tmp/stop
wait
[ ! -e /tmp/wrong ] && ok "no read was wrong" || fail "no read was wrong" "$(tail -n 3 /tmp/reader)"
refuses 2 "no rule" set zram$N --promote 2/x
refuses 2 "no rule" set zram$N --promote x
echo 1 >$SYS/reset
ctl show zram$N --json
like "$OUT" '"promote_reads": 2' "reset goes back to two reads"
drop_device $N
done_testing
