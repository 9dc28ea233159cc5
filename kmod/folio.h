/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Folios: whether a write of several pages becomes one pack at once, and what
 * making such packs needs.
 *
 * The pages of a folio are compressed together with the primary algorithm and
 * its level (a dictionary is for single pages and stays out of it). That saves
 * time and memory as long as they come back together, so the mode "auto"
 * watches how they do.
 *
 * CONTEXTS are bounded in number and made outside of the page path. A write
 * takes one that is free at once or goes page by page; it never waits.
 */
#ifndef ZRAM_FOLIO_H
#define ZRAM_FOLIO_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "zram/netlink.h"

#define ZRAM_FOLIO_BYTES	(64 << 10)	/* in one pack at most */
#define ZRAM_FOLIO_SLOTS	(ZRAM_FOLIO_BYTES / PAGE_SIZE)
#define ZRAM_FOLIO_MIN		4		/* pages in one pack at least */
#define ZRAM_FOLIO_ENCS		4		/* contexts at most */

struct zram_codec_choice;
struct zram_codec_ops;
struct zram_packs;

/* One context; all but the mutex under the mutex. */
struct zram_folio_enc {
	struct mutex mutex;
	void *ctx;		/* of the algorithm; NULL: not there */
	void *in;		/* ZRAM_FOLIO_BYTES, to gather pages in */
	void *out;		/* the frame */
};

/*
 * take: 0: writes go page by page, 1: but those of swap that are not huge, 2: but
 * those of swap, 3: but large ones.
 * ready: contexts are there, and nothing speaks against using them.
 * made and the contexts change under lock; what says "state_lock", under that.
 */
struct zram_folio {
	u8 take;			/* state_lock */
	bool ready;			/* state_lock */
	bool asked;			/* the worker is to make them; state_lock */
	bool reads;			/* of several pages have come */
	bool made;			/* the contexts are there */
	enum zram_folio_mode mode;	/* state_lock */
	enum zram_folio_state state;	/* state_lock */
	const struct zram_codec_ops *ops;	/* NULL: it makes no frames */
	bool zstd;
	s32 level;
	struct zram_packs *packs;
	struct mutex lock;		/* making and dropping contexts */
	struct work_struct work;	/* does either */
	spinlock_t state_lock;
	atomic_long_t credit;		/* auto: what it saved lately */
	unsigned long again_at;		/* jiffies: when it is tried again */
	unsigned long rest;		/* and for how long it stops */
	unsigned int nr;		/* of enc */
	struct zram_folio_enc enc[ZRAM_FOLIO_ENCS];
};

/* For a store with that primary codec; mode off. NULL without memory. */
struct zram_folio *zram_folio_create(struct zram_packs *packs,
				     const struct zram_codec_choice *primary);
/* No write may be under way. NULL is fine. */
void zram_folio_destroy(struct zram_folio *f);
/*
 * Contexts are made @now, or with the first large write. Without memory swap and
 * all are refused: -ENOMEM, and nothing has changed; auto tries again later. Not
 * from within reclaim.
 */
int zram_folio_set_mode(struct zram_folio *f, enum zram_folio_mode mode,
			bool now);
/* Bytes of kernel memory that the contexts occupy. */
size_t zram_folio_bytes(const struct zram_folio *f);
/* What to tell about it. */
enum zram_folio_state zram_folio_state(const struct zram_folio *f);

bool zram_folio_wake(struct zram_folio *f);

/*
 * Whether a write of several pages is to become packs; @swap: by REQ_SWAP; @huge: of
 * 2 MiB or more. The kernel swaps such folios out whole but never in: they come
 * back in smaller ones where it makes any, else in single pages. So auto takes
 * them only where reads of several pages have come.
 */
static inline bool zram_folio_wants(struct zram_folio *f, bool swap, bool huge)
{
	u8 take = READ_ONCE(f->take);

	if (likely(take < (!swap ? 3 : huge && !READ_ONCE(f->reads) ? 2 : 1)))
		return false;
	return likely(READ_ONCE(f->ready)) || zram_folio_wake(f);
}

/* A context, or NULL: none is free. Hold it over nothing that waits. */
struct zram_folio_enc *zram_folio_enc_get(struct zram_folio *f);
static inline void zram_folio_enc_put(struct zram_folio_enc *enc)
{
	mutex_unlock(&enc->mutex);
}

/* @len bytes into enc->out; the size, or 0 when it does not fit into @room. */
size_t zram_folio_compress(struct zram_folio *f, struct zram_folio_enc *enc,
			   const void *src, size_t len, size_t room);
/* What the packs are decoded with; NULL: zstd. */
static inline const struct zram_codec_ops *
zram_folio_codec(const struct zram_folio *f)
{
	return f->zstd ? NULL : f->ops;
}

/* For auto: a pack of @nr pages was made; was not worth keeping. */
void zram_folio_wrote(struct zram_folio *f, unsigned int nr);
void zram_folio_tried(struct zram_folio *f, unsigned int nr);
/*
 * Of a pack of @nr @pages were read in one bio; @decoded: so many had to be decoded
 * for that.
 */
void zram_folio_was_read(struct zram_folio *f, unsigned int nr,
			 unsigned int pages, unsigned int decoded);
/* And taken apart, for the sake of @moved that are left. */
void zram_folio_was_dissolved(struct zram_folio *f, unsigned int nr,
			      unsigned int moved);

#endif
