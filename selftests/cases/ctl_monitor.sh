#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl monitor: a line for each thing that happens, a word about lost ones,
# and it outlives the module.
# needs: nodebug files=selftests/lib timeout=240

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0

# watch FILE ARG...: a monitor in the background that has joined
watch() {
	local out=$1
	shift
	zramctl monitor "$@" >"$out" 2>/tmp/monitor.err &
	MONITOR=$!
	track kill $MONITOR
	new_device
	wait_for "put 1 $SYS/reset; [ -s $out ]" 20 || bail "no event comes" "$(cat /tmp/monitor.err)"
	drop_device "$N"
}
events() { sed -n 's/.*"event":"\([^"]*\)".*/\1/p' "$1" | tr '\n' ' '; }

watch /tmp/json --json
watch /tmp/text
text=$MONITOR
ctl create --size 16M --algo lz4 --mem-limit 1M --id 30
pagetool write /dev/zram30 random -c 1024 >/dev/null 2>&1
ctl reset zram30
ctl remove zram30
ok "all events come" wait_for "grep -q 'zram30.*remove' /tmp/json && grep -q 'zram30 remove' /tmp/text" 20
grep zram30 /tmp/json >/tmp/json30
like "$(events /tmp/json30)" '^add init .*limit-reached .*reset .*remove $' "in order"
like "$(events /tmp/json30)" ' write-failed ' "failed writes, too"
is "$(grep -c '^{"time":[0-9.]*,"event":"[a-z-]*","name":"/dev/zram30","id":30,"generation":.*,"used":.*,"limit":.*,"error":.*,"job":.*}$' /tmp/json30)" \
	"$(wc -l </tmp/json30)" "every line is an object with every key"
like "$(grep limit-reached /tmp/json30 | head -n 1)" '"used":[0-9]+,"limit":1048576' "limits in bytes"
like "$(grep limit-reached /tmp/text | head -n 1)" \
	'^[0-9:.]+ /dev/zram30 limit-reached [0-9.]+[KM] of 1M used$' "as text"

# one device only, so many events
ctl create --size 16M --id 40
zramctl monitor zram40 -n 2 >/tmp/one &
one=$!
track kill $one
wait_for "zramctl create --size 4M --id 41 >/dev/null; zramctl remove zram41; zramctl reset zram40;
	put 4M /sys/block/zram40/disksize; ! kill -0 $one 2>/dev/null" 20
ok "--number ends it" test "$(wc -l </tmp/one)" = 2
nok "a device's monitor is silent about others" grep -q zram41 /tmp/one

# more than its socket holds, while it does not read
kill -STOP $text
for ((i = 0; i < 3000; i++)); do
	put 1 /sys/block/zram40/reset
	put 4M /sys/block/zram40/disksize
done
kill -CONT $text
ok "it says that events were lost" wait_for "grep -q 'events were lost' /tmp/text" 20
ok "and how things stand" wait_for "sed '1,/events were lost/d' /tmp/text | grep -q 'device /dev/zram40'" 20
ok "it goes on" kill -0 $text
ctl remove zram40

# the module goes and comes
unload_zram
ok "it sees the module go" wait_for "grep -q 'module went away' /tmp/text" 20
modprobe zram num_devices=0
ok "and come back" wait_for "grep -q 'module is back' /tmp/text" 20
ctl create --size 4M --id 50
ok "and hears events again" wait_for "grep -q 'zram50 init' /tmp/text" 20
ctl remove zram50

as_nobody /usr/local/sbin/zramctl monitor >/dev/null 2>/tmp/ctl.err
is "$?" 1 "not for a user"
like "$(cat /tmp/ctl.err)" "cannot listen to events: this needs root" "who is told why"
refuses 2 "is no number of events" monitor -n 0
refuses 2 "not the name" monitor sda
done_testing
