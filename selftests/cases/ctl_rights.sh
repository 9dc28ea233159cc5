#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl without rights, and in places where something is missing: looking works,
# everything else is one sentence.
# needs: kernels=all files=selftests/lib progs=unshare

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
	is "$CODE $SETTINGS" "1 $before" "nobody: $1 fails and changes nothing"
	like "$ERR" "^zramctl: [^"$'\n'"]*$regex[^"$'\n'"]*$" "nobody: $1 says why"
}
denied "cannot create.*needs root" create --size 1M
denied "cannot remove /dev/zram0.*needs root" remove zram0
denied "cannot reset /dev/zram0.*needs root" reset zram0

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
in_place 'mount -t tmpfs none /dev && zramctl create --size 1M --backing-file /tmp/none --backing-size 4M'
is "$CODE" 4 "without loop devices there is none with a file behind it"
like "$OUT" "run 'modprobe loop'" "and the sentence"
nok "and no such file" test -e /tmp/none
is "$(zramctl list)" "" "and no device"
in_place 'umount -l /proc && zramctl create'
is "$CODE" 2 "without /proc half of memory is not known"
like "$OUT" 'give --size' "and the sentence says what works"
done_testing
