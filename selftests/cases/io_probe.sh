#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random pages are spared the attempt to compress them: before slow algorithms all
# of them are, before fast ones those that follow another. Pages among them
# that compress are compressed, and every page reads back.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=90

. /zramkit/selftests/lib/lib.sh

probed() { zramctl list -n -o name,probed | awk -v dev=$DEV '$1 == dev { print $2 }'; }

pages=$(scaled 256 64)

# every other page is random
for ((i = 0; i < 32; i++)); do
	dd if=/dev/urandom bs=4k count=1 status=none
	dd if=/pages/small.pages bs=4k count=1 skip=$i status=none
done >/tmp/mixed

for algo in lz4 lzo-rle zstd lz4hc deflate; do
	new_device 4M $algo || bail "a device with $algo"
	# one CPU: each has doubts of its own
	ok "$algo: random pages" taskset 1 pagetool write $DEV random -c $pages
	is "$(mm_stat $N huge_pages)" $pages "$algo: are kept as they are"
	first=$(probed)
	cmp_num "$first" -ge $((pages * 15 / 16)) "$algo: nearly all without an attempt ($first)"
	ok "$algo: which read back" pagetool verify $DEV random -c $pages

	ok "$algo: other pages" taskset 1 pagetool write $DEV text -c $pages
	is "$(mm_stat $N huge_pages) $(probed)" "0 $first" "$algo: are all compressed"
	ok "$algo: and read back" pagetool verify $DEV text -c $pages

	ok "$algo: both in turn" taskset 1 pagetool write $DEV /tmp/mixed
	is "$(mm_stat $N huge_pages)" 32 "$algo: half are kept as they are"
	second=$(($(probed) - first))
	cmp_num $second -ge 28 "$algo: nearly all of these without an attempt ($second)"
	ok "$algo: and all read back" pagetool verify $DEV /tmp/mixed
	drop_device "$N"
done
done_testing
