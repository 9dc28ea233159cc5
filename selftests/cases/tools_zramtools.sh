#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's zram-tools, unmodified: zramswap start, swap to it, status, stop; twice.
# needs: nodebug files=build/tools/bookworm:/bookworm mem=1G

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/tools.sh
tool_tree bookworm
printf 'ALGO=zstd\nPERCENT=40\nPRIORITY=77\n' >/bookworm/etc/default/zramswap
track tool bookworm zramswap stop

for round in 1 2; do
	ok "round $round: zramswap start" tool bookworm zramswap start
	like "$(cat /sys/block/zram0/comp_algorithm)" '\[zstd\]' "the algorithm is zstd"
	like "$(grep zram0 /proc/swaps)" '77$' "swap is on with its priority"
	like "$(tool bookworm zramswap status)" '/dev/zram0 +zstd .*\[SWAP\]' "status shows it"
	ok "zramswap stop" tool bookworm zramswap stop
	nok "swap is off" grep zram /proc/swaps
	nok "and the module gone" test -d /sys/module/zram
done
done_testing
