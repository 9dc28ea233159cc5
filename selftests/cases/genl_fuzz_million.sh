#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same as genl_fuzz, at length: 50,000 on the debug kernel.
# needs: soak timeout=1200

. /zramkit/selftests/lib/lib.sh

unload_zram
modprobe zram num_devices=0
times=1000000
[ -z "$DEBUG" ] || times=50000
ok "$times changed messages" genlfuzz $times 7
ok "nothing keeps the module" rmmod zram
done_testing
