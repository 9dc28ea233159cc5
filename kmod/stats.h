/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of a device: one set per CPU, summed when somebody asks.
 *
 * A sum taken while I/O runs may be off by what happens meanwhile, but is never
 * negative; at rest it is exact, and after everything was freed the gauges
 * are zero.
 */
#ifndef ZRAM_STATS_H
#define ZRAM_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

enum zram_stat {
	/* gauges */
	ZRAM_STAT_PAGES,	/* occupied slots */
	ZRAM_STAT_SAME,		/* fill slots */
	ZRAM_STAT_RAW,		/* raw slots */
	ZRAM_STAT_PACKED_RAW,	/* in packs, raw before (stock: huge_pages is both) */
	ZRAM_STAT_COMPR,	/* bytes of objects, raw slots and packs */
	ZRAM_STAT_FROZEN,	/* slots on the backing device (bd_count) */
	ZRAM_STAT_PACKED,	/* slots in packs, those included */
	ZRAM_STAT_WARM,		/* objects of the codec of priority 1, then 2, 3 */
	ZRAM_STAT_WARM_LAST = ZRAM_STAT_WARM + 2,
	ZRAM_STAT_FOLIO,	/* slots in packs, not FROZEN, that were packed
				 * when they were written */
	ZRAM_STAT_DEAD,		/* bytes in the pool of slots that have gone, which
				 * taking folios apart gives back */
	ZRAM_STAT_GAUGES,
	/* counters */
	ZRAM_STAT_RAW_SINCE = ZRAM_STAT_GAUGES,	/* raw pages ever stored */
	ZRAM_STAT_FAILED_READS,
	ZRAM_STAT_FAILED_WRITES,
	ZRAM_STAT_NOTIFY_FREE,	/* swap-slot frees and discarded slots */
	ZRAM_STAT_PROBED_RAW,	/* pages stored raw without compressing */
	ZRAM_STAT_FOLIO_WRITTEN,	/* pages into packs at once */
	ZRAM_STAT_FOLIO_READ_WHOLE,	/* of these, read by requests for half
					 * of the pack's pages or more */
	ZRAM_STAT_FOLIO_READ_SINGLE,	/* and for fewer */
	ZRAM_STAT_FOLIO_DECODED,	/* packs decoded for the latter */
	ZRAM_STAT_NR
};

struct zram_stats {
	s64 v[ZRAM_STAT_NR];
};

static inline void zram_stat_add(struct zram_stats __percpu *stats,
				 enum zram_stat which, s64 n)
{
	this_cpu_add(stats->v[which], n);
}

/* Sum over all CPUs, those that went away included. */
s64 zram_stat_sum(struct zram_stats __percpu *stats, enum zram_stat which);

/*
 * When nothing is stored any more and nobody adds: complain about a gauge that
 * is not zero. What was counted out twice shows nowhere else.
 */
void zram_stat_assert_rest(struct zram_stats __percpu *stats);

#endif
