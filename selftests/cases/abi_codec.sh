#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The stock text ABI of algorithms and their parameters, as a table. On stock
# zram it is to be run with 7.3, whose contract it is.
# needs: files=selftests/abi kernels=all timeout=90 stock=7.3

for ((i = 0; i < 2000; i++)); do echo "slot object pool codec run $i"; done >/tmp/text
head -c 20000 /tmp/text >/tmp/good.dict
head -c 3 /tmp/text >/tmp/short.dict
: >/tmp/empty.dict
cat /tmp/text /tmp/text >/tmp/long.dict		# 115 KiB
head -c 1048577 /dev/zero >/tmp/large.dict
printf '\x37\xa4\x30\xec' | cat - /tmp/good.dict >/tmp/damaged.dict

modprobe zram num_devices=0
exec abiprobe /zramkit/selftests/abi/codec.tab "$KIND" "$K"
