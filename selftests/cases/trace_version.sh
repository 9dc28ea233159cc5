#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zslot_trace.ko of another version: zram.ko refuses to load beside it; and a
# program that reads more arguments than the module's events have is refused
# with a sentence. The other version is made by changing bytes of the file.
# needs: progs=/usr/bin/sed,readelf kernels=all timeout=60

. /zramkit/selftests/lib/lib.sh
updates=/lib/modules/$(uname -r)/updates
other=/tmp/zslot_trace.ko

unload_zram
rmmod zslot_trace 2>/dev/null
zramctl observe stop >/dev/null 2>&1

# ---- another version of the argument lists ---------------------------------------
/usr/bin/sed 's/zslot_trace_v\([0-9]\)/zslot_trace_w\1/g' $updates/zslot_trace.ko >$other
is "$(stat -c %s $other)" "$(stat -c %s $updates/zslot_trace.ko)" "a module as long as ours"
ok "it loads" insmod $other
nok "zram.ko does not load beside it" insmod $updates/zram.ko
ok "the log says what is missing" dmesg_has 'zram: Unknown symbol zslot_trace_v[0-9]'
is "$(ls -d /sys/module/zram /sys/class/zram-control /dev/zram* 2>/dev/null)" "" \
	"nothing is left of the attempt"
out=$(zramctl create --size 4M 2>&1)
is $? 4 "create says that the module is missing"
is "$(wc -l <<<"$out")" 1 "in one sentence"
ok "it goes" rmmod zslot_trace

# ---- events with fewer arguments ---------------------------------------------------
# An entry of the section has 32 bytes; the number of arguments is at byte 16.
read -r offset size < <(readelf -SW $updates/zslot_trace.ko |
	sed -n 's/.* __bpf_raw_tp_map *PROGBITS *[0-9a-f]* \([0-9a-f]*\) \([0-9a-f]*\) .*/\1 \2/p')
cmp_num $((0x$size % 32)) -eq 0 "the table of events is as this case knows it"
cp $updates/zslot_trace.ko $other
for ((at = 0x$offset + 16; at < 0x$offset + 0x$size; at += 32)); do
	printf '\2' | dd of=$other bs=1 seek=$at conv=notrunc status=none
done
ok "a module with events of two arguments loads" insmod $other
ok "and zram.ko beside it, since the version is the same" insmod $updates/zram.ko num_devices=0
out=$(zramctl observe start 2>&1)
is $? 4 "observe start: exit 4"
like "$out" "fewer arguments.*load the modules of the same version" "with the reason and what to do"
is "$(wc -l <<<"$out")" 1 "in one sentence"
nok "nothing is left pinned" test -e /sys/fs/bpf/zram
ok "both go" rmmod zram zslot_trace
modprobe zram num_devices=0
ok "with the right pair it starts" zramctl observe start
zramctl observe stop
done_testing
