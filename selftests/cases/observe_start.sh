#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The observer's pins: made, typed, private, gone again; and who is refused.
# needs: progs=bpftool,setpriv kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh
PIN=/sys/fs/bpf/zram

pins() { ls "$PIN" 2>/dev/null | tr '\n' ' '; }
# first MAP: its first element as bpftool prints it
first() { bpftool map lookup pinned "$PIN/$1" key 0 0 0 0; }

new_device 4M || bail "no device"
track zramctl observe stop
put page /dev/zram$N

zramctl observe stop
is "$(pins)" "" "nothing is pinned at first"
like "$(zramctl observe status)" "does not run" "status says so"
like "$(zramctl observe status --json)" '"running": false' "also as JSON"

# ---- started -----------------------------------------------------------------
umount /sys/fs/bpf
ok "start, with no BPF file system mounted" zramctl observe start
is "$(stat -c %a "$PIN")" 700 "the directory is private"
is "$(stat -c %a "$PIN"/* | sort -u)" 600 "so is every pin"
for m in slots ratio ages latency devices "slots_$N"; do
	ok "$m is pinned" test -e "$PIN/$m"
done
status=$(zramctl observe status --json)
like "$status" '"running": true' "status: it runs"
like "$status" '"slots": 1024' "status: a map as long as the device"
like "$status" '"recorded": true' "status: events are recorded"
like "$status" '"seeded": true' "status: what was there is filled in"

records=$(bpftool map dump pinned "$PIN/slots_$N")
for f in state tier bytes heat seconds; do
	is "$(grep -c "\"$f\": " <<<"$records")" 1024 "every record has a field $f"
done
like "$(first devices)" '"covered": ' "devices has named fields"
like "$(first ages)" '"back": ' "ages has named fields"
like "$(first ratio)" '"slots": ' "ratio has named fields"
like "$(first latency)" '"requests": ' "latency has named fields"

ok "a second start is fine" zramctl observe start

# ---- devices that go -------------------------------------------------------------
first=$N
new_device 4M || bail "no device"
ok "start covers the new device" zramctl observe start
ok "which has a map" test -e "$PIN/slots_$N"
zramctl remove zram$N
nok "remove drops it" test -e "$PIN/slots_$N"
nok "and status leaves it out" bash -c "zramctl observe status -n -o name | grep -qw zram$N"
new_device 4M && zramctl observe start
zramctl reset zram$N
nok "so does reset" test -e "$PIN/slots_$N"
for cmd in "observe status" "observe start" "top --once -i 0.1" "heat zram$first"; do
	put 4M /sys/block/zram$N/disksize
	zramctl observe start
	ok "there is a map" test -e "$PIN/slots_$N"
	put 1 /sys/block/zram$N/reset
	# shellcheck disable=SC2086 # words
	ok "$cmd" zramctl $cmd
	nok "drops the map of a device that went without zramctl" test -e "$PIN/slots_$N"
	ok "and no other" test -e "$PIN/slots_$first"
done
N=$first
DEV=/dev/zram$N
SYS=/sys/block/zram$N

like "$(zramctl observe start --half-life 1d 2>&1)" "half-life of 1024 s: 'zramctl observe stop' first" \
	"another half-life is refused while it runs"

# ---- no rights ---------------------------------------------------------------
nok "nobody may dump the map" as_nobody bpftool map dump pinned "$PIN/slots_$N"
nok "nobody may look at the pins" as_nobody ls "$PIN"
nok "nobody may heat" as_nobody zramctl heat "$DEV"
nok "nobody may top" as_nobody zramctl top --once
nok "nobody may stop it" as_nobody zramctl observe stop
like "$(as_nobody zramctl observe status 2>&1)" "cannot .*: this needs root; try it with sudo" "nobody is told why"
is "$(zramctl observe stop)" "The observer is stopped." "stop says so"
is "$(pins)" "" "and removes every pin"
is "$(zramctl observe stop; echo $?)" "The observer does not run.
0" "a second time it says that there was none"
nok "and the directory" test -e "$PIN"
is "$(as_nobody zramctl observe start 2>&1 | wc -l)" 1 "nobody gets one sentence"
nok "and leaves nothing" test -e "$PIN"
without="--bounding-set=-bpf,-perfmon,-sys_admin --inh-caps=-all"
# shellcheck disable=SC2086 # a list of options
out=$(setpriv $without zramctl observe start 2>&1)
is "$?" 1 "root without CAP_BPF: exit 1"
like "$out" "CAP_BPF" "and is told which right is missing"
nok "and leaves nothing half loaded" test -e "$PIN"
is "$(bpftool prog list | grep -c on_slot)" 0 "no program is left"

