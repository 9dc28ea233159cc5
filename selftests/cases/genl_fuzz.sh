#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Right messages changed at random, while others dump, make and remove devices.
# needs: modules=brd timeout=60

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh

unload_zram
track no_ram_disk
no_ram_disk
modprobe brd rd_nr=2 rd_size=8192 || bail "no disk"
modprobe zram num_devices=0
ok "5,000 changed messages" genlfuzz "$(scaled 5000)" 6
ok "nothing keeps the module" rmmod zram
done_testing
