#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# I/O to a device that has no size yet ends with an error, also where the block
# layer lets it through (before Linux 6.4, where a forgotten disksize and a mount are
# enough).
# needs: nodebug files=build/helper/%K/rawbio.ko:/helper/rawbio.ko

. /zramkit/selftests/lib/lib.sh

new_device
is "$(head -c 4096 $DEV 2>/dev/null | wc -c)" 0 "read it: nothing is there"
exec 4<$DEV
like "$(insmod /helper/rawbio.ko fd=4 2>&1)" "Input/output error" \
	"a read that reaches the driver fails"
exec 4<&-
put 4M $SYS/disksize
exec 4<$DEV
ok "with a size the same read succeeds" insmod /helper/rawbio.ko fd=4
rmmod rawbio
if [ "$K" = 6.1 ]; then
	# made when there was no size, it comes when there is a small one
	like "$(insmod /helper/rawbio.ko fd=4 sector=8192 2>&1)" "Input/output error" \
		"one behind the end fails"
	like "$(insmod /helper/rawbio.ko fd=4 sector=8190 2>&1)" "Input/output error" \
		"as does one across it"
	ok "the last page can be read" insmod /helper/rawbio.ko fd=4 sector=8184
	rmmod rawbio
fi
exec 4<&-
is "$(mm_stat $N orig_data_size) $(awk '{ print $1, $2 }' $SYS/io_stat)" "0 0 0" \
	"and no counter moved"
done_testing