# ---- leftovers, and what is not ours -----------------------------------------
zramctl observe start
rm "$PIN/on_slot_read" "$PIN/ages"
like "$(zramctl observe status 2>&1)" "incomplete" "status sees that pins are missing"
ok "start makes all anew" zramctl observe start
ok "and it is complete" zramctl observe status
zramctl observe stop
bad=0
delays=(150 20 60 300)
for ms in "${delays[@]:0:$(scaled 4 2)}"; do
	zramctl observe start 2>/dev/null &
	usleep ${ms}000
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	zramctl observe start 2>/dev/null && zramctl observe status >/dev/null &&
		[ "$(bpftool prog list | grep -c on_slot_)" = 4 ] || bad=$((bad + 1))
	zramctl observe stop
done
is $bad 0 "a start that was killed somewhere is no obstacle"
zramctl observe start & zramctl top --once >/dev/null & zramctl heat "$DEV" >/dev/null &
wait
ok "several at once get along" zramctl observe status
zramctl observe stop
mkdir -m 700 "$PIN" && chown 65534 "$PIN"
out=$(zramctl observe start 2>&1)
is "$?" 1 "a directory of somebody else: exit 1"
like "$out" "belongs to user 65534" "and why"
is "$(pins)" "" "nothing was put there"
rmdir "$PIN"

# ---- a kernel without BPF, as it looks from user space --------------------------
mount -t tmpfs none /sys/fs
out=$(zramctl observe start 2>&1)
is "$?" 4 "no BPF: exit 4"
like "$out" "has no BPF" "and one sentence"
is "$(zramctl heat "$DEV" >/dev/null 2>&1; echo $?)" 4 "heat: exit 4"
is "$(zramctl top --once >/dev/null 2>&1; echo $?)" 4 "top: exit 4"
umount /sys/fs

# ---- no module ---------------------------------------------------------------
unload_zram
out=$(zramctl observe start 2>&1)
is "$?" 4 "no module: exit 4"
is "$(printf '%s\n' "$out" | wc -l)" 1 "one sentence"
nok "nothing is left" test -e "$PIN"
modprobe zram num_devices=0
is "$(zramctl observe start --half-life 0 2>/dev/null; echo $?)" 2 "a half-life of 0 is wrong usage"
is "$(zramctl observe stop --half-life 5 2>/dev/null; echo $?)" 2 "stop takes no half-life"
is "$(zramctl observe frob 2>/dev/null; echo $?)" 2 "a verb that is none is wrong usage"
ok "start without devices" zramctl observe start
zramctl observe stop >/dev/null
out=$(zramctl observe start --half-life 1000 2>&1)
like "$out" "every 1024 s, the power of two that is nearest to 1000 s" "a half-life is rounded, and says so"
zramctl observe stop >/dev/null
is "$(zramctl observe start -H 512 2>&1 | wc -l)" 1 "one that is a power of two is not"
zramctl observe stop >/dev/null
zramctl create --size 6G --id 40 >/dev/null 2>&1
out=$(zramctl observe start </dev/null 2>&1)
is $? 1 "records of over 1 % of RAM are refused"
like "$out" "records of all slots take 12M.*give --yes" "with a sentence"
nok "and nothing runs" test -e "$PIN"
out=$(zramctl top --once </dev/null 2>&1)
is $? 1 "by top, too"
nok "which starts nothing either" test -e "$PIN"
ok "with --yes it starts" zramctl observe start --yes
is "$(zramctl observe status -n -o slots | tail -n 1 | tr -d ' ')" 1572864 "and has the records"
is "$(zramctl observe status --yes 2>/dev/null; echo $?)" 2 "--yes is for start"
zramctl remove zram40
zramctl observe stop
done_testing
