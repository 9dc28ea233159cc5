#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `compact` also empties groups of objects that zsmalloc would leave half full: the
# pool gets smaller at once, every page stays what it was, also under writers and
# readers, and nothing is lost track of.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=120

. /zramkit/selftests/lib/lib.sh
pages=$(scaled 1024 512)
half=$((pages / 2))

both() {
	pagetool "$1" $DEV /pages/small.pages -c $half -g 1 &&
		pagetool "$1" $DEV /pages/small.pages -f $half -c $half -g 1
}

compact() { put 1 $SYS/compact; }

# beside CMD...: compacts again and again until CMD is through
beside() {
	local pid
	"$@" &
	pid=$!
	while :; do
		compact || return
		echo >>/tmp/compacted
		kill -0 $pid 2>/dev/null || break
	done
	wait $pid
}

for algo in zstd lz4; do
	new_device 16M $algo || bail "a device with $algo"
	ok "$algo: write" both write
	read -r orig compr used _ <$SYS/mm_stat
	ok "$algo: compact" compact
	squeezed=$(mm_stat $N mem_used_total)
	cmp_num $((squeezed * 100)) -le $((used * 90)) "$algo: a tenth less memory, at least"
	diag "$algo: $used bytes became $squeezed"
	is "$(mm_stat $N orig_data_size) $(mm_stat $N compr_data_size)" "$orig $compr" \
		"$algo: with the same in it"
	ok "$algo: the same pages" both verify
	ok "$algo: compact again" compact
	cmp_num "$(mm_stat $N mem_used_total)" -le "$squeezed" "$algo: takes no more"

	: >/tmp/compacted
	ok "$algo: a writer beside compact" \
		beside pagetool write $DEV /pages/small.pages -c $half -g 2 -s 5 -n 3
	ok "$algo: a reader finds what it wrote" \
		beside pagetool verify $DEV /pages/small.pages -c $half -g 2 -s 7 -n 3
	ok "$algo: half of it goes" beside pagetool discard $DEV -c $half
	diag "$algo: compacted $(wc -l </tmp/compacted) times beside these"
	ok "$algo: the other half is what it was" \
		pagetool verify $DEV /pages/small.pages -f $half -c $half -g 1
	ok "$algo: discard it" pagetool discard $DEV -f $half -c $half
	is "$(awk '{ print $1, $2, $3 }' $SYS/mm_stat)" "0 0 0" "$algo: nothing is left"
	drop_device "$N"
done
done_testing
