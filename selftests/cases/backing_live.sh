#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A device in use gets a disk and gives it back: what is refused and why, under
# steady reads, at the memory limit, with packs that cannot be read, and with a
# file behind a loop device.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,loop progs=blkid,mkswap
# needs: timeout=240

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
pages=$(scaled 512 128)

# refused REGEX ARG...: zramctl fails and says why
refused() {
	local regex=$1
	shift
	ctl "$@"
	is $CODE 1 "refused: zramctl $*"
	like "$ERR" "$regex" "and why"
}
number() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" <<<"$OUT"; }
frozen() { stat_field $SYS/bd_stat 1; }
verify() { ok "$1" pagetool verify $DEV /pages/small.pages -c $pages -g 1 "${@:2}"; }
freeze() {
	ctl writeback zram$N --all --json
	is $CODE 0 "all is written back"
	cmp_num "$(frozen)" -gt $((pages / 2)) "most of it: $(cat $SYS/bd_stat)"
}

rmmod brd 2>/dev/null	# another case may have had fewer
rm -f /tmp/cold /tmp/other	# or left files
modprobe brd rd_nr=2 rd_size=16384
modprobe loop
[ -b /dev/ram1 ] || skip_all "no brd in this kernel"

new_device 16M zstd
ok "write" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
refused "no such file" attach zram$N /no/such
refused "not a block device" attach zram$N /etc/passwd
refused "its own backing" attach zram$N $DEV
ctl create --algo zstd --size 16M --backing /dev/ram1
made=$OUT
is "$CODE$ERR $(cat /sys/block/${made#/dev/}/backing_dev)" "0 /dev/ram1" "another with a disk"
refuses 1 "the disk /dev/ram1: .*held by something else" create --size 16M --backing /dev/ram1
ctl remove "$made"
refuses 1 "cannot create a device with the disk /dev/nosuch: there is no such" \
	create --size 16M --backing /dev/nosuch
refuses 1 "the disk /dev/null: that is not a block device" create --size 16M --backing /dev/null
ok "a swap area" mkswap /dev/ram1
refused "holds data .swap" attach zram$N /dev/ram1
swapon /dev/ram1
refused "used as swap" attach zram$N /dev/ram1
refused "used as swap" attach zram$N /dev/ram1 --force
swapoff /dev/ram1
blockdev --setro /dev/ram1
refused "read-only" attach zram$N /dev/ram1 --force
blockdev --setrw /dev/ram1
refused "^zramctl: there is no disk behind /dev/zram$N$" detach zram$N
ctl attach zram$N /dev/ram1 --force
is "$CODE$ERR" 0 "a disk with something on it is taken when forced"
is "$(cat $SYS/backing_dev)" /dev/ram1 "and shown"
refused "detach it first" attach zram$N /dev/ram0
ctl list --json
like "$OUT" '"backing": "/dev/ram1"' "also by list"
ctl set zram$N --promote 0	# what is read here is to stay where it is

freeze
ctl show zram$N --json
cmp_num "$(number frozen)" -eq "$(frozen)" "show has the tiers"
cmp_num "$(number backing_written)" -gt 0 "and what was written"
rm -f /tmp/stop /tmp/wrong
(while [ ! -e /tmp/stop ]; do
	pagetool verify $DEV /pages/small.pages -c $pages -g 1 -s 5 || touch /tmp/wrong
done) >/tmp/reader 2>&1 &
reader=$!
ctl detach zram$N --json
is "$CODE$ERR" 0 "detached under steady reads"
cmp_num "$(number moved)" -gt $((pages / 2)) "with everything back in memory"
is "$(cat $SYS/backing_dev) $(frozen)" "none 0" "the disk is gone"
touch /tmp/stop
wait $reader
[ ! -e /tmp/wrong ] && ok "no read was wrong" || fail "no read was wrong" "$(tail -n 3 /tmp/reader)"
verify "all is right" -s 2

