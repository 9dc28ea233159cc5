/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of writeback, and by nobody else. */
#ifndef ZRAM_WRITEBACK_IMPL_H
#define ZRAM_WRITEBACK_IMPL_H

#include <linux/types.h>

struct zram_backing;
struct zram_fetch;
struct zram_job;
struct zram_pack;
struct zram_writeback_knobs;

/* Blocks of 4 KiB that may be written yet; U64_MAX: any number. */
u64 zram_writeback_limit_left(struct zram_writeback_knobs *k);
/* Take @blocks off; false, and nothing else, when there are not as many. */
bool zram_writeback_charge(struct zram_writeback_knobs *k, u32 blocks);
/* They were not written after all. */
void zram_writeback_refund(struct zram_writeback_knobs *k, u32 blocks);

/* Whether every live slot of a pack is meant, and there is one. */
bool zram_writeback_means(const struct zram_job *job, struct zram_pack *p);

/*
 * Packs on the disk that lost most of their slots come back, a few at a time,
 * are made into fewer ones in memory, and go out again as these.
 */
struct zram_recall {
	struct zram_fetch *fetch;	/* NULL: not needed yet */
	u64 fetching;			/* id of the pack that is under way */
	u64 first;			/* of those that are back; 0: none is */
	unsigned int slots;		/* that these have */
	u64 bytes;			/* on the disk, of all so far */
};

/*
 * Begin with @p, which is frozen, if it is sparse and there is room for it, in
 * memory and later on the disk. The reference to it passes.
 */
void zram_recall_try(struct zram_job *job, struct zram_recall *r,
		     struct zram_backing *bd, struct zram_pack *p);
/* False: one is under way. That it failed is noted in the job. */
bool zram_recall_ended(struct zram_job *job, struct zram_recall *r);
/*
 * True: what is back is remade before the next step, since it is enough, or
 * @last; *next becomes the id to look on from.
 */
bool zram_recall_remake(struct zram_job *job, struct zram_recall *r, bool last,
			u64 *next);
/* What is under way stays on the disk. */
void zram_recall_end(struct zram_job *job, struct zram_recall *r);

#endif
