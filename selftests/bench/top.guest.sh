#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the screen of top costs at a look a second, with 4 million slots watched, all
# of them in use. Under a clock that counts instructions, time is instructions:
# selftests/vm/run --icount -k 6.12 --script selftests/bench/top.guest.sh
# needs: progs=script,stty files=/lib/terminfo/x/xterm mem=1G timeout=3000

export TERM=xterm LC_ALL=C
SECONDS_LONG=20
dev=$(zramctl create --algo lz4 --size 16G)
[ -b "$dev" ] || exit 1
dd if=/dev/zero of="$dev" bs=1M oflag=direct 2>/dev/null
zramctl observe start --yes 2>/dev/null || exit 1
mkfifo /tmp/keys
script -qfc 'stty rows 60 cols 200; exec zramctl top --interval 1 --yes' /tmp/screen </tmp/keys >/dev/null 2>&1 &
exec 9>/tmp/keys
sleep 5
pid=$(pidof zramctl)
[ -n "$pid" ] || { cat /tmp/screen; exit 1; }
read -r before _ </proc/"$pid"/schedstat
sleep $SECONDS_LONG
read -r after _ </proc/"$pid"/schedstat
printf q >&9
grep -q "zram0" /tmp/screen || { cat /tmp/screen; exit 1; }
echo "slots $(awk '{ print $1 / 4096 }' /sys/block/zram0/mm_stat), instructions a second: $(((after - before) / SECONDS_LONG))"
[ $(((after - before) / SECONDS_LONG)) -lt 10000000 ] || { echo "over 1 % of one CPU"; exit 1; }
