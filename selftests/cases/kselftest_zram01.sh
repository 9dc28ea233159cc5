#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own zram01.sh: a file system filled to the brim.
# Not on the debug kernel: it starts a process for each of 1,700 KiB, which takes a
# minute elsewhere and ten there; io_ext4 fills a file system there, too.
# needs: files=build/kselftest/zram:/kselftest/zram progs=mkfs.ext4,bc,bash kernels=all nodebug
# needs: modules=ext4,crc32c_generic,crc32c-intel timeout=500
# needs: boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/kselftest.sh
kselftest zram01
done_testing
