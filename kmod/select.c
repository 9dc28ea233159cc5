// SPDX-License-Identifier: GPL-2.0-only
/* The coldest slots of a device, batch by batch, in bounded memory. */
#include "select.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "job.h"
#include "pack.h"
#include "store.h"
#include "store_impl.h"

/* Slots that one call looks at: some ms, a second on a debug kernel. */
#define SCAN_SLOTS	(1u << 19)

/*
 * heap: while scanning, a heap whose root is the one to go when a colder one
 * comes; then sorted, heap[next..nr-1] are picked and still to be given out.
 * last: the last one of the former batch; passes take what comes after it.
 */
struct zram_select {
	struct zram_job *job;
	struct zram_table *table;
	zram_select_rule rule;
	const void *arg;
	unsigned int flags;
	u32 began;
	u32 nr, next, max;
	u64 cursor;		/* of the scan */
	u32 passes;
	bool scanning;
	bool more;		/* the batch had no room for all */
	struct zram_candidate last;
	struct zram_candidate heap[];
};

/* Colder first, then larger, then by index: a total order. */
static int compare(const struct zram_candidate *a,
		   const struct zram_candidate *b)
{
	if (a->atime != b->atime)
		return a->atime < b->atime ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return 0;
}

static int compare_cold(const void *a, const void *b)
{
	return compare(a, b);
}

static int compare_index(const void *a, const void *b)
{
	const struct zram_candidate *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static void sift_up(struct zram_candidate *heap, u32 i)
{
	while (i) {
		u32 parent = (i - 1) / 2;

		if (compare(&heap[parent], &heap[i]) >= 0)
			return;
		swap(heap[parent], heap[i]);
		i = parent;
	}
}

static void sift_down(struct zram_candidate *heap, u32 nr)
{
	u32 i = 0;

	for (;;) {
		u32 child = 2 * i + 1;

		if (child >= nr)
			return;
		if (child + 1 < nr &&
		    compare(&heap[child], &heap[child + 1]) < 0)
			child++;
		if (compare(&heap[i], &heap[child]) >= 0)
			return;
		swap(heap[i], heap[child]);
		i = child;
	}
}

static void keep_colder(struct zram_select *sel,
			const struct zram_candidate *c)
{
	if (sel->nr < sel->max) {
		sel->heap[sel->nr] = *c;
		sift_up(sel->heap, sel->nr++);
		return;
	}
	sel->more = true;
	if (compare(c, &sel->heap[0]) < 0) {
		sel->heap[0] = *c;
		sift_down(sel->heap, sel->nr);
	}
}

/* What @s takes. A copy of a packed one has no pack: it is asked when locked. */
static u32 size_of(const struct zram_slot *s)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_RAW:
		return PAGE_SIZE;
	case ZRAM_KIND_PACKED:
		return s->ref ? zram_pack_share(zram_slot_pack(s)) : PAGE_SIZE;
	default:
		return zram_slot_size(s);
	}
}

static bool passes_filter(const struct zram_job_spec *spec,
			  const struct zram_slot *s)
{
	u32 f = spec->filter;

	return size_of(s) >= spec->threshold &&
	       (!(f & ZRAM_FILTER_IDLE) || zram_slot_has(s, ZRAM_SLOT_IDLE)) &&
	       (!(f & ZRAM_FILTER_HUGE) ||
		zram_slot_kind(s) == ZRAM_KIND_RAW) &&
	       (!(f & ZRAM_FILTER_INCOMPRESSIBLE) ||
		zram_slot_has(s, ZRAM_SLOT_INCOMPRESSIBLE));
}

/* Whether the slot is one for this job; @s is a copy of it. */
static bool is_meant(const struct zram_select *sel, const struct zram_slot *s,
		     u64 index)
{
	const struct zram_job_spec *spec = &sel->job->spec;
	enum zram_kind kind = zram_slot_kind(s);

	return kind != ZRAM_KIND_EMPTY && kind != ZRAM_KIND_FILL &&
	       s->atime <= sel->began &&
	       sel->began - s->atime >= spec->min_age &&
	       passes_filter(spec, s) &&
	       zram_job_spec_covers(spec, index) && sel->rule(s, sel->arg);
}

static void look_at(struct zram_select *sel, const struct zram_slot *s,
		    u64 index)
{
	const struct zram_slot copy = {
		.state = READ_ONCE(s->state),
		.atime = READ_ONCE(s->atime),
	};
	const struct zram_candidate c = {
		.index = index,
		.atime = copy.atime,
		.size = size_of(&copy),
	};

	if (!is_meant(sel, &copy, index))
		return;
	if (!sel->passes)
		sel->job->progress.total++;
	else if (compare(&c, &sel->last) <= 0)
		return;
	keep_colder(sel, &c);
}

