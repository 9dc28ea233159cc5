#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same as job_recompress, with 256 MiB.
# needs: files=build/pages/small.pages:/pages/small.pages,selftests/cases kernels=all timeout=900 soak

PAGES=65536
. /zramkit/selftests/cases/job_recompress.sh
