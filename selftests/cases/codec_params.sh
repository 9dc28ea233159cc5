#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every algorithm, with levels and dictionaries set through sysfs, gives real
# pages back; a dictionary makes them smaller.
# needs: files=build/pages/small.pages:/pages/small.pages progs=zstd nodebug timeout=240

. /zramkit/selftests/lib/lib.sh
pages=32
set=/pages/small.pages
modprobe zram num_devices=0

head -c 300000 $set >/tmp/long.dict
tail -c 20000 /tmp/long.dict >/tmp/raw.dict
head -c $((256 * 4096)) $set >/tmp/samples
ok "a dictionary is trained" zstd -q --train -B4096 /tmp/samples --maxdict=16384 -o /tmp/trained.dict

# round ALGO PARAMS: sets SIZE to the bytes that the pages take. Without parameters
# also with overwrites and random pages
round() {
	local what="$1${2:+ $2}"
	SIZE=0
	new_device
	put "$1" $SYS/comp_algorithm
	[ -z "$2" ] || put "$2" $SYS/algorithm_params || fail "$what: the parameters are taken"
	if ! put 4M $SYS/disksize; then
		fail "$what: a disksize"
		return
	fi
	ok "$what: write" pagetool write $DEV $set -c $pages -g 1 -b 16K
	ok "$what: read back" pagetool verify $DEV $set -c $pages -g 1 -s 3
	SIZE=$(mm_stat $N compr_data_size)
	if [ -z "$2" ]; then
		ok "$what: random pages" pagetool write $DEV random -f 512 -c 16 -g 1
		ok "$what: and back" pagetool verify $DEV random -f 512 -c 16 -g 1
		ok "$what: overwrite" pagetool write $DEV $set -c $pages -g 2 -s 5
		ok "$what: read back" pagetool verify $DEV $set -c $pages -g 2 -b 64K
	fi
	drop_device "$N"
}

new_device
algos=$(tr -d '[]' <$SYS/comp_algorithm)
like " $algos" " lzo-rle lzo lz4 lz4hc zstd deflate " "this kernel has them, in stock order"
for algo in $algos; do
	round "$algo" ""
	declare plain_$algo=$SIZE 2>/dev/null
done
for params in lz4:9 lz4hc:1 lz4hc:16 zstd:-5 zstd:22 deflate:0 deflate:9; do
	round "${params%:*}" "level=${params#*:}"
done
for bits in -15 -9 9 15; do
	round deflate "level=1 deflate.winbits=$bits"
done

for algo in lz4 lz4hc zstd; do
	for dict in raw long trained; do
		[ $algo = zstd ] || [ $dict != trained ] || continue
		if [ "$algo$K" = zstd6.1 ]; then
			new_device
			put zstd $SYS/comp_algorithm
			ok "6.1: zstd, $dict dictionary: taken" put "dict=/tmp/$dict.dict" $SYS/algorithm_params
			expect_errno EOPNOTSUPP 4M $SYS/disksize "6.1: refused at disksize"
			ok "6.1: the log says why" dmesg_has "zstd.*the zstd library of this kernel takes no dictionary"
			drop_device "$N"
			continue
		fi
		plain=plain_$algo
		[ $dict != long ] || round $algo "level=2 dict=/tmp/$dict.dict"
		round $algo "dict=/tmp/$dict.dict"
		# zstd gains speed from one, in bytes it depends on the pages
		[ $algo = zstd ] ||
			cmp_num "$SIZE" -lt "${!plain}" "$algo: smaller with the $dict dictionary"
	done
done
[ "$K" = 6.1 ] || for level in -5 12 22; do
	round zstd "level=$level dict=/tmp/trained.dict"
done
done_testing
