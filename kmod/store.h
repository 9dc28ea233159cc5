/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store of an initialised device: runs of pages go in and come out.
 *
 * It owns the slot table, the pool, the codecs and the counters, and decides
 * how a page is kept (fill, object, raw). It knows nothing of bios.
 */
#ifndef ZRAM_STORE_H
#define ZRAM_STORE_H

#include <linux/cache.h>
#include <linux/types.h>

#include "codec.h"
#include "config.h"
#include "packs.h"
#include "slot.h"
#include "stats.h"

struct zram_attachment;
struct zram_folio;
struct zram_pool;
struct zram_writeback_knobs;

struct zram_store {
	struct zram_table table;
	struct zram_pool *pool;
	struct zram_codec *codec[ZRAM_CODEC_PRIOS];
	struct zram_stats __percpu *stats;
	struct zram_packs *packs;
	struct zram_attachment *attachment;	/* of the device */
	struct zram_folio *folio;
	struct zram_writeback_knobs *knobs;	/* of the device */
	size_t huge_size;		/* zram_pool_huge_size */
	unsigned long limit_pages;	/* pages of the pool; 0: no limit */
	u32 dev;			/* N of zramN */
	u32 generation;

	/*
	 * All above is only read by the page path, so that all CPUs can keep
	 * it in their caches; what follows changes while pages come in.
	 */
	atomic_long_t max_pages ____cacheline_aligned_in_smp;
					/* the most the pool ever held */
	/* jiffies of the last event of its kind */
	unsigned long told_limit, told_near, told_failed, told_backing;
};

#define ZRAM_RUN_MAX 32

/*
 * Consecutive slots that one bio reads or writes: nr whole pages, each at an
 * address aligned to a word. (All memory has an address: 64-bit kernels only.)
 */
struct zram_run {
	size_t index;		/* first slot */
	unsigned int nr;	/* 1..ZRAM_RUN_MAX */
	unsigned int done;	/* after -EAGAIN: pages that were read */
	bool swap;		/* REQ_SWAP; unset where nr is 1 */
	bool huge;		/* of a bio of PMD_SIZE at least; likewise */
	void *page[ZRAM_RUN_MAX];
};

/*
 * An empty store of @nr_slots for zram@dev. ERR_PTR: -ENOMEM for the table,
 * the pool or a context, else what a codec says of its parameters.
 */
struct zram_store *zram_store_create(u32 dev, size_t nr_slots,
				     unsigned long limit_pages,
				     const struct zram_config *config);
/* Everything goes; no user may be left. May take long, may sleep. */
void zram_store_destroy(struct zram_store *st);

/*
 * Write or read a run; @now is boottime seconds. 0, or the errno of the first
 * page that failed; the pages before it are done. So may be some behind it where
 * folios become packs; else these are untouched.
 * -ENOMEM: no memory or over the limit; -EIO: what a slot holds cannot be
 * decoded. May sleep (GFP_NOIO).
 */
int zram_store_write(struct zram_store *st, const struct zram_run *run,
		     u32 now);
#define ZRAM_READ_WAIT	(1u << 0)
int zram_store_read(struct zram_store *st, struct zram_run *run, u32 now,
		    unsigned int flags);
/* A write failed, at whichever step: count it and tell who listens. */
void zram_store_write_failed(struct zram_store *st, int err);
/* Empty @nr slots from @index on, and count them as freed. */
void zram_store_discard(struct zram_store *st, size_t index, size_t nr,
			u32 now);
/* The swap entry at @index was freed. Never waits, never sleeps. */
void zram_store_notify_free(struct zram_store *st, size_t index);

/*
 * For jobs. The page of a slot that the caller has locked, and that is an
 * object or raw, into @page; no access is noted. 0, -EIO.
 */
int zram_store_decode_locked(struct zram_store *st, const struct zram_slot *s,
			     void *page);
/*
 * For jobs. Give a picked slot another form: ref and state of @new, which the
 * caller made from a copy of its contents. The access time stays; the pick goes,
 * and of the other flags stays what @new has. False when somebody touched the slot since it was picked:
 * @new is then released.
 */
bool zram_store_move(struct zram_store *st, size_t index,
		     const struct zram_slot *new);

/* 0 lifts the limit. Acts on the next write. */
static inline void zram_store_set_limit(struct zram_store *st,
					unsigned long pages)
{
	WRITE_ONCE(st->limit_pages, pages);
}
/* The high-water mark starts anew from what the pool holds now. */
void zram_store_reset_max(struct zram_store *st);
/* Bytes that the contexts and buffers of all codecs occupy now. */
size_t zram_store_codec_bytes(const struct zram_store *st);

/* For jobs that put something into the pool: within the limit, if need be. */
void zram_store_keep_limit(struct zram_store *st);

#endif
