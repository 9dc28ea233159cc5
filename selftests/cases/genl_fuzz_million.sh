#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same as genl_fuzz, at length: 50,000 on the debug kernel.
# needs: soak modules=brd timeout=2400

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh

unload_zram
track no_ram_disk
no_ram_disk
modprobe brd rd_nr=2 rd_size=8192 || bail "no disk"
modprobe zram num_devices=0
times=1000000 raced=50
[ -z "$DEBUG" ] || times=50000 raced=200
ok "$times changed messages" genlfuzz $times 7 $raced
ok "nothing keeps the module" rmmod zram
done_testing
