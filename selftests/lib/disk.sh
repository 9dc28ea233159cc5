# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers for cases with a backing device that is held, slow, or fails (sourced
# after lib.sh). The case names modules=brd,dm-mod,dm-flakey,dm-delay as it
# needs them, and progs=dmsetup.

export DM_DISABLE_UDEV=1

# ram_disk MIB: makes /dev/ram0, empty; gone at exit
ram_disk() {
	track no_ram_disk
	no_ram_disk
	modprobe brd rd_nr=1 rd_size=$(($1 * 1024)) && wait_for "[ -b /dev/ram0 ]" 5
}

# a disk that was just closed is in use for a moment
no_ram_disk() {
	wait_for "[ ! -d /sys/module/brd ] || rmmod brd 2>/dev/null" 5
}

# disk_make NAME TYPE KIB [ARG...]: /dev/mapper/NAME, so many KiB of it, by a target
# of device-mapper: linear, delay, flakey with the arguments after device and offset,
# or error, which takes none
disk_make() {
	dmsetup create "$1" --table "$(disk_table "${@:2}")" || return
	track dmsetup remove --force --retry "$1"
	wait_for "[ -b /dev/mapper/$1 ]" 5
}

disk_table() {
	local type=$1 sectors=$(($2 * 2))
	shift 2
	case $type in
	error) echo "0 $sectors error" ;;
	delay) echo "0 $sectors delay /dev/ram0 0 $1 /dev/ram0 0 $2" ;;
	*) echo "0 $sectors $type /dev/ram0 0 $*" ;;
	esac
}

# disk_becomes NAME TYPE KIB [ARG...]: the same disk with another target
disk_becomes() {
	disk_hold "$1" && dmsetup load "$1" --table "$(disk_table "${@:2}")" && disk_go_on "$1"
}

# disk_hold NAME: what is asked for waits from now on
disk_hold() { dmsetup suspend --noflush --nolockfs "$1"; }
disk_go_on() { dmsetup resume "$1"; }

# cold_device DISK SIZE: a device with zstd that writes packs to DISK, where they
# stay: no rule brings them back
cold_device() {
	new_device
	put "$1" "$SYS/backing_dev"
	put 1 "$SYS/compressed_writeback"
	put zstd "$SYS/comp_algorithm"
	put "$2" "$SYS/disksize"
	zramctl set "zram$N" --promote 0
}

# within SECONDS CMD...: fails when it takes longer, by much on slow kernels
within() {
	local seconds=$1
	shift
	timeout $((seconds * ${SCALE:-1} + 5)) "$@"
}

# job TYPE [OPTION]...: runs a job of device N; sets ERROR, and OUT to all it says
job() {
	OUT=$(jobrun "$N" "$@" 2>&1)
	ERROR=$(job_value error)
}

job_value() { sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" <<<"$OUT"; }

# reports: how often a pack was said to be unreadable since this case began
reports() {
	dmesg | awk '/@begin / { n = 0 } /cannot be read/ { n++ } END { print n + 0 }'
}
