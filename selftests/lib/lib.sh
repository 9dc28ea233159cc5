# SPDX-License-Identifier: GPL-2.0-or-later
# Helpers for test cases that run in a guest (sourced by bash: . /zramkit/selftests/lib/lib.sh).
#
# A case is a list of checks and ends with done_testing; without it the runner
# counts the case as failed. Devices made with new_device, and whatever is given
# to track, are cleaned up at exit, in reverse order.
#
# From the runner: K (kernel series), KIND (ours, stock, stock-full), DEBUG, SCALE.

export LC_ALL=C
TAP_COUNT=0
TAP_FAILED=0
CLEANUP=()

# ---- verdicts ----------------------------------------------------------------

# diag TEXT...: a remark that is shown when the case fails
diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

tap_line() {
	TAP_COUNT=$((TAP_COUNT + 1))
	printf '%s %d - %s\n' "$1" $TAP_COUNT "$2"
}

# ok DESC [CMD...]: passes when CMD does; its output is shown when it does not
ok() {
	local desc=$1 out code
	shift
	if [ $# = 0 ]; then
		tap_line ok "$desc"
		return 0
	fi
	out=$("$@" 2>&1)
	code=$?
	if [ $code = 0 ]; then
		tap_line ok "$desc"
		return 0
	fi
	fail "$desc" "exit code $code of: $*" "$out"
	return 1
}

# fail DESC [REMARK...]
fail() {
	TAP_FAILED=$((TAP_FAILED + 1))
	tap_line 'not ok' "$1"
	shift
	[ $# = 0 ] || diag "$(printf '%s\n' "$@")"
	return 1
}

# nok DESC CMD...: passes when CMD fails
nok() {
	local desc=$1 out
	shift
	if out=$("$@" 2>&1); then
		fail "$desc" "should have failed: $*" "$out"
	else
		tap_line ok "$desc"
	fi
}

# is GOT WANT DESC
is() {
	if [ "$1" = "$2" ]; then
		tap_line ok "$3"
	else
		fail "$3" "got  '$1'" "want '$2'"
	fi
}

# cmp_num A OP B DESC: OP as of test: -lt -le -eq -ge -gt -ne
cmp_num() {
	# shellcheck disable=SC1072,SC1073,SC1009 # OP comes from the caller
	if test "$1" "$2" "$3"; then
		tap_line ok "$4"
	else
		fail "$4" "not true: $1 $2 $3"
	fi
}

# like GOT REGEX DESC
like() {
	if [[ $1 =~ $2 ]]; then
		tap_line ok "$3"
	else
		fail "$3" "got '$1', which does not match '$2'"
	fi
}

# skip DESC REASON: one check that cannot be made here
skip() { tap_line ok "$1 # SKIP $2"; }

# skip_all REASON: the whole case cannot run here; call it before any check
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

done_testing() {
	echo "1..$TAP_COUNT"
	[ $TAP_FAILED = 0 ]
	exit
}

# bail TEXT: nothing further makes sense
bail() {
	fail "$@"
	exit 1
}

# ---- cleaning up -------------------------------------------------------------

# track CMD...: run CMD at exit, last tracked first
track() {
	CLEANUP+=("$(printf '%q ' "$@")")
}

run_cleanup() {
	local i
	for ((i = ${#CLEANUP[@]} - 1; i >= 0; i--)); do
		eval "${CLEANUP[i]}" >/dev/null 2>&1
	done
}
trap run_cleanup EXIT

# ---- waiting and scaling -----------------------------------------------------

# wait_for CONDITION SECONDS: polls until the shell condition is true; three times
# as long on slow kernels
wait_for() {
	local end=$((SECONDS + $2 * (${SCALE:-1} > 3 ? 3 : 1) + 1))
	until eval "$1"; do
		[ $SECONDS -lt $end ] || return 1
		usleep 20000
	done
}

# listens PID: within 15 s it takes part in a group of generic netlink
listens() {
	wait_for "awk '\$2 == 16 && \$3 % 4194304 == $1 && \$4 !~ /^0*\$/ { hit = 1 } END { exit !hit }' /proc/net/netlink" 15
}

# scaled N [MIN]: a loop count, divided on slow kernels; at least MIN (1)
scaled() {
	local n=$(($1 / ${SCALE:-1})) min=${2:-1}
	echo $((n > min ? n : min))
}

# ---- sysfs -------------------------------------------------------------------

# put VALUE FILE: one write(2), no newline added
put() { printf '%s' "$1" >"$2"; }

# errno_of VALUE FILE: the errno's name of writing VALUE to FILE, or 0
errno_of() {
	local text
	text=$( { printf '%s' "$1" >"$2"; } 2>&1) && { echo 0; return; }
	case $text in
	*'Invalid argument'*) echo EINVAL ;;
	*'resource busy'*) echo EBUSY ;;
	*'Cannot allocate memory'*) echo ENOMEM ;;
	*'No space left'*) echo ENOSPC ;;
	*'not permitted'*) echo EPERM ;;
	*'Permission denied'*) echo EACCES ;;
	*'No such device'*) echo ENODEV ;;
	*'No such file'*) echo ENOENT ;;
	*'File exists'*) echo EEXIST ;;
	*'result out of range'*) echo ERANGE ;;
	*'too large for'*) echo EOVERFLOW ;;
	*'Input/output'*) echo EIO ;;
	*'not supported'*) echo EOPNOTSUPP ;;
	*'list too long'*) echo E2BIG ;;
	*'File too large'*) echo EFBIG ;;
	*'File name too long'*) echo ENAMETOOLONG ;;
	*'temporarily unavailable'*) echo EAGAIN ;;
	*'Interrupted'*) echo EINTR ;;
	*) echo "${text##*: }" ;;
	esac
}

