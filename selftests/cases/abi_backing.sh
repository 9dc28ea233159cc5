#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The stock text ABI of the backing device and of writeback, as a table. On
# stock zram it is to be run with 7.3, whose contract it is.
# needs: files=selftests/abi modules=brd,loop kernels=all timeout=60 stock=7.3

mount -t debugfs none /sys/kernel/debug 2>/dev/null
rmmod brd 2>/dev/null
modprobe brd rd_nr=4 rd_size=2048
modprobe loop max_loop=2
blockdev --setro /dev/ram2
mkswap /dev/ram3 >/dev/null && swapon /dev/ram3
head -c 65536 /dev/zero >/tmp/small
losetup /dev/loop1 /tmp/small

modprobe zram num_devices=0
abiprobe /zramkit/selftests/abi/backing.tab "$KIND" "$K"
code=$?
swapoff /dev/ram3
losetup -d /dev/loop1
rmmod zram brd loop 2>/dev/null
exit $code
