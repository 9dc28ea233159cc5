/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The slot table of a device and the slot lock.
 *
 * This pair also compiles in user space (selftests/host), where the protocol
 * runs against a model; slot_env.h there stands in for the kernel headers.
 *
 * LOCK ORDER of the whole module, outermost first:
 *
 *   1. zram_registry_lock	mutex: ids, add, remove
 *   2. disk->open_mutex	block layer: openers, claim
 *   3. zram_device.lock	rwsem: configuration, life of the store
 *   4. zram_attachment.lock, then pausers_lock	mutexes: the backing device of
 *	a device (attach.c); what rests during suspend (job_pm.c)
 *   5. zram_device.partial_lock	mutexes: read-modify-write of slots
 *   6. zram_folio.lock		mutex: its contexts are made or dropped
 *	zram_folio_enc.mutex	tried only; nothing waits under it
 *	entry, then decoder	mutexes: decoded packs (unpack.c)
 *   7. stream mutex		one compressor of one CPU (codec.c)
 *   8. slot lock		bit spinlock: the words of one slot
 *   9. zram_pack.lock		spinlock: live slots and place of a pack
 *  10. the innermost, none of them held with another: zsmalloc's locks (pool.c),
 *	the extent map, zram_packs.lock and by_id (packs.c), zram_unpack.lock,
 *	zram_backing.lock, all_lock (backing.c), zram_fetch.lock,
 *	zram_writeback_knobs.lock, jobs_lock (job.c), zram_folio.state_lock
 *
 * The I/O path takes 5 and below, a free of a swap entry 8 and below. 7 and 8
 * are never held together, and no allocation that may reclaim happens under
 * either. Two slot locks are never held together. swap_slot_free_notify comes
 * from under spinlocks of the swap layer: it never waits for a slot lock (it
 * leaves a mark). Jobs take 6 and below, 4 only by trying, and none of 1 to 3:
 * who holds one of these may wait for them.
 */
#ifndef ZRAM_SLOT_H
#define ZRAM_SLOT_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/types.h>
#else
#include "slot_env.h"
#endif
#include "zram/trace_events.h"

/*
 * One page-sized piece of a device; 16 bytes.
 * ref: object handle (OBJECT, RAW), fill word (FILL), pack (PACKED).
 * state: the bits below; changed only by compare-and-swap, since the free
 * mark may be set by anyone while the lock is held.
 * atime: boottime seconds of the last access; written under the lock.
 */
struct zram_slot {
	unsigned long ref;
	u32 state;
	u32 atime;
};

#define ZRAM_SLOT_LOCKED	(1u << 0)
#define ZRAM_SLOT_FREE_MARK	(1u << 1)	/* only while locked */
#define ZRAM_SLOT_KIND_SHIFT	2		/* 3 bits: enum zram_kind */
#define ZRAM_SLOT_KIND_MASK	(7u << ZRAM_SLOT_KIND_SHIFT)
#define ZRAM_SLOT_SIZE_SHIFT	5		/* 16 bits: object bytes, or
						 * index in the pack */
#define ZRAM_SLOT_SIZE_MASK	(0xffffu << ZRAM_SLOT_SIZE_SHIFT)
#define ZRAM_SLOT_PRIO_SHIFT	21		/* 2 bits: codec priority */
#define ZRAM_SLOT_PRIO_MASK	(3u << ZRAM_SLOT_PRIO_SHIFT)
#define ZRAM_SLOT_IDLE		(1u << 23)	/* marked by the idle attribute */
#define ZRAM_SLOT_PICKED	(1u << 24)	/* a job works on a copy */
#define ZRAM_SLOT_INCOMPRESSIBLE (1u << 25)	/* no codec makes it smaller */
#define ZRAM_SLOT_WAS_RAW	(1u << 26)	/* packed: raw before it was */
#define ZRAM_SLOT_FOLIO		(1u << 27)	/* packed when it was written */
/* Any read, write or free takes these away. */
#define ZRAM_SLOT_UNTOUCHED	(ZRAM_SLOT_IDLE | ZRAM_SLOT_PICKED)
#define ZRAM_SLOT_CTL_MASK	(ZRAM_SLOT_LOCKED | ZRAM_SLOT_FREE_MARK)
/* Bits 28..31 are free. */

