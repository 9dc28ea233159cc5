// SPDX-License-Identifier: GPL-2.0-only
/* Marking slots idle by their age. */
#include "idle.h"

#include <linux/minmax.h>
#include <linux/sched.h>

#include "pack.h"

static bool can_be_idle(const struct zram_slot *s)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_EMPTY:
	case ZRAM_KIND_FILL:
		return false;
	case ZRAM_KIND_PACKED:
		return !READ_ONCE(((struct zram_pack *)s->ref)->frozen);
	default:
		return true;
	}
}

static void mark_slot(struct zram_table *t, size_t index, struct zram_slot *s,
		      u32 cutoff)
{
	if (zram_slot_kind(s) == ZRAM_KIND_EMPTY)
		return;
	zram_slot_lock(t, s);
	if (can_be_idle(s)) {
		bool idle = !cutoff || s->atime < cutoff;

		zram_slot_flag(s, idle ? ZRAM_SLOT_IDLE : 0,
			       idle ? 0 : ZRAM_SLOT_IDLE);
	}
	zram_slot_unlock(t, index, s);
}

size_t zram_idle_mark(struct zram_table *t, size_t index, size_t nr,
		      u32 cutoff)
{
	size_t end = min(t->nr_slots, index + nr);

	while (index < end) {
		struct zram_slot *s = zram_table_slot(t, index);
		size_t leaf_end = min(end, round_down(index, ZRAM_LEAF_SLOTS) +
					   ZRAM_LEAF_SLOTS);

		if (s)
			for (; index < leaf_end; index++, s++)
				mark_slot(t, index, s, cutoff);
		index = leaf_end;
		cond_resched();
	}
	return index;
}
