#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of every kind come back as they were written: fills, raw pages, objects,
# with small and large requests, through aligned and misaligned buffers.
# needs: files=build/pages/small.pages:/pages/small.pages kernels=all

. /zramkit/selftests/lib/lib.sh
pages=$(scaled 192 64)

# round ALGO SET BLOCK: write, read back, overwrite with another generation
round() {
	local what="$1, ${2##*/}, $3"
	ok "$what: write" pagetool write $DEV "$2" -c $pages -b "$3" -g 1
	ok "$what: read back" pagetool verify $DEV "$2" -c $pages -g 1 -b 16K -s 3
	ok "$what: overwrite in shuffled order" \
		pagetool write $DEV "$2" -c $pages -b "$3" -g 2 -s 9
	ok "$what: the new pages are there" \
		pagetool verify $DEV "$2" -c $pages -g 2 -b 128K
}

new_device
algos=$(tr -d '[]' <$SYS/comp_algorithm)
for algo in $algos; do
	new_device 16M "$algo" || bail "a device with $algo"
	round "$algo" /pages/small.pages 4K
	round "$algo" /pages/small.pages 128K
	round "$algo" random 128K
	drop_device "$N"
done

new_device 16M lz4
ok "write from buffers 512 bytes off" \
	pagetool write $DEV /pages/small.pages -c $pages -g 5 -m 512 -b 64K
ok "read into buffers 1536 bytes off" \
	pagetool verify $DEV /pages/small.pages -c $pages -g 5 -m 1536 -b 64K
ok "single pages through misaligned buffers" \
	pagetool write $DEV random -c 64 -g 6 -m 3584
ok "and back" pagetool verify $DEV random -c 64 -g 6 -m 512
ok "fills through misaligned buffers" pagetool write $DEV word -c 64 -m 512 -b 16K
ok "fills come back" pagetool verify $DEV word -c 64 -b 16K

is "$(mm_stat $N orig_data_size)" $((pages * 4096)) "every page is counted once"
is "$(mm_stat $N same_pages)" 64 "fills are counted"
is "$(mm_stat $N huge_pages)" 0 "overwritten raw pages are no longer counted"

ok "discard a part" pagetool discard $DEV -f 100 -c 40
ok "what was discarded is zero" pagetool verify $DEV zero -f 100 -c 40
ok "write zeroes" pagetool zeroout $DEV -f 150 -c 40 -b 160K
ok "what was zeroed is zero" pagetool verify $DEV zero -f 150 -c 40
ok "all of it" pagetool discard $DEV -c 4096 -b 16M
is "$(cut -c1-26 $SYS/mm_stat)" "       0        0        0" "nothing is left"
is "$(mm_stat $N same_pages) $(mm_stat $N huge_pages)" "0 0" "no page is left"
is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "nothing failed"
done_testing
