#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the screen of top costs at a look a second, with 4 million slots watched, all
# of them in use. With --icount, where time is instructions, it has 1 % of one CPU.
# needs: soak counted progs=script,stty files=/lib/terminfo/x/xterm mem=1G timeout=900 nodebug

. /zramkit/selftests/lib/lib.sh

export TERM=xterm
LOOKS=20
ran_ns() { awk '{ print $1 }' "/proc/$top/schedstat"; }
drawn() { wc -c </tmp/screen; }	# bytes that went to the terminal

new_device 16G lz4 || bail "no device"
track zramctl observe stop
ok "fill" sh -c "dd if=/dev/zero of=$DEV bs=1M oflag=direct 2>&1 | grep 'No space'"
ok "observe" zramctl observe start --yes
is "$(mm_stat "$N" orig_data_size)" $((16 << 30)) "4 million slots in use"
mkfifo /tmp/keys
script -qfc 'stty rows 60 cols 200; exec zramctl top --interval 1 --yes' /tmp/screen </tmp/keys >/dev/null 2>&1 &
exec 9>/tmp/keys
ok "top shows the device" wait_for "grep -qs 'zram$N' /tmp/screen" 60
sleep 3
top=$(pidof zramctl)
before=$(drawn)
ran=$(ran_ns)
sleep $LOOKS
ran=$((($(ran_ns) - ran) / LOOKS))
diag "$ran ns of each second"
cmp_num "$(drawn)" -gt "$before" "and draws meanwhile"
if [ -n "$ICOUNT" ]; then
	cmp_num $ran -lt 10000000 "less than 1 % of one CPU's instructions"
else
	skip "less than 1 % of one CPU's instructions" "nobody counts them"
fi
printf q >&9
exec 9>&-
ok "q ends it" wait_for "! kill -0 $top 2>/dev/null" 20
done_testing
