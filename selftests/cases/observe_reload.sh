#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pinned links do not keep zram.ko; what comes after a reload or a reset is not
# mixed up with what was before.
# needs: progs=bpftool kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh

field() { zramctl observe status --json | sed -n "s/^ *\"$1\": \([^,]*\),*$/\1/p" | head -n 1; }
used() { zramctl heat "$DEV" --json | sed -n 's/^  "used": \([0-9]*\),/\1/p'; }
# how many records of the map are unseen, empty, used
states() { printf 'start\nstates 0\n' | observesteps | sed -n '2s/^ok //p'; }

unload_zram
modprobe zram num_devices=1
track zramctl observe stop
DEV=/dev/zram0 SYS=/sys/block/zram0
wait_for "[ -b $DEV ]" 5
put 8M "$SYS/disksize"
dd if=/dev/urandom of=$DEV bs=4k count=1000 oflag=direct 2>/dev/null
ok "start" zramctl observe start
is "$(states)" "1048 0 1000" "what is there is recorded"
old=$(field generation)

put 1 "$SYS/reset"
ok "rmmod zram with the links pinned" rmmod zram
ok "the pins are still there" test -e /sys/fs/bpf/zram/on_slot_read
nok "zslot_trace stays" rmmod zslot_trace
modprobe zram num_devices=1
wait_for "[ -b $DEV ]" 5
put 32M "$SYS/disksize"
# the last slot and some others, before anybody makes a map
dd if=/dev/urandom of=$DEV bs=4k seek=1500 count=10 oflag=direct 2>/dev/null
dd if=/dev/urandom of=$DEV bs=4k seek=8191 count=1 oflag=direct 2>/dev/null
cmp_num "$(field generation)" -gt "$old" "a generation is never used twice"
is "$(field recorded)" false "status: not recorded now"
cmp_num "$(field dropped)" -ge 11 "events without a map are counted"
is "$(states)" "1048 0 1000" "and none got into the old map"

is "$(used)" 11 "heat shows what the device holds now, and nothing old"
is "$(field recorded)" true "status: recorded again"
is "$(states)" "8181 0 11" "the map is as long as the device"
ok "start again" zramctl observe start
dd if=/dev/urandom of=$DEV bs=64k count=512 oflag=direct 2>/dev/null
is "$(states)" "0 0 8192" "after start every slot of the new device is recorded"
like "$(bpftool map lookup pinned /sys/fs/bpf/zram/slots_0 key 0xff 0x1f 0 0)" \
	'"bytes": 0x1000' "the last one included"

# A device that is reset gives its map back at the next start.
put 1 "$SYS/reset"
ok "start without contents" zramctl observe start
nok "gives the map back" test -e /sys/fs/bpf/zram/slots_0
put 4M "$SYS/disksize"
ok "top makes a map, too" zramctl top --once
is "$(states)" "1024 0 0" "a fresh one"
zramctl observe stop
ok "without the links zslot_trace goes" eval 'put 1 "$SYS/reset"; rmmod zram && rmmod zslot_trace'
modprobe zram num_devices=0
done_testing
