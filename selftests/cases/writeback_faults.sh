#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk that fails, lies, or is full: a reader gets the right page or EIO, each
# pack is reported once, and what cannot be written stays in memory.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,dm-mod,dm-flakey progs=dmsetup
# needs: timeout=240 nodebug

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
pages=512
kib=2048
set=/pages/small.pages

# device DISK: with pages of generation 1
device() {
	cold_device "$1" 4M
	ok "write" pagetool write $DEV $set -c $pages -b 64K -g 1
}

right() { ok "$1" pagetool verify $DEV $set -c $pages -g 1 -s 5; }

# right_or_eio DESC: every page is right or an error; sets EIOS
right_or_eio() {
	local out

	out=$(pagetool verify $DEV $set -c $pages -g 1 -s 3 -e 2>&1)
	EIOS=$(sed -n 's/.*failed=\([0-9]*\).*/\1/p' <<<"$out")
	like "$out" "pages=$pages wrong=0 " "$1: no page is wrong"
	cmp_num "${EIOS:-0}" -gt 0 "$1: some give EIO"
}

ram_disk 4
disk_make back linear $kib || bail "no disk"
device /dev/mapper/back
before=$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)

# writes fail
disk_becomes back error $kib
compr=$(mm_stat $N compr_data_size)
job writeback
is "$ERROR" 5 "a job says that the disk failed on write"
cmp_num "$(job_value written)" -gt 0 "and what it was given to write"
put 1 $SYS/writeback_limit_enable
put 1000 $SYS/writeback_limit
job writeback -n 4 -b 16384
is "$ERROR $(cat $SYS/writeback_limit)" "5 1000" "nothing of that counts for the limit of the device"
cmp_num "$(job_value written)" -le 16384 "but for that of the job"
cmp_num "$(job_value done)" -lt "$(job_value total)" "which ends at it"
put 0 $SYS/writeback_limit_enable
job writeback -m 40
is "$ERROR" 5 "also one that ends at a bound before it knows"
is "$(stat_field $SYS/bd_stat 1)" 0 "nothing counts as written"
is "$(mm_stat $N compr_data_size)" "$compr" "and all stays in memory"
put all $SYS/idle
expect_errno EIO idle $SYS/writeback "so does the file"
ok "pages into packs" jobrun $N pack
job writeback
is "$ERROR" 5 "a pack that cannot be written is told of"
is "$(stat_field $SYS/bd_stat 1)" 0 "and stays"
right "every page is right"
disk_becomes back linear $kib
job writeback
is "$ERROR" 0 "the disk is well, and all goes out"
frozen=$(stat_field $SYS/bd_stat 1)
cmp_num "$frozen" -gt $((pages / 2)) "most of it: $frozen"
right "every page is right on the disk"

# reads fail
job promote
job writeback
disk_becomes back error $kib
packs=$(((frozen + 31) / 32))
right_or_eio "no reads"
first=$(reports)
cmp_num "$first" -le $((packs + 4)) "each pack is reported once"
cmp_num "$first" -gt 0 "and reported"
right_or_eio "no reads again"
is "$(reports)" "$first" "no pack is reported twice"
cmp_num "$(stat_field $SYS/io_stat 1)" -ge "$EIOS" "failed reads are counted"
job promote
is "$ERROR" 5 "a promotion says that the disk failed"
job promote -m 32
is "$ERROR" 5 "a bounded one, too"
ok "a pack loses most of its slots" blkdiscard --force -l $((20 * 4096)) $DEV
job writeback
is "$ERROR $(job_value failed)" "5 1" "a writeback that would make it anew says so as well"
ok "write these" pagetool write $DEV $set -c 20 -b 16K -g 1
disk_becomes back linear $kib
right "every page is right again"

