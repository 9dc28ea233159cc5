#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What was there before the observer is filled in, and nothing else: no newer
# record is overwritten, no slot freed since the dump comes back.
# needs: kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh

ask() {
	echo "$*" >&"${STEPS[1]}"
	read -r -t 60 ANSWER <&"${STEPS[0]}"
}
# pages FROM COUNT [SOURCE]: writes slots
pages() {
	dd if="${3:-/dev/urandom}" of="$DEV" bs=4k seek="$1" count="$2" oflag=direct \
		conv=notrunc 2>/dev/null
}

new_device 16M || bail "no device"
coproc STEPS { observesteps 2>&1; }
track zramctl observe stop
pages 0 1000
pages 4095 1
ask start
is "$ANSWER" ok "attached"
ask cover "$N"
like "$ANSWER" "^ok" "covered"
ask states "$N"
is "$ANSWER" "ok 4096 0 0" "a new map knows nothing"
ask dump "$N"
like "$ANSWER" "^ok 1001 rows" "the dump has every slot"

# (blkdiscard -f, or else it reads the device to look for a signature.)
# Between the dump and the seed: 100 slots go, 50 are read, 50 are overwritten
# by fills, 10 of the freed ones are written again, 20 new ones come.
blkdiscard -f -o $((100 * 4096)) -l $((100 * 4096)) "$DEV"
dd if="$DEV" of=/dev/null bs=4k skip=300 count=50 iflag=direct 2>/dev/null
pages 400 50 /dev/zero
pages 110 10 /dev/zero
pages 2000 20
ask seed "$N"
is "$ANSWER" "ok filled 801 kept 200" "the seed fills what no event touched"
ask states "$N"
is "$ANSWER" "ok $((4096 - 1021)) 90 931" "freed slots stay freed"

now_is() {
	ask record "$N" "$1"
	read -r _ state tier bytes heat seconds <<<"$ANSWER"
	is "$state $tier $bytes $heat" "$2" "$3"
}
now_is 0 "2 0 4096 0" "the first slot is seeded"
cmp_num "$seconds" -gt 0 "with its access time"
now_is 4095 "2 0 4096 0" "the last one too"
now_is 150 "1 0 0 0" "a freed one is empty"
now_is 115 "2 0 0 0" "one that was written again has its new size"
now_is 420 "2 0 0 0" "an overwritten one too"
now_is 3000 "0 0 0 0" "one that was never used stays unseen"
ask record "$N" 320
read -r _ _ _ _ heat _ <<<"$ANSWER"
cmp_num "$heat" -gt 0 "the heat of one read meanwhile is kept"

# The whole again is harmless.
ask dump "$N"
ask seed "$N"
is "$ANSWER" "ok filled 0 kept 931" "a second seed changes nothing"

# A dump of contents that are gone
ask dump "$N"
put 1 "$SYS/reset"
put 8M "$SYS/disksize"
ask cover "$N"
ask seed "$N"
like "$ANSWER" "^error -116" "rows of another generation are refused"
ask states "$N"
is "$ANSWER" "ok 2048 0 0" "and leave no trace"

# Frees while a whole start runs, again and again: never a slot too many.
zramctl observe stop
bad=0
for ((i = 0; i < $(scaled 6 2); i++)); do
	pages 0 2048 /dev/zero
	blkdiscard -f -o 0 -l $((1024 * 4096)) "$DEV" &
	zramctl observe start 2>/dev/null
	wait $!
	used=$(zramctl heat "$DEV" --json | sed -n 's/^  "used": \([0-9]*\),/\1/p')
	[ "$used" = 1024 ] || { bad=$((bad + 1)); diag "round $i: $used slots"; }
	zramctl observe stop
done
is $bad 0 "freed while the observer starts: never shown"
done_testing
