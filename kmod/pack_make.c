// SPDX-License-Identifier: GPL-2.0-only
/* Packs out of picked slots: gathered, compressed, kept, published. */

#include "pack_make.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat/crc32c.h"
#include "frame.h"
#include "packs.h"
#include "pool.h"
#include "select.h"
#include "store_impl.h"

#define GFP_MAKER	(GFP_NOIO | __GFP_NOWARN)

struct zram_pack_maker *zram_pack_maker_create(struct zram_store *st,
					       unsigned int slots, s32 level)
{
	const unsigned int most = min_t(unsigned int, ZRAM_PACK_SLOTS,
					ZRAM_PACK_BYTES / PAGE_SIZE);
	struct zram_pack_maker *m;
	int err;

	err = zram_packs_prepare(st->packs);
	if (err)
		return ERR_PTR(err);
	m = kzalloc(sizeof(*m), GFP_MAKER);
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->st = st;
	m->slots = slots ? min(slots, most) : most;
	m->level = level;
	m->enc = zram_frame_enc_create(level, m->slots * PAGE_SIZE, false);
	if (IS_ERR(m->enc)) {
		err = PTR_ERR(m->enc);
		kfree(m);
		return ERR_PTR(err);
	}
	m->pages = kvmalloc(ZRAM_PACK_BYTES, GFP_MAKER);
	m->frame = kvmalloc(ZRAM_PACK_BYTES, GFP_MAKER);
	if (!m->pages || !m->frame) {
		zram_pack_maker_destroy(m);
		return ERR_PTR(-ENOMEM);
	}
	return m;
}

void zram_pack_maker_destroy(struct zram_pack_maker *m)
{
	if (!m)
		return;
	zram_pack_give_up(m);
	kvfree(m->frame);
	kvfree(m->pages);
	zram_frame_enc_destroy(m->enc);
	kfree(m);
}

bool zram_pack_pick(struct zram_store *st, u64 index,
		    struct zram_pack *const *of, unsigned int nr)
{
	struct zram_slot *s = zram_table_slot(&st->table, index);
	bool picked = false;
	unsigned int i;

	zram_slot_lock(&st->table, s);
	for (i = 0; i < nr && !picked; i++)
		picked = zram_slot_kind(s) == ZRAM_KIND_PACKED &&
			 s->ref == (unsigned long)of[i];
	if (picked)
		zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
	zram_slot_unlock(&st->table, index, s);
	return picked;
}

bool zram_pack_room(const struct zram_pack_maker *m, u64 index)
{
	if (!m->nr)
		return true;
	return m->nr < m->slots && index - m->index[0] <= U32_MAX;
}

/*
 * The slot is in a pack already, and locked. What it takes now is its part of
 * what stays as long as any of the live ones does.
 */
static int copy_packed(struct zram_store *st, size_t index,
		       struct zram_slot *s, void *page, u32 *was)
{
	struct zram_pack *p = (struct zram_pack *)s->ref;
	unsigned int i = zram_slot_size(s);
	struct zram_stow *stow;
	int err;

	zram_pack_get(p);
	zram_slot_unlock(&st->table, index, s);
	stow = zram_pack_stow(p);
	*was = stow->frozen ? 0 :
	       p->len / max_t(u32, hweight32(READ_ONCE(p->live)), 1);
	err = zram_packs_read(p, stow, i, page);
	zram_stow_put(stow);
	zram_pack_put(p);
	return err;
}

int zram_pack_gather(struct zram_pack_maker *m, u64 index)
{
	struct zram_store *st = m->st;
	void *page = m->pages + m->nr * PAGE_SIZE;
	u32 *was = &m->was[m->nr];
	struct zram_slot *s;
	int err;

	s = zram_pick_lock(&st->table, index);
	if (!s)
		return -ESTALE;
	if (zram_slot_kind(s) == ZRAM_KIND_PACKED) {
		err = copy_packed(st, index, s, page, was);
	} else {
		*was = zram_slot_kind(s) == ZRAM_KIND_RAW ? PAGE_SIZE :
							    zram_slot_size(s);
		err = zram_store_decode_locked(st, s, page);
		zram_slot_unlock(&st->table, index, s);
	}
	if (err) {
		zram_unpick(&st->table, index);
		return -EIO;
	}
	m->index[m->nr++] = index;
	return 0;
}

