/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packs: cold slots that are compressed together, and who refers to them.
 *
 * A pack is 1 to 32 slots, at most 128 KiB of pages, in index order, as one
 * frame (of zstd, or of the primary algorithm where a folio was written), or as
 * the pages themselves (a raw pack). What it holds never changes: slots leave
 * it one by one, until it is dropped. Its bytes rest in a stow: chunks in the
 * pool, or an extent of the backing device. The stow can be exchanged for
 * another one with the same bytes (writeback, promotion) while the slots stay
 * as they are.
 *
 * This pair also compiles in user space (selftests/host), where the protocol
 * runs against a model; pack_env.h there stands in for the kernel headers.
 *
 * REFERENCES. A live slot holds one to its pack, and so does a reader: taken
 * under the slot lock, where the pack cannot go. The pack holds one to its
 * stow; a reader takes its own under the pack's lock, and then needs no lock
 * while it fetches and decodes the bytes. Whoever drops the last one to a stow
 * gives the chunks or the extent back.
 *
 * LOCKS. A pack's lock comes after a slot lock and before those of the pool
 * and of the extent map. Whatever a release does takes spinlocks only and
 * allocates nothing, since swap_slot_free_notify may be the caller; but it is
 * never called from an interrupt or a bio's completion.
 */
#ifndef ZRAM_PACK_H
#define ZRAM_PACK_H

#ifdef __KERNEL__
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#else
#include "pack_env.h"
#endif

#define ZRAM_PACK_SLOTS		32	/* at most, and */
#define ZRAM_PACK_BYTES		(128 << 10)	/* of pages at most */

struct zram_codec_ops;
struct zram_pack;
struct zram_packs;
struct zram_stow;

/*
 * Where the bytes of a pack rest; embedded in the struct of who owns that
 * place.
 * release: the last reference is gone: give the place back and free the stow.
 *	Never sleeps.
 * begin_read: bytes off..off+len-1 in one piece of the caller's own memory, or
 *	ERR_PTR; may sleep, no lock is held. NULL for the pool, which unpack.c
 *	copies from by itself. end_read: done with them.
 */
struct zram_stow_ops {
	void (*release)(struct zram_stow *stow);
	const void *(*begin_read)(struct zram_stow *stow, size_t off,
				  size_t len);
	void (*end_read)(struct zram_stow *stow, const void *bytes);
};

struct zram_stow {
	refcount_t refs;
	bool frozen;			/* on the backing device */
	bool lost;			/* there are no bytes; reads fail */
	const struct zram_stow_ops *ops;
};

/*
 * All but the fields that say otherwise are set before a slot refers to the
 * pack, and stay.
 */
struct zram_pack {
	struct zram_packs *packs;	/* of which device */
	u64 id;				/* never used twice */
	size_t first;			/* index of the first slot */
	spinlock_t lock;
	refcount_t refs;
	struct zram_stow *stow;		/* lock; never NULL */
	u32 live;			/* lock: bit i: slot i refers to it */
	u32 len;			/* bytes, wherever they rest */
	u32 last_read;			/* lock: boottime s; 0: never */
	u32 since, reads;		/* lock: of zram_pack_count_read */
	bool touched;			/* lock: read since zram_pack_watch */
	bool frozen;			/* stow->frozen; written under lock */
	bool lost;			/* stow->lost; the same */
	bool raw;			/* pages as they are */
	bool folio;			/* made when its pages were written */
	u8 thin;			/* lock: with so many live slots at most,
					 * taking it apart gives memory back */
	bool sealed;			/* has its checksum; worker only */
	const struct zram_codec_ops *codec;	/* of a folio; NULL: zstd */
	bool told;			/* its failure was reported; unlocked */
	u8 nr;				/* slots, the dead ones included */
	u8 enough;			/* live slots below which it is sparse;
					 * worker only */
	s32 level;			/* it was made with; nothing if raw */
	struct list_head node;		/* one of the lists of packs; packs->lock */
	/*
	 * nr offsets of the slots from first, ascending; then the CRC32C of
	 * all len bytes, or in a raw pack one for each page. In memory a pack
	 * may do without: see sealed.
	 */
	u32 words[];
};

