# The part of the cold bench that runs in the guest, on a clock that counts
# instructions. For each set of pages it prints lines for the host:
#   value SET NAME NUMBER

. /bench/lib.sh
modules=/lib/modules/$(uname -r)
sys=/sys/block/zram0
disk=/dev/ram0

switch_to() {
	[ ! -d /sys/module/zram ] || rmmod zram
	case $1 in
	stock) insmod "$(find "$modules/kernel" -name 'zram.ko*')" num_devices=1 ;;
	ours) insmod "$modules/updates/zram.ko" num_devices=1 ;;
	esac
}

value() { echo "value $set $1 $2"; }
word() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$2"; }
drop() { put 1 $sys/reset; }

# device [DISK]: zstd, of 64 MiB, with all pages of the set
device() {
	[ -z "${1:-}" ] || put "$1" $sys/backing_dev || return
	put zstd $sys/comp_algorithm && put 64M $sys/disksize &&
		pagetool write /dev/zram0 "$pages" -b 128K -c "$count" >/dev/null
}

# read_cost OPTION...: instructions a page
read_cost() {
	pagetool read /dev/zram0 "$pages" -c "$count" -w 300 "$@" |
		sed -n 's/.*ns_per_page=//p'
}

# elapsed CMD...: microseconds, of 1,000 instructions each
elapsed() {
	local start=${EPOCHREALTIME/./}
	"$@" >&2 || echo "failed: $*" >&2
	echo $((${EPOCHREALTIME/./} - start))
}

idle_out() { put all $sys/idle && put idle $sys/writeback; }
packed() { jobrun 0 pack "$@" | sed 's/^/pack: /' >&2; }

free_now() {
	put 3 /proc/sys/vm/drop_caches
	sleep 1
	mem_free_kib
}

# What packs take, by every measure
memory() {
	local before shown
	before=$(free_now)
	device
	value hot "$(mm_stat 0 mem_used_total)"
	packed
	value pool "$(mm_stat 0 mem_used_total)"
	value fell $(((before - $(free_now)) * 1024))
	shown=$(zramctl list --bytes --output TABLE,CODEC,PACKS --noheadings)
	value fixed "$(awk '{ for (i = 1; i <= NF; i++) n += $i } END { print n }' <<<"$shown")"
	drop
}

# reading SLOTS: packs of SLOTS, instructions a page
reading() {
	device
	[ "$1" != 16 ] || value read_hot "$(read_cost)"
	packed -n "$1"
	value "read_random_$1" "$(read_cost -s 7)"
	value "read_order_$1" "$(read_cost)"
	drop
}

# null_disk NAME NSEC: a disk that keeps what is written and takes NSEC a request
null_disk() {
	local dir=/sys/kernel/config/nullb/$1
	mkdir "$dir"
	put 96 "$dir/size"
	put 4096 "$dir/blocksize"
	put 1 "$dir/memory_backed"
	if [ "$2" -gt 0 ]; then
		put 2 "$dir/irqmode"
		put "$2" "$dir/completion_nsec"
	fi
	put 1 "$dir/power"
	wait_for "[ -b /dev/$1 ]" 5
}

# stat_of DISK FIELD
stat_of() { awk -v i="$2" '{ print $i }' "/sys/block/$1/stat"; }


# writing MODULE: the whole set goes to a RAM disk, then to a slow disk
writing() {
	local writes sectors
	device $disk
	value "$1_instructions" "$(elapsed idle_out)"
	drop
	writes=$(stat_of slow 5) sectors=$(stat_of slow 7)
	device /dev/slow
	value "$1_us" "$(elapsed idle_out)"
	value "$1_requests" $(($(stat_of slow 5) - writes))
	value "$1_bytes" $((($(stat_of slow 7) - sectors) * 512))
	value "$1_frozen" "$(stat_field $sys/bd_stat 1)"
	drop
}

# slots of the first pack of 16 that was made of the whole set
first_pack() {
	awk '$3 ~ /w/ { print $1; if (++n == 16) exit }' /sys/kernel/debug/zram/zram0/block_state
}

page_requests() {
	local before
	before=$(stat_of fast 1)
	for page; do
		pagetool read /dev/zram0 "$pages" -f "$page" -c 1 >/dev/null
	done
	echo $(($(stat_of fast 1) - before))
}

frozen() {
	local slots before
	device /dev/fast
	jobrun 0 writeback -n 16 | sed 's/^/writeback: /' >&2
	readarray -t slots < <(first_pack)
	value one_frozen "$(page_requests "${slots[5]}")"
	value neighbours "$(page_requests "${slots[@]}")"
	value read_frozen_order "$(read_cost)"
	drop
}

modprobe zstd
modprobe null_blk nr_devices=0
mount -t configfs configfs /sys/kernel/config
modprobe -q zram num_devices=0
modprobe brd rd_nr=1 rd_size=65536
null_disk slow 1000000
null_disk fast 0
sleep 20
pagetool write $disk random -b 128K -c 16384 >/dev/null
for set in $SETS; do
	pages=/bench/pages/$set.pages
	count=$(($(stat -c %s "$pages") / 4096))
	value pages $count
	switch_to stock
	device
	value stock "$(mm_stat 0 mem_used_total)"
	drop
	writing stock
	switch_to ours
	put 1 $sys/compressed_writeback
	# what a first time leaves behind in the kernel is no part of the figures
	memory >/dev/null
	memory
	reading 16
	reading 32
	writing ours
	frozen
done
