#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Allocations fail while folios become packs, and while their contexts are made:
# the pages then go one by one, a mode that was refused has changed nothing, and
# the counters are exact.
# needs: debug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/faults.sh

shown() { zramctl show zram$N --json | sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" | head -n 1; }

for algo in zstd lz4; do
	new_device 1M $algo
	zramctl set zram$N --folio-packs all
	out=$(FINE=24 STEP=5 faultwalk pages $DEV text 2>&1)
	is $? 0 "$algo: a folio is written in the end ($out)"
	out=${out#*failures=}
	cmp_num "${out%% *}" -ge 1 "$algo: allocations failed on the way"
	ok "$algo: its pages are right" pagetool verify $DEV text -c 16 -g 1
	is "$(mm_stat $N orig_data_size)" 65536 "$algo: and counted once"
	cmp_num "$(shown folio_written)" -ge 16 "$algo: some of them became packs"
	blkdiscard $DEV
	is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat)" "0 0 0 0 0" "$algo: nothing is left"
	drop_device $N
done
done_testing