int zram_pack_seal(struct zram_pack_maker *m)
{
	size_t len = m->nr * PAGE_SIZE;
	unsigned int i;

	if (m->raw) {
		m->bytes = m->pages;
		m->len = len;
		for (i = 0; i < m->nr; i++)
			m->crc[i] = crc32c(0, m->pages + i * PAGE_SIZE,
					   PAGE_SIZE);
		return 0;
	}
	m->len = zram_frame_compress(m->enc, m->pages, len, m->frame, len);
	if (!m->len)
		return -E2BIG;
	m->bytes = m->frame;
	m->crc[0] = crc32c(0, m->bytes, m->len);
	return 0;
}

static bool still_picked(const struct zram_pack_maker *m, unsigned int i)
{
	struct zram_slot *s = zram_table_slot(&m->st->table, m->index[i]);

	return s && zram_slot_has(s, ZRAM_SLOT_PICKED);
}

bool zram_pack_pays(const struct zram_pack_maker *m)
{
	size_t after = m->len + zram_pack_size(m->nr, m->raw) +
		       zram_packs_stow_size(m->len);
	size_t before = 0;
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		if (still_picked(m, i))
			before += m->was[i];
	return after < before;
}

/*
 * What stays: a slot that was not accessed is as idle as it was before, and
 * huge_pages goes on counting it. (If it was accessed it gets nothing.)
 */
static u32 flags_of(const struct zram_pack_maker *m, unsigned int i)
{
	const struct zram_slot *s = zram_table_slot(&m->st->table, m->index[i]);
	const struct zram_slot copy = { .state = READ_ONCE(s->state) };
	u32 flags = copy.state & (ZRAM_SLOT_IDLE | ZRAM_SLOT_WAS_RAW);

	if (zram_slot_kind(&copy) == ZRAM_KIND_RAW)
		flags |= ZRAM_SLOT_WAS_RAW;
	return flags;
}

int zram_pack_publish(struct zram_pack_maker *m, struct zram_stow *stow,
		      struct zram_pack_result *result)
{
	struct zram_slot new = { 0 };
	struct zram_pack *p;
	unsigned int i;

	*result = (struct zram_pack_result){ .len = m->len };
	p = zram_packs_add(m->st->packs, m->index, m->nr, m->len, m->crc,
			   m->raw, m->level, stow);
	if (!p) {
		zram_stow_put(stow);
		zram_pack_give_up(m);
		return -ENOMEM;
	}
	result->id = p->id;
	new.ref = (unsigned long)p;
	for (i = 0; i < m->nr; i++) {
		new.state = zram_slot_state(ZRAM_KIND_PACKED, i, 0) |
			    flags_of(m, i);
		if (zram_store_move(m->st, m->index[i], &new)) {
			result->moved++;
			result->before += m->was[i];
		} else {
			result->lost++;
		}
	}
	zram_pack_put(p);
	m->nr = 0;
	return result->moved ? 0 : -ESTALE;
}

void zram_pack_give_up(struct zram_pack_maker *m)
{
	while (m->nr)
		zram_unpick(&m->st->table, m->index[--m->nr]);
}

int zram_pack_make(struct zram_pack_maker *m, u64 max_len,
		   struct zram_pack_result *result)
{
	struct zram_packs *packs = m->st->packs;
	struct zram_stow *stow;
	int err;

	if (zram_pack_seal(m) || !zram_pack_pays(m)) {
		zram_pack_give_up(m);
		return -ENOSPC;
	}
	if (m->len > max_len) {
		zram_pack_give_up(m);
		return -EDQUOT;
	}
	stow = zram_packs_stow_in_pool(packs, m->bytes, m->len);
	if (!stow) {
		zram_pack_give_up(m);
		return -ENOMEM;
	}
	zram_store_note_used(m->st);
	/* Some may have been touched since: then it is undone. */
	if (zram_pack_pays(m)) {
		err = zram_pack_publish(m, stow, result);
	} else {
		zram_stow_put(stow);
		zram_pack_give_up(m);
		err = -ENOSPC;
	}
	/* what went is out of the pool before what came counts */
	zram_store_keep_limit(m->st);
	zram_packs_settle(packs);
	return err;
}
