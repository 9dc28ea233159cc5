// SPDX-License-Identifier: GPL-2.0-only
/* The slot table: leaves made when first written, and the slot lock. */

#include "slot.h"

#ifdef __KERNEL__
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#endif

/*
 * A leaf is 4 KiB whatever the page size. Growing the table happens in the
 * I/O path, which may be the way out of a memory shortage.
 */
#define LEAF_GFP	(GFP_NOIO | __GFP_NOWARN | __GFP_ZERO)

static size_t directory_len(size_t nr_slots)
{
	return (nr_slots >> ZRAM_LEAF_SHIFT) +
	       !!(nr_slots & (ZRAM_LEAF_SLOTS - 1));
}

int zram_table_init(struct zram_table *t, size_t nr_slots,
		    const struct zram_table_ops *ops)
{
	static struct lock_class_key slot_key;
	struct zram_leaf **leaf;

	/* Without __GFP_NOWARN a preposterous size would be a kernel splat. */
	leaf = kvcalloc(directory_len(nr_slots), sizeof(*leaf),
			GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL);
	if (!leaf)
		return -ENOMEM;
	t->leaf = leaf;
	t->nr_slots = nr_slots;
	t->ops = ops;
	atomic_long_set(&t->nr_leaves, 0);
	lockdep_init_map(&t->dep_map, "zram_slot", &slot_key, 0);
	return 0;
}

static void release_leaf(struct zram_table *t, struct zram_leaf *leaf)
{
	int i;

	for (i = 0; i < ZRAM_LEAF_SLOTS; i++)
		if (zram_slot_kind(&leaf->slot[i]) != ZRAM_KIND_EMPTY)
			t->ops->release(t, &leaf->slot[i]);
	kfree(leaf);
}

void zram_table_exit(struct zram_table *t)
{
	long left = atomic_long_read(&t->nr_leaves);
	size_t i;

	/* Counting the leaves down spares the walk over an empty rest. */
	for (i = 0; left; i++) {
		if (!t->leaf[i])
			continue;
		release_leaf(t, t->leaf[i]);
		left--;
		cond_resched();
	}
	kvfree(t->leaf);
	t->leaf = NULL;
	t->nr_slots = 0;
	atomic_long_set(&t->nr_leaves, 0);
}

size_t zram_table_bytes(const struct zram_table *t)
{
	return directory_len(t->nr_slots) * sizeof(*t->leaf) +
	       atomic_long_read(&t->nr_leaves) * sizeof(struct zram_leaf);
}

struct zram_slot *zram_table_grow(struct zram_table *t, size_t index)
{
	struct zram_leaf **entry = &t->leaf[index >> ZRAM_LEAF_SHIFT];
	struct zram_leaf *leaf;

	leaf = kmalloc(sizeof(*leaf), LEAF_GFP);
	if (!leaf)
		return NULL;
	if (cmpxchg(entry, NULL, leaf))
		kfree(leaf);	/* another writer was first */
	else
		atomic_long_inc(&t->nr_leaves);
	return zram_table_slot(t, index);
}

void zram_slot_lock_slow(struct zram_slot *s)
{
	u32 old;

	for (;;) {
		old = READ_ONCE(s->state);
		if (old & ZRAM_SLOT_LOCKED)
			cpu_relax();
		else if (try_cmpxchg_acquire(&s->state, &old,
					     old | ZRAM_SLOT_LOCKED))
			return;
	}
}

/* Under the lock: take the contents out of the slot, and the mark away. */
static struct zram_slot take_out(struct zram_slot *s)
{
	struct zram_slot old = { .ref = s->ref, .atime = s->atime };

	s->ref = 0;
	WRITE_ONCE(s->atime, 0);
	old.state = READ_ONCE(s->state);
	while (!try_cmpxchg_relaxed(&s->state, &old.state, ZRAM_SLOT_LOCKED))
		;
	old.state &= ~ZRAM_SLOT_CTL_MASK;
	return old;
}

/*
 * Unlock when there was a mark. Marks may come again while this works, but
 * what they are for is gone by then: a slot is filled under its lock only.
 */
void zram_slot_unlock_slow(struct zram_table *t, size_t index,
			   struct zram_slot *s, u32 clear)
{
	struct zram_slot got, old = { 0 };
	u32 state;

	for (;;) {
		state = READ_ONCE(s->state);
		if (state & ZRAM_SLOT_FREE_MARK) {
			got = take_out(s);
			if (zram_slot_kind(&got) != ZRAM_KIND_EMPTY) {
				old = got;
				t->ops->freed(t, index, &old);
			}
		} else if (try_cmpxchg_release(&s->state, &state,
				state & ~(ZRAM_SLOT_LOCKED | clear))) {
			break;
		}
	}
	preempt_enable();
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		t->ops->release(t, &old);
}

/* Lock the slot, or leave the mark with who holds it. True: locked. */
static bool lock_or_mark(struct zram_slot *s)
{
	u32 old = READ_ONCE(s->state), new;

	do {
		new = old | (old & ZRAM_SLOT_LOCKED ? ZRAM_SLOT_FREE_MARK :
						      ZRAM_SLOT_LOCKED);
	} while (!try_cmpxchg(&s->state, &old, new));
	return !(old & ZRAM_SLOT_LOCKED);
}

void zram_slot_notify_free(struct zram_table *t, size_t index)
{
	struct zram_slot *s = zram_table_slot(t, index);
	struct zram_slot old;

	if (!s)
		return;
	preempt_disable();
	if (!lock_or_mark(s)) {
		preempt_enable();
		return;
	}
	spin_acquire(&t->dep_map, 0, 1, _RET_IP_);
	old = take_out(s);
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		t->ops->freed(t, index, &old);
	zram_slot_unlock(t, index, s);
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		t->ops->release(t, &old);
}