# expect_errno ERRNO VALUE FILE [DESC]
expect_errno() {
	is "$(errno_of "$2" "$3")" "$1" "${4:-'$2' to ${3##*/} gives $1}"
}

# ---- devices -----------------------------------------------------------------

# load_zram [PARAM=VALUE...]: loads the module anew
load_zram() {
	unload_zram && modprobe zram "$@"
}

unload_zram() {
	[ ! -d /sys/module/zram ] || { reset_all; rmmod zram; }
}

reset_all() {
	local d
	for d in /dev/zram*; do
		[ -b "$d" ] || continue
		swapoff "$d" 2>/dev/null
		while umount "$d" 2>/dev/null; do :; done
		echo 1 >"/sys/block/${d##*/}/reset"
	done
}

# new_device [SIZE [ALGO]]: adds a device; sets N, DEV, SYS; with SIZE it is
# initialised. Removed at exit.
new_device() {
	[ -d /sys/class/zram-control ] || modprobe zram num_devices=0 || return
	N=$(cat /sys/class/zram-control/hot_add) || return
	DEV=/dev/zram$N
	SYS=/sys/block/zram$N
	track drop_device "$N"
	wait_for "[ -b $DEV ]" 5 || return
	[ -z "${2:-}" ] || put "$2" "$SYS/comp_algorithm" || return
	[ -z "${1:-}" ] || put "$1" "$SYS/disksize"
}

# drop_device N: removes a device, whatever uses it
drop_device() {
	[ -d "/sys/block/zram$1" ] || return 0
	swapoff "/dev/zram$1" 2>/dev/null
	while umount "/dev/zram$1" 2>/dev/null; do :; done
	echo 1 >"/sys/block/zram$1/reset"
	echo "$1" >/sys/class/zram-control/hot_remove
}

# mm_stat N FIELD: orig_data_size compr_data_size mem_used_total mem_limit
# mem_used_max same_pages pages_compacted huge_pages huge_pages_since
mm_stat() {
	local -A at=([orig_data_size]=0 [compr_data_size]=1 [mem_used_total]=2
		[mem_limit]=3 [mem_used_max]=4 [same_pages]=5 [pages_compacted]=6
		[huge_pages]=7 [huge_pages_since]=8)
	local f
	read -ra f <"/sys/block/zram$1/mm_stat"
	echo "${f[${at[$2]}]}"
}

# stat_field FILE INDEX: one column, from 1
stat_field() { awk -v i="$2" '{ print $i; exit }' "$1"; }

# as_nobody CMD...: without any right
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
		--inh-caps=-all -- "$@"
}

# mem_free_kib: free memory with the per-CPU lists; exact to about 150 kB
mem_free_kib() {
	awk '/MemFree/ { kib = $2 } /^ +count:/ { pages += $2 } END { print kib + pages * 4 }' \
		/proc/meminfo /proc/zoneinfo
}

# dmesg_has REGEX: since this case began
dmesg_has() {
	dmesg | awk '/@begin / { out = "" } { out = out $0 "\n" } END { printf "%s", out }' |
		grep -qE "$1"
}
