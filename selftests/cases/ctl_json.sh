#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every key in the JSON of every command is named in its help, and so in zramctl(8);
# and -o takes all columns at once.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd progs=blkid nodebug timeout=100

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/daemon.sh

# words CMD...: all words that their help has on keys, a line each
words() {
	local c
	for c in "$@"; do
		zramctl "$c" --help | sed -n '/^Keys in JSON/,$p; /^Columns/,$p'
	done | grep -oE '[a-z0-9_]+' | sort -u
}

# named CMD...: the keys of the JSON in OUT are in the help of CMD
named() { named_in 0 "$@"; }

# named_in CODE CMD...: the same, of a call that ended with CODE
named_in() {
	local code=$1
	shift
	grep -oE '"[^"]*" ?:' <<<"$OUT" | grep -oE '[^": ]+' | sort -u >/tmp/keys
	words "$@" >/tmp/words
	is "$CODE $(grep -vxFf /tmp/words /tmp/keys | tr '\n' ' ')" "$code " "$1: $(wc -l </tmp/keys) keys"
	cmp_num "$(wc -l </tmp/keys)" -ge "${LEAST:-1}" "there are keys"
}

# shows CMD [ARG]...: all columns of its help, in one call
shows() {
	local all
	all=$(zramctl "$1" --help | sed -n '/^Columns/,$s/^ [ *]\([^ ]*\) .*/\1/p' | paste -sd, -)
	ctl "$@" -o "$all"
	is "$CODE $(grep -m 1 "^${all%%,*}" <<<"$OUT" | sed 's/ *$//; s/  */,/g')" "0 $all" "$1 -o: all columns"
}

load_zram num_devices=0
zramctl observe stop 2>/dev/null
modprobe brd rd_nr=1 rd_size=16384
new_device
ctl set zram$N --algo lz4 --recomp zstd:2 --size 16M
like "$CODE$ERR $(cat $SYS/recomp_algorithm)" '^0 #1: .*\[zstd\]' "set gives a bare device a second algorithm"
ctl set zram$N --recomp deflate
like "$CODE $ERR" "^1 .*cannot change the algorithm" "but not one that has a size"
ctl set zram$N --promote 3/1m --json
LEAST=40 named set
like "$OUT" '"promote_reads": 3,' "as it is now"
ctl create --size 4M --json
LEAST=40 named create
like "$OUT" '"name": "/dev/zram1"' "and it is the new one"
printf '{ "devices": { "zram4": { "size": "4M" } } }\n' >/tmp/z.json
ctl apply /tmp/z.json --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"devices":["/dev/zram4"]}' "what apply changed"
LEAST=1 named apply
ctl create --config /tmp/z.json --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"devices":[]}' "and nothing the second time"
ctl compact zram1 zram4 --json
LEAST=4 named compact
ctl idle zram4 --all --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"devices":["/dev/zram4"]}' "what was marked"
ctl reset zram4 --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"devices":["/dev/zram4"]}' "what was reset"
ctl attach zram4 /dev/ram0 --json
LEAST=40 named attach
ctl detach zram4 --json
LEAST=16 named detach
like "$OUT" '"job": 0,.*"phase": "done"' "where no job was needed"
ctl remove zram1 zram77 zram4 --json
is "$CODE $(tr -d ' \n' <<<"$OUT")" '3 {"devices":["/dev/zram1","/dev/zram4"]}' "what was removed"
LEAST=1 named_in 3 remove
ctl attach zram$N /dev/ram0
is "$CODE$ERR" 0 "a disk is attached"
pagetool write $DEV $PAGES -c 1024 -b 64K -g 1 >/dev/null
ctl show zram$N
like "$OUT" $'\nRECOMP +zstd:2\n' "show tells it"

ctl list --json
LEAST=40 named list
ctl show zram$N --json
LEAST=40 named show
shows list
ctl version --json
LEAST=10 named version
ctl tune --json
LEAST=1 named tune
shows tune
zramctl monitor --json >/tmp/events &
track kill $!
listens $! || bail "no monitor"
like "$(zramctl show zram$N)" $'\nCODEC-SLOTS +lz4=[1-9][0-9]*,zstd=0\n' "all slots are of the first algorithm"
ctl recompress zram$N --all --json
LEAST=16 named recompress
like "$(zramctl show zram$N)" $'\nWARM +([1-9][0-9]*)\n.*CODEC-SLOTS +lz4=[0-9]+,zstd=([1-9][0-9]*)\n' "then of the second"
is "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}" "as many as are warm"
ctl pack zram$N --all --json --max-slots 512
LEAST=16 named pack
ctl packs zram$N --json
LEAST=12 named packs
shows packs zram$N
ctl writeback zram$N --all --json
LEAST=16 named writeback
pagetool write $DEV random -f 2048 -c 16 >/dev/null
ctl recompress zram$N --all
ctl writeback zram$N --incompressible --json
like "$OUT" '"moved": 16,' "writeback --incompressible takes what no algorithm makes smaller"
ctl promote zram$N --all --json
LEAST=16 named promote
for c in recompress pack writeback promote; do
	shows $c zram$N --all --max-slots 1
done
ctl detach zram$N --json
LEAST=16 named detach
ctl jobs --json
LEAST=16 named jobs
shows jobs
wait_for "grep -q '\"detach\".*\"done\"' /tmp/events" 10
slurp OUT /tmp/events
LEAST=20 named monitor jobs list

# ---- with records
ctl observe start --json -y
LEAST=10 named observe
ctl observe status --json
LEAST=10 named observe
shows observe status
ctl heat zram$N --json --coldest 2 --hottest 2
LEAST=20 named heat
shows heat zram$N --coldest 2
is "$(wc -l <<<"$OUT")" 3 "and nothing but the list"
ctl top --json --once --interval 0.1 --readers
LEAST=20 named top
shows top --once --interval 0.1
ctl policy record /tmp/series zram$N --interval 1 --count 2 --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"frames":2,"slots":4096}' "what was recorded"
LEAST=2 named policy
configure '{}'
ctl policy check $CONF --json
is "$CODE$ERR $(tr -d ' \n' <<<"$OUT")" '0 {"files":1,"devices":0}' "what was checked"
LEAST=2 named policy
ctl policy schema --json
is "$CODE$OUT" "0$(zramctl policy schema)" "a schema is JSON"
ctl policy simulate /tmp/series --config $CONF --json
LEAST=14 named policy
quick
track end_daemon
start_daemon || bail "the daemon does not start" "$(cat $LOG)"
wait_for '[ "$(status rounds)" -ge 1 ]' 10
ctl daemon status --json
LEAST=50 named daemon
stop_daemon
ctl observe stop --json
LEAST=1 named observe
done_testing