/* Bytes of a pack's description. */
static inline size_t zram_pack_size(unsigned int nr, bool raw)
{
	return sizeof(struct zram_pack) +
	       (nr + (raw ? nr : 1)) * sizeof(u32);
}

/* The slot that is number @i of the pack. */
static inline size_t zram_pack_index(const struct zram_pack *p, unsigned int i)
{
	return p->first + p->words[i];
}

/* The CRC32C of the bytes, or in a raw pack of page @i. */
static inline u32 zram_pack_crc(const struct zram_pack *p, unsigned int i)
{
	return p->words[p->nr + (p->raw ? i : 0)];
}

/* A slot's share of the bytes, rounded up: what its events and rows say. */
static inline u32 zram_pack_share(const struct zram_pack *p)
{
	return (p->len + p->nr - 1) / p->nr;
}

/*
 * Make @p, whose fields that stay are set, ready: all of its slots are live,
 * and the caller has a reference besides theirs. The reference to @stow passes
 * to the pack.
 */
void zram_pack_init(struct zram_pack *p, struct zram_stow *stow);
static inline void zram_stow_init(struct zram_stow *stow, bool frozen,
				  const struct zram_stow_ops *ops)
{
	refcount_set(&stow->refs, 1);
	stow->frozen = frozen;
	stow->lost = false;
	stow->ops = ops;
}

/* One more reference; with the lock of a slot of it held, or one in hand. */
static inline void zram_pack_get(struct zram_pack *p)
{
	refcount_inc(&p->refs);
}

/* Never sleeps. */
void zram_pack_put(struct zram_pack *p);
/*
 * Slot @i refers to the pack no longer: after the slot lock, its reference
 * goes. zram_packs_released is told.
 */
void zram_pack_release(struct zram_pack *p, unsigned int i);

/* The stow of now, with a reference for the caller. */
struct zram_stow *zram_pack_stow(struct zram_pack *p);
/* Never sleeps. */
void zram_stow_put(struct zram_stow *stow);

/*
 * The same for a slot that is read at @now: zram_pack_watch() is told of it. NULL,
 * and nothing else, when the bytes are frozen and @wait is false.
 */
struct zram_stow *zram_pack_read_begin(struct zram_pack *p, u32 now, bool wait);

/*
 * A read of a frozen pack: how many there were within @seconds of the first of
 * them, this one included. Then, or after a switch, the count starts anew.
 */
u32 zram_pack_count_read(struct zram_pack *p, u32 now, u32 seconds);

/* From here on, a read makes zram_pack_switch with @if_unread fail. */
void zram_pack_watch(struct zram_pack *p);

/**
 * zram_pack_switch() - let the bytes rest elsewhere.
 * @p: the pack, with a reference of the caller's
 * @stow: the new place with the same bytes; its reference passes on success
 * @if_unread: only if nobody read the pack since zram_pack_watch()
 * @live: gets the slots that are live in this moment, as bits
 *
 * Readers that have the old stow go on with it. Use zram_packs_switch(), which
 * also counts.
 *
 * Return: 0; -ENOENT when no slot is left; -EAGAIN when it was read.
 */
int zram_pack_switch(struct zram_pack *p, struct zram_stow *stow,
		     bool if_unread, u32 *live);

/*
 * Taking @p apart would give nothing back, as what is left would take @bytes by
 * itself: not before enough of it has gone.
 */
void zram_pack_keep(struct zram_pack *p, u32 bytes);
/* Whether it would. Unlocked. */
static inline bool zram_pack_is_thin(const struct zram_pack *p)
{
	return hweight32(READ_ONCE(p->live)) <= READ_ONCE(p->thin);
}

/*
 * packs.c has these. dead: under the pack's lock, @bytes more (or fewer) are of
 * dead slots of a thin pack in memory. released: after the pack's lock, a slot went; @live is
 * what it left, @frozen where the bytes were then. Last in each life of a pack
 * comes @live == 0, once. free: the last reference is gone.
 */
void zram_packs_dead(struct zram_pack *p, s32 bytes);
void zram_packs_released(struct zram_pack *p, u32 live, bool frozen);
void zram_packs_free(struct zram_pack *p);

#endif
