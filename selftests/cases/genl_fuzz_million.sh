#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same as genl_fuzz, at length: 50,000 on the debug kernel.
# needs: soak timeout=2400

. /zramkit/selftests/lib/lib.sh

unload_zram
modprobe zram num_devices=0
times=1000000 raced=50
[ -z "$DEBUG" ] || times=50000 raced=200
ok "$times changed messages" genlfuzz $times 7 $raced
ok "nothing keeps the module" rmmod zram
done_testing
