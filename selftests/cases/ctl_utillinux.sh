#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A call whose first argument is no command of ours: the same output, messages,
# exit codes and effects as the zramctl of Debian 13's util-linux, on the same
# devices, for a generated list of options, columns, sizes and devices.
# needs: soak nodebug files=selftests/lib,build/util-linux:/util-linux progs=mkfs.ext4 modules=ext4 timeout=600

. /zramkit/selftests/lib/lib.sh
. /zramkit/selftests/lib/ctl.sh
load_zram num_devices=0

theirs() { /util-linux/ld.so --library-path /util-linux /util-linux/zramctl "$@"; }

# run WHO ARG...: output, errors and code as one text in GOT
run() {
	local out err
	"$@" >/tmp/ul.out 2>/tmp/ul.err
	CODE=$?
	slurp out /tmp/ul.out
	slurp err /tmp/ul.err
	# getopt names the program as it was called
	err=${err//\/util-linux\/zramctl:/zramctl:}
	GOT="$out"$'\n'"errors: $err"$'\n'"code: $CODE"
}

# state: sets STATE to what commands can change
state() {
	local d f text
	STATE=
	for d in /sys/block/zram*; do
		STATE+="${d##*/}"
		for f in disksize comp_algorithm initstate mem_limit; do
			read -r text <"$d/$f"
			STATE+=" $text"
		done
		STATE+=$'\n'
	done 2>/dev/null
}

compared=0
differ=0
unlike() {
	differ=$((differ + 1))
	[ $differ -gt 10 ] || diag "zramctl $1" "theirs:" "$2" "ours:" "$3"
}

# same ARG...: of calls that change nothing
same() {
	local want
	run theirs "$@"
	want=$GOT
	run zramctl "$@"
	compared=$((compared + 1))
	[ "$GOT" = "$want" ] || unlike "$*" "$want" "$GOT"
}

# same_change ARG...: the same from the same beginning, with the same end
same_change() {
	local want
	begin
	run theirs "$@"
	state
	want="$GOT"$'\n'"$STATE"
	begin
	run zramctl "$@"
	state
	GOT+=$'\n'"$STATE"
	compared=$((compared + 1))
	[ "$GOT" = "$want" ] || unlike "$*" "$want" "$GOT"
}

# verdict DESC
verdict() {
	is "$differ" 0 "$1: $compared calls"
	compared=0 differ=0
}

names=(NAME DISKSIZE DATA COMPR ALGORITHM STREAMS ZERO-PAGES TOTAL MEM-LIMIT
	MEM-USED MIGRATED COMP-RATIO MOUNTPOINT)

# ---- nothing there -----------------------------------------------------------
same
same --output-all
same -n
same zram0
same /dev/zram0
same -r zram0
same -s 1M zram0
verdict "without devices"

# ---- tables --------------------------------------------------------------------
zramctl create --size 16M --algo zstd --mem-limit 4M >/dev/null
zramctl create --size 1G --algo lz4 >/dev/null
zramctl create --size 64M --swap >/dev/null
zramctl create --size 32M >/dev/null
new_device
pagetool write /dev/zram0 zero -c 64 >/dev/null
pagetool write /dev/zram0 random -f 64 -c 32 >/dev/null
mkfs.ext4 -q /dev/zram3
mkdir -p "/tmp/a place" /tmp/second
# for reading: the kernel would write to it between one call and the other
mount -o ro /dev/zram3 "/tmp/a place"
mount -o ro /dev/zram3 /tmp/second
sync

for how in "" -b -n "--raw -n -b"; do
	# shellcheck disable=SC2086 # words
	{
		same $how
		same $how --output-all
		for d in zram0 /dev/zram2 zram3 zram4 zram77; do
			same $how $d
			same $how --output-all $d
		done
		for c in "${names[@]}"; do
			same $how -o "$c"
			same $how --output "+$c"
		done
	}
done
verdict "tables"

RANDOM=1
for ((i = 0; i < 30; i++)); do
	list=
	for ((j = RANDOM % 12; j >= 0; j--)); do
		c=${names[RANDOM % 13]}
		((RANDOM % 3)) || c=${c,,}
		list+=${list:+,}$c
	done
	words=(-n -b --raw zram0 /dev/zram2 --output-all)
	args=()
	for w in "${words[@]}"; do
		((RANDOM % 4)) || args+=("$w")
	done
	((RANDOM % 2)) && list=+$list
	same "${args[@]}" -o "$list"
done
verdict "lists of columns"

# ---- wrong calls -----------------------------------------------------------------
for list in '' , + +, X NAME, ,NAME NAME,,DATA X,NAME NAME,X,DATA +X ++NAME 'NAME DATA' NAM NAMEX \
		"$(printf 'NAME,%.0s' {1..25})NAME" "$(printf 'NAME,%.0s' {1..26})NAME"; do
	same -o "$list"
	same -b -o "$list" zram0
	same -o "$list" zram77
done
for call in "-f -r" "-r -f" "-o NAME -r zram0" "-r -o X" "-r -s 1 zram0" "-s x -r zram0" \
		"-o NAME -s 1" "-f -o NAME" "-a lz4" "-t 2" "-t 0" "-p level=3" "-p x -f" "-f -t 2" \
		"-a lz4 zram0" "-o X zram0 zram1" "-o X -a x" "zram0 zram1" "-f zram0" "-r" "-s 1" \
		"-s 1 zram0 zram1" "-Z" "--nonsense" "--out NAME" "--output" "--o" "-o" "-s" "--raw=1" \
		"--byt" "-bnZ" "zram0 -b" "--size= zram0" "-t -1 -s 1" "-t x -s 1" "-t 1K -s 1" "nosuch" \
		"/dev/nosuch" "sda" "/dev/null" "/" "/dev/" "-r nosuch" "-r /dev/null zram77" "--" "-- -x" \
		"-s 1M nosuch" "-s 1M /dev/null"; do
	# shellcheck disable=SC2086 # words
	same $call
done
same ''
for size in '' x -1 ' -1' 1.5 .5K 1Ki 0.5 '1 ' '1 K' 1X 16E 1Z 18446744073709551616 1.5.5K 1,5K 1B \
		1MiBx 1e3 0x 1K1 K .; do
	same -s "$size" zram77
done
verdict "wrong calls"

# ---- calls that change something -----------------------------------------------
umount /tmp/second "/tmp/a place"
swapoff /dev/zram2

# zram0 in use by a size, zram1 bare, zram2 with data
begin() {
	local d
	for d in /sys/block/zram*; do
		[ -d "$d" ] || continue
		put 1 "$d/reset"
		put "${d##*zram}" /sys/class/zram-control/hot_remove
	done
	read -r _ </sys/class/zram-control/hot_add
	read -r _ </sys/class/zram-control/hot_add
	read -r _ </sys/class/zram-control/hot_add
	put 8M /sys/block/zram0/disksize
	put 8M /sys/block/zram2/disksize
}
begin
for size in 4096 1 0 1M 1m 1MB 1MiB 1.5M 1.7M 1.999M 1.10M 1.05M 0.25M 2.34567M 0x100000 0100000 ' 1M' +1M \
		1.M; do
	same_change -s "$size" zram1
	same_change -f -s "$size"
done
for call in "-f" "-f -n" "-f -s 1M -a zstd" "-f -s 1M -a nosuch" "-s 1M -a lz4 zram0" \
		"-s 1M -a zstd -p level=7 /dev/zram2" "-s 1M -a zstd -p level=99 zram1" \
		"-s 1M -p nonsense zram1" "-s 1M -t 3 zram1" "-s 1M -t 0 zram1" "-s 1M -a lz4 -t 2 zram1" \
		"-s 15E zram1" "-f -s 15E" "-r zram0" "-r zram1" "-r /dev/zram2 zram0" "-r zram77 zram1" \
		"-r zram0 zram0" "--reset zram2 nosuch" "--find --size 2M --algorithm lz4" \
		"--size=3M --streams=4 zram2" "-fs1M" "-s1M zram1" "-r zram0 zram1 zram2" "-f -s 1M --raw -n"; do
	# shellcheck disable=SC2086 # words
	same_change $call
done
same_change -s 1M -a '' zram1
same_change -s 1M -p '' zram1
verdict "set up and reset"

# a device that is held open: what zramen looks for
begin
exec 7</dev/zram0
same -s 1M zram0
same -r zram0
like "$GOT" 'failed to reset: Device or resource busy' "the text that tools look for"
exec 7<&-
mkswap /dev/zram2 >/dev/null && swapon /dev/zram2
same -r /dev/zram2
same -s 4M zram2
swapoff /dev/zram2
verdict "devices in use"

# no free one from 0 up: a new one is made
begin
put 8M /sys/block/zram1/disksize
run zramctl --find
is "$GOT" $'/dev/zram3\nerrors: \ncode: 0' "--find makes a device when all are taken"
same -f
put 1 /sys/block/zram0/reset
put 0 /sys/class/zram-control/hot_remove
run zramctl -f
is "$GOT" $'/dev/zram0\nerrors: \ncode: 0' "or when one from 0 up is missing"

# ---- what is ours ----------------------------------------------------------------
ctl --version
like "$CODE $OUT" '^0 zramctl from util-linux 2\.41 \(zramkit ' "--version says whose it is"
for o in --help -h "-b -h"; do
	# shellcheck disable=SC2086 # words
	ctl $o
	like "$CODE $OUT$ERR" '^0 Usage: zramctl COMMAND.*  create .*--algorithm-params.*COMP-RATIO' "$o has both"
done
ctl --output-all >/dev/full
zramctl -b >/dev/full 2>/tmp/ctl.err
is "$?" 1 "a full disk is noticed"
as_nobody /usr/local/sbin/zramctl >/tmp/mine 2>&1
as_nobody /util-linux/ld.so --library-path /util-linux /util-linux/zramctl >/tmp/other 2>&1
ok "a user sees the same" cmp /tmp/mine /tmp/other

unload_zram
same
same zram0
same -f
same -f -s 1M
same -r zram0
verdict "without the module"
done_testing
