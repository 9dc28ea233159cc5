/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The job "pack", and the service that remakes packs which lost most of their
 * slots.
 */
#ifndef ZRAM_PACKING_H
#define ZRAM_PACKING_H

#include <linux/types.h>

struct zram_job_ops;
struct zram_job_spec;
struct zram_jobs;
struct zram_store;

/*
 * Heeds ranges, min_age, filter, threshold, max_slots, pack_slots, level,
 * max_bytes (but one pack is made in any case) and max_ms.
 * Objects, and folios that are in memory, go into packs in memory; fills, raw
 * pages and what is packed otherwise stay where they are.
 */
extern const struct zram_job_ops zram_packing_ops;
/* -EINVAL: the level; -EOPNOTSUPP: no zstd in this kernel. */
int zram_packing_check(const struct zram_store *st,
		       const struct zram_job_spec *spec, const char **why);

/* Remaking, as long as @jobs lives. -ENOMEM. */
int zram_packing_start(struct zram_store *st, struct zram_jobs *jobs);
/* After the jobs have gone and before the store does. */
void zram_packing_stop(struct zram_store *st);

#endif
