# SPDX-License-Identifier: GPL-2.0-or-later
# Reads what a test says it needs, in comment lines of its first 30 (sourced):
#
#   # needs: modules=brd,ext4 progs=fio,mkfs.ext4 files=a,b mem=512M disk=1G
#   # needs: cpus=2 timeout=120 kernels=6.12,7.3 boot=cgroup_disable=memory alone
#
# modules, progs, files: what the guest gets beside the basics; in them %K stands
# for the kernel's series; file:path puts a file elsewhere in the guest. disk: one a size;
# /dev/vda, /dev/vdb ... timeout: seconds. kernels: only on these series; "all"
# marks a smoke test, which `make check` runs on every series. alone: a boot of
# its own. keys: one is pressed every few seconds, which wakes a machine. flavours:
# in `make check-all` on other flavours of kernels, too. debug: only on the debug
# kernel. nodebug: never there. leaks=FUNCTION: what it forgets on the way through
# that function is the kernel's own mistake. stock: in `make check-all` also with
# the stock zram of that series. counted: there also with --icount. soak: only in
# `make check-all`. boots=2: runs twice, each time in a new boot with what the disks hold.

needs_of() {
	head -n 30 "$1" | sed -n 's,^[#/ *]*needs: *\([^*]*\).*,\1,p' | tr '\n' ' '
}

# need FILE KEY DEFAULT: the value of KEY=value, or 1 for a bare word
need() {
	local word value=$3
	for word in $(needs_of "$1"); do
		case $word in
		"$2="*) value=${word#*=} ;;
		"$2") value=1 ;;
		esac
	done
	printf '%s' "$value"
}

need_list() {
	need "$1" "$2" '' | sed "s/%K/${series:-}/g" | tr ',' ' '
}
