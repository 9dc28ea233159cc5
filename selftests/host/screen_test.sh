#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The screen of top in tmux, over made-up devices (screen_fake): sizes, keys, a
# device that goes, ^Z, and a terminal that is as before whatever ended it.

here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C.UTF-8 PS1='ready> '
if ! command -v tmux >/dev/null; then
	printf 'ok 1 - the screen of top # SKIP tmux is not installed\n1..1\n'
	exit 0
fi
n=0 failed=0
base=$(mktemp -u "${TMPDIR:-/tmp}/screen_test.XXXXXX") servers=0 sock=$base
mux() { tmux -S "$sock" -f /dev/null "$@"; }
trap 'mux kill-server 2>/dev/null; rm -f "$base"*' EXIT

screen() { mux capture-pane -p; }
line() { screen | sed -n "$1p"; }
modes() { mux display -p '#{alternate_on} #{cursor_flag}'; stty -a -F "$tty"; }

# soon CONDITION: within 400 tries; a clock may jump where machines are paused
soon() {
	local tries=400
	until eval "$1"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# ok NAME CONDITION: it comes true soon
ok() {
	n=$((n + 1))
	if soon "$2"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		screen | sed 's/^/# /'
		failed=1
	fi
}

has() { screen | grep -qE -e "$1"; }

start() {
	mux kill-server 2>/dev/null
	sock=$base.$1$((servers++))	# an old server takes a while to go
	mux new-session -d -x "$1" -y "$2" "exec bash --norc --noprofile -i"
	mux set -g status off
	mux resize-window -x "$1" -y "$2"
	soon "has 'ready>'"
	tty=$(mux display -p '#{pane_tty}')
	before=$(modes)
}

# run ENV ARG...: the program, ending with a line "code N"
run() {
	local env=$1
	shift
	mux send-keys "clear; env $env $here/screen_fake $*; echo code \$?" Enter
}
pid() { pgrep -t "${tty#/dev/}" -x screen_fake; }

for size in 40x10 80x24 200x60; do
	start "${size%x*}" "${size#*x}"
	run NO_COLOR=1 3 4096 0
	ok "$size: title" "line 1 | grep -qE '^zram [0-9:]+ +saved 36M +memory 12M'"
	ok "$size: headings" "line 2 | grep -qE '^NAME +RATIO +DATA +MEM +IN/S +OUT/S'"
	ok "$size: a device" "line 4 | grep -qE '^zram1 +4[.]00 +16M +4M'"
	ok "$size: strip" "has '^[|][-+*=#@.:]+[|]$'"
	ok "$size: events" "has '^failed writes 0 reads 0'"
	ok "$size: keys on the last line" "line ${size#*x} | grep -q '^q quit'"
	[ $size = 40x10 ] || ok "$size: a job under way" "has '^pack running [[]#{7}[.]{13}[]] 37% of 3300 slots, 24M -> 18M'"
	[ $size = 40x10 ] || ok "$size: disk and budget" "has '^on disk 3M of 64M +written to disks in 24 hours 120M of 1G'"
	[ $size = 40x10 ] || ok "$size: bar by tiers" "line 3 | grep -qE '[[]#+=+ +[]]'"
	mux send-keys q
	ok "$size: q ends it" "has '^code 0'"
	ok "$size: and restores the terminal" '[ "$(modes)" = "$before" ]'
done

start 40 12
run NO_COLOR=1 1 4096 0
ok "40x12: a job" "has '^pack running 37% of 3300 slots'"
ok "and the budget" "has '^disk 3M of 64M  24 h 120M of 1G'"
mux send-keys q
start 80 24
run NO_COLOR=1 3 0 0
ok "not observed: said" "has 'not observed'"
ok "and a bar without tiers" "line 3 | grep -qE '[[][|]+ +[]]'"
mux send-keys Down
ok "down selects" "has '^zram1 lz4'"
ok "its last job" "has '^pack done [0-9]+ s ago, 1200 slots moved, 24M -> 18M'"
ok "its limit is hit" "has 'failed writes 1 .* limit 100% NEAR'"
mux send-keys k
ok "k selects back" "has '^zram0 lz4'"
mux send-keys s
ok "s sorts by data" "line 1 | grep -q 'by data' && line 3 | grep -q '^zram2'"
mux send-keys r
ok "r turns round" "line 3 | grep -q '^zram0'"
mux send-keys h
ok "h: help" "has 'select a device'"
mux send-keys x
ok "a key goes back" "has '^NAME'"
ok "there is a history" "has '^in +[0-9.]+M/s .*[▁▂▃▄▅▆▇█]+'"
mux send-keys p
ok "p pauses" "line 1 | grep -q PAUSED"
mux send-keys p
ok "and goes on" "! line 1 | grep -q PAUSED"
for size in 40x10 200x60 30x8 80x24; do
	mux resize-window -x "${size%x*}" -y "${size#*x}"
	if [ $size = 30x8 ]; then
		ok "$size: too small" "has 'too small'"
	else
		ok "$size: drawn anew" "line ${size#*x} | grep -q '^q quit'"
	fi
done
kill -USR1 "$(pid)"
ok "a device goes" "! has 'zram2'"
mux send-keys C-z
ok "^Z gives the shell" "has 'Stopped'"
ok "and restores the terminal" '[ "$(modes)" = "$before" ]'
mux send-keys fg Enter
ok "fg brings it back" "has '^NAME +RATIO'"
mux send-keys q
ok "q after it" '[ "$(modes)" = "$before" ]'
for sig in TERM HUP INT; do
	run NO_COLOR=1 1 4096 0
	ok "again" "has '^NAME +RATIO'"
	kill -$sig "$(pid)"
	ok "SIG$sig ends it" "! pid >/dev/null"
	ok "SIG$sig restores the terminal" '[ "$(modes)" = "$before" ]'
done
run NO_COLOR=1 0 0 0
ok "no device" "has 'no devices'"
mux send-keys q
run COLORTERM= 1 4096 0
ok "colours" "mux capture-pane -e -p | grep -q \$'\\033\\[[0-9;]*m#'"
mux send-keys q
run NO_COLOR=1 1 4096 0
ok "without" "has '^NAME'"
ok "none with NO_COLOR" "! mux capture-pane -e -p | grep -qE \$'\\033\\[[0-9;]*([34][0-7]m|[34]8;)'"
mux send-keys q
for term in dumb nonesuch; do
	run TERM=$term 1 0 0
	ok "TERM=$term: no screen" "has '^cannot'"
done
# Budget: a look at 4 million slots a second, of one CPU's time
run NO_COLOR=1 1 4000000 6 1
ok "4 million slots" "has '^NAME'"
ok "cost less than 1 %" "has '^ended 0 cpu [0-9]{1,2}$'"
screen | grep '^ended' | sed 's/^/# 1\/10000 of the time: /'
echo "1..$n"
exit $failed
