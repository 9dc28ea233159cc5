/* SPDX-License-Identifier: GPL-2.0-only */
/* The job "writeback": cold slots and cold packs go to the backing device. */
#ifndef ZRAM_WRITEBACK_H
#define ZRAM_WRITEBACK_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct zram_job_ops;
struct zram_job_spec;
struct zram_store;

#define ZRAM_WRITEBACK_BATCH	32	/* the stock default */

/* What is set for a device whether or not it is initialised; survives reset. */
struct zram_writeback_knobs {
	spinlock_t lock;	/* limit, limit_on, set */
	u64 limit;		/* blocks of 4 KiB that may still be written */
	bool limit_on;
	u32 set;		/* times that limit was */
	u32 batch;		/* pages under way at a time */
	bool compressed;	/* of the sysfs attribute writeback */
};

void zram_writeback_knobs_init(struct zram_writeback_knobs *k);

/*
 * Heeds ranges, min_age, filter, threshold, max_slots, pack_slots, level, max_bytes,
 * max_ms and raw. Objects and raw pages become packs on the disk; packs in
 * memory go as they are when every slot of them is meant; of those on the disk
 * that lost most of theirs, and where what is left is meant, new packs are made
 * if they take less of the disk. Ends with -ENOSPC on a full disk, -EIO when
 * writeback_limit is used up, and with the last error of the disk, after which it
 * went on with the others.
 */
extern const struct zram_job_ops zram_writeback_ops;
/* -ENODEV: no backing device; -EINVAL: the level. */
int zram_writeback_check(const struct zram_store *st,
			 const struct zram_job_spec *spec, const char **why);

#endif
