#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# zramctl create with a dictionary, window bits and algorithms for recompression:
# what was asked for is what the device has; what cannot be is refused with one
# line and leaves no device behind.
# needs: files=build/pages/small.pages:/pages/small.pages kernels=all nodebug timeout=120

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0
head -c 60000 /pages/small.pages >/tmp/a.dict
head -c 1048577 /pages/small.pages >/tmp/large.dict
printf '\x37\xa4\x30\xec' | cat - /tmp/a.dict >/tmp/damaged.dict
: >/tmp/empty.dict

ctl create --algo lz4 --size 4M
pagetool write /dev/zram0 /pages/small.pages -c 14 >/dev/null
plain=$(mm_stat 0 compr_data_size)
ctl create --algo lz4 --dict /tmp/a.dict --size 4M
is "$CODE $OUT $ERR" "0 /dev/zram1 " "a dictionary for lz4"
rm /tmp/a.dict
ok "pages" pagetool write /dev/zram1 /pages/small.pages -c 14
ok "come back without the file" pagetool verify /dev/zram1 /pages/small.pages -c 14
cmp_num "$(mm_stat 1 compr_data_size)" -lt $((plain / 2)) "and are much smaller"
head -c 60000 /pages/small.pages >/tmp/a.dict

ctl create --algo deflate --winbits 15 --level 9 --size 4M
is "$CODE $OUT" "0 /dev/zram2" "window bits and level for deflate"
ok "pages" pagetool write /dev/zram2 /pages/small.pages -c 14
ok "come back" pagetool verify /dev/zram2 /pages/small.pages -c 14

ctl create --algo lz4 --recomp zstd:9,deflate,lz4hc:16 --size 4M
is "$CODE $OUT" "0 /dev/zram3" "three algorithms for recompression"
list=$(</sys/block/zram3/recomp_algorithm)
like "$list" '#1: .*\[zstd\].*#2: .*\[deflate\].*#3: .*\[lz4hc\]' "sysfs shows them"

refuses 1 "no such algorithm" create --size 4M --recomp nosuch
refuses 1 "no such level" create --size 4M --recomp zstd,deflate:99
refuses 1 "no levels" create --size 4M --recomp lzo:3
refuses 2 "at most" create --size 4M --recomp lz4,lz4,lz4,lz4
refuses 2 "is not a number" create --size 4M --recomp zstd:fast
refuses 2 "no algorithm's name" create --size 4M --recomp zstd,
refuses 1 "winbits is -15 to -9 or 9 to 15" create --size 4M --algo deflate --winbits 8
refuses 1 "winbits is -15 to -9 or 9 to 15" create --size 4M --algo deflate --winbits -2147483647
refuses 1 "only deflate has window bits" create --size 4M --algo zstd --winbits 10
refuses 2 "is not a number" create --size 4M --algo deflate --winbits many
refuses 1 "takes no dictionary" create --size 4M --algo lzo --dict /tmp/a.dict
refuses 1 "cannot open the dictionary /tmp/none: No such file" create --size 4M --dict /tmp/none
refuses 1 "larger than 1 MiB" create --size 4M --algo lz4 --dict /tmp/large.dict
refuses 1 "cannot be read, or is empty" create --size 4M --algo lz4 --dict /tmp/empty.dict
refuses 1 "cannot be read, or is empty" create --size 4M --algo lz4 --dict /tmp
refuses 1 "only zstd knows" create --size 4M --algo lz4hc --dict /tmp/damaged.dict
if [ "$K" = 6.1 ]; then
	refuses 1 "library of this kernel takes no dictionary" \
		create --size 4M --algo zstd --dict /tmp/a.dict
else
	refuses 1 "damaged or too short" create --size 4M --algo zstd --dict /tmp/damaged.dict
fi
devices
is "$DEVICES" "zram0 zram1 zram2 zram3" "nothing was left behind"
ctl remove zram0 zram1 zram2 zram3
done_testing
