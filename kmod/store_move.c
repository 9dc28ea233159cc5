// SPDX-License-Identifier: GPL-2.0-only
/* The store below the hot tier: reading packed slots, and what jobs move. */
#include "store.h"

#include "pool.h"
#include "select.h"
#include "store_impl.h"
#include "trace.h"

/*
 * The stow is taken under the slot lock: what was in memory then stays there
 * until it is read. So a frozen slot is refused before anything was done to
 * it.
 */
int zram_store_read_packed(struct zram_store *st, size_t index,
			   struct zram_slot *s, void *page, u32 now,
			   unsigned int flags)
{
	struct zram_pack *p = zram_slot_pack(s);
	unsigned int i = zram_slot_size(s);
	struct zram_stow *stow;
	int err;

	stow = zram_pack_read_begin(p, now, flags & ZRAM_READ_WAIT);
	if (!stow) {
		zram_slot_unlock(&st->table, index, s);
		return -EAGAIN;
	}
	zram_pack_get(p);
	trace_zram_slot_read(st->dev, index, zram_slot_csize(s),
			     zram_slot_tier(s), 0, now, s->atime,
			     st->generation);
	s->atime = now;
	zram_slot_unlock_clear(&st->table, index, s, ZRAM_SLOT_UNTOUCHED);
	err = zram_packs_read(p, stow, i, page);
	if (unlikely(stow->frozen) && !err)
		zram_packs_note_read(p, now);
	zram_stow_put(stow);
	zram_pack_put(p);
	return err;
}

bool zram_store_move(struct zram_store *st, size_t index,
		     const struct zram_slot *new)
{
	struct zram_slot *s, old;

	/* Before the slot has it: a free mark may take it out at the unlock. */
	zram_store_count(st, new, 1);
	s = zram_pick_lock(&st->table, index);
	if (!s) {
		zram_store_release(st, new);
		return false;
	}
	old = zram_slot_replace(s, new->ref, new->state, s->atime);
	trace_zram_slot_move(st->dev, index, zram_slot_tier(&old),
			     zram_slot_tier(new), zram_slot_csize(new),
			     st->generation);
	zram_slot_unlock(&st->table, index, s);
	zram_store_release(st, &old);
	return true;
}

/*
 * What a job put there is less than what it replaced; but the pages of the
 * latter may still be shared with others.
 */
void zram_store_keep_limit(struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);

	if (limit && zram_pool_pages(st->pool) > limit)
		zram_pool_compact(st->pool);
}
