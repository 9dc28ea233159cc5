// SPDX-License-Identifier: GPL-2.0-only
/* Of the store: packed slots, what jobs move, and what is told about it. */
#include "store.h"

#include "event.h"
#include "folio.h"
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
	struct zram_pack_want want;
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
	want.nr = 1;
	want.which[0] = zram_slot_size(s);
	want.page[0] = page;
	zram_slot_unlock_clear(&st->table, index, s, ZRAM_SLOT_UNTOUCHED);
	err = zram_packs_read_some(p, stow, &want);
	if (likely(!err))
		zram_store_was_read(st, p, stow, 1, want.decoded, now);
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

void zram_store_reset_max(struct zram_store *st)
{
	atomic_long_set(&st->max_pages, zram_pool_pages(st->pool));
}

size_t zram_store_codec_bytes(const struct zram_store *st)
{
	size_t bytes = 0;
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		if (st->codec[prio])
			bytes += zram_codec_bytes(st->codec[prio]);
	return bytes + zram_folio_bytes(st->folio);
}

void zram_store_write_failed(struct zram_store *st, int err)
{
	const struct zram_event ev = {
		.type = ZRAM_EVENT_WRITE_FAILED,
		.dev = st->dev,
		.generation = st->generation,
		.err = err,
	};

	zram_stat_add(st->stats, ZRAM_STAT_FAILED_WRITES, 1);
	if (zram_event_due(&st->told_failed))
		zram_event(&ev);
}
