// SPDX-License-Identifier: GPL-2.0-only
/* Sparse packs on the disk: what is left of them goes out again, as fewer. */
#include <linux/bitops.h>
#include <linux/mm.h>

#include "backing.h"
#include "fetch.h"
#include "job.h"
#include "pack_make.h"
#include "packs.h"
#include "select.h"
#include "store.h"
#include "store_impl.h"
#include "writeback_impl.h"

static u64 slots_left(const struct zram_job *job)
{
	u64 tried = zram_job_tried(job);

	if (!job->spec.slots_limited)
		return U64_MAX;
	return job->spec.max_slots > tried ? job->spec.max_slots - tried : 0;
}

/* Whether the bounds leave as much, at the most that it may turn out to take. */
static bool is_within(const struct zram_job *job, const struct zram_recall *r,
		      unsigned int slots, u64 bytes)
{
	slots += r->aside_slots;
	bytes += r->aside;
	return slots_left(job) >= slots && zram_job_bytes_left(job) >= bytes &&
	       zram_writeback_limit_left(job->st->knobs) >=
	       bytes / ZRAM_BACKING_BLOCK;
}

/* Whether @live slots of @p can be in one pack with what came back. */
static bool fits(const struct zram_recall *r, const struct zram_pack_maker *m,
		 const struct zram_pack *p, unsigned int live)
{
	u64 first = zram_pack_index(p, 0);
	u64 last = zram_pack_index(p, p->nr - 1);

	if (!r->nr)
		return true;
	first = min(first, r->index[0]);
	last = max(last, r->index[r->nr - 1]);
	return r->nr + live <= m->slots && last - first <= U32_MAX;
}

/* The others of its slots may be on their way in a lane. */
static void unpick(struct zram_job *job, const struct zram_pack *p)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		if (live & 1u << i)
			zram_unpick(&job->st->table, zram_pack_index(p, i));
}

/* False: the disk should not get another read now. */
static bool begin(struct zram_job *job, struct zram_recall *r,
		  struct zram_pack *p)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	if (!r->pages)
		r->pages = kvmalloc(ZRAM_PACK_BYTES, GFP_NOIO | __GFP_NOWARN);
	if (!r->fetch)
		r->fetch = zram_fetch_create(job->st, NULL, NULL);
	if (!r->pages || !r->fetch) {
		job->noted = -ENOMEM;
		return true;
	}
	zram_pack_get(p);
	if (!zram_fetch_try_begin(r->fetch, p, 0)) {
		zram_pack_put(p);
		return false;
	}
	for (i = 0; i < p->nr; i++)
		if (live & 1u << i)
			zram_pack_pick(job->st, zram_pack_index(p, i), &p, 1);
	zram_pack_get(p);
	r->pack = p;
	return true;
}

bool zram_recall_take(struct zram_job *job, struct zram_recall *r,
		      const struct zram_pack_maker *m,
		      const struct zram_backing *bd, struct zram_pack *p)
{
	unsigned int live = hweight32(READ_ONCE(p->live));
	u64 bytes = zram_backing_round(bd, p->len);

	if (r->off || job->spec.raw || live >= READ_ONCE(p->enough) || live > m->slots ||
	    !is_within(job, r, live, bytes))
		return true;
	if (!fits(r, m, p, live) ||
	    !is_within(job, r, r->nr + live, r->bytes + bytes))
		return false;
	return begin(job, r, p);
}

/* Keep the indices ascending, whatever the order of packs is. */
static void insert(struct zram_recall *r, u64 index, const void *page)
{
	unsigned int at = r->nr, after;
	void *to;

	while (at && r->index[at - 1] > index)
		at--;
	after = r->nr - at;
	to = r->pages + at * PAGE_SIZE;
	memmove(&r->index[at + 1], &r->index[at], after * sizeof(*r->index));
	memmove(to + PAGE_SIZE, to, after * PAGE_SIZE);
	r->index[at] = index;
	memcpy(to, page, PAGE_SIZE);
	r->nr++;
}

static bool is_picked(struct zram_job *job, const struct zram_pack *p,
		      unsigned int i)
{
	return zram_slot_has(zram_table_slot(&job->st->table,
					     zram_pack_index(p, i)),
			     ZRAM_SLOT_PICKED);
}

/* All that are left of @p, or none: else its place would not become free. */
static void collect(struct zram_job *job, struct zram_recall *r,
		    const struct zram_backing *bd, const struct zram_pack *p,
		    const void *pages)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		if ((live & 1u << i) && !is_picked(job, p, i)) {
			unpick(job, p);
			return;
		}
	for (i = 0; i < p->nr; i++)
		if (live & 1u << i)
			insert(r, zram_pack_index(p, i), pages + i * PAGE_SIZE);
	if (live)
		r->bytes += zram_backing_round(bd, p->len);
}

bool zram_recall_ended(struct zram_job *job, struct zram_recall *r,
		       const struct zram_pack_maker *m,
		       const struct zram_backing *bd)
{
	int err;

	if (!r->pack)
		return true;
	if (!zram_fetch_ended(r->fetch, ZRAM_WRITEBACK_SLICE))
		return false;
	err = zram_fetch_end_decoded(r->fetch, m->pages);
	if (err) {
		job->noted = err;
		job->progress.failed += err != -ENOMEM;
		unpick(job, r->pack);
	} else {
		collect(job, r, bd, r->pack, m->pages);
	}
	zram_pack_put(r->pack);
	r->pack = NULL;
	return true;
}

static void forget(struct zram_job *job, struct zram_recall *r)
{
	while (r->nr)
		zram_unpick(&job->st->table, r->index[--r->nr]);
	r->bytes = 0;
}

static bool are_picked(struct zram_job *job, const struct zram_recall *r)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++)
		if (!zram_slot_has(zram_table_slot(&job->st->table,
						   r->index[i]),
				   ZRAM_SLOT_PICKED))
			return false;
	return true;
}

u64 zram_recall_load(struct zram_job *job, struct zram_recall *r,
		     struct zram_pack_maker *m)
{
	u64 bytes = r->bytes;

	/*
	 * Packs in memory that went meanwhile may have used the bound up; and
	 * if any was touched, its pack would not give its place up.
	 */
	if (slots_left(job) < r->nr + r->aside_slots || !are_picked(job, r)) {
		forget(job, r);
		return 0;
	}
	swap(m->pages, r->pages);
	memcpy(m->index, r->index, sizeof(m->index));
	memset(m->was, 0, sizeof(m->was));
	m->nr = r->nr;
	job->progress.done += r->nr;
	job->progress.total += r->nr;
	r->nr = 0;
	r->bytes = 0;
	return bytes;
}

void zram_recall_refuse(struct zram_job *job, const struct zram_pack_maker *m)
{
	struct zram_table *t = &job->st->table;
	unsigned int i;

	for (i = 0; i < m->nr; i++) {
		struct zram_slot *s = zram_pick_lock(t, m->index[i]);
		struct zram_pack *p;

		if (!s)
			continue;
		/* as long as it is picked it has the pack that it was read of */
		p = zram_slot_pack(s);
		WRITE_ONCE(p->enough, (hweight32(READ_ONCE(p->live)) + 1) / 2);
		zram_slot_unlock(t, m->index[i], s);
	}
}

void zram_recall_end(struct zram_job *job, struct zram_recall *r)
{
	forget(job, r);
	zram_fetch_destroy(r->fetch);
	if (r->pack) {
		unpick(job, r->pack);
		zram_pack_put(r->pack);
	}
	kvfree(r->pages);
}
