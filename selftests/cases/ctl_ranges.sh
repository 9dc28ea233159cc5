#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Lists of slots: many, in any order, overlapping; and those that are refused.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=90

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh

new_device 64M zstd
ok "write" pagetool write $DEV /pages/small.pages -c 64 -b 64K -g 1
printf '%d\n' {16383..0} {0..3000} >/tmp/many
ctl pack zram$N --ranges /tmp/many --json
is "$CODE$ERR" 0 "19385 ranges, backwards and overlapping"
like "$OUT" '"moved": [1-9]' "whose slots are packed"
seq 0 2 524288 >/tmp/most
refuses 1 "/tmp/most has more than 262144 ranges, although slots that follow each other count as one" \
	pack zram$N --ranges /tmp/most
seq 0 2 524286 >/tmp/most
refuses 1 "beyond the device" pack zram$N --ranges /tmp/most
seq 0 999999 >/tmp/most
refuses 1 "beyond the device" pack zram$N --ranges /tmp/most
echo 16383-16384 >/tmp/few
refuses 1 "beyond the device" pack zram$N --ranges /tmp/few
: >/tmp/few
refuses 1 "lists no slots" pack zram$N --ranges /tmp/few
echo 9-5 >/tmp/few
refuses 1 "line 1 is neither" pack zram$N --ranges /tmp/few
for line in "0 5 9" "0-1 5" "3 - 5" "1-" "-1" "7,8" "1-2-3" "12 x"; do
	printf '1\n%s\n' "$line" >/tmp/few
	refuses 1 "/tmp/few: line 2 is neither N nor N-M" pack zram$N --ranges /tmp/few
done
refuses 1 "^zramctl: stdin: line 1 is neither" pack zram$N --ranges - <<<"1 2"
refuses 1 "^zramctl: stdin lists no slots" pack zram$N --ranges - </dev/null
printf '%s\r\n' "# $(printf '7 %.0s' {1..300})" "  0-7  # the first $(printf 'x%.0s' {1..300})" "8	" "8" "6-11" >/tmp/few
ok "write anew" pagetool write $DEV /pages/small.pages -c 64 -b 64K -g 1
ctl pack zram$N --ranges /tmp/few --json
is "$CODE$ERR" 0 "long comments, blanks, carriage returns, the same again"
like "$OUT" '"total": 12,' "are twelve slots"
ctl pack zram$N --ranges <(seq 0 16383) --json
is "$CODE$ERR" 0 "every slot, one a line"
refuses 1 "cannot open" promote zram$N --ranges /no/such
refuses 1 "no backing device" writeback zram$N --ranges /tmp/many
ok "all is right" pagetool verify $DEV /pages/small.pages -c 64 -g 1
drop_device $N
done_testing