ctl attach zram$N /dev/ram1
is "$CODE$ERR" 0 "once more; a detached disk holds nothing that blkid knows"
freeze
ctl set zram$N --mem-limit $((pages / 8))K
refused "memory limit" detach zram$N
is "$(cat $SYS/backing_dev)" /dev/ram1 "at the limit it stays"
ctl set zram$N --mem-limit 0
freeze
blocks=$(stat_field $SYS/bd_stat 3)	# all that were written, one behind the other
verify "all is right on the disk"	# in order, so that its first packs are remembered nowhere
like "$(jobrun $N detach -r 0:1 2>&1)" "takes every slot" "no slot is left behind on a disk that goes"
for choice in filter=4 age=3600 threshold=4097; do
	like "$(jobtool start $N detach $choice 2>&1)" "EINVAL .*takes every slot" "nor by $choice"
done
is "$(cat $SYS/backing_dev)" /dev/ram1 "which stays"

# somebody else writes to the disk, behind what came back at the limit
dd if=/dev/urandom of=/dev/ram1 bs=4k seek=$((blocks / 3)) count=$((pages / 128)) \
	oflag=direct conv=notrunc 2>/dev/null
refused "give everything back" detach zram$N
ctl jobs list zram$N --json
like "$OUT" '"failed": [1-9]' "the job counts packs that cannot be read"
is "$(cat $SYS/backing_dev)" /dev/ram1 "and the disk stays"
ctl detach zram$N --force --json
is $CODE 0 "detached by force"
before=$(stat_field $SYS/io_stat 1)
dd if=$DEV of=/dev/null bs=4k count=$pages iflag=direct conv=noerror 2>/dev/null
lost=$(($(stat_field $SYS/io_stat 1) - before))
cmp_num $lost -gt 0 "what was given up is an error to read: $lost pages"
cmp_num $lost -lt $((pages / 2)) "and nothing else"
is "$(cat $SYS/backing_dev)" none "the disk is gone"
ok "they are written" pagetool write $DEV /pages/small.pages -c $pages -b 64K -g 1
verify "and can be read" -s 4
ok "discard all" blkdiscard $DEV
is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "every counter is 0"
drop_device $N

# a file; and a device without a size
new_device
ctl attach zram$N --backing-file /tmp/cold --backing-size 4M
is $CODE 0 "a file is attached to a device without a size"
loop=$(cat $SYS/backing_dev)
like "$loop" "^/dev/loop" "behind a loop device"
refused "has a backing device|busy|already" attach zram$N --backing-file /tmp/second --backing-size 4M
nok "a file made for nothing goes" test -e /tmp/second
is "$(stat -c %s /tmp/cold)" $((4 << 20)) "of the size asked for"
ctl detach zram$N
is "$CODE$ERR" 0 "and let go"
wait_for "[ ! -e /sys/block/${loop##*/}/loop ]" 5 && ok "the loop device goes" ||
	fail "the loop device goes" "$(cat /sys/block/${loop##*/}/loop/*)"
echo 16M >$SYS/disksize
ctl attach zram$N --backing-file /tmp/cold
is $CODE 0 "the same file again"
ok "write to it" pagetool write $DEV /pages/small.pages -c 64 -b 64K -g 1
ctl writeback zram$N --all
is $CODE 0 "and to the file"
ok "read it back" pagetool verify $DEV /pages/small.pages -c 64 -g 1
drop_device $N
wait_for "[ ! -e /sys/block/${loop##*/}/loop ]" 5 && ok "it goes with the device, too" ||
	fail "it goes with the device, too"
ctl create --algo zstd --size 16M --backing-file /tmp/other --backing-size 1M
is "$CODE$ERR" 0 "a device is made with a file"
like "$(cat /sys/block/${OUT#/dev/}/backing_dev)" "^/dev/loop" "and has it"
ctl remove "$OUT"
ok "a swap area" mkswap /dev/ram1
refuses 1 "holds data" create --size 16M --backing /dev/ram1
rm -f /tmp/cold /tmp/other
done_testing
