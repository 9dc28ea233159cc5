#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The stock text ABI of the attributes of life cycle and statistics, as a table.
# needs: files=selftests/abi kernels=all timeout=60 stock=7.3

# the debug kernel is not Debian's: its default algorithm is Kconfig's
[ -z "$DEBUG" ] ||
	sed -i '/differs: the default algorithm/,/^$/s/\[lz4/[lzo-rle/' /zramkit/selftests/abi/basic.tab

modprobe zram num_devices=0
exec abiprobe /zramkit/selftests/abi/basic.tab "$KIND" "$K"
