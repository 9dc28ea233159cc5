# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the guest's initramfs: programs with their libraries, kernel modules with
# what they depend on, the tests (sourced).

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# What every guest has. Names with a slash are host paths.
BASE_PROGS=(bash mkswap swapon swapoff blkdiscard setpriv)
BASE_MODULES=(virtio_pci virtio_console virtio_blk zsmalloc zram
	lz4 lz4hc lzo lzo_rle zstd deflate 842 configfs)

# foreign_libraries FILE: the libraries that a program under $KERNEL/user needs
foreign_libraries() {
	local name
	{ readelf -dl "$1" 2>/dev/null || true; } |
		sed -n 's/.*Shared library: \[\(.*\)\]/\1/p; s/.*interpreter: .*\/\(.*\)\]/\1/p' |
	while read -r name; do
		find "$KERNEL/user/usr/lib" -name "$name" | head -n 1
	done
}

# image_copy FILE DEST: copies FILE to DEST in the image, with its libraries
image_copy() {
	local lib
	[ -e "$ROOT$2" ] && return 0
	mkdir -p "$ROOT$(dirname "$2")"
	cp -L "$1" "$ROOT$2"
	if [ "$arch" != amd64 ]; then
		foreign_libraries "$1" | while read -r lib; do
			image_copy "$lib" "/lib/${lib##*/}"
		done
		return 0
	fi
	# scripts and static programs name no library
	{ ldd "$1" 2>/dev/null || true; } | grep -o '/[^ ]*' | while read -r lib; do
		[ -e "$ROOT$lib" ] && continue
		mkdir -p "$ROOT$(dirname "$lib")"
		cp -L "$lib" "$ROOT$lib"
	done
}

# Where the test programs for the guest are
progs_dir() {
	if [ "$arch" = amd64 ]; then
		echo "$BUILD/prog"
	else
		echo "$BUILD/prog-$arch"
	fi
}

# where_is NAME|PATH: the program that the guest gets; a path in build/ is ours
where_is() {
	if [ "$arch" = amd64 ]; then
		case $1 in
		build/*) command -v "$TOP/$1" ;;
		*) command -v "$1" ;;
		esac
	else
		find "$KERNEL/user/usr/bin" "$KERNEL/user/usr/sbin" -name "${1##*/}" |
			grep -m 1 .
	fi
}

# image_prog NAME|PATH
image_prog() {
	local path
	path=$(where_is "$1") || die "there is no $1, which a test needs in the guest"
	case $1 in
	/*) image_copy "$path" "$1" ;;
	*) image_copy "$path" "/usr/bin/${1##*/}" ;;
	esac
}

# image_file PATH[:GUESTPATH]: a file or folder of the project, or of the machine;
# a project path PATH lies at /zramkit/PATH in the guest
image_file() {
	local from=${1%%:*} to
	to=${1#"$from"}
	to=${to#:}
	case $from in
	/*) ;;
	*) to=${to:-/zramkit/$from}; from=$TOP/$from ;;
	esac
	[ -e "$from" ] || die "no file $from, which a test needs in the guest"
	to=${to:-$from}
	case $from in
	/*.so | /*.so.*) image_copy "$from" "$to"; return ;;	# that a program loads by itself
	esac
	mkdir -p "$ROOT$(dirname "$to")"
	cp -aLT "$from" "$ROOT$to"
}

# Module files are stored plain, so that any modprobe reads them
store_module() {
	local to
	to=$ROOT/lib/modules/$RELEASE/$2
	[ -e "$to" ] && return 0
	mkdir -p "${to%/*}"
	case $1 in
	*.xz) xz -dc "$1" >"$to" ;;
	*.zst) zstd -qdc "$1" >"$to" ;;
	*.gz) gzip -dc "$1" >"$to" ;;
	*) cp "$1" "$to" ;;
	esac
}

# kernel_module NAME...: modules of the kernel package and what they depend on;
# one that is not there counts as built in
kernel_module() {
	local name path file plain
	for name; do
		local found=
		while read -r path; do
			found=1
			file=$KERNEL/modules/$path
			plain=${path%.xz} plain=${plain%.zst} plain=${plain%.gz}
			store_module "$file" "$plain"
		done < <(awk -F: -v name="${name//-/_}" '
			{
				n = $1
				sub(/.*\//, "", n); sub(/\.ko.*/, "", n); gsub(/-/, "_", n)
				if (n == name) {
					print $1
					m = split($2, dep, " ")
					for (i = 1; i <= m; i++)
						print dep[i]
				}
			}' "$KERNEL/modules/modules.dep")
		[ -n "$found" ] ||
			echo "kernel/builtin/$name.ko" >>"$ROOT/lib/modules/$RELEASE/modules.builtin"
	done
}

# our_modules DIR: modules that replace the kernel's own
our_modules() {
	local ko
	for ko in "$1"/*.ko; do
		[ -e "$ko" ] || continue
		# shellcheck disable=SC2046 # a list of names
		kernel_module $(modinfo -F depends "$ko" | tr ',' ' ' |
			sed 's/\<zslot_trace\>//; s/\<zram\>//')
		store_module "$ko" "updates/${ko##*/}"
		llvm-strip --strip-debug "$ROOT/lib/modules/$RELEASE/updates/${ko##*/}"
	done
}

# image_base: everything that does not change from boot to boot
image_base() {
	local applet p
	mkdir -p "$ROOT"/{bin,sbin,proc,sys,dev,tmp,run,etc,root,mnt,zramkit} \
		"$ROOT"/usr/{bin,sbin,local/sbin} "$ROOT/lib/modules/$RELEASE" "$ROOT/var/lib"
	ln -sf ../proc/mounts "$ROOT/etc/mtab"
	printf 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$ROOT/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$ROOT/etc/group"
	cp "$VM/init" "$ROOT/init"
	cp "$VM/splats" "$ROOT/splats"
	chmod +x "$ROOT/init"

	cp -L "$(where_is busybox)" "$ROOT/bin/busybox"
	for applet in $(busybox --list | grep -vx busybox); do
		ln -sf /bin/busybox "$ROOT/bin/$applet"
	done
	ln -sf /bin/busybox "$ROOT/sbin/modprobe"

	for p in "${BASE_PROGS[@]}" "${PROGS[@]}"; do
		image_prog "$p"
	done
	ln -sf /usr/bin/bash "$ROOT/bin/bash"
	if [ "$arch" = amd64 ] && [ -e "$BUILD/ctl/zramctl" ]; then
		image_copy "$BUILD/ctl/zramctl" /usr/local/sbin/zramctl
	fi
	for p in "$(progs_dir)"/*; do
		[ ! -x "$p" ] || image_copy "$p" "/usr/bin/${p##*/}"
	done
	for p in "${FILES[@]}"; do
		image_file "$p"
	done
	image_file selftests/lib

	kernel_module "${BASE_MODULES[@]}" "${MODULES[@]}"
	case $KIND in
	ours) our_modules "$BUILD/kmod/$NAME" ;;
	stock-full) our_modules "$BUILD/stock/$NAME" ;;
	esac
	: >>"$ROOT/lib/modules/$RELEASE/modules.order"
	: >>"$ROOT/lib/modules/$RELEASE/modules.builtin"
	depmod -b "$ROOT" "$RELEASE" 2>/dev/null
}

# image_pack DIR FILE
image_pack() {
	(cd "$1" && find . | cpio -o -H newc --quiet -R 0:0) >"$2"
}
