# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a test of the kernel's own for zram, unmodified (sourced after lib.sh). They
# print FAIL and go on, so that word decides, not the exit code.

# kselftest NAME
kselftest() {
	unload_zram
	cp -r /kselftest/zram "/tmp/kselftest.$1"
	cd "/tmp/kselftest.$1" || bail "the kernel's tests are there"
	bash "./$1.sh" >out 2>&1
	is $? 0 "it ends with exit code 0"
	diag "$(cat out)"
	is "$(grep -c FAIL out)" 0 "no FAIL line"
	is "$(grep -c PASS out)" 1 "one PASS line"
	is "$(ls -d /sys/block/zram* 2>/dev/null)" "" "it cleaned up"
}