static inline u32 zram_slot_state(enum zram_kind kind, u32 size, u32 prio)
{
	return kind << ZRAM_SLOT_KIND_SHIFT | size << ZRAM_SLOT_SIZE_SHIFT |
	       prio << ZRAM_SLOT_PRIO_SHIFT;
}

static inline enum zram_kind zram_slot_kind(const struct zram_slot *s)
{
	return (READ_ONCE(s->state) & ZRAM_SLOT_KIND_MASK) >>
	       ZRAM_SLOT_KIND_SHIFT;
}

static inline u32 zram_slot_size(const struct zram_slot *s)
{
	return (READ_ONCE(s->state) & ZRAM_SLOT_SIZE_MASK) >>
	       ZRAM_SLOT_SIZE_SHIFT;
}

static inline u32 zram_slot_prio(const struct zram_slot *s)
{
	return (READ_ONCE(s->state) & ZRAM_SLOT_PRIO_MASK) >>
	       ZRAM_SLOT_PRIO_SHIFT;
}

static inline bool zram_slot_has(const struct zram_slot *s, u32 bits)
{
	return READ_ONCE(s->state) & bits;
}

struct zram_table;

/*
 * What the owner of a table does with contents that a free mark took out.
 * freed: under the slot lock, the slot is already empty: fire the event.
 * release: after the lock: give back the memory behind @old. Must not sleep.
 */
struct zram_table_ops {
	void (*freed)(struct zram_table *t, size_t index,
		      const struct zram_slot *old);
	void (*release)(struct zram_table *t, const struct zram_slot *old);
};

#define ZRAM_LEAF_SHIFT 8
#define ZRAM_LEAF_SLOTS (1 << ZRAM_LEAF_SHIFT)

struct zram_leaf {
	struct zram_slot slot[ZRAM_LEAF_SLOTS];
};

/*
 * leaf[]: directory; an entry is installed once by compare-and-swap and
 * stays until zram_table_exit.
 */
struct zram_table {
	struct zram_leaf **leaf;
	size_t nr_slots;
	const struct zram_table_ops *ops;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map dep_map;
#endif
	/* changes with each new leaf: away from what every access reads */
	atomic_long_t nr_leaves ____cacheline_aligned_in_smp;
};

/* -ENOMEM when the directory cannot be allocated; @t is then untouched. */
int zram_table_init(struct zram_table *t, size_t nr_slots,
		    const struct zram_table_ops *ops);
/* No user may be left; every slot is released through ops->release first. */
void zram_table_exit(struct zram_table *t);
/* Bytes of kernel memory the table occupies now. */
size_t zram_table_bytes(const struct zram_table *t);

/* The slot at @index < nr_slots; NULL when its leaf was never written. */
static inline struct zram_slot *zram_table_slot(const struct zram_table *t,
						size_t index)
{
	struct zram_leaf *leaf;

	leaf = smp_load_acquire(&t->leaf[index >> ZRAM_LEAF_SHIFT]);
	return leaf ? &leaf->slot[index & (ZRAM_LEAF_SLOTS - 1)] : NULL;
}

/* The same for a slot whose leaf is missing: makes it. */
struct zram_slot *zram_table_grow(struct zram_table *t, size_t index);

/*
 * The slot at @index, with the leaf made when missing (GFP_NOIO, may sleep, no
 * lock may be held); NULL when there is no memory.
 */
static inline struct zram_slot *zram_table_slot_make(struct zram_table *t,
						     size_t index)
{
	return zram_table_slot(t, index) ?: zram_table_grow(t, index);
}

