#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two threads fault the same swapped page, others drop pages while they are
# written out: nobody sees stale or foreign contents, and no slot stays behind.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=120 kernels=all

. /zramkit/selftests/lib/lib.sh

new_device 64M lz4
mkswap $DEV >/dev/null
ok "swapon" swapon $DEV
ok "no page is wrong" swaprace /pages/small.pages "$(scaled 24 4)"
cmp_num "$(stat_field $SYS/io_stat 4)" -ge "$(scaled 500 100)" "slots were freed all along"
is "$(awk 'NR == 2 { print $2 }' $SYS/debug_stat)" 0 "no freed slot was missed"
# the header stays, and what this shell itself has in swap
ok "their memory came back" wait_for '[ "$(mm_stat $N orig_data_size)" -lt 2000000 ]' 10
ok "swapoff" swapoff $DEV
cmp_num "$(mm_stat $N orig_data_size)" -le 65536 "nothing but the header is left"
is "$(cat $SYS/queue/stable_writes)" 1 "stable writes are asked for"
done_testing
