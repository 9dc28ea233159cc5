/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of writeback, and by nobody else. */
#ifndef ZRAM_WRITEBACK_IMPL_H
#define ZRAM_WRITEBACK_IMPL_H

#include <linux/types.h>

#include "pack.h"

struct zram_backing;
struct zram_fetch;
struct zram_job;
struct zram_pack_maker;
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
 * The scan for slots counts none that are packed: into progress.total, from pack
 * *next on. True: all are counted that go out if the bounds allow it, and *next
 * is 0.
 */
bool zram_writeback_count(struct zram_job *job, u64 *next);

/*
 * What is left of packs on the disk that lost most of their slots goes out again
 * as fewer packs, with the level and slots of the job's. Until then they stay as
 * they are, so that whatever ends the job loses nothing.
 */
struct zram_recall {
	struct zram_fetch *fetch;	/* NULL: not needed yet */
	struct zram_pack *pack;		/* that it reads, its slots picked */
	unsigned int nr;		/* slots that were read, all picked */
	u64 index[ZRAM_PACK_SLOTS];	/* theirs, ascending */
	void *pages;			/* ZRAM_PACK_BYTES: theirs; NULL: none yet */
	u64 bytes;			/* that their packs take on the disk */
};

/*
 * Begin to read @p, which is frozen and meant, if it is sparse and the bounds of
 * the job leave room for it; else it stays. False: what was read has to go first,
 * then ask again.
 */
bool zram_recall_take(struct zram_job *job, struct zram_recall *r,
		      const struct zram_pack_maker *m,
		      const struct zram_backing *bd, struct zram_pack *p);
/*
 * False: a read is under way. That it failed is noted in the job. @m is empty,
 * and lends its pages.
 */
bool zram_recall_ended(struct zram_job *job, struct zram_recall *r,
		       const struct zram_pack_maker *m,
		       const struct zram_backing *bd);
/*
 * What was read passes to @m, as if it was gathered there; it stays empty if that
 * is beyond a bound now. Bytes on the disk that it takes now: another pack should
 * take less.
 */
u64 zram_recall_load(struct zram_job *job, struct zram_recall *r,
		     struct zram_pack_maker *m);
/* What @m got so saves nothing: not again before what is left has halved. */
void zram_recall_refuse(struct zram_job *job, const struct zram_pack_maker *m);
/* What did not go out stays on the disk. */
void zram_recall_end(struct zram_job *job, struct zram_recall *r);

#endif
