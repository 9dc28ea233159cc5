# The part of the swap bench that runs in the guest. Prints
#   settings KIND TEXT
#   run KIND NANOSECONDS MIB	of the program that needs twice the memory
#   count KIND NAME NUMBER	of the kernel, in pages, and of the device
#   trip KIND ROUND OUT IN	nanoseconds a page, back page by page
#   state KIND ROUND TEXT

. /bench/lib.sh
thp=/sys/kernel/mm/transparent_hugepage
modprobe -q $CODEC
modprobe zram num_devices=0

chosen() { sed 's/.*\[\(.*\)\].*/\1/' "$1"; }
count() { echo "count $KIND $*"; }
pages_of() { awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat; }
shown() { zramctl show zram0 --json | sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"]*\).*/\1/p" | head -n 1; }
now() { echo "${EPOCHREALTIME/./}000"; }

# What the one command does, and the same by hand
swap_on() {
	local kb
	if [ $KIND = ours ]; then
		zramctl create --swap --large-folios --algo $CODEC --size 1G >&2
	else
		cat /sys/class/zram-control/hot_add >/dev/null
		put $CODEC /sys/block/zram0/comp_algorithm
		put 1G /sys/block/zram0/disksize
		mkswap /dev/zram0 >/dev/null
		swapon -p 100 /dev/zram0
		for kb in 64 32 16; do
			put always $thp/hugepages-${kb}kB/enabled
		done
		put always $thp/defrag
	fi
	echo "settings $KIND $(for kb in 64 32 16; do
		echo "$kb kB $(chosen $thp/hugepages-${kb}kB/enabled), "
	done | tr -d '\n')defrag $(chosen $thp/defrag)"
}

swap_off() {
	swapoff /dev/zram0
	if [ $KIND = ours ]; then
		zramctl remove zram0 2>/dev/null
	else
		put 1 /sys/block/zram0/reset
		put 0 /sys/class/zram-control/hot_remove
	fi
}

folio_counts() {
	local key
	[ $KIND = ours ] || return
	for key in folio_written folio_read_whole folio_read_single folio_decoded; do
		count $key "$(shown $key)"
	done
}

# It needs twice what is there: fills it, and goes over it three times
whole() {
	local begin end f kb mib=$1
	swap_on
	begin=$(now)
	swapload -m ${mib}M /bench/heaps.pages -u 0 -k 2 >&2 || exit 1
	end=$(now)
	echo "run $KIND $((end - begin)) $mib"
	for f in pswpin pswpout; do
		count $f "$(pages_of $f)"
	done
	for kb in 64 32 16; do
		for f in $thp/hugepages-${kb}kB/stats/*; do
			count "$kb-${f##*/}" "$(cat "$f")"
		done
	done
	folio_counts
	count failed "$(awk '{ print $1 + $2 }' /sys/block/zram0/io_stat)"
	swap_off
}

# In the first round auto notices; from then on it costs what it costs
lone() {
	local round out in word
	swap_on
	foliotrip -m 48M /bench/heaps.pages -n 3 -r 1000 >/tmp/trip || exit 1
	while read -r word round _ out _ in; do
		[ "$word" != round ] || echo "trip $KIND $round $out $in"
	done </tmp/trip
	[ $KIND != ours ] || echo "state $KIND $(shown folio_state)"
	folio_counts | sed 's/^count/lone/'
	swap_off
}

# boot work, and the first timers, are over after this
sleep 20
# half of it twice over, in steps, so that a few kB make no difference
mib=$(awk '/MemAvailable/ { print int($2 / 8192) * 16 }' /proc/meminfo)
for part in $PARTS; do
	$part $mib
done
