#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the demo types, in the guest. Any command that fails ends it.
# needs: progs=bpftool files=build/pages/sample.pages:/pages/sample.pages mem=512M

set -euo pipefail
. /zramkit/selftests/lib/lib.sh

# title TEXT: what comes next
title() { printf '\n--- %s\n' "$*"; }

# type_in CMD: shows a command line, then runs it
type_in() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

# key SLOT: the slot's index as bpftool wants it, four bytes, lowest first
key() { printf '%d %d %d %d' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }

title 'A machine with little memory gets compressed swap'
type_in 'free -m'
type_in 'zramctl create --algo zstd --size 1G --swap --priority 100'
type_in 'zramctl observe start'

title 'A program holds more pages than the machine has; 60 % it never touches again'
mkfifo /tmp/gate
printf '\n$ swapload -m 528M -u 60 sample.pages &\n'
swapload -m 528M -u 60 -w /tmp/gate /pages/sample.pages >/tmp/load 2>&1 &
load=$!
wait_for 'grep -q filled /tmp/load' 240
cat /tmp/load
type_in 'zramctl top -n 3 --interval 2 | cat'
wait_for 'grep -q rewrote /tmp/load' 240
type_in 'free -m'
type_in 'zramctl list'
type_in 'zramctl show zram0'

title 'Which of it is cold? On swap a slot is read once, so what tells is its age'
type_in 'zramctl heat zram0 --coldest 5'

title 'A second device, where some slots are read again and again'
type_in 'zramctl create --algo lz4 --size 64M'
pagetool write /dev/zram1 /pages/sample.pages -c 2000 -s 1 >/dev/null
# starts recording the new device, then reads
zramctl heat zram1 >/dev/null
type_in 'pagetool heat /dev/zram1 -c 2000 -s 2'
type_in 'zramctl heat zram1 --hottest 5 --coldest 5'

title 'The same records, through bpftool: a hot and a cold slot'
zramctl heat zram1 --json --hottest 1 --coldest 1 >/tmp/heat.json
hot=$(sed -n '/"hottest"/,$ s/.*"index": \([0-9]*\).*/\1/p' /tmp/heat.json | head -n 1)
cold=$(sed -n '/"coldest"/,$ s/.*"index": \([0-9]*\).*/\1/p' /tmp/heat.json | head -n 1)
look="bpftool map lookup pinned /sys/fs/bpf/zram/slots_1 key"
printf '\n$ paste <(%s %s) <(%s %s)\n' "$look" "$(key "$hot")" "$look" "$(key "$cold")"
$look $(key "$hot") >/tmp/hot
$look $(key "$cold") >/tmp/cold
printf '%-36s%s\n' "hot, slot $hot" "cold, slot $cold"
paste -d '\n' /tmp/hot /tmp/cold | tr '\t' ' ' |
	while IFS= read -r left && IFS= read -r right; do
		printf '%-36s%s\n' "$left" "$right"
	done

title 'And now every page is read back and compared'
echo go >/tmp/gate
code=0
wait $load || code=$?
tail -n 2 /tmp/load
[ $code = 0 ]

title 'The end'
type_in 'swapoff /dev/zram0'
type_in 'zramctl observe stop'
type_in 'zramctl remove zram0 zram1'
echo
echo 'demo: done, every page was right'
