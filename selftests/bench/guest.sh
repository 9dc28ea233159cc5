# The part of the bench that runs in the guest, on a clock that counts
# instructions. Takes the modules in turn in one boot, so that they work with the
# same memory. Prints, for the host to make tables of:
#   cost MODULE CODEC SET REQUEST write|read INSTRUCTIONS-A-PAGE
#   memory MODULE CODEC SET POOL-BYTES OBJECT-BYTES PAGES
#   compact MODULE CODEC SET POOL-BYTES-BEFORE POOL-BYTES-AFTER OBJECT-BYTES
#   empty MODULE KIB
#   lacks MODULE CODEC

. /bench/lib.sh
modules=/lib/modules/$(uname -r)
stock_has=

# switch_to MODULE: unloads what is there, loads stock, full or ours
switch_to() {
	local file
	[ ! -d /sys/module/zram ] || rmmod zram
	case $1 in
	stock*) file=$(find "$modules/kernel" -name 'zram.ko*') ;;
	full) file=/bench/full.ko ;;
	ours) file=$modules/updates/zram.ko ;;
	esac
	[ -e "$file" ] && insmod "$file" num_devices=1
}

# device CODEC SIZE
device() {
	put "$1" /sys/block/zram0/comp_algorithm 2>/dev/null && put "$2" /sys/block/zram0/disksize
}

drop() { put 1 /sys/block/zram0/reset; }

# per_page VERB DEVICE SET REQUEST ROUND: instructions a page. What the kernel does
# every second or so is not to come at the same moment of each round.
per_page() {
	pagetool "$1" "$2" "$3" -b "$4" -c $PAGES -w $((300 + 70 * $5)) | sed -n 's/.*ns_per_page=//p'
}

# Of several numbers: what disturbs a measurement only ever adds to it
lowest() { tr ' ' '\n' | sort -g | head -n 1; }

# agree NUMBER...: the two lowest are as near to one another as undisturbed ones are
agree() {
	printf '%s\n' "$@" | sort -g | awk 'NR == 1 { low = $1; most = 10 + (low < 0 ? -low : low) / 2000 }
		NR == 2 { near = $1 - low <= most } END { exit !near }'
}

# measure LABEL CODEC SET REQUEST: REPEAT times, on a fresh device, one write and
# one read of all; up to six times more until the two lowest agree
measure() {
	local set=$3 mm i writes= reads=
	[ ! -e "/bench/pages/$3.pages" ] || set=/bench/pages/$3.pages
	for ((i = 0; i < REPEAT + 6; i++)); do
		# shellcheck disable=SC2086 # lists of numbers
		[ $i -lt $REPEAT ] || ! agree $writes || ! agree $reads || break
		device "$2" 64M || { echo "lacks $1 $2"; return 1; }
		# a new device has no records before it is asked for
		[ "$1" != observed ] || zramctl observe start >&2
		[ "$1" != folios ] || zramctl set zram0 --folio-packs all
		writes+=" $(per_page write /dev/zram0 "$set" "$4" $i)"
		read -ra mm </sys/block/zram0/mm_stat
		reads+=" $(per_page read /dev/zram0 "$set" "$4" $i)"
		drop
	done
	[ "$4" = 128K ] || echo "memory $1 $2 $3 ${mm[2]} ${mm[1]} $PAGES"
	echo "cost $1 $2 $3 $4 write $(lowest <<<"${writes# }")"
	echo "cost $1 $2 $3 $4 read $(lowest <<<"${reads# }")"
}

# thinned LABEL CODEC SET: what the pool has when half of the pages went, any half
# in the order in which they came, and after compact
thinned() {
	local set=$3 before mm
	[ ! -e "/bench/pages/$3.pages" ] || set=/bench/pages/$3.pages
	device "$2" 64M || return
	pagetool write /dev/zram0 "$set" -c $PAGES -s 1 >/dev/null
	pagetool discard /dev/zram0 "$set" -c $((PAGES / 2)) >/dev/null
	read -ra mm </sys/block/zram0/mm_stat
	before=${mm[2]}
	put 1 /sys/block/zram0/compact
	read -ra mm </sys/block/zram0/mm_stat
	echo "compact $1 $2 $3 $before ${mm[2]} ${mm[1]}"
	drop
}

# The full stock build stands in only for codecs that Debian's module lacks
measure_all() {
	local codec set request
	for codec in $CODECS; do
		[ "$1" != full ] || [[ " $stock_has " != *" $codec "* ]] || continue
		for set in $SETS; do
			for request in 4K 128K; do
				measure "$1" "$codec" "$set" "$request" || continue 3
			done
			case $set in
			zero | random) ;;
			*) thinned "$1" "$codec" "$set" ;;
			esac
		done
		[ "$1" != stock ] || stock_has+=" $codec"
	done
}

# Folios as packs: what stock makes of the same requests, and ours with the mode
# all
folios() {
	local codec set
	for codec in $FOLIOS; do
		for set in $SETS; do
			[ ! -e "/bench/pages/$set.pages" ] || measure "$1" "$codec" "$set" 64K || break
		done
	done
}

# What an empty device of 100 GiB costs, in KiB of free memory
empty() {
	local before
	put 3 /proc/sys/vm/drop_caches
	before=$(mem_free_kib)
	put 100G /sys/block/zram0/disksize
	echo "empty $1 $((before - $(mem_free_kib)))"
	drop
}

floor() {
	local request
	modprobe brd rd_nr=1 rd_size=65536 || return
	pagetool write /dev/ram0 random -b 128K -c $PAGES >/dev/null
	for request in 4K 128K; do
		echo "cost brd - random $request write $(per_page write /dev/ram0 random $request)"
		echo "cost brd - random $request read $(per_page read /dev/ram0 random $request)"
	done
	rmmod brd
}

# What the observer adds, on our module
observer() {
	local set
	zramctl observe start >&2 || { echo "lacks ours observer"; return; }
	for set in $OBSERVED; do
		measure observed lz4 "$set" 4K
	done
	zramctl observe stop >&2
}

for m in lz4 lz4hc zstd lzo lzo_rle; do modprobe -q $m; done
modprobe zram num_devices=0
# boot work, and the first timers, are over after this
sleep 20
floor
for module in $ORDER; do
	switch_to "$module" || { echo "lacks $module all"; continue; }
	# the first use of a module warms caches up
	measure warm lz4 random 4K >/dev/null
	measure warm lz4 random 128K >/dev/null
	empty "$module"
	measure_all "$module"
	[ "$module" != stock ] || folios stock
	[ "$module" != ours ] || folios folios
	[ "$module" != ours ] || [ -z "$OBSERVED" ] || observer
done
