#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A file system on a device: files survive unmounting, pages that change while
# they are written back do no harm, trim gives the memory back.
# needs: files=build/pages/small.pages:/pages/small.pages progs=mkfs.ext4,fsck.ext4
# needs: modules=ext4,crc32c_generic,crc32c-intel timeout=120 kernels=all

. /zramkit/selftests/lib/lib.sh

for algo in zstd lz4; do
	new_device 64M $algo
	ok "$algo: mkfs" mkfs.ext4 -q $DEV
	mkdir -p /mnt/z
	ok "$algo: mount" mount -t ext4 -o discard $DEV /mnt/z
	ok "$algo: a file" cp /pages/small.pages /mnt/z/a
	ok "$algo: mapped pages change during writeback" \
		mmapthrash /mnt/z/thrash 2M "$(scaled 60 5)"
	ok "$algo: unmount" umount /mnt/z
	ok "$algo: the file system is sound" fsck.ext4 -fn $DEV
	mount -t ext4 $DEV /mnt/z
	ok "$algo: the file is what it was" cmp /pages/small.pages /mnt/z/a
	expect_errno EBUSY 1 $SYS/reset "$algo: no reset while mounted"
	full=$(mm_stat $N orig_data_size)
	rm /mnt/z/a /mnt/z/thrash
	sync
	ok "$algo: trim" fstrim /mnt/z
	cmp_num "$(mm_stat $N orig_data_size)" -lt $((full - 6000000)) "$algo: memory came back"
	umount /mnt/z
	is "$(stat_field $SYS/io_stat 1) $(stat_field $SYS/io_stat 2)" "0 0" "$algo: nothing failed"
	drop_device $N
done
done_testing
