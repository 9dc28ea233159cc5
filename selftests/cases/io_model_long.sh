#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same as io_model, with a million slot operations; 50,000 on the debug kernel.
# needs: files=selftests/cases modules=brd kernels=all timeout=1500 soak

FOLIOS=1
SEEDS="101 102 103 104 105"
OPERATIONS=$([ -n "$DEBUG" ] && echo 10000 || echo 200000)
. /zramkit/selftests/cases/io_model.sh
