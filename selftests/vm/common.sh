# SPDX-License-Identifier: GPL-2.0-or-later
# Paths and small helpers shared by the scripts of selftests/vm (sourced).

set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VM=$TOP/selftests/vm
BUILD=$TOP/build
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/zramkit
ME=${0##*/}

say() { printf '%s: %s\n' "$ME" "$*" >&2; }
die() { say "$*"; exit 1; }

# as_root CMD...: mounts, chroot and debootstrap need it
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# kernel_line SERIES: sets toolchain, compiler, flavour, suites from the kernels
# file, and arch after the flavour
kernel_line() {
	local series
	while read -r series toolchain compiler flavour suites; do
		[ "$series" = "$1" ] || continue
		case $flavour in
		arm64*) arch=arm64 ;;
		*) arch=amd64 ;;
		esac
		return 0
	done < <(sed 's/#.*//' "$VM/kernels")
	die "no kernel series '$1' in selftests/vm/kernels; it has: $(all_series)"
}

# without the flavours
all_series() {
	sed 's/#.*//' "$VM/kernels" |
		awk 'NF && $1 !~ /-/ { printf "%s%s", sep, $1; sep = " " }'
}

# the other flavours
all_flavours() {
	sed 's/#.*//' "$VM/kernels" |
		awk 'NF && $1 ~ /-/ { printf "%s%s", sep, $1; sep = " " }'
}

host_codename() {
	(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-unknown}")
}

# with_lock NAME CMD...: one process at a time does CMD
with_lock() {
	local name=$1
	shift
	mkdir -p "$BUILD/locks"
	(
		flock 9
		"$@"
	) 9>"$BUILD/locks/$name"
}
