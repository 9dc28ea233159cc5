#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Swap on zram with a disk behind it in a small machine: processes hold more than
# the memory while jobs pack, write back and promote, and CPU1 goes off and on.
# All pages are right, and nothing hangs, fails or complains.
# needs: files=build/pages/small.pages:/pages/small.pages mem=256M disk=512M progs=dmsetup
# needs: timeout=1200 soak alone boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
. /zramkit/selftests/lib/soak.sh
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)

soak_swap /dev/vda $((3 * total)) || bail "no swap"
soak "${SOAK_SECONDS:-$(scaled 600 240)}" /pages/small.pages $((total * 2 / 3))
done_testing