# reads lie
disk_becomes back flakey $kib 0 3600 5 corrupt_bio_byte 33 r 1 0
right_or_eio "corrupted"
job promote
is "$ERROR" 5 "a promotion says that a pack is unreadable"
right_or_eio "corrupted after that"
disk_becomes back linear $kib
job promote
is "$ERROR $(stat_field $SYS/bd_stat 1)" "0 0" "all comes back"
right "every page is right in memory"
is "$(awk '{ print $1, $6, $8 }' $SYS/mm_stat)" "$before" "counted as before"
drop_device $N

# full
disk_make small linear 64 || bail "no small disk"
device /dev/mapper/small
zramctl monitor --json $DEV >/tmp/told &
monitor=$!
listens $monitor || bail "no monitor"
job writeback
is "$ERROR" 28 "a job ends early on a full disk, and says so"
ok "which is an event, too" wait_for 'grep -q "\"event\":\"backing-full\",\"name\":\"$DEV\"" /tmp/told' 15
kill $monitor
cmp_num "$(stat_field $SYS/bd_stat 3)" -le 16 "no more was written than it holds"
cmp_num "$(stat_field $SYS/bd_stat 3)" -ge 8 "but nearly all of that"
right "every page is right, here or there"
put all $SYS/idle
expect_errno ENOSPC idle $SYS/writeback "the file says so, too"

# full of packs of which little is left: these make room for each other
packs() { zramctl packs zram$N --noheadings --output TIER,SPARSE,FIRST,LAST; }
sparse() { packs | awk '$1 == "frozen" && $2 == "yes"' | wc -l; }
# thin_out [KEEP]: sets WHICH to the range of all that is on the disk
thin_out() {
	local keep=${1:-3}

	packs | awk '$1 == "frozen" { print $3, $4 }' | sort -n >/tmp/frozen
	WHICH=$(awk 'NR == 1 { a = $1 } { b = $2 } END { print a ":" b - a + 1 }' /tmp/frozen)
	while read -r first last; do
		blkdiscard --force -o $((first * 4096)) -l $(((last - first - keep) * 4096)) $DEV
	done </tmp/frozen
	dd if=$DEV of=/tmp/want bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
}
thin_out
few=$(sparse)
cmp_num "$few" -ge 3 "of $few packs on it little is left"
job writeback -r $WHICH
is "$ERROR $(sparse)" "0 0" "they are made anew on a full disk"
is "$(packs | awk '$1 != "frozen"' | wc -l)" 0 "and are on it again"
job writeback
is "$ERROR" 28 "it gets full once more"
thin_out
job writeback
is "$ERROR $(sparse)" "28 0" "a job with more to write does so, too, and says that it was full"
job writeback
cmp_num "$(stat_field $SYS/bd_stat 1)" -ge 8 "that one or the next fills the room again"
dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
ok "every page is right" cmp /tmp/want /tmp/got
ok "discard all" blkdiscard $DEV
is "$(stat_field $SYS/bd_stat 1) $(mm_stat $N compr_data_size)" "0 0" "nothing is left"
ok "write again" pagetool write $DEV $set -c $pages -b 64K -g 1
wrote=$(stat_field $SYS/bd_stat 3)
job writeback
cmp_num $(($(stat_field $SYS/bd_stat 3) - wrote)) -ge 8 "the disk is as large as it was"
right "every page is right once more"
drop_device $N

# many of which about half is left: there is room for a new one once others went
memory() { packs | awk '$1 != "frozen"' | wc -l; }
pages=1024
disk_make middle linear 256 || bail "no larger disk"
device /dev/mapper/middle
job writeback
is "$ERROR" 28 "a larger disk gets full as well"
thin_out 13
few=$(sparse)
cmp_num "$few" -ge 10 "half of $few packs on it is left"
job writeback -m 32
is "$ERROR $(memory)" "28 0" "a job of so many slots finds no room for others"
cmp_num "$(sparse)" -lt "$few" "and does not count these, so that it makes packs anew"
few=$(sparse)
job writeback -r $WHICH
is "$ERROR $(sparse) $(memory)" "0 0 0" "all $few are made anew, and none waits in memory"
dd if=$DEV of=/tmp/got bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
ok "every page of these is right" cmp /tmp/want /tmp/got
drop_device $N
done_testing
