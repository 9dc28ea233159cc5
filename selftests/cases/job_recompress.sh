#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# While a recompress runs, statistics and knobs answer; a signal ends the write;
# cancel, reset, removal and CPU hotplug in the middle; nothing stays picked.
# On the debug kernel the job is over before the hundred questions are asked, or
# takes a quarter of an hour with more pages.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=240 nodebug

. /zramkit/selftests/lib/lib.sh
# whole requests of 128K
pages=$(($(scaled "${PAGES:-16384}") / 32 * 32))
set=/pages/small.pages
debugfs=/sys/kernel/debug
[ -d $debugfs/zram ] || mount -t debugfs none $debugfs 2>/dev/null

# job_line N FIELD: of the newest job; see jobtool.c for the fields
job_line() { jobtool list "$1" | tail -n 1 | cut -d ' ' -f "$2"; }
# compr N: compr_data_size, without a process
compr() { local f; read -ra f </sys/block/zram"$1"/mm_stat; echo "${f[1]}"; }
# picked N: slots that are picked
picked() { jobtool flags "$1" | cut -d ' ' -f 3; }

# fill N: pages of processes, as many times as they fit
fill() {
	local have at
	have=$(($(stat -c %s $set) / 4096))
	for ((at = 0; at < pages; at += have)); do
		pagetool write /dev/zram$1 $set -f $at -b 128K \
			-c $((pages - at < have ? pages - at : have)) >/dev/null || return
	done
}

# verify N: what fill wrote
verify() {
	local have at
	have=$(($(stat -c %s $set) / 4096))
	for ((at = 0; at < pages; at += have)); do
		pagetool verify /dev/zram$1 $set -f $at -b 128K \
			-c $((pages - at < have ? pages - at : have)) >/dev/null || return
	done
}

# fresh: a device full of lz4 objects with zstd as secondary
fresh() {
	new_device
	put lz4 $SYS/comp_algorithm
	put "algo=zstd priority=1" $SYS/recomp_algorithm
	put $((pages * 4096)) $SYS/disksize
	fill $N
}

fresh || bail "a device with lz4 and zstd"
z=$N

# a signal
before=$(compr $z)
out=$(jobtool sigwrite $SYS/recompress "type=huge_idle" 60000)
is "${out% *}" 0 "nothing is idle yet: the write ends by itself"
for ms in 300 900 2700; do	# a slow machine picks for a while
	out=$(jobtool sigwrite $SYS/recompress "max_pages=$pages" $ms)
	at_signal=$(job_line $z 8)
	is "${out% *}" EINTR "a signal ends the write with EINTR"
	cmp_num "${out#* }" -lt $((ms + 2700)) "at once"
	ok "the job ends by itself" wait_for "[ \"\$(job_line $z 4)\" = cancelled ]" 20
	at_end=$(job_line $z 8)
	[ "$at_end" -gt 0 ] && break
done
cmp_num $((at_end - at_signal)) -le 1 "after at most one slot more"
cmp_num "$at_end" -gt 0 "it had begun"
cmp_num "$at_end" -lt "$pages" "it was not done"
is "$(picked $z)" 0 "nothing is left picked"

# knobs answer while the whole of it is recompressed
jobtool sigwrite $SYS/recompress "priority=1" 2000000 >/tmp/writer &
writer=$!
wait_for "[ \"\$(job_line $z 4)\" = running ]" 20
seen= answers=0 values=0
while [ $answers -lt 100 ] && kill -0 $writer 2>/dev/null; do
	now=$(compr $z)
	[ "$now" = "$seen" ] || values=$((values + 1))
	seen=$now
	put $((1 << 40)) $SYS/mem_limit || break
	answers=$((answers + 1))
done
still=$(job_line $z 4)
is $answers 100 "mm_stat and mem_limit answer 100 times"
is "$still" running "all before the job ends"
cmp_num $values -ge 10 "and mm_stat shows it move ($values values)"
wait $writer
is "$(cut -d ' ' -f 1 /tmp/writer)" 0 "the write succeeds"
is "$(job_line $z 4)" done "the job is done"
cmp_num "$(compr $z)" -lt $((before * 9 / 10)) "memory went down from $before to $(compr $z)"
is "$(picked $z)" 0 "nothing is left picked after it"
ok "the data is unharmed" verify $z
cmp_num "$(grep -c 'r.$' $debugfs/zram/zram$z/block_state)" -gt $((pages / 2)) \
	"block_state shows the slots as recompressed"

# bounds and cancelling, over netlink
fill $z
job=$(jobtool start $z recompress slots=100)
is "$(jobtool wait $z "$job" | cut -d ' ' -f 4,7)" "bounded 100" "max-slots bounds a job"
job=$(jobtool start $z recompress range=10+20)
is "$(jobtool wait $z "$job" | cut -d ' ' -f 4,6)" "done 20" "a job keeps to its ranges"
job=$(jobtool start $z recompress ms=100)
is "$(jobtool wait $z "$job" | cut -d ' ' -f 4)" bounded "max-ms bounds a job"
one=$(jobtool start $z recompress)
two=$(jobtool start $z recompress)
is "$(jobtool list $z | awk -v j="$two" '$2 == j { print $4 }')" queued "the second one waits"
ok "it can be cancelled" jobtool cancel $z "$two"
is "$(jobtool list $z | awk -v j="$two" '$2 == j { print $4 }')" cancelled "which ends it at once"
ok "and so can the first" jobtool cancel $z "$one"
is "$(jobtool wait $z "$one" | cut -d ' ' -f 4,5)" "cancelled ECANCELED" "which ends it"
like "$(jobtool cancel $z "$one")" "^ENOENT no such job" "an ended job cannot be cancelled"
is "$(picked $z)" 0 "nothing is left picked after them"

# a CPU goes, the device is reset and removed, the module goes
cpu=/sys/devices/system/cpu/cpu1/online
if [ -e $cpu ]; then
	job=$(jobtool start $z recompress)
	ok "a CPU goes off in the middle" put 0 $cpu
	ok "and comes back" put 1 $cpu
	ok "the job can be cancelled" jobtool cancel $z "$job"
	jobtool wait $z "$job" >/dev/null
fi
job=$(jobtool start $z recompress)
ok "a reset ends a job" put 1 /sys/block/zram$z/reset
is "$(awk '{ print $1, $2, $3 }' /sys/block/zram$z/mm_stat)" "0 0 0" "and leaves nothing"

pages=$(($(scaled 8192) / 32 * 32))
fresh
jobtool sigwrite $SYS/recompress "priority=1" 2000000 >/tmp/writer &
writer=$!
wait_for "[ \"\$(job_line $N 4)\" = running ]" 20
ok "removal ends a job and who waits for it" put $N /sys/class/zram-control/hot_remove
wait $writer
is "$(cut -d ' ' -f 1 /tmp/writer)" ECANCELED "who is told so"

fresh
for i in 1 2 3 4 5; do jobtool start $N recompress >/dev/null; done
ok "so does unloading the module" rmmod zram
done_testing
