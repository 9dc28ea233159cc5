#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl without rights, and in places where something is missing: looking works,
# everything else is one sentence.
# needs: files=selftests/lib progs=unshare,mkswap

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0
ctl create --size 16M
is "$CODE" 0 "a device"

# denied REGEX ARG...: as nobody, exit 1, one line
denied() {
	local regex=$1
	shift
	settings
	before=$SETTINGS
	as_nobody /usr/local/sbin/zramctl "$@" >/tmp/ctl.out 2>/tmp/ctl.err
	CODE=$?
	slurp ERR /tmp/ctl.err
	settings
	is "$CODE $SETTINGS" "1 $before" "nobody: $* fails and changes nothing"
	like "$ERR" "^zramctl: [^"$'\n'"]*$regex[^"$'\n'"]*$" "nobody: $* says why"
}
denied "cannot create.*needs root" create --size 1M
denied "cannot remove /dev/zram0.*needs root" remove zram0
denied "cannot reset /dev/zram0.*needs root" reset zram0
denied "cannot change.*needs root" set zram0 --mem-limit 1M
denied "cannot compact.*needs root" compact zram0
denied "needs root" idle zram0 --all
for c in recompress pack writeback promote; do
	denied "cannot start a job.*needs root" $c zram0 --all --background
done
denied "cannot start jobs.*needs root" pack zram0 --all
denied "cannot attach.*needs root" attach zram0 /dev/null
denied "needs root" detach zram0
denied "cannot look at jobs.*needs root" jobs
denied "cannot cancel a job.*needs root" jobs cancel zram0 1
denied "needs root" monitor
denied "cannot read the device's packs.*needs root" packs zram0
denied "daemon needs root" daemon
echo '{ "devices": { "zram4": { "size": "4M" } } }' >/tmp/z.json
denied "cannot create.*needs root" apply /tmp/z.json
if [ -d /sys/fs/bpf ]; then
	for c in "observe start" "heat zram0" "top --once"; do
		# shellcheck disable=SC2086 # words
		denied "cannot .*: this needs root; try it with sudo" $c
	done
	denied "root|no records" policy record /tmp/series zram0
fi
is "$(mm_stat 0 mem_limit)" 0 "nothing was set"

for c in list "show zram0" version; do
	# shellcheck disable=SC2086 # words
	out=$(as_nobody /usr/local/sbin/zramctl $c)
	is $? 0 "nobody may $c"
done
# what is set, not what I/O by others may change meanwhile
is "$(as_nobody /usr/local/sbin/zramctl list -n -o name,algo,disksize)" \
	"$(zramctl list -n -o name,algo,disksize)" "and sees what root sees"

if [ -e /proc/self/ns/net ]; then
	out=$(unshare --net zramctl list 2>&1)
	is $? 4 "in another network namespace: exit 4"
	like "$out" 'initial network namespace only' "and the sentence"
	out=$(unshare --net zramctl create --size 1M 2>&1)
	is $? 4 "create there: exit 4"
	like "$out" 'initial network namespace only' "and no attempt to load anything"
else
	skip "another network namespace" "this kernel has none"
fi
ctl remove zram0
is "$CODE" 0 "root removes it"

# in_place COMMAND...: in mounts of its own; OUT has what it prints, CODE its end
in_place() {
	OUT=$(unshare --mount bash -c "$*" 2>&1)
	CODE=$?
}
in_place 'mount -o remount,bind,ro /sys && zramctl create --size 1M && zramctl set zram0 --mem-limit 1M &&
	zramctl show zram0 && zramctl reset zram0 && zramctl remove zram0'
is "$CODE" 0 "a read-only /sys is no hindrance"
in_place 'mount -t tmpfs none /dev && zramctl create --size 1M --swap'
is "$CODE" 1 "without a node in /dev there is no swap"
like "$OUT" '^zramctl: /dev/zram0 did not appear; is /dev a devtmpfs or udev running\?$' "and the sentence"
ctl create --size 1M --swap
in_place 'mount -t tmpfs none /dev && zramctl list -n -o use'
is "$CODE$OUT" "0[SWAP]" "that it is swap is known without its node"
swapoff /dev/zram0
ctl remove zram0
in_place 'mount -t tmpfs none /dev && zramctl create --size 1M --backing-file /tmp/none --backing-size 4M'
is "$CODE" 4 "without loop devices there is none with a file behind it"
like "$OUT" "run 'modprobe loop'" "and the sentence"
nok "and no such file" test -e /tmp/none
is "$(zramctl list)" "" "and no device"
in_place 'umount -l /proc && zramctl create'
is "$CODE" 2 "without /proc half of memory is not known"
like "$OUT" 'give --size' "and the sentence says what works"
done_testing
