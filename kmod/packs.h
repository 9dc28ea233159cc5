/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packs of a device: their list, their bytes in the pool, their counters.
 *
 * It knows slots by index only; the store above it has them.
 */
#ifndef ZRAM_PACKS_H
#define ZRAM_PACKS_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "pack.h"
#include "stats.h"

/* Jobs wait for memory, but are no reason to kill or to complain. */
#define ZRAM_GFP_PACK	(GFP_NOIO | __GFP_NOWARN)
/* The page path has another way when there is none at once. */
#define ZRAM_GFP_AT_ONCE	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

struct zram_codec;
struct zram_pool;
struct zram_unpack;

/* Who is called when packs need him, in @delay jiffies; NULL: nobody. */
struct zram_packs_hook {
	void (*call)(void *arg, unsigned long delay);
	void *arg;
};

/*
 * sparse: packs in memory with so few live slots that remaking them pays;
 * each is live, and leaves the list in the moment that its last slot goes.
 * thinned: folios of which the same is true. postponed: those of them that
 * could not be taken apart, until zram_packs_resume(). wanted: packs that were
 * read so often that they had better be in memory. All are live likewise.
 */
struct zram_packs {
	struct zram_pool *pool;
	struct zram_stats __percpu *stats;
	struct zram_codec *primary;	/* lends its scratch page */
	u32 dev;			/* N of zramN */
	u32 generation;			/* of the device's contents */
	struct xarray by_id;		/* live packs; its lock: LOCKS in pack.h */
	spinlock_t lock;		/* the lists; innermost */
	struct list_head sparse;
	struct list_head thinned;
	struct list_head postponed;
	struct list_head wanted;
	u32 promote_reads;		/* as zram_spec has them */
	u32 promote_seconds;
	struct zram_unpack *unpack;	/* NULL: there never was a pack */
	atomic_long_t bytes;		/* descriptions of packs and chunks */
	bool tight;			/* the limit is near: see zram_packs_tighten */
	unsigned long unpublished;	/* pool pages of what a job makes now */
	/* pages that large writes are about to give back, or compaction tries */
	atomic_long_t transit;
	atomic_long_t claimed;		/* and that large writes are making */
	struct zram_packs_hook on_sparse;	/* called in any context */
	struct zram_packs_hook on_wanted;	/* in process context */
};

/* NULL when there is no memory. */
struct zram_packs *zram_packs_create(u32 dev, struct zram_pool *pool,
				     struct zram_stats __percpu *stats,
				     struct zram_codec *primary);
/* No slot may refer to a pack any more. */
void zram_packs_destroy(struct zram_packs *packs);
/*
 * Before the first pack: whatever reading one needs. -ENOMEM; -EOPNOTSUPP when
 * this kernel has no zstd. May be called again.
 */
int zram_packs_prepare(struct zram_packs *packs);
/* Bytes of kernel memory for packs outside the pool. */
size_t zram_packs_bytes(const struct zram_packs *packs);

/*
 * A pack out of @nr slots at @index (ascending, at most U32_MAX apart) whose
 * @len bytes are in @stow, in the list and counted; the caller has a reference
 * besides those of its slots. @crc: one, or @nr of a raw pack. @level: of zstd.
 * Give the slots that it does not get after all to zram_pack_release(). NULL
 * without memory: the stow stays the caller's.
 */
struct zram_pack *zram_packs_add(struct zram_packs *packs, const u64 *index,
				 unsigned int nr, u32 len, const u32 *crc,
				 bool raw, s32 level, struct zram_stow *stow);
/*
 * The same for a folio in memory: a frame of @codec (NULL: zstd) and its @level
 * without a checksum, and with what memory there is at once.
 */
struct zram_pack *zram_packs_add_folio(struct zram_packs *packs,
				       const u64 *index, unsigned int nr,
				       u32 len,
				       const struct zram_codec_ops *codec,
				       s32 level, struct zram_stow *stow);
