#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A disk of nbdkit's that is told to pause, and whose reads take their time: slots
# are overwritten, freed and used again while it has their reads in hand, and the
# disk is written meanwhile; every reader gets a page that was in its slot, and a
# job that waits can be ended.
# needs: files=build/pages/small.pages:/pages/small.pages,build/nbdkit/memory.so,build/nbdkit/pause.so,build/nbdkit/delay.so
# needs: progs=build/nbdkit/nbdkit,build/nbdkit/nbd-client modules=nbd soak nodebug timeout=240

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
set=/pages/small.pages
lib=/zramkit/build/nbdkit
pages=256
kib=256			# what is written of them takes most of that
readers=(3 40 77 100 131 170 200 233)

# tell LETTER: p: pause, when what it has in hand is done; r: go on
tell() { [ "$(sockget /tmp/control "-$1")" = "${1^}" ]; }
page() { dd if="$1" bs=4k skip="$2" count=1 iflag="${3:-fullblock}" 2>/dev/null; }
job_runs() { zramctl jobs list $DEV --noheadings --output PHASE | grep -q running; }
waits() { [ "$(grep -s '(dd) D' /proc/[0-9]*/stat | wc -l)" -ge "$1" ]; }

# serve DELAY: /dev/nbd0, whose reads take that long
serve() {
	nbdkit --foreground --unix /tmp/nbd --filter=$lib/pause.so --filter=$lib/delay.so \
		$lib/memory.so ${kib}K pause-control=/tmp/control rdelay="$1" >/tmp/nbdkit 2>&1 &
	SERVER=$!
	wait_for "[ -S /tmp/nbd ]" 10 && nbd-client -unix /tmp/nbd /dev/nbd0 >/tmp/client 2>&1 &&
		wait_for "[ \"\$(cat /sys/block/nbd0/size)\" = $((kib * 2)) ]" 10
}

no_server() {
	nbd-client -d /dev/nbd0 >/dev/null 2>&1
	[ -z "$SERVER" ] || kill $SERVER 2>/dev/null
	rm -f /tmp/nbd /tmp/control
}

# read_all: all of readers, each for itself, in the background
read_all() {
	local i
	for i in "${readers[@]}"; do
		page $DEV "$i" direct >/tmp/got.$i &
		READING+=($!)
	done
}

# right_readers DESC: each got the page that was there, or what came in its place:
# below 128 one of the second generation, zeroes from there on
right_readers() {
	local i strange=
	wait "${READING[@]}"
	READING=()
	for i in "${readers[@]}"; do
		cmp -s /tmp/got.$i <(page /tmp/one "$i") ||
			{ [ "$i" -lt 128 ] && cmp -s /tmp/got.$i <(page /tmp/two "$i"); } ||
			{ [ "$i" -ge 128 ] && [ "$(stat -c %s /tmp/got.$i)" = 4096 ] &&
				cmp -s -n 4096 /tmp/got.$i /dev/zero; } ||
			strange+=" $i"
	done
	is "$strange" "" "$1"
}

modprobe nbd nbds_max=1
track no_server
serve 500ms || bail "no disk of nbdkit's" "$(cat /tmp/nbdkit /tmp/client)"
cold_device /dev/nbd0 4M
for i in two one; do
	ok "write" pagetool write $DEV $set -c $pages -b 64K -g $([ $i = one ] && echo 1 || echo 2)
	dd if=$DEV of=/tmp/$i bs=64k count=$((pages / 16)) iflag=direct 2>/dev/null
done

# a job waits
put all $SYS/idle
ok "the disk pauses" tell p
bash -c 'trap - INT TERM; printf idle >"$1"' - $SYS/writeback 2>/dev/null &
writer=$!
ok "a job starts" wait_for job_runs 10
ok "statistics answer" within 5 cat $SYS/mm_stat $SYS/bd_stat
ok "mem_limit can be set" within 5 bash -c "echo 64M >$SYS/mem_limit && echo 0 >$SYS/mem_limit"
kill -TERM $writer
ok "a signal ends the write" wait_for "! kill -0 $writer 2>/dev/null" 5
ok "and the job" wait_for "! job_runs" 5
ok "the disk goes on" tell r
ok "every page is right" pagetool verify $DEV $set -c $pages -g 1

# readers wait, while it pauses
job writeback
is "$ERROR" 0 "all goes out"
frozen=$(stat_field $SYS/bd_stat 1)
cmp_num "$frozen" -gt $((pages / 2)) "most of it"
ok "it pauses" tell p
read_all
ok "readers wait" wait_for "waits 2" 10
ok "slots are overwritten under them" within 10 pagetool write $DEV $set -c 128 -g 2
ok "and freed" blkdiscard --force -o $((128 * 4096)) -l $((128 * 4096)) $DEV
ok "it goes on" tell r
right_readers "each reader got a page that was in its slot"

# readers wait, while it is written
job promote
ok "write anew" pagetool write $DEV $set -c $pages -b 64K -g 1
job writeback
is "$ERROR" 0 "all goes out once more"
read_all
ok "readers wait again" wait_for "waits 2" 10
ok "their slots are overwritten" pagetool write $DEV $set -c 128 -g 2
ok "or freed" blkdiscard --force -o $((128 * 4096)) -l $((128 * 4096)) $DEV
ok "others come" pagetool write $DEV $set -f 256 -c 256 -g 3
wrote=$(stat_field $SYS/bd_stat 3)
jobrun $N writeback >/dev/null
cmp_num "$(stat_field $SYS/bd_stat 3)" -gt "$wrote" "and go where these were"
right_readers "each reader got a page that was in its slot, again"
ok "what was overwritten is right" pagetool verify $DEV $set -c 128 -g 2 -s 4
ok "what was freed is empty" pagetool verify $DEV zero -f 128 -c 128
ok "what came is right" pagetool verify $DEV $set -f 256 -c 256 -g 3 -s 5
is "$(stat_field $SYS/io_stat 1)" 0 "no read failed"
drop_device $N
done_testing
