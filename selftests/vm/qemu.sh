# SPDX-License-Identifier: GPL-2.0-or-later
# How a guest is started (sourced). Uses: KERNEL, ICOUNT, CPUS, CHECKS, KEYS, WORK, arch.

# KVM only where the processor says so: /dev/kvm alone may hang
have_kvm() {
	grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]
}

# The emulated cmpxchg16b of QEMU 7.2 corrupts the flags, and kernels that use it
# crash at random in the slab allocator: never offer it.
qemu_machine() {
	if [ -n "$ICOUNT" ]; then
		# one instruction a nanosecond; string instructions would count as one
		QEMU+=(-accel tcg -icount shift=0,sleep=off -smp 1
			-cpu max,-cx16,-erms,-fsrm)
	elif [ "$arch" = arm64 ]; then
		# signing pointers as the architecture says takes most of the time
		QEMU+=(-accel tcg,thread=multi -smp "$CPUS" -cpu max,pauth-impdef=on)
	elif have_kvm; then
		QEMU+=(-accel kvm -smp "$CPUS" -cpu host)
	else
		QEMU+=(-accel tcg,thread=multi -smp "$CPUS" -cpu max,-cx16)
	fi
}

kernel_command_line() {
	local console=ttyS0
	[ "$arch" = amd64 ] || console=ttyAMA0
	CMDLINE="console=$console loglevel=7 panic=-1 oops=panic rdinit=/init rootfstype=ramfs nokaslr"
	CMDLINE+=" printk.devkmsg=on kasan_multi_shot"
	# where the machine is busy, the test of the timer may come before its first tick
	[ "$arch" != amd64 ] || CMDLINE+=" no_timer_check"
	if [ -n "$CHECKS" ]; then
		CMDLINE+=" slub_debug=FZPU page_poison=1 init_on_free=1"
		CMDLINE+=" kfence.sample_interval=100"
	fi
	# KASAN sees what SLUB's own red zones and poison would, for less: a case
	# took 35 s instead of 59
	[ -z "$DEBUG" ] || CMDLINE+=" slub_debug=-"
	if [ -z "$ICOUNT" ]; then
		CMDLINE+=" panic_on_warn=0 softlockup_panic=1"
		# a tenth of the time of an emulated boot
		CMDLINE+=" mitigations=off apparmor=0 cryptomgr.notests"
		CMDLINE+=" sysctl.kernel.hung_task_panic=1"
	fi
	CMDLINE+=" $BOOT"
}

# The guest's keyboard, as a monitor of QEMU's that takes commands from a pipe
keyboard() {
	[ -n "${KEYS:-}" ] || return 0
	rm -f "$WORK"/keys.{in,out}
	mkfifo "$WORK"/keys.{in,out}
	QEMU+=(-chardev "pipe,id=keys,path=$WORK/keys" -mon chardev=keys)
}

# press_keys PID: a key every few seconds while QEMU runs; what it says is dropped
press_keys() {
	[ -n "${KEYS:-}" ] || return 0
	cat "$WORK/keys.out" >/dev/null &
	key_pids="$!"
	while sleep 5 && kill -0 "$1"; do
		echo 'sendkey ret'
	done >"$WORK/keys.in" 2>/dev/null &
	key_pids+=" $!"
}

# qemu_command MEM INITRAMFS CONSOLE TAPDEV OUTDEV DISK...: fills QEMU; TAPDEV and
# OUTDEV are character devices in QEMU's words
qemu_command() {
	local mem=$1 initramfs=$2 console=$3 tap=$4 out=$5 disk mode n=0
	shift 5
	case $arch in
	arm64) QEMU=(qemu-system-aarch64 -M virt) ;;
	*) QEMU=(qemu-system-x86_64 -M q35) ;;
	esac
	QEMU+=(-nodefaults -no-user-config -display none
		-no-reboot -m "$mem" -kernel "$KERNEL/vmlinuz" -initrd "$initramfs"
		-serial "file:$console" -device virtio-serial-pci
		-chardev "$tap,id=tap"
		-chardev "$out,id=out" -device virtserialport,chardev=out,name=zramkit.out)
	# 7.3 wakes with virtio ports that take nothing any more
	if [ -n "${KEYS:-}" ]; then
		QEMU+=(-serial chardev:tap)
	else
		QEMU+=(-device virtserialport,chardev=tap,name=zramkit.tap)
	fi
	keyboard
	qemu_machine
	kernel_command_line
	QEMU+=(-append "$CMDLINE")
	for disk; do
		case $disk in
		"$WORK"/*) mode= ;;
		*) mode=,readonly=on ;;
		esac
		QEMU+=(-drive "file=$disk,format=raw,if=none,id=disk$n,cache=unsafe,discard=unmap$mode"
			-device "virtio-blk-pci,drive=disk$n")
		n=$((n + 1))
	done
}
