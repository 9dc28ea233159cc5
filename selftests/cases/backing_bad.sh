#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Disks that will not do are refused, and one line says why: mounted, with a file
# system on it (unless forced), held by others, too small; and a disk that is
# pulled out while packs are on it costs these and nothing else.
# needs: files=build/pages/small.pages:/pages/small.pages modules=brd,loop,ext4,crc32c_generic,crc32c-intel,null_blk,dm-mod
# needs: progs=mkfs.ext4,blkid,dmsetup,losetup,addpart,delpart timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
. /zramkit/selftests/lib/disk.sh
set=/pages/small.pages
nullb=/sys/kernel/config/nullb/pulled

frozen() { stat_field $SYS/bd_stat 1; }
generation() { zramctl list --noheadings --output ID,GENERATION | awk -v n=$N '$1 == n { print $2 }'; }

ram_disk 8
modprobe loop
modprobe null_blk nr_devices=0 || bail "no null_blk"
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
new_device 16M zstd

# with a file system, mounted or not
mkfs.ext4 -q /dev/ram0
refuses 1 "holds data .ext4" attach zram$N /dev/ram0
refuses 1 "holds data .ext4" create --size 16M --backing /dev/ram0
mkdir -p /mnt/disk && mount -t ext4 /dev/ram0 /mnt/disk || bail "no mount"
track umount /mnt/disk
refuses 1 "mounted" attach zram$N /dev/ram0
refuses 1 "mounted" attach zram$N /dev/ram0 --force
touch /mnt/disk/file
ok "the mount is as it was" umount /mnt/disk
ctl attach zram$N /dev/ram0 --force
is "$CODE$ERR" 0 "without the mount it is taken by force"
ok "and not to be mounted then" bash -c '! mount -t ext4 /dev/ram0 /mnt/disk 2>/dev/null'
ctl detach zram$N
is "$CODE$ERR" 0 "it goes again"

# held, too small, or the device itself
dmsetup create held --table "0 2048 linear /dev/ram0 0" || bail "no device-mapper"
track dmsetup remove --force --retry held
refuses 1 "held by something else" attach zram$N /dev/ram0 --force
ctl attach zram$N /dev/mapper/held --force
is "$CODE$ERR" 0 "what holds it may be taken"
first=$N
new_device 16M zstd
refuses 1 "held by something else" attach zram$N /dev/mapper/held --force
ctl detach zram$first
ok "they let go" dmsetup remove --retry held
: >/tmp/empty
loop=$(losetup --find --show /tmp/empty)
track losetup --detach "$loop"
refuses 1 "no room" attach zram$N "$loop"
refuses 1 "its own backing" attach zram$N $DEV
refuses 1 "not a block device" attach zram$N /dev/null
is "$(cat $SYS/backing_dev)" none "nothing was taken"

# another zram: bare it has no room; with a size it is a disk like others, and held
keep=$N
new_device
other=$DEV other_sys=$SYS
new_device
expect_errno EINVAL $other $SYS/backing_dev "a zram without a size has no room"
put 4M $other_sys/disksize
refuses 1 "$other is a zram device, which is memory and no disk; --force takes it all the same" \
	attach zram$N $other
refuses 1 "which is memory and no disk; --force" create --size 16M --backing $other
printf '{ "devices": { "zram%s": { "backing": "%s" } } }' 99 $other >/tmp/zram.json
ctl apply /tmp/zram.json
like "$CODE$ERR" "^3.*which is memory and no disk$" "apply takes none, and has no force to propose"
ctl remove zram99
ctl attach zram$N $other --force
is "$CODE$ERR $(cat $SYS/backing_dev)" "0 $other" "by force it is taken"
ctl detach zram$N
refuses 1 "its own backing" attach zram$N $DEV --force
ok "with one it is taken" put $other $SYS/backing_dev
expect_errno EBUSY 1 $other_sys/reset "and cannot be reset then"
for verb in reset remove; do
	refuses 1 "cannot $verb $other: it is the disk behind $DEV; run 'zramctl detach zram$N'" $verb $other
done
put 8M $SYS/disksize
ok "write" pagetool write $DEV $set -c 256 -b 64K -g 1
ok "it goes there" jobrun $N writeback
ok "and comes back" pagetool verify $DEV $set -c 256 -g 1 -s 3
drop_device $N
ok "the other one is free again" put 1 $other_sys/reset

