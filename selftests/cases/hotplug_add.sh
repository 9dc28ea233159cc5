#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices come and go while readers open every attribute of every device, as
# udev does: an attribute that can be opened can be read.
# needs: timeout=90

. /zramkit/selftests/lib/lib.sh

# opens I: opens a device as a rule of udev does, when its event is out; says if that
# fails. (The node is there a moment before the block layer knows of it; that is over
# when the next one comes.)
opens() {
	until [ -b /dev/zram$(($1 + 1)) ]; do :; done
	: </dev/zram$1 || echo "zram$1"
}

unload_zram
for n in 0 1 2 3; do
	opens $n
done >/tmp/hotplug_add.early 2>&1 &
opener=$!
load_zram num_devices=24
wait $opener
is "$(cat /tmp/hotplug_add.early)" "" "who opens a device while the module loads can"
unload_zram

load_zram num_devices=0
readers="has [ /sys/block/zram*/comp_algorithm; read /sys/block/zram*/{*,queue/*}; read /sys/kernel/debug/zram/zram*/block_state"
out=$(storm 8 "add; remove" "add; write 1M /sys/block/zram1/disksize; remove" \
	"$readers" "$readers" 2>&1)
diag $out
eval "${out/read=/readers=}"
cmp_num "$add" -ge "$(scaled 5)" "devices were made ($add)"
cmp_num "$readers" -ge "$(scaled 5)" "while attributes were read ($readers)"
is "$wrong" 0 "one algorithm was always chosen"
for n in 0 1 2 3 4 5 6 7 8; do
	[ ! -d /sys/block/zram$n ] || put $n /sys/class/zram-control/hot_remove
done
is "$(ls -d /sys/block/zram* 2>/dev/null)" "" "no device is left"
is "$(cat /sys/class/zram-control/hot_add)" 0 "ids start over"
ok "unload" unload_zram
done_testing
