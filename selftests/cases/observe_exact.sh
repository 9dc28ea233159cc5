#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two CPUs and many events: every record and every count is exact.
# needs: kernels=all timeout=180

. /zramkit/selftests/lib/lib.sh

# ask COMMAND: sets ANSWER to the line
ask() {
	echo "$*" >&"${STEPS[1]}"
	read -r -t 60 ANSWER <&"${STEPS[0]}"
}

new_device 32M || bail "no device"
coproc STEPS { observesteps 2>&1; }
track zramctl observe stop
zramctl observe start --half-life 1d
ask start
is "$ANSWER" ok "the observer is there"

slots=$(scaled 1400 140)
slots=$((slots / 70 * 70))
ask ages "$N"
is "$ANSWER" "ok 0 0" "nothing is counted at first"
ok "records of $slots slots, two threads" heatload exact "$DEV" "$slots" 2 12

# slot i was read (i % 7) * 12 times; on average 36 times
ask ages "$N"
read -r _ back left <<<"$ANSWER"
is "$back" $((slots * 36)) "every read is in the ages"
# freed unread: every seventieth slot; the others follow a read, and count only
# when it is more than 2 s ago
cmp_num "$left" -ge $((slots / 70)) "frees of slots that were never read are counted"
cmp_num "$left" -le $((slots / 10)) "no free is counted twice"
ask writes "$N"
is "$ANSWER" "ok $slots" "every write is in the sizes"
ask states "$N"
is "$ANSWER" "ok $((8192 - slots)) $((slots / 10)) $((slots - slots / 10))" \
	"unseen, empty and used slots add up"

# Overwritten unread: one more in the ages for each used slot.
ask ages "$N"
read -r _ _ left <<<"$ANSWER"
dd if=/dev/urandom of="$DEV" bs=4k count="$slots" oflag=direct 2>/dev/null
ask ages "$N"
read -r _ back2 left2 <<<"$ANSWER"
is "$((left2 - left))" $((slots - slots / 10)) "every overwritten slot is counted once"
is "$back2" "$back" "and no read"
ask record "$N" 0
read -r _ state tier bytes heat _ <<<"$ANSWER"
is "$state $tier $bytes $heat" "2 0 4096 0" "a raw page: its size, and no heat any more"
dd if=/dev/zero of="$DEV" bs=4k count=1 oflag=direct 2>/dev/null
ask record "$N" 0
read -r _ state tier bytes heat _ <<<"$ANSWER"
is "$state $tier $bytes $heat" "2 0 0 0" "a fill takes no bytes"

put 1 "$SYS/reset"
put 1M "$SYS/disksize"
zramctl observe start
ask ages "$N"
is "$ANSWER" "ok 0 0" "ages begin anew with a new generation"
ask writes "$N"
is "$ANSWER" "ok 0" "so do sizes"
like "$(zramctl observe status --json)" '"dropped": 0' "no event was dropped"
like "$(zramctl observe status --json)" '"missed": 0' "no event was missed"
done_testing
