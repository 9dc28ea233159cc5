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
{ echo 5-9; printf '%d\n' {0..131071} {0..131071}; } >/tmp/most
refuses 1 "more than 262144 ranges" pack zram$N --ranges /tmp/most
printf '%d\n' {0..131071} {0..131071} >/tmp/most
refuses 1 "beyond the device" pack zram$N --ranges /tmp/most
echo 16383-16384 >/tmp/few
refuses 1 "beyond the device" pack zram$N --ranges /tmp/few
: >/tmp/few
refuses 1 "lists no slots" pack zram$N --ranges /tmp/few
echo 9-5 >/tmp/few
refuses 1 "line 1 is neither" pack zram$N --ranges /tmp/few
refuses 1 "cannot open" promote zram$N --ranges /no/such
refuses 1 "no backing device" writeback zram$N --ranges /tmp/many
ok "all is right" pagetool verify $DEV /pages/small.pages -c 64 -g 1
drop_device $N
done_testing
