#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As soak_disk, with a file behind a loop device with direct I/O as the disk.
# needs: files=build/pages/small.pages:/pages/small.pages mem=256M disk=768M progs=dmsetup,mkfs.ext4,losetup
# needs: modules=loop,ext4,crc32c_generic,crc32c-intel timeout=1200 soak alone boot=page_poison=0,init_on_free=0,slub_debug=-

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/disk.sh
. /zramkit/selftests/lib/soak.sh
total=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)

mkfs.ext4 -q -O ^has_journal /dev/vda && mkdir -p /mnt && mount -t ext4 /dev/vda /mnt || bail "no file system"
track umount /mnt
modprobe loop
dd if=/dev/zero of=/mnt/file bs=1M count=512 2>/dev/null
loop=$(losetup --find --show --direct-io=on /mnt/file) || bail "no loop device"
track losetup --detach "$loop"
soak_swap "$loop" $((3 * total)) || bail "no swap"
soak "${SOAK_SECONDS:-$(scaled 600 240)}" /pages/small.pages $((total * 2 / 3))
done_testing
