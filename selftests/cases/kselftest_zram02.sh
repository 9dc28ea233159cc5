#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own zram02.sh, unmodified. It prints FAIL and goes on, so that word
# decides, not the exit code.
# needs: files=build/kselftest/zram:/kselftest/zram progs=mkfs.ext4,bc,bash kernels=all nodebug
# needs: modules=ext4,crc32c_generic,crc32c-intel timeout=500
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh

unload_zram
cp -r /kselftest/zram /tmp/kselftest02
cd /tmp/kselftest02
bash ./zram02.sh >out 2>&1
is $? 0 "it ends with exit code 0"
diag "$(cat out)"
is "$(grep -c FAIL out)" 0 "no FAIL line"
is "$(grep -c PASS out)" 1 "one PASS line"
is "$(ls -d /sys/block/zram* 2>/dev/null)" "" "it cleaned up"
done_testing
