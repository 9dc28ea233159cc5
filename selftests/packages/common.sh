# SPDX-License-Identifier: GPL-2.0-or-later
# A whole Debian with our packages beside it (sourced after vm/common.sh). Uses:
# suite, here (this folder), work (build/packages/SUITE).

# make_debs: the packages, and an older build: another version, whose modules differ
make_debs() {
	local old=$work/old-source
	"$here/debs" "$suite" "$TOP" "$work/new" >/dev/null
	rm -rf "$old"
	mkdir -p "$old"
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C "$old" -xf -
	sed -i '1s/(.*)/(0.0.9)/' "$old/packaging/debian/changelog"
	echo 'const char zram_older[] = "an older build";' >>"$old/kmod/main.c"
	"$here/debs" "$suite" "$old" "$work/old" >/dev/null
	rm -rf "$old"
}

# in_layer CMD...: runs CMD as root, in a mount namespace of its own, with a writable
# layer over the tree at $M and our files in /zramkit; the layer goes afterwards
in_layer() {
	# shellcheck disable=SC2016 # for the shell in the namespace
	local layer rc=0 script='
		set -e
		root=$1 work=$2 here=$3 layer=$4 M=$4/merged
		shift 4
		mkdir -p "$layer/upper" "$layer/work" "$M"
		# dpkg renames folders, which an overlay else refuses
		mount -t overlay -o "lowerdir=$root,upperdir=$layer/upper,workdir=$layer/work,redirect_dir=on" \
			overlay "$M"
		mkdir -p "$M/zramkit/ccache" "$work/ccache"
		mount --bind "$work/ccache" "$M/zramkit/ccache"
		cp -r "$here/stages" "$here/guest" "$here/checks" "$here/lifecycle" "$here/prepare" "$M/zramkit/"
		for v in old new; do
			[ -d "$work/$v" ] || continue
			mkdir -p "$M/zramkit/$v"
			cp "$work/$v"/zramkit_*.deb "$work/$v"/zramkit-dkms_*.deb "$M/zramkit/$v/"
		done
		in_root() {
			mountpoint -q "$M/proc" || mount -t proc proc "$M/proc"
			[ -e "$M/dev/fd" ] || ln -s /proc/self/fd "$M/dev/fd"
			mount --bind /dev/null "$M/dev/null"
			chroot "$M" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
			umount "$M/dev/null"
		}
		printf "exit 101\n" >"$M/usr/sbin/policy-rc.d"
		chmod +x "$M/usr/sbin/policy-rc.d"
		eval "$1"
	'
	layer=$(mktemp -d "$work/layer.XXXXXX")
	as_root unshare --mount --propagation private bash -c "$script" in-layer \
		"$("$here/tree" "$suite")" "$work" "$here" "$layer" "$1" || rc=$?
	as_root rm -rf --one-file-system "$layer"
	return $rc
}
