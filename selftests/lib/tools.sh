# SPDX-License-Identifier: GPL-2.0-or-later
# Runs other people's programs in a guest, each in the tree of its Debian release
# (sourced after lib.sh).

# tool_tree NAME: makes /NAME a tree to chroot into
tool_tree() {
	local d
	for d in dev proc sys mnt tmp run lib/modules; do
		[ -d "/$1/$d" ] || mkdir -p "/$1/$d"
	done
	[ -e "/$1/bin" ] || ln -s usr/bin "/$1/bin"
	[ -e "/$1/sbin" ] || ln -s usr/sbin "/$1/sbin"
	[ -e "/$1/lib" ] || ln -s usr/lib "/$1/lib"
	[ -e "/$1/lib64" ] || ln -s usr/lib64 "/$1/lib64"
	for d in dev proc sys lib/modules; do
		grep -q " /$1/$d " /proc/mounts || mount --rbind "/$d" "/$1/$d"
	done
	# what every system has beside: our guests have it in busybox
	cp /bin/busybox "/$1/bin/busybox"
	for d in sh modprobe awk cat sleep which; do
		[ -e "/$1/bin/$d" ] || ln -s busybox "/$1/bin/$d"
	done
	[ -e "/$1/sbin/modprobe" ] || ln -s ../bin/busybox "/$1/sbin/modprobe"
}

# tool NAME CMD...: runs a program of the tree
tool() {
	local tree=$1
	shift
	PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "/$tree" "$@"
}
