#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A backing device: refused where stock refuses, written in packs, read back
# from the disk and out of what became of it, promoted, counted, let go.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh
pages=512
disk=/dev/ram0

value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$2"; }
bd() { stat_field $SYS/bd_stat $1; }
errno_of() { # errno_of FILE TEXT: what writing it answers
	local out

	out=$( { echo "$2" >"$SYS/$1"; } 2>&1) && echo ok && return
	echo "${out##*: }"
}

modprobe brd rd_nr=2 rd_size=16384
[ -b $disk ] || { skip "writeback" "no brd in this kernel"; done_testing; exit; }

new_device
is "$(cat $SYS/backing_dev)" none "no backing device at first"
is "$(errno_of backing_dev /no/such)" "No such file or directory" "ENOENT"
is "$(errno_of backing_dev /etc)" "Is a directory" "EISDIR"
is "$(errno_of backing_dev /dev/null)" "Block device required" "ENOTBLK"
is "$(errno_of backing_dev $DEV)" "Invalid argument" "its own disk is refused"
is "$(errno_of writeback huge)" "Invalid argument" "no writeback without a disksize"
is "$(errno_of backing_dev $disk)" ok "a disk is taken"
is "$(cat $SYS/backing_dev)" $disk "and shown"
other=$(cat /sys/class/zram-control/hot_add)
is "$(SYS=/sys/block/zram$other errno_of backing_dev $disk)" \
	"Device or resource busy" "nobody else gets it"
echo 1 >$SYS/compressed_writeback
echo zstd >$SYS/comp_algorithm
echo 16M >$SYS/disksize
is "$(errno_of backing_dev /dev/ram1)" "Device or resource busy" "EBUSY with a disksize"
is "$(errno_of writeback type=nonsense)" "Invalid argument" "an unknown type"
is "$(errno_of writeback page_index=4096)" "Numerical result out of range" "ERANGE"
is "$(errno_of writeback page_indexes=5-2)" "Numerical result out of range" "ERANGE backwards"
is "$(errno_of writeback page_indexes=5)" "Invalid argument" "a range without an end"

ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
stat=$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)
echo all >$SYS/idle
is "$(errno_of writeback type=idle)" ok "idle pages are written back"
frozen=$(bd 1)
cmp_num $frozen -gt $((pages / 2)) "most are on the disk: $(cat $SYS/bd_stat)"
cmp_num "$(bd 3)" -lt $((frozen / 2)) "in less than half of the blocks"
is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "$stat" "as many pages, fills and raw ones"
is "$(bd 2)" 0 "nothing was read yet"
cmp_num "$(mm_stat $N compr_data_size)" -lt 100000 "memory is free again"
ok "read in order" pagetool verify $DEV /pages/small.pages -c $pages -g 1
cmp_num "$(bd 2)" -gt 0 "the disk was asked"
ok "read shuffled" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 7
ok "read in large requests" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -b 128K -s 9
is "$(stat_field $SYS/io_stat 1)" 0 "no read failed"

out=$(jobrun $N promote)
is "$(value phase "$out") $(value error "$out")" "3 0" "a job promotes"
is "$(bd 1)" 0 "nothing is frozen any more"
reads=$(bd 2)
ok "all is right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 3
is "$(bd 2)" "$reads" "without the disk"
out=$(jobrun $N writeback)
is "$(value phase "$out") $(value error "$out")" "3 0" "packs in memory go to the disk as they are"
is "$(bd 1)" "$frozen" "all of them"
ok "all is right on the disk" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 4

# bounded BYTES DESC: a job ends at max-bytes, having written something
bounded() {
	local before=$(bd 3) out

	out=$(jobrun $N writeback -b $1)
	is "$(value phase "$out") $(value error "$out")" "4 0" "a job of $2 ends at its bound"
	cmp_num $((($(bd 3) - before) * 4096)) -le $1 "and has not written more"
	cmp_num "$(bd 3)" -gt "$before" "but something"
}
jobrun $N writeback >/dev/null	# what was read came back by itself
before=$(bd 1)
out=$(jobrun $N promote -m 32)
is "$(value phase "$out") $(bd 1)" "4 $((before - $(value moved "$out")))" "a bounded promotion counts right"
cmp_num "$(value moved "$out")" -gt 0 "and brings back what it has begun"
jobrun $N promote >/dev/null
bounded 100000 "packs"
ok "overwrite a third" pagetool write $DEV /pages/small.pages -c $((pages / 3)) -f 0 -g 1
bounded 50000 "slots"
ok "part of a frozen page" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 5
echo 1 >$SYS/writeback_limit_enable
echo 0 >$SYS/writeback_limit
is "$(errno_of writeback page_indexes=0-99)" "Input/output error" "a limit that is used up is EIO"
echo 0 >$SYS/writeback_limit_enable
is "$(errno_of writeback "page_index=1 page_index=3")" ok "two pages by index"
ok "discard all" blkdiscard $DEV
is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "every counter is 0"
is "$(bd 1)" 0 "and nothing is frozen"
echo 1 >$SYS/reset
is "$(cat $SYS/backing_dev)" none "reset lets the disk go"
is "$(SYS=/sys/block/zram$other errno_of backing_dev $disk)" ok "another one may have it"
echo 1 >/sys/block/zram$other/reset
echo $other >/sys/class/zram-control/hot_remove

# pages as they are
echo 0 >$SYS/compressed_writeback	# a reset keeps it
echo $disk >$SYS/backing_dev
echo 16M >$SYS/disksize
ok "write again" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
echo all >$SYS/idle
is "$(errno_of writeback idle)" ok "raw writeback, by the bare word"
cmp_num "$(bd 3)" -ge "$(bd 1)" "a block for every page"
ok "raw ones are right" pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 6
drop_device $N
done_testing
