#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# top: rates, ages, devices that come and go while it runs.
# needs: timeout=120 progs=script,stty files=/lib/terminfo/x/xterm

. /zramkit/selftests/lib/lib.sh

new_device 16M || bail "no device"
track zramctl observe stop
zramctl observe stop 2>/dev/null

# field NAME: of the first device of the JSON on stdin
field() { sed -n "s/^ *\"$1\": \([^,]*\),*$/\1/p" | head -n 1; }

dd if=/dev/urandom of="$DEV" bs=4k count=1000 oflag=direct 2>/dev/null
out=$(zramctl top --once 2>&1 >/dev/null)
like "$out" "zramctl observe stop" "top starts the observer and says so"
ok "which goes on" zramctl observe status
is "$(zramctl top --once 2>&1 >/dev/null)" "" "the second time it is silent"
text=$(zramctl top --once --interval 0.1)
like "$text" "NAME.*ALGO.*RATIO.*IN/S.*OUT/S.*OLDER.*HOT.*WARM.*COLD.*FROZEN" "the headings"
like "$text" "$DEV" "the device"
is "$(wc -l <<<"$text")" 2 "one look"

dd if=/dev/urandom of="$DEV" bs=4k count=1000 oflag=direct conv=notrunc 2>/dev/null	# within a minute
json=$(zramctl top --once --interval 0.1 --json)
is "$(field data <<<"$json")" 4096000 "JSON: data in bytes"
is "$(field hot <<<"$json")" 1000 "JSON: slots of the first tier"
is "$(field age_minute <<<"$json")" 100.0000 "JSON: all are young"
like "$json" '"back": ' "JSON: ages"

# Who reads, once top has begun to look
zramctl top --readers -i 0.3 -n 1000 --json >/tmp/readers &
looker=$!
wait_for "grep -q '\"readers\"' /tmp/readers" 20
dd if="$DEV" of=/dev/null bs=4k count=700 iflag=direct 2>/dev/null &
reader=$!
wait $reader
mine() { tr -d '\n ' </tmp/readers | grep -o "\"pid\":$reader,\"command\":\"dd\",\"reads\":700,\"cold\":0,"; }
ok "who reads, and how much" wait_for "[ -n \"\$(mine)\" ]" 20
kill $looker
wait $looker 2>/dev/null
nok "and nobody looks afterwards" test -e /sys/fs/bpf/zram/readers
text=$(zramctl top --readers -n 1)
like "$text" "nobody has read since" "a fresh look has no readers yet"

# Rates, over an interval in which a known amount is written and read
(
	while dd if=/dev/zero of="$DEV" bs=64k count=8 seek=16 oflag=direct 2>/dev/null &&
			dd if="$DEV" of=/dev/null bs=64k count=8 skip=16 iflag=direct 2>/dev/null; do
		:
	done
) &
writer=$!
for _ in 1 2 3 4 5; do	# on a slow kernel a second may hold but one of them
	json=$(zramctl top --once --interval 1 --json)
	in=$(field write_rate <<<"$json") out=$(field read_rate <<<"$json")
	[ "${in%.*}" -gt 4095 ] && [ "${out%.*}" -gt 4095 ] && break
done
kill $writer
wait $writer 2>/dev/null
cmp_num "$in" -gt 4095 "bytes go in"
cmp_num "$out" -gt 4095 "bytes come out"

# On a screen: its last job, too
ok "a job" zramctl pack "zram$N" --all
TERM=xterm script -qfc 'stty rows 24 cols 80; exec zramctl top -n 2 -i 0.2' /tmp/screen </dev/null >/dev/null 2>&1
ok "the screen shows the device" grep -q "zram$N" /tmp/screen
ok "and its last job" grep -qE 'pack done [0-9]+ s ago, [0-9]+ slots moved' /tmp/screen

# A device that comes and one that is reset, while top runs
zramctl top -i 0.2 -n 1000 >/tmp/top.out &
top=$!
track kill $top
wait_for "grep -q '$DEV' /tmp/top.out" 10
first=$DEV
new_device 4M
ok "a new device is observed soon" wait_for "[ -e /sys/fs/bpf/zram/slots_$N ]" 10
ok "and shown" wait_for "grep -q '$DEV' /tmp/top.out" 10
generation() { zramctl observe status --json | grep -c '"recorded": true'; }
put 1 "$SYS/reset"
ok "a reset one gives its map back" wait_for "[ ! -e /sys/fs/bpf/zram/slots_$N ]" 10
put 2M "$SYS/disksize"
ok "and gets one when it is back" wait_for "[ \$(generation) = 2 ]" 10
zramctl observe stop
: >/tmp/top.out
ok "top goes on when the observer is stopped" wait_for "grep -q '$first' /tmp/top.out" 10
nok "and does not start it again" test -e /sys/fs/bpf/zram
ok "it is still there" kill -0 $top

code() { "$@" >/dev/null 2>&1; echo $?; }
is "$(code zramctl top --interval 0)" 2 "an interval of 0: wrong usage"
is "$(code zramctl top --once -n 3)" 2 "--once and --number: wrong usage"
is "$(code zramctl top -n x)" 2 "a number that is none: wrong usage"
done_testing
