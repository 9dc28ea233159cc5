# SPDX-License-Identifier: GPL-2.0-or-later
# For cases in which allocations fail (sourced after lib.sh): every kind of them
# can, those that may wait included, and the log stays readable.

for kind in failslab fail_page_alloc; do
	dir=/sys/kernel/debug/$kind
	[ -d $dir ] || bail "the debug kernel has no $kind"
	put N $dir/ignore-gfp-wait
	put 0 $dir/verbose
done
put 0 /sys/kernel/debug/fail_page_alloc/min-order
put N /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem 2>/dev/null
