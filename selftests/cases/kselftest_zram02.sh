#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own zram02.sh: a swap area.
# needs: files=build/kselftest/zram:/kselftest/zram progs=bc,bash kernels=all timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/kselftest.sh
kselftest zram02
done_testing
