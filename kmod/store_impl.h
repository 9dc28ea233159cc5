/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the store share. */
#ifndef ZRAM_STORE_IMPL_H
#define ZRAM_STORE_IMPL_H

#include <linux/mm.h>

#include "pack.h"
#include "pool.h"
#include "slot.h"
#include "store.h"

/* Of a packed slot; it is locked, or its contents are in hand. */
static inline struct zram_pack *zram_slot_pack(const struct zram_slot *s)
{
	return (struct zram_pack *)s->ref;
}

/* Bytes in events and dumps; a packed slot is locked, or in hand. */
static inline u32 zram_slot_csize(const struct zram_slot *s)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_OBJECT:
		return zram_slot_size(s);
	case ZRAM_KIND_RAW:
		return PAGE_SIZE;
	case ZRAM_KIND_PACKED:
		return zram_pack_share(zram_slot_pack(s));
	default:
		return 0;
	}
}

static inline enum zram_tier zram_slot_tier(const struct zram_slot *s)
{
	if (unlikely(zram_slot_kind(s) == ZRAM_KIND_PACKED))
		return READ_ONCE(zram_slot_pack(s)->frozen) ? ZRAM_TIER_FROZEN :
		       zram_slot_has(s, ZRAM_SLOT_FOLIO) ? ZRAM_TIER_HOT :
							   ZRAM_TIER_COLD;
	return zram_slot_prio(s) ? ZRAM_TIER_WARM : ZRAM_TIER_HOT;
}

/* The pool may have grown: move the high-water mark. */
static inline unsigned long zram_store_note_used(struct zram_store *st)
{
	unsigned long pages = zram_pool_pages(st->pool);
	long max = atomic_long_read(&st->max_pages);

	while (pages > max &&
	       !atomic_long_try_cmpxchg(&st->max_pages, &max, pages))
		;
	return pages;
}

/* The same, and tell when the limit is near. */
void zram_store_note_stored(struct zram_store *st);

/* What a table does with slots that swap has freed. */
extern const struct zram_table_ops zram_store_table_ops;

/* Count the contents @s in (@sign 1) or out (@sign -1). */
void zram_store_count(struct zram_store *st, const struct zram_slot *s,
		      int sign);
/* Count contents out and give back the memory behind them. Never sleeps. */
void zram_store_release(struct zram_store *st, const struct zram_slot *old);

/*
 * What is no fill, into the pool, whatever the limit says: ref and state of @new.
 * 0, -ENOMEM.
 */
int zram_store_keep(struct zram_store *st, const void *page,
		    struct zram_slot *new);
/* Pages of the pool that the limit is about. */
unsigned long zram_store_counted_pages(struct zram_store *st);
/* Whether so many are within it, what the worker gives back soon left out. */
bool zram_store_fits(struct zram_store *st, unsigned long pages,
		     unsigned long limit);
/* Whether so little of it is left that dead slots of folios are looked for. */
static inline bool zram_store_is_tight(const struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);

	return limit && zram_pool_pages(st->pool) > limit - limit / 8;
}

/* zram_store_write() where folios become packs (@pack), or replace such. */
int zram_store_write_folios(struct zram_store *st, const struct zram_run *run,
			    u32 now, bool pack);
/* zram_store_read() where there are packs. */
int zram_store_read_packs(struct zram_store *st, struct zram_run *run, u32 now,
			  unsigned int flags);

/* Of @p, whose bytes were @stow, @pages were read at once; @decoded for that. */
void zram_store_was_read(struct zram_store *st, struct zram_pack *p,
			 const struct zram_stow *stow, unsigned int pages,
			 unsigned int decoded, u32 now);

/* As zram_store_read, for one packed slot, which is locked; unlocks it. */
int zram_store_read_packed(struct zram_store *st, size_t index,
			   struct zram_slot *s, void *page, u32 now,
			   unsigned int flags);

#endif
