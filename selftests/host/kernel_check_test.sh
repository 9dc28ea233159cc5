#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel that cannot run the modules is refused with exit code 4 and one
# sentence, by its configuration or by what its headers offer.

top=$(realpath "${TOP:-../..}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0

# kernel LINE...: a build directory whose configuration is these lines
kernel() {
	rm -rf "$work/kernel"
	mkdir -p "$work/kernel/include/config"
	printf '%s\n' "$@" >"$work/kernel/include/config/auto.conf"
	sed -n 's,^/\* symbol: \([A-Za-z0-9_]*\) \*/$,0x0\t\1\tvmlinux\tEXPORT_SYMBOL\t,p' \
		"$top"/kmod/compat/probes/*.c >"$work/kernel/Module.symvers"
	printf '0x0\t%s\tvmlinux\tEXPORT_SYMBOL\t\n' zs_malloc >>"$work/kernel/Module.symvers"
	echo 6.0-test >"$work/kernel/include/config/kernel.release"
}

# A make in whose kernel all probes compile but those named in LACKS; KILLED is one
# whose compiler is killed
cat >"$work/make" <<-'END'
	#!/bin/bash
	for word; do
		case $word in
		M=*) dir=${word#M=} ;;
		control_bad.o) ;;
		control_good.o) [ "$LACKS" = control_good ] || touch "$dir/$word" ;;
		*.o)
			if [[ " $LACKS " == *" ${word%.o} "* ]]; then
				echo "$dir/${word%.o}.c:1:1: error: no such thing"
			elif [ "${word%.o}" = "$KILLED" ]; then
				echo "cc1: fatal error: Killed signal terminated program cc1"
			else
				touch "$dir/$word"
			fi ;;
		esac
	done
END
chmod +x "$work/make"

# probe CODE TEXT DESC: the exit code, and what the only line says
probe() {
	local out code
	out=$(KMAKE=$work/make "$top/kmod/compat/probe" "$work/kernel" "$work/out" 2>&1)
	code=$?
	count=$((count + 1))
	if [ $code = "$1" ] && [[ "$out" == *"$2"* ]] && [ "$(grep -c . <<<"$out")" -le 1 ]; then
		echo "ok $count - $3"
	else
		echo "not ok $count - $3"
		echo "# exit code $code: $out"
		failed=1
	fi
}

good="CONFIG_64BIT=y CONFIG_MODULES=y CONFIG_ZRAM=m"
export LACKS='' KILLED=''
# shellcheck disable=SC2086 # a list of lines
kernel $good
probe 0 "" "a good kernel"
LACKS="blk_disk_limits"
probe 0 "" "one with the older way to make disks"
LACKS="blk_disk_limits blk_alloc_disk_node"
probe 4 "6.9 and 6.10" "one with neither"
LACKS="bdev_file bdev_excl"
probe 4 "6.5 to 6.8" "one that opens disks otherwise"
LACKS="zs_obj_read zs_map"
probe 4 "zsmalloc's objects" "one whose zsmalloc is read otherwise"
LACKS="lib_lzo lib_lz4 lib_lz4hc lib_zstd lib_deflate lib_842"
probe 4 "no library to compress" "one without a codec"
LACKS="" KILLED=lib_zstd
probe 1 "lib_zstd could not be compiled" "a compiler that is killed is no answer"
KILLED=
LACKS=control_good
probe 1 "cannot compile against" "one that compiles nothing"
LACKS=
# shellcheck disable=SC2086
kernel $good CONFIG_PREEMPT_RT=y
probe 4 "PREEMPT_RT" "PREEMPT_RT"
kernel CONFIG_MODULES=y
probe 4 "32-bit" "32 bits"
kernel CONFIG_64BIT=y CONFIG_MODULES=y CONFIG_ZRAM=y
probe 4 "CONFIG_ZRAM=y" "zram built in"
kernel CONFIG_64BIT=y
probe 4 "loads no modules" "no modules"
# shellcheck disable=SC2086
kernel $good
: >"$work/kernel/Module.symvers"
probe 4 "no zsmalloc" "no zsmalloc"
rm "$work/kernel/Module.symvers"
probe 1 "Module.symvers is missing" "no Module.symvers"
rm -r "$work/kernel/include"
probe 1 "not a configured" "no configuration"
echo "1..$count"
[ $failed = 0 ]
