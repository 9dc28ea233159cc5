# The part of the scaling measure that runs in the guest.

. /bench/lib.sh
modules=/lib/modules/$(uname -r)

# half FIRST CPU: ns a page of one CPU's work: writes and reads 2,048 pages
half() {
	taskset "$2" pagetool write /dev/zram0 /pages/small.pages -f "$1" -c 2048 -n 3 -b 128K &&
		taskset "$2" pagetool read /dev/zram0 /pages/small.pages -f "$1" -c 2048 -n 6 -b 128K
}

# elapsed CMD...: microseconds
elapsed() {
	local start
	start=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - start) / 1000))
}

both() {
	half 0 1 &
	half 4096 2 &
	wait
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for module in ours stock; do
	[ ! -d /sys/module/zram ] || rmmod zram
	if [ $module = ours ]; then
		modprobe zram
	else
		insmod "$(find "$modules/kernel" -name 'zram.ko*')"
	fi
	put $CODEC /sys/block/zram0/comp_algorithm
	put 64M /sys/block/zram0/disksize
	both >/dev/null	# pools grown, caches warm
	for ((i = 0; i < PAIRS; i++)); do
		one=$(elapsed half 0 1)
		two=$(elapsed both)
		echo $((two * 1000 / one))
	done >/tmp/ratios
	median </tmp/ratios | awk -v module=$module -v codec=$CODEC \
		'{ printf "%s %s: two CPUs take %.3f of the time of one\n", module, codec, $1 / 1000 }'
	put 1 /sys/block/zram0/reset
done