/* The rare halves of lock and unlock: somebody else has it, left a mark. */
void zram_slot_lock_slow(struct zram_slot *s);
void zram_slot_unlock_slow(struct zram_table *t, size_t index,
			   struct zram_slot *s, u32 clear);

/**
 * zram_slot_lock() - take the lock of a slot, spinning.
 * @t: the table that @s is in (lockdep's class)
 * @s: the slot
 *
 * Preemption stays off until the unlock: sleep nowhere in between.
 */
static inline void zram_slot_lock(struct zram_table *t, struct zram_slot *s)
{
	u32 old;

	preempt_disable();
	spin_acquire(&t->dep_map, 0, 0, _RET_IP_);
	old = READ_ONCE(s->state) & ~ZRAM_SLOT_LOCKED;
	if (unlikely(!try_cmpxchg_acquire(&s->state, &old,
					  old | ZRAM_SLOT_LOCKED)))
		zram_slot_lock_slow(s);
}

/**
 * zram_slot_unlock_clear() - let go of a slot, and of its contents if marked.
 * @t: the table that @s is in
 * @index: index of @s in @t
 * @s: the slot, locked by the caller
 * @clear: flags to take away: ZRAM_SLOT_UNTOUCHED after a read, else 0
 *
 * The contents go to t->ops: freed() before, release() after the unlock.
 *
 * A compare-and-swap loop rather than a test and a store: a mark that came
 * in between would be lost, and with it the memory of a freed page.
 */
static inline void zram_slot_unlock_clear(struct zram_table *t, size_t index,
					  struct zram_slot *s, u32 clear)
{
	u32 old = READ_ONCE(s->state);

	spin_release(&t->dep_map, _RET_IP_);
	if (likely(!(old & ZRAM_SLOT_FREE_MARK)) &&
	    likely(try_cmpxchg_release(&s->state, &old,
				       old & ~(ZRAM_SLOT_LOCKED | clear)))) {
		preempt_enable();
		return;
	}
	zram_slot_unlock_slow(t, index, s, clear);
}

static inline void zram_slot_unlock(struct zram_table *t, size_t index,
				    struct zram_slot *s)
{
	zram_slot_unlock_clear(t, index, s, 0);
}

/**
 * zram_slot_flag() - set or take away flags, the contents stay.
 * @s: the slot, locked by the caller
 * @set: flags to set
 * @clear: flags to take away
 */
static inline void zram_slot_flag(struct zram_slot *s, u32 set, u32 clear)
{
	u32 old = READ_ONCE(s->state);

	while (unlikely(!try_cmpxchg_relaxed(&s->state, &old,
					     (old & ~clear) | set)))
		;
}

/**
 * zram_slot_replace() - give a slot new contents.
 * @s: the slot, locked by the caller
 * @ref: what zram_slot.ref says
 * @state: zram_slot_state() with flags, or 0 to make it empty
 * @atime: boottime seconds of this access
 *
 * Old out and new in within one locked section: two sections would let two
 * writers of one slot lose an object.
 *
 * Return: the former contents; release them after the unlock.
 */
static inline struct zram_slot zram_slot_replace(struct zram_slot *s,
						 unsigned long ref, u32 state,
						 u32 atime)
{
	struct zram_slot old = { .ref = s->ref, .atime = s->atime };

	s->ref = ref;
	WRITE_ONCE(s->atime, atime);
	old.state = READ_ONCE(s->state);
	while (unlikely(!try_cmpxchg_relaxed(&s->state, &old.state,
			(old.state & ZRAM_SLOT_CTL_MASK) | state)))
		;
	old.state &= ~ZRAM_SLOT_CTL_MASK;
	return old;
}

/*
 * A swap entry was freed. Never waits: empties the slot at once (freed() and
 * release() are called) or, when somebody holds the lock, leaves a mark that
 * the holder's unlock honours. The caller is not to reuse the slot before
 * this returns.
 */
void zram_slot_notify_free(struct zram_table *t, size_t index);

#endif
