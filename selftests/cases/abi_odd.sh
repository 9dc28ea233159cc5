#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The stock text ABI and inputs that nobody ought to write, as a table. On stock
# zram it is to be run with 7.3, whose contract it is.
# needs: files=selftests/abi kernels=all timeout=60 stock=7.3

modprobe zram num_devices=0
exec abiprobe /zramkit/selftests/abi/odd.tab "$KIND" "$K"
