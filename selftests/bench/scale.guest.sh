# The part of the scaling measure that runs in the guest. Prints for each module
#   scale MODULE CODEC MEDIAN LOWER-QUARTILE UPPER-QUARTILE
# of the ratios, times 1000.

. /bench/lib.sh
modules=/lib/modules/$(uname -r)

# half FIRST CPU: one CPU's work: writes and reads 2,048 pages
half() {
	taskset "$2" pagetool write /dev/zram0 /pages/small.pages -f "$1" -c 2048 -n 3 -b 128K &&
		taskset "$2" pagetool read /dev/zram0 /pages/small.pages -f "$1" -c 2048 -n 6 -b 128K
}

both() {
	local first second
	half 0 1 &
	first=$!
	half 4096 2 &
	second=$!
	wait $first && wait $second
}

# elapsed CMD...: microseconds
elapsed() {
	local start
	start=${EPOCHREALTIME/./}
	"$@" >/dev/null || exit 1
	echo $((${EPOCHREALTIME/./} - start))
}

# ratios: PAIRS of them; which of a pair goes first changes in turn
ratios() {
	local i one two
	for ((i = 0; i < PAIRS; i++)); do
		if ((i % 2)); then
			two=$(elapsed both) && one=$(elapsed half 0 1)
		else
			one=$(elapsed half 0 1) && two=$(elapsed both)
		fi || exit 1
		echo $((two * 1000 / one))
	done
}

quartiles() {
	sort -g | awk '{ v[NR] = $1 }
		END { print v[int((NR + 1) / 2)], v[int((NR + 3) / 4)], v[int((3 * NR + 1) / 4)] }'
}

for module in ours stock; do
	[ ! -d /sys/module/zram ] || rmmod zram
	if [ $module = ours ]; then
		modprobe zram num_devices=1
	else
		insmod "$(find "$modules/kernel" -name 'zram.ko*')" num_devices=1
	fi
	put $CODEC /sys/block/zram0/comp_algorithm
	put 64M /sys/block/zram0/disksize
	both >/dev/null || exit 1	# pools grown, caches warm
	ratios >/tmp/ratios || exit 1
	echo "scale $module $CODEC $(quartiles </tmp/ratios)"
	put 1 /sys/block/zram0/reset
done