# a part of a disk: nothing is written beside it, and the whole is taken then
ok "a partition" addpart /dev/ram0 1 4096 8192
wait_for "[ -b /dev/ram0p1 ]" 5
before=$(dd if=/dev/ram0 bs=1M count=2 2>/dev/null | md5sum)
new_device
ok "is taken" put /dev/ram0p1 $SYS/backing_dev
expect_errno EBUSY /dev/ram0 $other_sys/backing_dev "the whole disk is not, then"
put 8M $SYS/disksize
ok "write" pagetool write $DEV $set -c 256 -b 64K -g 2
ok "it goes there" jobrun $N writeback
cmp_num "$(frozen)" -gt 0 "all that fits"
ok "and comes back" pagetool verify $DEV $set -c 256 -g 2 -s 3
is "$(dd if=/dev/ram0 bs=1M count=2 2>/dev/null | md5sum)" "$before" "nothing before it has changed"
drop_device $N
new_device 8M zstd
dd if=/dev/zero of=/dev/ram0p1 bs=64k count=64 status=none
# a table that has it: one entry, 4096 sectors in, 8192 long
dd if=/dev/zero of=/dev/ram0 bs=64k count=1 status=none
printf '\0\0\0\0\203\0\0\0\0\20\0\0\0\40\0\0' | dd of=/dev/ram0 bs=1 seek=446 conv=notrunc status=none
printf '\125\252' | dd of=/dev/ram0 bs=1 seek=510 conv=notrunc status=none
like "$(blkid -p /dev/ram0p1)" PART_ENTRY "blkid knows that it is a partition"
ctl attach zram$N /dev/ram0p1
is "$CODE$ERR" 0 "an empty one is taken without force"
drop_device $N
mkfs.ext4 -q /dev/ram0p1
new_device 8M zstd
refuses 1 "holds data .ext4., which would be lost; --force" attach zram$N /dev/ram0p1
drop_device $N
ok "the partition goes" delpart /dev/ram0 1
N=$keep DEV=/dev/zram$keep SYS=/sys/block/zram$keep

# a disk that is pulled out
mkdir $nullb && put 16 $nullb/size && put 1 $nullb/memory_backed && put 1 $nullb/power || bail "no disk"
track rmdir $nullb
wait_for "[ -b /dev/pulled ]" 5
ctl attach zram$N /dev/pulled
is "$CODE$ERR" 0 "a disk is attached"
ctl set zram$N --promote 0
ok "write" pagetool write $DEV $set -c 128 -b 64K -g 1
ok "write more" pagetool write $DEV $set -f 128 -c 128 -b 64K -g 1
ok "half of it goes there" jobrun $N writeback -r 0:128
cmp_num "$(frozen)" -gt 64 "$(frozen) pages"
zramctl monitor --json -n 1 $DEV >/tmp/told &
monitor=$!
listens $monitor || bail "no monitor"
ok "the disk is pulled out" put 0 $nullb/power
like "$(pagetool verify $DEV $set -c 128 -g 1 -s 3 -e)" "wrong=0 failed=$(frozen) " "what was there is an error"
like "$(wait $monitor; cat /tmp/told)" \
	'"event":"backing-failing","name":"'$DEV'","id":'$N',"generation":'"$(generation)"',.*"error":"' \
	"and told, with the generation of what was there"
ok "the rest is right" pagetool verify $DEV $set -f 128 -c 128 -g 1 -s 3
job writeback
is "$ERROR" 5 "a writeback says so"
ok "and has lost nothing" pagetool verify $DEV $set -f 128 -c 128 -g 1
ctl detach zram$N
like "$CODE$ERR" "^1.*give everything back" "a detach, too"
is "$(cat $SYS/backing_dev)" /dev/pulled "which keeps it"
ctl detach zram$N --force
is "$CODE$ERR" 0 "it is given up by force"
is "$(cat $SYS/backing_dev) $(frozen)" "none 0" "and gone"
ok "write anew" pagetool write $DEV $set -c 256 -b 64K -g 2
ctl attach zram$N /dev/ram0 --force
is "$CODE$ERR" 0 "another disk takes its place"
ok "and packs" jobrun $N writeback
ok "all is right" pagetool verify $DEV $set -c 256 -g 2 -s 3
ok "discard all" blkdiscard $DEV
is "$(awk '{ print $1, $2, $3, $6, $8 }' $SYS/mm_stat) $(frozen)" "0 0 0 0 0 0" "nothing is left"
drop_device $N
done_testing
