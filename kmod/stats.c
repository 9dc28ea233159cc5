// SPDX-License-Identifier: GPL-2.0-only
/* Counters of a device: the sum over all CPUs. */

#include "stats.h"

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/minmax.h>

static s64 sum_of(struct zram_stats __percpu *stats, enum zram_stat which)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->v[which]);
	return sum;
}

s64 zram_stat_sum(struct zram_stats __percpu *stats, enum zram_stat which)
{
	/* Pieces read one after another can add up to less than nothing. */
	return max_t(s64, sum_of(stats, which), 0);
}

void zram_stat_assert_rest(struct zram_stats __percpu *stats)
{
	enum zram_stat which;

	for (which = 0; which < ZRAM_STAT_GAUGES; which++) {
		s64 left = sum_of(stats, which);

		WARN_ONCE(left, "zram: gauge %d is %lld when nothing is stored\n",
			  which, left);
	}
}
