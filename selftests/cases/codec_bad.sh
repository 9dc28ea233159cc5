#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad parameters and dictionaries: the errno of stock zram, what it wipes, and
# why, once, in the log. Numbers from all over: EINVAL, never an oops (a window
# of deflate that its library does not know was CVE-2026-89716).
# needs: files=build/pages/small.pages:/pages/small.pages timeout=240

. /zramkit/selftests/lib/lib.sh
modprobe zram num_devices=0

# ---- dictionaries ------------------------------------------------------------
head -c 20000 /pages/small.pages >/tmp/good.dict
printf '\x37\xa4\x30\xec' | cat - /tmp/good.dict >/tmp/damaged.dict
: >/tmp/empty.dict
head -c 3 /tmp/good.dict >/tmp/short.dict
head -c $((1 << 20)) /pages/small.pages >/tmp/largest.dict
head -c $(((1 << 20) + 1)) /pages/small.pages >/tmp/large.dict
mkdir /tmp/folder

# bad ERRNO ALGO FILE: refused, and lz4's bad level from before is wiped
bad() {
	new_device
	put "$2" $SYS/comp_algorithm
	put level=-2147483647 $SYS/algorithm_params
	expect_errno "$1" "dict=$3" $SYS/algorithm_params "$2, ${3##*/}: $1"
	[ "$1" = EINVAL ] && [[ $3 = *damaged* ]] || ok "the log says why" \
		dmesg_has "cannot read the dictionary $3"
	ok "$2, ${3##*/}: the old parameters are gone" put 1M $SYS/disksize
	drop_device "$N"
}
bad ENOENT lz4 /tmp/nothing
bad EINVAL lz4 /tmp/empty.dict
bad E2BIG lz4 /tmp/large.dict
bad EINVAL lz4hc /tmp/folder
bad EINVAL zstd /dev/null
bad EINVAL lz4 /tmp/damaged.dict
ok "the log says that it is a trained one" dmesg_has "trained one, which only zstd knows"
bad EINVAL lz4hc /tmp/damaged.dict

# late ERRNO ALGO PARAMS: taken, and refused at disksize; choices are wiped then
late() {
	new_device
	default=$(cat $SYS/comp_algorithm)
	algos=" $default "
	put "$2" $SYS/comp_algorithm
	put algo=zstd $SYS/recomp_algorithm
	ok "$2 $3: taken" put "$3" $SYS/algorithm_params
	expect_errno "$1" 1M $SYS/disksize "$2 $3: $1 at disksize"
	is "$(cat $SYS/comp_algorithm)" "$default" "the default algorithm is back"
	is "$(cat $SYS/recomp_algorithm)" "" "no secondary is left"
	ok "and works" put 1M $SYS/disksize
	drop_device "$N"
}
late EINVAL lz4 dict=/tmp/short.dict
late EOPNOTSUPP lzo dict=/tmp/good.dict
late EOPNOTSUPP lzo-rle level=1
late EOPNOTSUPP deflate dict=/tmp/good.dict
late EINVAL deflate deflate.winbits=8
late EINVAL deflate deflate.winbits=0
late EINVAL lz4hc level=17
late EINVAL lz4 level=0
if [ "$K" = 6.1 ]; then
	late EOPNOTSUPP zstd dict=/tmp/good.dict
else
	late EINVAL zstd dict=/tmp/damaged.dict
	ok "the log says why" dmesg_has "zstd .*the dictionary is damaged"
	new_device
	put zstd $SYS/comp_algorithm
	ok "1 MiB is not too large" put dict=/tmp/largest.dict $SYS/algorithm_params
	ok "and works" put 1M $SYS/disksize
	drop_device "$N"
fi

if [[ $algos = *' 842 '* ]]; then	# few kernels have its library
	late EOPNOTSUPP 842 level=1
	late EOPNOTSUPP 842 dict=/tmp/good.dict
fi

# a failing secondary wipes the primary, too
new_device
put zstd $SYS/comp_algorithm
put "algo=lz4 priority=2" $SYS/recomp_algorithm
put "level=0 priority=2" $SYS/algorithm_params
expect_errno EINVAL 1M $SYS/disksize "a secondary with a bad level"
is "$(cat $SYS/recomp_algorithm)" "" "is gone"
ok "and the device works" put 1M $SYS/disksize
drop_device "$N"

# ---- numbers from all over ---------------------------------------------------
RANDOM=4711
numbers="-2147483647 -131073 -131072 -23 -16 -15 -9 -8 -1 0 1 3 4
	8 9 15 16 17 22 23 131072 2147483647"
for ((i = 3; i; i--)); do
	numbers+=" $((((RANDOM << 16 ^ RANDOM << 8 ^ RANDOM) & 0x7fffffff) * (1 - RANDOM % 2 * 2)))"
done

[ -z "$DEBUG" ] || numbers="-2147483647 -16 -8 0 1 8 16 23 2147483647"

# in_range ALGO KEY NUMBER: what the contract says
in_range() {
	case $1:$2 in
	lz4:level) [ "$3" -ge 1 ] ;;
	lz4hc:level) [ "$3" -ge 1 ] && [ "$3" -le 16 ] ;;
	zstd:level) [ "$3" -ge -131072 ] && [ "$3" -le 22 ] ;;
	deflate:level) [ "$3" -ge -1 ] && [ "$3" -le 9 ] ;;
	deflate:deflate.winbits)
		{ [ "$3" -ge 9 ] && [ "$3" -le 15 ]; } || { [ "$3" -ge -15 ] && [ "$3" -le -9 ]; } ;;
	*) true ;;	# not this algorithm's
	esac
}

new_device
wrong=
try() {	# ALGO KEY NUMBER
	local got want=EINVAL
	put "$1" $SYS/comp_algorithm
	put "$2=$3" $SYS/algorithm_params || wrong+="$1 $2=$3 not taken; "
	got=$(errno_of 1M $SYS/disksize)
	! in_range "$1" "$2" "$3" || want=0
	[ "$got" = $want ] || wrong+="$1 $2=$3: $got; "
	put 1 $SYS/reset
}
for n in $numbers; do
	for algo in lz4 lz4hc zstd deflate; do
		try $algo level "$n"
	done
	try deflate deflate.winbits "$n"
done
for n in -2147483647 0 2147483647; do	# window bits that the algorithm does not have
	for algo in lz4 lz4hc zstd; do
		try $algo deflate.winbits "$n"
	done
done
is "$wrong" "" "levels and window bits from all over int"
for n in $numbers; do
	want=EINVAL
	[ "$n" -lt 0 ] || [ "$n" -gt 3 ] || want=0
	got=$(errno_of "priority=$n level=1" $SYS/algorithm_params)
	[ "$got" = $want ] || wrong+="priority=$n: $got; "
	[ "$n" != 0 ] || want=EINVAL
	got=$(errno_of "priority=$n algo=lz4" $SYS/recomp_algorithm)
	[ "$got" = $want ] || wrong+="recomp priority=$n: $got; "
done
is "$wrong" "" "priorities from all over int"
for n in 2147483648 -2147483649 99999999999999999999999; do
	for key in level priority deflate.winbits; do
		expect_errno ERANGE "$key=$n" $SYS/algorithm_params
	done
	expect_errno ERANGE "algo=lz4 priority=$n" $SYS/recomp_algorithm
done
done_testing
