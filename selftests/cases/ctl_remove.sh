#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl remove and reset: they wait for whoever holds the device for a moment,
# not for ever, and tell what was done when not all could be.
# needs: files=selftests/lib timeout=180

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0

# hold DEVICE: opens it until let_go; "sleep" never comes to be read
hold() {
	exec 7<"$1"
}
let_go() {
	exec 7<&-
}
# hold_for SECONDS DEVICE: in the background, as udev does
hold_for() {
	( exec 7<"$2"; echo held >/tmp/held; read -r -t "$1" _ <>/tmp/never ) &
	wait_for '[ -e /tmp/held ]' 5
	rm /tmp/held
}
mkfifo /tmp/never
now_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }

ctl create --size 16M --algo zstd
pagetool write /dev/zram0 random -c 32 >/dev/null
ctl reset zram0
is "$CODE$OUT$ERR" 0 "reset"
is "$(cat /sys/block/zram0/disksize /sys/block/zram0/initstate | xargs)" "0 0" \
	"it is bare again"
like "$(cat /sys/block/zram0/comp_algorithm)" '\[(lz4|lzo-rle)\]' "the default algorithm, too"
ctl reset zram0
is "$CODE" 0 "a bare device can be reset"
ctl remove zram0
devices
is "$CODE$OUT$ERR$DEVICES" 0 "remove"

ctl create --size 16M
hold_for 1 /dev/zram0
ctl reset zram0
is "$CODE$ERR" 0 "reset waits for a short visitor"
wait
hold_for 1 /dev/zram0
ctl remove zram0
is "$CODE$ERR" 0 "remove waits for a short visitor"
wait

ctl create --size 16M
hold /dev/zram0
began=$(now_ms)
ctl remove zram0
took=$(($(now_ms) - began))
is "$CODE" 1 "remove gives up on one that stays"
like "$ERR" 'some program holds it open' "and says so"
cmp_num $took -ge 2900 "after 3 seconds"
cmp_num $took -le $((5000 + 3000 * SCALE)) "not much later"
is "$(cat /sys/block/zram0/disksize)" $((16 << 20)) "the device is unharmed"
ctl list -n -o in-use
is "$OUT" yes "list shows that it is in use"

ctl create --size 16M
ctl remove zram0 zram1 zram9
is "$CODE" 3 "one of three: partly done"
is "$(wc -l <<<"$ERR")" 2 "a line for each that failed"
let_go
devices
is "$DEVICES" zram0 "the one that could go went"
ctl remove 0 zram0 /dev/zram0
is "$CODE$ERR" 0 "a device that is named three times is removed once"
devices
is "$DEVICES" "" "a bare number is a name, too"
done_testing
