#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Heat tells slots apart: a tenth read 100 times, a tenth once, the rest 10
# times, direct and shuffled; both ends overlap the true ones by 95 %.
# needs: kernels=all timeout=240

. /zramkit/selftests/lib/lib.sh

new_device 16M || bail "no device"
track zramctl observe stop
zramctl observe start
slots=$(scaled 3000 500)
slots=$((slots / 10 * 10))
seeds=(1 20 300)
for seed in "${seeds[@]:0:$(scaled 3)}"; do
	ok "both ends of $slots slots, seed $seed" heatload rank "$DEV" "$slots" $seed
done

tenth=$((slots / 10))
list() { zramctl heat "$DEV" --by heat "--$1" $tenth | sed "1,/^$1 slots/d" | awk 'NR > 1 { print $3 }'; }
mapfile -t cold < <(list coldest)
mapfile -t hot < <(list hottest)
is "${#cold[@]} ${#hot[@]}" "$tenth $tenth" "lists as long as asked for"
is "$(printf '%s\n' "${hot[@]}" | sort -rn | tr '\n' ' ')" \
	"$(printf '%s\n' "${hot[@]}" | tr '\n' ' ')" "hottest first"
is "$(printf '%s\n' "${cold[@]}" | sort -n | tr '\n' ' ')" \
	"$(printf '%s\n' "${cold[@]}" | tr '\n' ' ')" "coldest first"
cmp_num "${cold[tenth - 1]%.*}" -lt 3 "the cold tenth was read once"
cmp_num "${hot[tenth - 1]%.*}" -ge 25 "the hot tenth was read a hundred times"

text=$(zramctl heat "$DEV")
like "$text" "by age" "a strip by age"
like "$text" "by heat, $slots slots were read again" "and one by heat"
json=$(zramctl heat "$DEV" --json --hottest 2)
is "$(sed -n 's/^  "used": \([0-9]*\),/\1/p' <<<"$json")" "$slots" "JSON: used slots"
is "$(sed -n '/"by_heat"/,/^  \]/s/.*"slots": \([0-9]*\),/\1/p' <<<"$json" |
	awk '{ n += $1 } END { print n }')" "$slots" "JSON: the table by heat adds up"
is "$(sed -n '/"by_age"/,/^  \]/s/.*"slots": \([0-9]*\),/\1/p' <<<"$json" |
	awk '{ n += $1 } END { print n }')" "$slots" "JSON: the table by age adds up"
is "$(sed -n '/"hottest"/,$p' <<<"$json" | grep -c '"index"')" 2 "JSON: the list"

# ---- what is refused -----------------------------------------------------------
code() { "$@" >/dev/null 2>&1; echo $?; }
is "$(code zramctl heat)" 2 "no device: wrong usage"
is "$(code zramctl heat "$DEV" --hottest 0)" 2 "a list of none: wrong usage"
is "$(code zramctl heat "$DEV" --by size)" 2 "an order that is none: wrong usage"
is "$(code zramctl heat /dev/zram99)" 1 "a device that is none"
put 1 "$SYS/reset"
is "$(code zramctl heat "$DEV")" 1 "a device without a disksize"
# 8 bytes a slot, over 1 % of the machine's memory
put 8G "$SYS/disksize"
out=$(zramctl heat "$DEV" 2>&1)
is "$?" 1 "much memory is not taken unasked"
like "$out" "give --yes" "and the sentence says how"
like "$(zramctl observe status --json)" '"recorded": false' "no map was made"
is "$(code zramctl top --once)" 1 "nor by top"
ok "with --yes it is" zramctl heat "$DEV" --yes
ok "and then top has it, too" zramctl top --once
done_testing
