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

#define TRIES	4

/* What becomes of a folio. todo, made: slots, as bits. */
struct dissolving {
	struct zram_store *st;
	struct zram_pack *p;
	u32 todo;		/* picked */
	u32 made;		/* of those, they are in new */
	struct zram_slot new[ZRAM_FOLIO_SLOTS];
};

/* Pick slot @i, if it still is one. False: a job has it in hand. */
static bool pick(struct dissolving *d, unsigned int i)
{
	struct zram_table *t = &d->st->table;
	size_t index = zram_pack_index(d->p, i);
	struct zram_slot *s = zram_table_slot(t, index);
	bool free = true;

	zram_slot_lock(t, s);
	if (zram_slot_kind(s) == ZRAM_KIND_PACKED &&
	    zram_slot_pack(s) == d->p) {
		free = !zram_slot_has(s, ZRAM_SLOT_PICKED);
		if (free) {
			zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
			d->todo |= 1u << i;
		}
	}
	zram_slot_unlock(t, index, s);
	return free;
}

/* All that are left, or none: while a job has one, the bytes stay anyway. */
static int pick_all(struct dissolving *d)
{
	u32 live = READ_ONCE(d->p->live);
	unsigned int i;

	for (i = 0; i < d->p->nr; i++) {
		if (!(live & (1u << i)) || pick(d, i))
			continue;
		while (i--)
			if (d->todo & (1u << i))
				zram_unpick(&d->st->table,
					    zram_pack_index(d->p, i));
		d->todo = 0;
		return -EAGAIN;
	}
	return 0;
}

/*
 * A page into the pool. Until the folio goes both are there, and no write is to
 * fail for that: what the pool grows by stays out of the limit.
 */
static int keep(struct dissolving *d, unsigned int i, const void *page)
{
	struct zram_packs *packs = d->st->packs;
	unsigned long before = zram_pool_pages(d->st->pool);
	unsigned long had = packs->unpublished;
	long grew;
	int err;

	WRITE_ONCE(packs->unpublished, had + ZRAM_POOL_GROUP_PAGES);
	err = zram_store_keep(d->st, page, &d->new[i]);
	grew = zram_pool_pages(d->st->pool) - before;
	WRITE_ONCE(packs->unpublished,
		   had + clamp_t(long, grew, 0, ZRAM_POOL_GROUP_PAGES));
	return err;
}

/*
 * What the picked slots become; of those that cannot be read, nothing. 0,
 * -ENOMEM, or why a page cannot be read.
 */
static int make_singles(struct dissolving *d)
{
	void *page = (void *)__get_free_page(GFP_NOIO | __GFP_NOWARN);
	struct zram_stow *stow;
	unsigned int i;
	int err = 0, lost = 0;

	if (!page)
		return -ENOMEM;
	stow = zram_pack_stow(d->p);
	for (i = 0; i < d->p->nr && err != -ENOMEM; i++) {
		if (!(d->todo & (1u << i)))
			continue;
		err = zram_packs_read(d->p, stow, i, page);
		if (err)
			lost = err;
		else
			err = keep(d, i, page);
		if (!err)
			d->made |= 1u << i;
	}
	zram_stow_put(stow);
	free_page((unsigned long)page);
	return err == -ENOMEM ? err : lost;
}

/* What they become takes in bytes. */
static u32 bytes_made(const struct dissolving *d)
{
	u32 bytes = 0;
	unsigned int i;

	for (i = 0; i < d->p->nr; i++)
		if (d->made & (1u << i))
			bytes += zram_slot_csize(&d->new[i]);
	return bytes;
}

/* They get them, or nothing. How many did. */
static unsigned int settle(struct dissolving *d, bool undo)
{
	struct zram_store *st = d->st;
	unsigned int i, moved = 0;
	int raw;

	for (i = 0; i < d->p->nr; i++) {
		size_t index = zram_pack_index(d->p, i);
		const struct zram_slot *s;

		if (!(d->todo & (1u << i)))
			continue;
		if (undo || !(d->made & (1u << i))) {
			zram_unpick(&st->table, index);
			if (d->made & (1u << i))
				zram_pool_free(st->pool, d->new[i].ref);
			continue;
		}
		s = zram_table_slot(&st->table, index);
		d->new[i].state |= READ_ONCE(s->state) & ZRAM_SLOT_IDLE;
		/* it got smaller in company only */
		raw = zram_slot_kind(&d->new[i]) == ZRAM_KIND_RAW;
		zram_stat_add(st->stats, ZRAM_STAT_RAW_SINCE, raw);
		if (zram_store_move(st, index, &d->new[i]))
			moved++;
		else
			zram_stat_add(st->stats, ZRAM_STAT_RAW_SINCE, -raw);
	}
	return moved;
}

/*
 * Once over what is left, if that becomes smaller than the folio; then @moved
 * counts on. *bytes: what it would take.
 */
static int move_rest(struct zram_store *st, struct zram_pack *p,
		     unsigned int *moved, u32 *bytes)
{
	struct dissolving d = { .st = st, .p = p };
	int err = pick_all(&d);

	if (err)
		return err;
	err = make_singles(&d);
	*bytes = bytes_made(&d);
	if (!err && *bytes >= p->len)
		err = -E2BIG;
	*moved += settle(&d, err == -ENOMEM || err == -E2BIG);
	return err;
}

int zram_dissolve(struct zram_store *st, struct zram_pack *p)
{
	unsigned int moved = 0, tries = TRIES;
	u32 bytes;
	int err;

	/* A slot that is touched meanwhile stays, and all bytes for it. */
	do {
		err = move_rest(st, p, &moved, &bytes);
	} while (!err && READ_ONCE(p->live) && --tries);
	if (moved)
		zram_folio_was_dissolved(st->folio, p->nr, moved);
	if (err == -ENOMEM || err == -EAGAIN)
		return err;
	if (err == -E2BIG) {
		zram_packs_keep(p, bytes);
		return 0;
	}
	/* what cannot be read now will not be later */
	return !err && READ_ONCE(p->live) ? -EAGAIN : 0;
}