/* A piece of a pass. True: the pass is over. */
static bool scan(struct zram_select *sel)
{
	u64 end = min_t(u64, sel->table->nr_slots, sel->cursor + SCAN_SLOTS);
	u64 i = sel->cursor;

	while (i < end) {
		struct zram_slot *s = zram_table_slot(sel->table, i);
		u64 leaf_end = min_t(u64, round_down(i, ZRAM_LEAF_SLOTS) +
					  ZRAM_LEAF_SLOTS, end);

		if (s)
			for (; i < leaf_end; i++, s++)
				look_at(sel, s, i);
		i = leaf_end;
		cond_resched();
	}
	sel->cursor = i;
	return i >= sel->table->nr_slots;
}

/* Set the picks; those that are no longer what they were fall out. */
static void pick_batch(struct zram_select *sel)
{
	u32 i, kept = 0;

	for (i = 0; i < sel->nr; i++) {
		struct zram_candidate *c = &sel->heap[i];
		struct zram_slot *s = zram_table_slot(sel->table, c->index);
		bool pick;

		zram_slot_lock(sel->table, s);
		pick = s->atime == c->atime && is_meant(sel, s, c->index);
		if (pick)
			zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
		zram_slot_unlock(sel->table, c->index, s);
		if (pick)
			sel->heap[kept++] = *c;
		if (!(i % ZRAM_LEAF_SLOTS))
			cond_resched();
	}
	sel->nr = kept;
}

static void end_pass(struct zram_select *sel)
{
	sel->scanning = false;
	sel->passes++;
	sort(sel->heap, sel->nr, sizeof(sel->heap[0]), compare_cold, NULL);
	if (sel->nr)
		sel->last = sel->heap[sel->nr - 1];
	pick_batch(sel);
	if (sel->flags & ZRAM_SELECT_BY_INDEX)
		sort(sel->heap, sel->nr, sizeof(sel->heap[0]), compare_index,
		     NULL);
	sel->next = 0;
}

int zram_select_next(struct zram_select *sel, struct zram_candidate *c)
{
	if (sel->scanning) {
		if (!scan(sel))
			return -EAGAIN;
		end_pass(sel);
	}
	if (sel->next < sel->nr) {
		*c = sel->heap[sel->next++];
		return 1;
	}
	if (!sel->more)
		return 0;
	sel->nr = 0;
	sel->next = 0;
	sel->cursor = 0;
	sel->more = false;
	sel->scanning = true;
	return -EAGAIN;
}

bool zram_select_used_up(const struct zram_select *sel)
{
	return !sel->scanning && sel->next == sel->nr;
}

struct zram_select *zram_select_create(struct zram_job *job,
				       zram_select_rule rule, const void *arg,
				       unsigned int flags)
{
	struct zram_select *sel;
	u32 max = zram_job_is_short(job) ? ZRAM_SELECT_SHORT : ZRAM_SELECT_BATCH;

	if (job->spec.slots_limited)
		max = clamp_t(u64, job->spec.max_slots, 1, max);
	sel = kvmalloc(struct_size(sel, heap, max), GFP_KERNEL);
	if (!sel)
		return NULL;
	memset(sel, 0, sizeof(*sel));
	sel->job = job;
	sel->table = &job->st->table;
	sel->rule = rule;
	sel->arg = arg;
	sel->flags = flags;
	sel->began = zram_job_began(job);
	sel->max = max;
	sel->scanning = true;
	return sel;
}

void zram_select_destroy(struct zram_select *sel)
{
	if (!sel)
		return;
	if (!sel->scanning)
		for (; sel->next < sel->nr; sel->next++) {
			zram_unpick(sel->table, sel->heap[sel->next].index);
			cond_resched();
		}
	kvfree(sel);
}

bool zram_select_packed(const struct zram_job *job, const struct zram_pack *p,
			unsigned int i)
{
	const struct zram_job_spec *spec = &job->spec;
	size_t index = zram_pack_index(p, i);
	const struct zram_slot *s = zram_table_slot(&job->st->table, index);
	u32 atime = READ_ONCE(s->atime), began = zram_job_began(job);

	return zram_job_spec_covers(spec, index) &&
	       (began > atime ? began - atime : 0) >= spec->min_age &&
	       zram_pack_share(p) >= spec->threshold &&
	       !(spec->filter & ZRAM_FILTER_INCOMPRESSIBLE) &&
	       (!(spec->filter & ZRAM_FILTER_IDLE) ||
		zram_slot_has(s, ZRAM_SLOT_IDLE)) &&
	       (!(spec->filter & ZRAM_FILTER_HUGE) ||
		zram_slot_has(s, ZRAM_SLOT_WAS_RAW));
}

struct zram_slot *zram_pick_lock(struct zram_table *t, size_t index)
{
	struct zram_slot *s = zram_table_slot(t, index);

	if (!zram_slot_has(s, ZRAM_SLOT_PICKED))
		return NULL;
	zram_slot_lock(t, s);
	if (likely(zram_slot_has(s, ZRAM_SLOT_PICKED)))
		return s;
	zram_slot_unlock(t, index, s);
	return NULL;
}

void zram_unpick(struct zram_table *t, size_t index)
{
	struct zram_slot *s = zram_pick_lock(t, index);

	if (s)
		zram_slot_unlock_clear(t, index, s, ZRAM_SLOT_PICKED);
}
