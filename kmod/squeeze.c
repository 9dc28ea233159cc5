// SPDX-License-Identifier: GPL-2.0-only
/*
 * Squeeze: compacting a pool further than zsmalloc does by itself.
 *
 * Objects of about one size share groups of pages. zsmalloc fills the holes in
 * those groups, after which each size still has one group that is not full:
 * some hundred sizes, of up to eight pages each. Here the objects of such
 * groups move into the empty places of groups for larger objects, as far as
 * there are any. An object knows its length, so that it may lie in more room
 * than it needs.
 */
#include "squeeze.h"

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "pool.h"
#include "store.h"

#define GFP_SQUEEZE	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

/* Of one shape. Counts are of objects. */
struct plan {
	u32 present;	/* in slots */
	u32 left;	/* in the group that is not full, if there is one */
	u32 room;	/* that no plan uses yet, in the same group */
	u32 promised;	/* places that smaller objects may take */
	u32 quota;	/* that are to move into larger places */
};

struct squeeze {
	struct zram_store *st;
	unsigned int nr;	/* of the shapes that compressed pages have */
	void *copy;		/* PAGE_SIZE */
	struct plan plan[ZRAM_POOL_SIZES];
	struct zram_pool_shape shape[ZRAM_POOL_SIZES];
};

/* The shape of what a slot has, read without its lock; nr: none of ours */
static unsigned int shape_of(const struct squeeze *sq,
			     const struct zram_slot *s)
{
	if (zram_slot_kind(s) != ZRAM_KIND_OBJECT)
		return sq->nr;
	return min(zram_pool_shape(sq->shape, zram_slot_size(s)), sq->nr);
}

/* Call @fn for each slot of leaves that exist, until a fatal signal. */
static void for_each_slot(struct squeeze *sq,
			  void (*fn)(struct squeeze *sq, size_t index,
				     struct zram_slot *s))
{
	struct zram_table *t = &sq->st->table;
	size_t index, end;

	for (index = 0; index < t->nr_slots; index = end) {
		struct zram_slot *s = zram_table_slot(t, index);

		end = min(index + ZRAM_LEAF_SLOTS, t->nr_slots);
		cond_resched();
		if (fatal_signal_pending(current))
			return;
		for (; s && index < end; index++, s++)
			fn(sq, index, s);
	}
}

static void count(struct squeeze *sq, size_t index, struct zram_slot *s)
{
	unsigned int i = shape_of(sq, s);

	if (i < sq->nr)
		sq->plan[i].present++;
}

static u32 room_above(const struct squeeze *sq, unsigned int i)
{
	u32 room = 0;

	while (++i < sq->nr)
		room += sq->plan[i].room;
	return room;
}

/* All that is left of shape @i is to take the next larger places. */
static void promise(struct squeeze *sq, unsigned int i)
{
	struct plan *p = &sq->plan[i];
	u32 need = p->left;

	p->quota = need;
	p->room = 0;
	while (need) {
		struct plan *to = &sq->plan[++i];
		u32 n = min(to->room, need);

		to->room -= n;
		to->promised += n;
		to->left += n;
		need -= n;
	}
}

/* From small to large: what came from below may go on with the rest. */
static void make_plan(struct squeeze *sq)
{
	unsigned int i;

	for (i = 0; i < sq->nr; i++) {
		struct plan *p = &sq->plan[i];
		u32 objects = sq->shape[i].objects;

		p->left = p->present % objects;
		p->room = p->left ? objects - p->left : 0;
	}
	for (i = 0; i < sq->nr; i++) {
		struct plan *p = &sq->plan[i];

		if (p->left && p->left < sq->shape[i].objects &&
		    p->left <= p->present && room_above(sq, i) >= p->left)
			promise(sq, i);
	}
}

/*
 * An object where a group has room for it; 0 when there is no such group. One
 * that is made to find that out is left out of the limit of the writers.
 */
static unsigned long alloc_in_group(struct squeeze *sq, unsigned int i)
{
	struct zram_pool *pool = sq->st->pool;
	atomic_long_t *transit = &sq->st->packs->transit;
	unsigned long pages = zram_pool_pages(pool);
	unsigned long handle;

	atomic_long_add(ZRAM_POOL_GROUP_PAGES, transit);
	handle = zram_pool_alloc(pool, sq->shape[i].size, GFP_SQUEEZE);
	if (handle && zram_pool_pages(pool) > pages) {
		zram_pool_free(pool, handle);
		handle = 0;
	}
	atomic_long_sub(ZRAM_POOL_GROUP_PAGES, transit);
	return handle;
}

/*
 * A group that is full need not be emptied: the slots do not tell of what is
 * in the pool for packs, nor of objects that lie in larger places already.
 */
static void check_plan(struct squeeze *sq)
{
	unsigned long handle;
	unsigned int i;

	for (i = 0; i < sq->nr; i++) {
		if (!sq->plan[i].quota)
			continue;
		handle = alloc_in_group(sq, i);
		if (handle)
			zram_pool_free(sq->st->pool, handle);
		else
			sq->plan[i].quota = 0;
	}
}

/* Under the slot lock. */
static void copy_object(struct squeeze *sq, struct zram_slot *s,
			unsigned long handle)
{
	struct zram_store *st = sq->st;
	size_t len = zram_slot_size(s);
	const void *mem;

	mem = zram_pool_read_begin(st->pool, s->ref, len,
				   zram_codec_scratch(st->codec[0]));
	memcpy(sq->copy, mem, len);
	zram_pool_read_end(st->pool, s->ref, len, mem);
	zram_pool_write(st->pool, handle, sq->copy, len);
}

/* The contents, the flags and the time of the slot stay what they are. */
static bool move_object(struct squeeze *sq, size_t index, struct zram_slot *s,
			unsigned int shape, unsigned long handle)
{
	struct zram_store *st = sq->st;
	unsigned long old = handle;

	zram_slot_lock(&st->table, s);
	if (shape_of(sq, s) == shape) {
		copy_object(sq, s, handle);
		old = s->ref;
		s->ref = handle;
	}
	zram_slot_unlock(&st->table, index, s);
	zram_pool_free(st->pool, old);
	return old != handle;
}

static void carry_out(struct squeeze *sq, size_t index, struct zram_slot *s)
{
	unsigned int i = shape_of(sq, s), to = i;
	unsigned long handle;

	if (i >= sq->nr || !sq->plan[i].quota)
		return;
	while (++to < sq->nr) {
		if (!sq->plan[to].promised)
			continue;
		handle = alloc_in_group(sq, to);
		if (!handle) {
			sq->plan[to].promised = 0;
			continue;
		}
		if (move_object(sq, index, s, i, handle)) {
			sq->plan[to].promised--;
			sq->plan[i].quota--;
		}
		return;
	}
	sq->plan[i].quota = 0;
}

void zram_squeeze(struct zram_store *st)
{
	struct squeeze *sq;

	zram_pool_compact(st->pool);
	sq = kzalloc(sizeof(*sq), GFP_KERNEL | __GFP_NOWARN);
	if (!sq)
		return;
	sq->copy = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN);
	if (sq->copy) {
		sq->st = st;
		zram_pool_shapes(sq->shape);
		sq->nr = zram_pool_shape(sq->shape, st->huge_size);
		for_each_slot(sq, count);
		make_plan(sq);
		check_plan(sq);
		for_each_slot(sq, carry_out);
		zram_pool_compact(st->pool);
		free_page((unsigned long)sq->copy);
	}
	kfree(sq);
}
