#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Command lines of zramctl that are wrong by themselves: exit code 2 and one clear
# line on stderr, before anything is asked of the kernel. (That they change no
# device is tried in a guest, by ctl_refuse.)

zramctl=$(dirname "$0")/../ctl/zramctl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0 failed=0

# refuses REGEX ARG...
refuses() {
	local regex=$1 code err
	shift
	"$zramctl" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	code=$?
	err=$(<"$dir/err")
	count=$((count + 1))
	if [ $code = 2 ] && [ ! -s "$dir/out" ] && [[ $err == "zramctl: "* ]] &&
		[[ $err != *$'\n'* ]] && [[ $err =~ $regex ]]; then
		echo "ok $count - zramctl $*"
	else
		echo "not ok $count - zramctl $*"
		echo "# exit code $code, wanted 2 and one line like '$regex':"
		sed 's/^/# /' "$dir/out" "$dir/err"
		failed=1
	fi
}

for size in 0 0M 0.0G 0%; do
	refuses "--size" create --size $size
done
for size in -1 -1G 1.5 1.5B 1X 1GG 1G1 G 0x10 ' 1G' '1 G' 1','5G +1G 1e3 abc '' % -5% 1K% 1.G \
		.5G 1KIB2; do
	refuses "is not a size" create --size "$size"
done
for size in 16E 18446744073709551616 99999999999999999999999 20000P 200000%; do
	refuses "is too large" create --size $size
done
refuses "is not a size" create --size 1M --mem-limit lots
refuses "is too large" create --size 1M --mem-limit 16E
refuses "no algorithm's name" create --size 1M --algo ''
refuses "no algorithm's name" create --size 1M --algo "$(printf 'x%.0s' {1..128})"
refuses "is not a whole number; zstd takes -131072" create --size 1M --level fast
refuses "is not a whole number; zstd takes -131072" create --size 1M --level 4294967296
refuses "is not a whole number; zstd takes -131072" create --size 1M --level -2147483648
for id in -1 x 1.5 1048576 4294967295 4294967296 99999999999999999999999; do
	refuses "--id '$id' is not a number from 0 to 1048575" create --size 1M --id $id
done
refuses "goes with --swap" create --size 1M --priority 5
refuses "is not a number from" create --size 1M --swap --priority 32768
refuses "is not a number from" create --size 1M --swap --priority -2
refuses "unexpected argument 'zram0'" create --size 1M zram0
refuses "option --size needs an argument" create --size
refuses "option -s needs an argument" create -s
refuses "option .*--bogus" create --bogus
refuses "option -Z" create -Z
refuses "--swap takes no argument" create --size 1M --swap=yes
refuses "unexpected argument" list zram0
refuses "'99999' is no port, ADDRESS:PORT or path of a socket" metrics -l 99999
refuses "DEVICE... is missing" show
refuses "DEVICE... is missing" remove
refuses "no command 'nosuch'; 'zramctl help' lists them" help nosuch
refuses "no command 'crate'; did you mean 'create'" help crate
refuses "unknown command 'lst'; did you mean 'list'" lst
refuses "unknown command 'remvoe'; did you mean 'remove'" remvoe zram5
refuses "unknown command 'obs'; did you mean 'observe'" obs start
refuses "which slots.* --huge or --incompressible" pack zram0
refuses "goes with none of" pack zram0 --all --incompressible
refuses "there is no column 'NOSUCH'" pack zram0 --all -o NOSUCH
refuses "there is no column 'NOSUCH'" heat zram0 --coldest 1 -o NOSUCH
refuses "lists of slots: give --coldest or --hottest" heat zram0 -o SLOT
refuses "takes no options but --json" policy check --count 1
refuses "nothing to set; give .*--recomp" set zram0
refuses "no algorithm's name" set zram0 --recomp zstd,
refuses "--winbits 'x' is not a number" set zram0 --winbits x
refuses "leave the other options out" create --config /nosuch --json --size 1M
for cmd in show remove reset; do
	for name in sda /dev/sda /dev/5 zram "" zram99999999999 zram1048576 5x; do
		refuses "is not the name of a zram device" $cmd "$name"
		refuses "is not the name of a zram device" $cmd zram5 "$name"
	done
done
echo "1..$count"
[ $failed = 0 ]
