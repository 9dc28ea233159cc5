#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A job that is bounded takes what was unused for longest, wherever that lies.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd timeout=60

. /zramkit/selftests/lib/lib.sh
set=/pages/small.pages

# which FLAG: "COUNT FIRST LAST" of the slots that block_state shows with it
which() {
	awk -v f="$1" '$3 ~ f { n++; if (n == 1) first = $1; last = $1 }
		END { print n + 0, first, last }' /sys/kernel/debug/zram/zram$N/block_state
}

# within FLAG FIRST LAST DESC: there are some, all of them there
within() {
	local got
	read -ra got < <(which "$1")
	diag "${got[*]}"
	ok "$4" test "${got[0]}" -gt 0 -a "${got[1]:-0}" -ge "$2" -a "${got[2]:-0}" -le "$3"
}

modprobe brd rd_nr=1 rd_size=16384
new_device
echo lz4 >$SYS/comp_algorithm
echo "algo=zstd priority=1" >$SYS/recomp_algorithm
echo /dev/ram0 >$SYS/backing_dev
echo 8M >$SYS/disksize
for first in 512 0 256; do
	ok "write at $first" pagetool write $DEV $set -c 256 -f $first -b 64K -g 1
	usleep 1100000
done
ok "recompress 100 slots" jobrun $N recompress -p 1 -m 100
within r 512 767 "they are among the coldest"
ok "write back 64" jobrun $N writeback -m 64
within w 512 767 "so are these"
ok "and 400 more" jobrun $N writeback -m 400
is "$(which w | cut -d' ' -f1)" 464 "as many as were asked for"
is "$(awk '$1 >= 512 && $3 ~ /w/' /sys/kernel/debug/zram/zram$N/block_state | wc -l)" 256 "all of the coldest,"
is "$(awk '$1 >= 256 && $1 < 512 && $3 ~ /w/' /sys/kernel/debug/zram/zram$N/block_state | wc -l)" 0 "none of the youngest"
for first in 512 0 256; do
	ok "pages at $first are right" pagetool verify $DEV $set -c 256 -f $first -b 64K -g 1
done
done_testing
