#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# While a reset runs the device is its alone: who opens it, resets it as well or
# removes it hears EBUSY, and afterwards it works.
# needs: timeout=90

. /zramkit/selftests/lib/lib.sh

fill() {
	[ -b "$DEV" ] || new_device
	put zstd $SYS/comp_algorithm && put 64M $SYS/disksize &&
		pagetool write $DEV random -c $pages -b 128K >/dev/null
}

# refused CMD...: CMD, in the middle of a reset, is told that the device is busy. The
# capacity goes before all the pages do, which takes a while.
refused() {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		fill || return
		put 1 $SYS/reset &
		reset=$!
		while read -r sectors <$SYS/size && [ "$sectors" != 0 ] && kill -0 $reset; do :; done
		"$@" 2>/tmp/claim
		wait $reset
		! grep -q 'resource busy' /tmp/claim || return 0
		put 1 $SYS/reset 2>/dev/null	# it came too late
	done
	return 1
}

open_it() { : <$DEV; }
reset_it() { put 1 $SYS/reset; }
remove_it() { put "$N" /sys/class/zram-control/hot_remove; }

pages=$(scaled 8192 4096)
new_device
ok "opening it meanwhile is EBUSY" refused open_it
ok "so is a second reset" refused reset_it
ok "and removing it" refused remove_it
ok "afterwards it can be filled" fill
ok "and reads back" pagetool verify $DEV random -c $pages -b 128K
done_testing
