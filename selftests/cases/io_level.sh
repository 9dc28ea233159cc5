#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever level a codec accepts, what comes back is what was written.
# needs: files=build/pages/small.pages:/pages/small.pages timeout=120

. /zramkit/selftests/lib/lib.sh
modprobe zram num_devices=0
pages=$(scaled 64)

# lz4's own step wraps to 0 at multiples of 2^26
levels=(lz4:1 lz4:2 lz4:65537 lz4:65538 lz4:67108864 lz4:134217728 lz4:2080374784
	lz4:2147483647 zstd:-100 zstd:-1 zstd:1 zstd:3 zstd:22)
# a device takes seconds to make there
[ -z "$DEBUG" ] || levels=(lz4:1 lz4:65538 lz4:2147483647 zstd:-100 zstd:22)
for level in "${levels[@]}"; do
	algo=${level%%:*}
	dev=$(zramctl create --algo "$algo" --level="${level#*:}" --size 16M 2>&1) ||
		bail "$level is accepted" "$dev"
	pagetool write "$dev" /pages/small.pages -c $pages >/dev/null
	ok "$level gives back what was written" pagetool verify "$dev" /pages/small.pages -c $pages
	zramctl remove "$dev" >/dev/null
done
for level in lz4:0 lz4:-1 lz4:-2147483647 zstd:23 zstd:2147483647 lzo:1; do
	nok "$level is refused" zramctl create --algo "${level%%:*}" --level="${level#*:}" --size 16M
done
nok 'refused levels leave no device behind' test -e /dev/zram0
done_testing
