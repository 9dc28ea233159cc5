// SPDX-License-Identifier: GPL-2.0-only
/*
 * Folios that lost most of their slots: the rest goes back to single pages.
 *
 * Into another pack it would not belong: it is not cold, and what is left of a
 * folio comes back page by page.
 */
#include "dissolve.h"

#include <linux/bitops.h>
#include <linux/gfp.h>

#include "folio.h"
#include "packs.h"
#include "pool.h"
#include "select.h"
#include "store.h"
#include "store_impl.h"

/* Pick slot @i of @p, if it still is one and no job has it in hand. */
static bool pick(struct zram_store *st, struct zram_pack *p, unsigned int i)
{
	size_t index = zram_pack_index(p, i);
	struct zram_slot *s = zram_table_slot(&st->table, index);
	bool picked;

	zram_slot_lock(&st->table, s);
	picked = zram_slot_kind(s) == ZRAM_KIND_PACKED &&
		 zram_slot_pack(s) == p && !zram_slot_has(s, ZRAM_SLOT_PICKED);
	if (picked)
		zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
	zram_slot_unlock(&st->table, index, s);
	return picked;
}

/*
 * What the slots @todo become, into @new; those that could be had. -ENOMEM;
 * another error: that of a page that cannot be read.
 */
static int make_singles(struct zram_store *st, struct zram_pack *p, u32 todo,
			struct zram_slot *new, u32 *made)
{
	void *page = (void *)__get_free_page(GFP_NOIO | __GFP_NOWARN);
	struct zram_stow *stow;
	unsigned int i;
	int err = 0, lost = 0;

	if (!page)
		return -ENOMEM;
	stow = zram_pack_stow(p);
	for (i = 0; i < p->nr && err != -ENOMEM; i++) {
		if (!(todo & (1u << i)) || !pick(st, p, i))
			continue;
		err = zram_packs_read(p, stow, i, page);
		if (!err)
			err = zram_store_keep(st, page, &new[i]);
		else
			lost = err;
		if (err)
			zram_unpick(&st->table, zram_pack_index(p, i));
		else
			*made |= 1u << i;
	}
	zram_stow_put(stow);
	free_page((unsigned long)page);
	return err == -ENOMEM ? err : lost;
}

/* They get them, or nothing. How many did. */
static unsigned int settle(struct zram_store *st, struct zram_pack *p,
			   struct zram_slot *new, u32 made, bool undo)
{
	unsigned int i, moved = 0;

	for (i = 0; i < p->nr; i++) {
		size_t index = zram_pack_index(p, i);
		const struct zram_slot *s;

		if (!(made & (1u << i)))
			continue;
		if (undo) {
			zram_unpick(&st->table, index);
			zram_pool_free(st->pool, new[i].ref);
			continue;
		}
		s = zram_table_slot(&st->table, index);
		new[i].state |= READ_ONCE(s->state) & ZRAM_SLOT_IDLE;
		moved += zram_store_move(st, index, &new[i]);
	}
	return moved;
}

int zram_dissolve(struct zram_store *st, struct zram_pack *p)
{
	struct zram_slot new[ZRAM_FOLIO_SLOTS] = { };
	u32 live = READ_ONCE(p->live), made = 0;
	unsigned int moved;
	int err;

	/* For a moment both are there, and no write is to fail for that. */
	WRITE_ONCE(st->packs->unpublished,
		   hweight32(live) + ZRAM_POOL_GROUP_PAGES);
	err = make_singles(st, p, live, new, &made);
	moved = settle(st, p, new, made, err == -ENOMEM);
	zram_packs_settle(st->packs);
	zram_store_keep_limit(st);
	if (moved)
		zram_folio_was_dissolved(st->folio, p->nr, moved);
	if (err)	/* what cannot be read now will not be later */
		return err == -ENOMEM ? err : 0;
	return READ_ONCE(p->live) ? -EAGAIN : 0;
}
