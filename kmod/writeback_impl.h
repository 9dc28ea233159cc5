/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of writeback, and by nobody else. */
#ifndef ZRAM_WRITEBACK_IMPL_H
#define ZRAM_WRITEBACK_IMPL_H

#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "backing.h"
#include "event.h"
#include "pack.h"
#include "select.h"

struct zram_fetch;
struct zram_job;
struct zram_pack_maker;
struct zram_writeback_knobs;

#define ZRAM_WRITEBACK_SLICE	(HZ / 10)	/* then the job looks about */

/* Blocks of 4 KiB that may be written yet; U64_MAX: any number. */
u64 zram_writeback_limit_left(struct zram_writeback_knobs *k);
/* What was taken off the limit, and off which one. */
struct zram_charge {
	u32 blocks;
	u32 set;
};

/* Take @blocks off, if there is a limit; false, and nothing else, if it has fewer. */
bool zram_writeback_charge(struct zram_writeback_knobs *k, u32 blocks,
			   struct zram_charge *c);
/* They were not written after all. A limit that was set meanwhile never had them. */
void zram_writeback_refund(struct zram_writeback_knobs *k, const struct zram_charge *c);

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
	u64 aside;			/* bytes of the bounds, for what waits */
	unsigned int aside_slots;	/* in memory; and slots of them */
	bool off;			/* no more of it */
};

/*
 * Begin to read @p, which is frozen and meant, if it is sparse and the bounds of
 * the job leave room for it; else it stays. False: what was read has to go first,
 * or others that are under way on the disk; then ask again.
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

/* ---- lanes: packs on their way to the disk ---- */

#define ZRAM_LANES_MAX	8u	/* half of it for a job that is over soon */

/* What the maker had gathered and sealed, while its bytes are under way. */
struct zram_cargo {
	unsigned int nr;
	u64 index[ZRAM_PACK_SLOTS];
	u32 was[ZRAM_PACK_SLOTS];
	u32 crc[ZRAM_PACK_SLOTS];
	u32 len;
	bool raw;
};

/*
 * refs: the job's and that of the I/O under way; so that a job can leave an
 * I/O behind that does not end. pack: of a pack that moves, else NULL.
 */
struct zram_lane {
	refcount_t refs;
	bool busy;			/* launched, not landed; the job's */
	struct completion ended;
	struct zram_backing_io write;
	struct zram_stow *stow;		/* where it goes; NULL once it is taken */
	struct zram_charge charge;	/* for it */
	struct zram_pack *pack;
	struct zram_cargo cargo;
};

struct zram_writeback {
	struct zram_backing *bd;
	struct zram_pack_maker *maker;
	struct zram_select *select;
	struct zram_lane *lane[ZRAM_LANES_MAX];
	unsigned int nr_lanes, next_lane;
	bool held;			/* next: picked, but for the next pack */
	struct zram_candidate next;
	bool packs_counted, slots_done, packs_done;
	bool full;			/* the disk had no room for something */
	bool kept;			/* keep_recalled() had its turn */
	u64 kept_id;			/* the pack that it made; 0: none */
	u64 next_pack;			/* id to count or look on from */
	u64 first_own;			/* the smallest id it made; U64_MAX */
	struct zram_recall recall;
};

/* NULL: no memory. And let go of one, which an I/O under way keeps. */
struct zram_lane *zram_lane_create(struct zram_backing *bd);
void zram_lane_put(struct zram_lane *l);
/*
 * Send lane->write.buf, @len bytes. The disk's room and every budget are
 * asked for before. 0; -EDQUOT: max_bytes; -ENOSPC; -EIO: the limit; -ENOMEM;
 * -ECANCELED: the job had better end, or rest.
 */
int zram_lane_launch(struct zram_job *job, struct zram_lane *l, u32 len);
/* What the maker got goes with the lane that was launched; the maker is empty. */
void zram_lane_load(struct zram_lane *l, struct zram_pack_maker *m);
/* False: still under way. Else its slots or its pack moved; the maker is empty. */
bool zram_lane_try_land(struct zram_job *job, struct zram_lane *l);
/*
 * The job waits no longer: slots and pack stay where they are, and an I/O that the
 * disk has keeps its lane and its extent. The maker is empty.
 */
void zram_lane_leave(struct zram_job *job, struct zram_lane *l);
/* Tell those who listen, once a second at most. */
void zram_writeback_tell(struct zram_job *job, enum zram_event_type type,
			 int err);

#endif
