#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl policy: a file checked; how a device is used recorded, and rules played
# over that.
# needs: files=build/pages/small.pages:/pages/small.pages nodebug timeout=100

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh
series=/tmp/series

# value KEY: of the JSON in OUT
value() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" <<<"$OUT"; }

# ---- check
ctl policy check
like "$CODE$ERR$OUT" '^0there is no /etc/zramkit/zram.json.* the defaults hold' "no file: the defaults"
configure '{ "policy": { "pack": { "min_age": "1m", "max_age": "2m" } } }'
ctl policy check $CONF
is "$CODE$ERR$OUT" "0$CONF is right (1 file read, 0 devices)" "a right file"
mkdir -p $CONF.d
track rm -r $CONF.d
printf '{\n "policy": {\n  "pack": {\n   "min_agge": "1m" } } }\n' >$CONF.d/50-mine.json
refuses 1 "50-mine.json:4: policy.pack.min_agge: there is no such key; here may be enabled, min_age" policy check $CONF
printf '{ "policy": { "pack": { "max_age": "30s" } } }\n' >$CONF.d/50-mine.json
refuses 1 "policy.pack.min_age .1m, $CONF:1. is above policy.pack.max_age .30s, $CONF.d/50-mine.json:1.: lower" policy check $CONF
printf '{ "interval": "2s" }\0{' >$CONF.d/50-mine.json
refuses 1 "50-mine.json has a byte of zero" policy check $CONF
rm $CONF.d/50-mine.json
refuses 1 "cannot open /nosuch: No such file" policy check /nosuch
refuses 2 "takes fewer operands" policy check a b
refuses 2 "is none of check" policy chekc
ctl policy schema
like "$CODE$OUT" '^0\{.*"min_returns".*json-schema.org' "the schema"

# ---- record
rm -f $series
new_device 8M lz4 || bail "no device"
zramctl observe stop 2>/dev/null
refuses 1 "no records of zram$N: run 'zramctl observe start'" policy record $series $DEV
nok "and nothing is left of it" test -e $series
ctl observe start
track zramctl observe stop
refuses 2 "takes a file and a device" policy record $series
refuses 2 "is no interval" policy record $series $DEV -i 0
refuses 1 "there is no /dev/zram77" policy record $series zram77
ok "write" pagetool write $DEV $PAGES -c 1024 -b 64K
zramctl policy record $series $DEV -i 1s >/tmp/recorder 2>&1 &
recorder=$!
wait_for "[ \$(stat -c %s $series 2>/dev/null || echo 0) -gt 16000 ]" 20
is "$(stat -c %a $series)" 600 "what is recorded is its owner's alone"
usleep 3500000
ok "read some" pagetool read $DEV $PAGES -c 100 -b 4K
usleep 1500000
refuses 1 "cannot write $series: File exists" policy record $series $DEV
kill $recorder
wait $recorder
is "$?$(cat /tmp/recorder)" 0 "a signal ends it well"

# ---- simulate
configure '{ "policy": { "recompress": { "enabled": false }, "writeback": { "enabled": false },
	"pack": { "min_age": "2s", "max_age": "2s", "min_bytes": 0, "returns": "0%" } } }'
ctl policy simulate $series -c $CONF --json
is "$CODE" 0 "simulate"
cmp_num "$(value frames)" -ge 5 "as many frames as there were seconds"
cmp_num "$(value cold)" -gt 500 "pages would have been packed,"
cmp_num "$(value came_back_cold)" -ge 90 "some came back too soon,"
cmp_num "$(value memory)" -lt "$(value memory_unmoved)" "memory would have been saved"
ctl policy simulate $series -c $CONF
like "$OUT" "TIME +HOT .*Came back too soon: 0 warm, [0-9]+ cold, 0 frozen" "in words"
configure '{ "policy": { "pack": { "min_age": "1h", "max_age": "2h" } } }'
ctl policy simulate $series -c $CONF --json
is "$(value actions) $(value cold)" "0 0" "by other rules nothing"
head -c 200 $series >/tmp/cut
refuses 1 "/tmp/cut is damaged in frame 1" policy simulate /tmp/cut -c $CONF
refuses 1 "is no series of" policy simulate $CONF -c $CONF
refuses 1 "cannot open /nosuch" policy simulate /nosuch -c $CONF
done_testing
