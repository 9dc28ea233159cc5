#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files as backing devices: whose file is taken and whose is not, and left as it is
# then; one file is behind one device only.
# needs: modules=brd,loop,ext4,crc32c_generic,crc32c-intel progs=mkfs.ext4,blkid,losetup timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh

# letters FILE: something at its beginning that is no file system
letters() { yes "a letter to somebody" | dd of="$1" bs=1k count=${2:-100} conv=notrunc status=none; }
sum() { md5sum <"$1"; }
is_free() { ! grep -qs "^$1$" /sys/block/loop*/loop/backing_file; }
# taken DESC FILE [OPTION]...: it is attached, and let go
taken() {
	ctl attach zram$N --backing-file "${@:2}"
	is "$CODE" 0 "$1: it is taken${ERR:+ ($ERR)}"
	ctl detach zram$N
	wait_for "is_free $2" 5
}

ram_disk 32
modprobe loop
mkfs.ext4 -q /dev/ram0
mkdir -p /mnt/files && mount -t ext4 /dev/ram0 /mnt/files || bail "no mount"
track umount /mnt/files
file=/mnt/files/cold
new_device 16M zstd

# whose it is
letters $file
before=$(sum $file)
refuses 1 "$file is not empty and was not made by zramctl; --force takes it all the same" \
	attach zram$N --backing-file $file --backing-size 4M
refuses 1 "is not empty and was not made" attach zram$N --backing-file $file --backing-size 60K
refuses 1 "is not empty and was not made" create --size 1M --backing-file $file
is "$(stat -c %s $file) $(sum $file)" "102400 $before" "it is neither enlarged nor written to"
letters /mnt/files/short 1
refuses 1 "is not empty and was not made" attach zram$N --backing-file /mnt/files/short
printf '{ "devices": { "zram%s": { "size": "16M", "algo": "zstd", "backing_file": "%s", "backing_size": "4M" } } }' $N $file >/tmp/zram.json
refuses 1 "was not made by zramctl; delete it, or name another one$" apply /tmp/zram.json
is "$(stat -c %s $file) $(sum $file)" "102400 $before" "and left by apply, too"
dd if=/dev/zero of=/mnt/files/late bs=1M count=1 status=none
letters /mnt/files/late 1
dd if=/dev/zero of=/mnt/files/late bs=1k count=1 conv=notrunc status=none
taken "only zeroes" /mnt/files/late
dd if=/dev/zero of=/mnt/files/last bs=1M count=1 status=none
printf x | dd of=/mnt/files/last bs=1 seek=65535 conv=notrunc status=none
refuses 1 "is not empty" attach zram$N --backing-file /mnt/files/last
: >/mnt/files/empty
refuses 1 "is empty; say how large" attach zram$N --backing-file /mnt/files/empty
taken "an empty one" /mnt/files/empty --backing-size 1M
taken "by force" $file --force
letters $file
taken "what was taken before" $file
letters /mnt/files/late
taken "that one, too" /mnt/files/late
cat $file >/mnt/files/copy
refuses 1 "is not empty" attach zram$N --backing-file /mnt/files/copy
refuses 1 "is not empty" attach zram$N --backing-file /mnt/files/copy --backing-size 100K
dd if=/dev/zero of=$file bs=1M seek=3 count=1 conv=notrunc status=none
ok "a file system in it" mkfs.ext4 -qF $file
refuses 1 "holds data .ext4.*; --force" attach zram$N --backing-file $file
refuses 1 "holds data .ext4., which would be lost; 'wipefs -a $file' empties it$" apply /tmp/zram.json
rm -f $file /mnt/files/short /mnt/files/late /mnt/files/last /mnt/files/empty /mnt/files/copy

# where no file can be marked, the size decides
mkdir -p /mnt/plain && mount -t ramfs none /mnt/plain || bail "no ramfs"
track umount /mnt/plain
plain=/mnt/plain/cold
letters $plain
refuses 1 "is not empty" attach zram$N --backing-file $plain
refuses 1 "is not empty" attach zram$N --backing-file $plain --backing-size 104K
is "$(stat -c %s $plain)" 102400 "it is not enlarged"
taken "one of the size that is asked for" $plain --backing-size 100K

# behind one device only
first=$N
ctl attach zram$N --backing-file $file --backing-size 4M
is "$CODE$ERR" 0 "a file"
loop=$(cat $SYS/backing_dev)
ln $file /mnt/files/other
new_device 16M zstd
for name in $file /mnt/files/other; do
	refuses 1 "$name is behind $loop already" attach zram$N --backing-file $name
	refuses 1 "$name is behind $loop already" attach zram$N --backing-file $name --force
done
refuses 1 "is behind $loop already" create --size 1M --backing-file $file --backing-size 8M --force
is "$(stat -c %s $file)" $((4 << 20)) "it is not enlarged"
printf '{ "devices": { "zram%s": { "size": "16M", "algo": "zstd", "backing_file": "%s" } } }' $N /mnt/files/other >/tmp/other.json
refuses 1 "is behind $loop already" apply /tmp/other.json
ctl apply /tmp/zram.json
is "$CODE$OUT$ERR" 0 "apply finds its own"
ctl detach zram$first
taken "at once when it is free again" $file
mine=$(losetup --find --show $file)
track losetup --detach "$mine"
refuses 1 "is behind $mine already" attach zram$N --backing-file $file
losetup --detach "$mine"

# a device that has a disk: nothing is left of the try
ctl attach zram$N --backing-file $file
letters /mnt/files/mine
ctl attach zram$N --backing-file /mnt/files/mine --backing-size 1M --force
is "$CODE $(stat -c %s /mnt/files/mine)" "1 102400" "refused by the module: the file is as large as before"
ctl detach zram$N
refuses 1 "was not made by zramctl" attach zram$N --backing-file /mnt/files/mine
drop_device $N
drop_device $first
rm -f $plain
done_testing
