#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl set, compact and idle: what was asked for is what the device has, all or
# nothing; and jobs that cannot be, refused with a sentence.
# needs: nodebug files=selftests/lib timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0

ctl create --size 16M --algo lz4
new_device	# bare: zram1
ctl set zram0 --mem-limit 4M
is "$CODE$OUT$ERR $(mm_stat 0 mem_limit)" "0 4194304" "a limit on a live device"
ctl set /dev/zram0 -m 0
is "$CODE $(mm_stat 0 mem_limit)" "0 0" "and none again"
ctl set 0 --mem-limit 50%
cmp_num "$(mm_stat 0 mem_limit)" -gt $((64 << 20)) "a share of RAM"

refuses 1 "cannot change the algorithm, level or size of /dev/zram0" set zram0 --algo zstd
refuses 1 "while it has a size" set zram0 --mem-limit 1M --size 32M
cmp_num "$(mm_stat 0 mem_limit)" -gt $((64 << 20)) "all or nothing: the limit is the old one"
refuses 1 "has no algorithm 'nosuch'" set zram1 --algo nosuch
refuses 1 "zstd has no level 99; it takes" set zram1 --algo zstd --level 99
refuses 1 "there is no /dev/zram7" set zram7 --mem-limit 1M
refuses 2 "nothing to set" set zram0
refuses 2 "not the name" set sda --mem-limit 1M
refuses 2 "unexpected argument" set zram0 zram1 --mem-limit 1M
refuses 2 "is not a size" set zram0 --mem-limit lots
ctl set zram1 --algo zstd --level 7 --size 300% --mem-limit 1M
is "$CODE$OUT" 0 "a bare device gets everything at once"
is "$(wc -l <<<"$ERR")" 2 "with both remarks"
is "$(zramctl list -n -o name,algo,level,limit | awk 'NR == 2 { $1 = $1; print }')" \
	"/dev/zram1 zstd 7 1M" "as asked"
as_nobody /usr/local/sbin/zramctl set zram0 --mem-limit 1M 2>/tmp/ctl.err
is "$?" 1 "not by a user"
like "$(cat /tmp/ctl.err)" "needs root" "who is told why"

# a pool full of holes
pagetool write /dev/zram0 random -c 2048 >/dev/null
before=$(mm_stat 0 mem_used_total)
blkdiscard -o 0 -l $((1 << 20)) /dev/zram0
ctl compact zram0
is "$CODE$ERR" 0 "compact"
like "$OUT" '^/dev/zram0: [0-9.]+[KM] before, [0-9.]+[KM] now$' "says what it brought"
cmp_num "$(mm_stat 0 mem_used_total)" -lt "$before" "memory came back"
new_device
refuses 1 "has no size yet" compact "zram$N"
refuses 1 "there is no /dev/zram77" compact zram77
refuses 2 "not the name" compact zram0 nonsense
ctl compact zram0 zram77
is "$CODE" 3 "one of two: partly done"

# ---- what else sysfs can ----------------------------------------------------------
sys0=/sys/block/zram0
cmp_num "$(mm_stat 0 mem_used_max)" -gt "$(mm_stat 0 mem_used_total)" "once it took more"
ctl set zram0 --reset-peak
is "$CODE$OUT$ERR $(mm_stat 0 mem_used_max)" "0 $(mm_stat 0 mem_used_total)" "--reset-peak: from now on"
is "$(cat $sys0/writeback_limit_enable)" 0 "no limit to what is written back"
nok "nor is one shown" grep -q WRITEBACK-LIMIT <(zramctl show zram0)
ctl set zram0 --writeback-limit 1000001
is "$CODE$OUT$ERR $(cat $sys0/writeback_limit_enable $sys0/writeback_limit | xargs)" "0 1 244" "--writeback-limit: in whole pages"
ctl show zram0 --json
like "$OUT" '"writeback_limit": 999424' "and shown"
ctl set zram0 --writeback-limit none
is "$CODE$OUT$ERR $(cat $sys0/writeback_limit_enable)" "0 0" "and none again"
refuses 2 "is not a size" set zram0 --writeback-limit lots

# idle_slots NAME: how many; those of raw pages in this case
idle_slots() { awk '$3 ~ /i/' "/sys/kernel/debug/zram/$1/block_state" | wc -l; }
mount -t debugfs none /sys/kernel/debug 2>/dev/null
is "$(idle_slots zram0)" 0 "nothing is idle"
ctl idle zram0 --all
is "$CODE$OUT$ERR $(idle_slots zram0)" "0 1792" "idle --all: all that is left"
ctl idle zram0 --older 1d
is "$CODE $(idle_slots zram0)" "0 1792" "an age beyond the uptime changes nothing"
dd if=/dev/zram0 of=/dev/null bs=4k skip=256 count=16 iflag=direct 2>/dev/null
is "$(idle_slots zram0)" $((1792 - 16)) "what is read is idle no longer"
wait_for "ctl idle zram0 --older 1s && [ \$(idle_slots zram0) = 1792 ]" 10 &&
	ok "idle --older: the rest in time" || fail "idle --older: the rest in time" "$(idle_slots zram0)"
refuses 2 "which slots" idle zram0
refuses 2 "which slots" idle zram0 --all --older 1m
refuses 2 "is no time" idle zram0 --older soon
refuses 1 "has no size yet" idle "zram$N" --all
refuses 1 "there is no /dev/zram77; 'zramctl list'" idle zram77 --all
ctl idle zram0 zram77 --all
is "$CODE" 3 "one of two: partly done"

# ---- jobs ------------------------------------------------------------------------
ctl jobs
is "$CODE$OUT$ERR" 0 "no jobs, nothing printed"
ctl jobs --json
is "$CODE $(tr -d ' \n' <<<"$OUT")" '0 {"jobs":[]}' "as JSON"
for c in recompress pack writeback promote; do
	refuses 2 "which slots" $c zram0
	refuses 2 "DEVICE is missing" $c --all
	refuses 2 "goes with none of" $c zram0 --all --older 1h
	refuses 2 "is no time" $c zram0 --older soon
	refuses 2 "is not a number from 1" $c zram0 --all --max-slots 0
	refuses 1 "cannot open /nosuch" $c zram0 --ranges /nosuch
	refuses 1 "there is no /dev/zram77" $c zram77 --all
done
refuses 2 "is not a number from 1 to 3" recompress zram0 --all --priority 4
refuses 2 "is not a number from 1 to 32" pack zram0 --all --slots 33
refuses 2 "is not a size" writeback zram0 --all --max-bytes none
printf '3\n5-9 # five\n\n12-11\n' >/tmp/ranges
refuses 1 "/tmp/ranges: line 4 is neither N nor N-M" recompress zram0 --ranges /tmp/ranges
printf '# none\n' >/tmp/ranges
refuses 1 "lists no slots" recompress zram0 --ranges /tmp/ranges
refuses 1 "job 99 of /dev/zram0 neither waits nor runs" jobs cancel zram0 99
refuses 2 "say jobs cancel DEVICE JOB" jobs cancel zram0
refuses 2 "is none of list, watch, cancel" jobs frob
refuses 2 "is not the number of a job" jobs cancel zram0 x
as_nobody /usr/local/sbin/zramctl jobs >/dev/null 2>/tmp/ctl.err
is "$?" 1 "a user may not see jobs"
like "$(cat /tmp/ctl.err)" "needs root" "and is told"
devices
# shellcheck disable=SC2086 # names
ctl remove $DEVICES
is "$CODE" 0 "cleaning up"
done_testing