/* Before @p, whose bytes these are, goes to a disk: its checksum. */
void zram_packs_seal(struct zram_pack *p, const void *bytes);
/* zram_pack_switch(), and the counters follow. */
int zram_packs_switch(struct zram_pack *p, struct zram_stow *stow,
		      bool if_unread, u32 *live);
/*
 * Give the bytes of a frozen pack up: its slots answer -EIO from now on, until
 * they are written or freed. For the worker. With a reference of the caller's.
 */
void zram_packs_lose(struct zram_pack *p);
/* The live pack with the smallest id >= @from, with a reference; or NULL. */
struct zram_pack *zram_packs_next(struct zram_packs *packs, u64 from);
/*
 * A sparse pack with a reference, off the list; NULL: none. And back onto it,
 * if it is live.
 */
struct zram_pack *zram_packs_sparse(struct zram_packs *packs);
void zram_packs_sparse_again(struct zram_pack *p);
/* The same of folios. */
struct zram_pack *zram_packs_thinned(struct zram_packs *packs);
/*
 * The limit is near: who is called for the sake of sparse packs also looks for
 * folios that are only thin, and those that get so are listed, both at once, until
 * it sets tight back.
 */
void zram_packs_tighten(struct zram_packs *packs);
/*
 * List the thin ones of some folios with ids from *from on, and move that on.
 * False: these were the last.
 */
bool zram_packs_list_thin(struct zram_packs *packs, u64 *from);
/*
 * Taking the folio @p apart would give nothing back as it is: its slots would take
 * @bytes. For the worker.
 */
void zram_packs_keep(struct zram_pack *p, u32 bytes);
/* Not again before zram_packs_resume(). */
void zram_packs_postpone(struct zram_pack *p);
void zram_packs_resume(struct zram_packs *packs);
/* A page of a frozen pack was read at @now: perhaps it becomes wanted. */
void zram_packs_note_read(struct zram_pack *p, u32 now);
/* A wanted pack with a reference, off the list; NULL: none. */
struct zram_pack *zram_packs_wanted(struct zram_packs *packs);
static inline bool zram_packs_has_sparse(const struct zram_packs *packs)
{
	return !list_empty(&packs->sparse);
}

static inline bool zram_packs_has_postponed(const struct zram_packs *packs)
{
	return !list_empty(&packs->postponed);
}

/*
 * @len bytes into chunks of the pool: full pages and pieces. Their pages are
 * left out of the limit until zram_packs_settle(). NULL without memory.
 */
struct zram_stow *zram_packs_stow_in_pool(struct zram_packs *packs,
					  const void *bytes, size_t len);
/* The same with what memory there is at once, and counted from the start. */
struct zram_stow *zram_packs_stow_at_once(struct zram_packs *packs,
					  const void *bytes, size_t len);
/* Bytes of the description of such a stow. */
size_t zram_packs_stow_size(size_t len);
/* The pack that was in the making is published, or given up. */
static inline void zram_packs_settle(struct zram_packs *packs)
{
	WRITE_ONCE(packs->unpublished, 0);
}
/* Bytes off..off+len-1 of chunks in the pool. */
void zram_packs_copy(struct zram_packs *packs, struct zram_stow *stow,
		     size_t off, size_t len, void *to);

/* Some pages of a pack, and where they go. */
struct zram_pack_want {
	unsigned int nr;
	unsigned int decoded;	/* answer: pages that had to be, for that */
	u8 which[ZRAM_PACK_SLOTS];
	void *page[ZRAM_PACK_SLOTS];
};

/**
 * zram_packs_read_some() - pages out of a pack.
 * @p: the pack, with a reference of the caller's
 * @stow: its bytes, with a reference of the caller's
 * @want: which of its slots, and where their pages go
 *
 * Sleeps; waits for no memory. For a frozen stow this waits for the disk, so it
 * is for workers and jobs only.
 *
 * Return: 0; -EIO when the bytes are not what was packed, or cannot be had.
 */
int zram_packs_read_some(struct zram_pack *p, struct zram_stow *stow,
			 struct zram_pack_want *want);
/* One page, likewise. */
int zram_packs_read(struct zram_pack *p, struct zram_stow *stow,
		    unsigned int i, void *page);

#endif
