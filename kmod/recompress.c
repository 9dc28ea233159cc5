// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recompress: slots move to a secondary codec, one a step.
 *
 * A copy is decoded under the slot lock and compressed with no lock held; the
 * result is kept when it saves memory, and only if nobody touched the slot
 * meanwhile.
 */
#include "recompress.h"

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pool.h"
#include "select.h"
#include "store_impl.h"

/* One step tries as many slots as fit into this, and at least one. */
#define STEP_NS		(20 * NSEC_PER_MSEC)

struct recompress {
	struct zram_select *sel;
	struct zram_codec *codec;
	u32 prio;
	bool highest;		/* no codec has a higher priority */
	void *page;		/* the copy */
	void *out;		/* what the codec made of it */
};

static u32 target_prio(const struct zram_job_spec *spec)
{
	return spec->prio ?: 1;
}

int zram_recompress_check(const struct zram_store *st,
			  const struct zram_job_spec *spec, const char **why)
{
	u32 prio = target_prio(spec);

	if (prio >= ZRAM_CODEC_PRIOS || !st->codec[prio]) {
		*why = "no algorithm is configured at that priority";
		return -EINVAL;
	}
	if (spec->threshold >= st->huge_size) {
		*why = "the threshold is above every compressed object";
		return -EINVAL;
	}
	return 0;
}

/* Objects of a lower priority that may still get smaller. */
static bool can_move(const struct zram_slot *s, const void *arg)
{
	const struct zram_job *job = arg;
	u32 size;

	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_RAW:
		size = PAGE_SIZE;
		break;
	case ZRAM_KIND_OBJECT:
		size = zram_slot_size(s);
		break;
	default:
		return false;
	}
	return zram_slot_prio(s) < target_prio(&job->spec) &&
	       !zram_slot_has(s, ZRAM_SLOT_INCOMPRESSIBLE) &&
	       size >= job->spec.threshold;
}

static bool is_highest(const struct zram_store *st, u32 prio)
{
	while (++prio < ZRAM_CODEC_PRIOS)
		if (st->codec[prio])
			return false;
	return true;
}

static void finish(struct zram_job *job)
{
	struct recompress *r = job->priv;

	zram_select_destroy(r->sel);
	kvfree(r->out);
	free_page((unsigned long)r->page);
	kfree(r);
	job->priv = NULL;
}

static int prepare(struct zram_job *job)
{
	struct recompress *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->prio = target_prio(&job->spec);
	r->codec = job->st->codec[r->prio];
	r->highest = is_highest(job->st, r->prio);
	r->page = (void *)__get_free_page(GFP_KERNEL);
	r->out = kvmalloc(2 * PAGE_SIZE, GFP_KERNEL);
	r->sel = zram_select_create(job, can_move, job, 0);
	job->priv = r;
	if (r->page && r->out && r->sel)
		return 0;
	finish(job);
	return -ENOMEM;
}

/*
 * Copy a picked slot. Its size in memory, 0 when it was touched, a negative
 * errno when it cannot be decoded.
 */
static int copy_slot(struct zram_job *job, u64 index)
{
	struct recompress *r = job->priv;
	struct zram_store *st = job->st;
	struct zram_slot *s = zram_pick_lock(&st->table, index);
	int ret;

	if (!s)
		return 0;
	ret = zram_store_decode_locked(st, s, r->page);
	if (!ret)
		ret = zram_slot_kind(s) == ZRAM_KIND_RAW ? PAGE_SIZE :
							   zram_slot_size(s);
	zram_slot_unlock(&st->table, index, s);
	return ret;
}

/* The copy into r->out. The stream is given back before memory is awaited. */
static int compress_copy(struct recompress *r, size_t *len)
{
	struct zram_stream *stream = zram_stream_get(r->codec);
	int err = zram_codec_compress(r->codec, stream, r->page, len);

	if (!err)
		memcpy(r->out, stream->buf, min_t(size_t, *len, 2 * PAGE_SIZE));
	zram_stream_put(stream);
	return err;
}

/* The slot stays as it is, and is no longer idle. */
static void leave_slot(struct zram_table *t, u64 index, bool incompressible)
{
	struct zram_slot *s = zram_pick_lock(t, index);

	if (!s)
		return;
	zram_slot_flag(s, incompressible ? ZRAM_SLOT_INCOMPRESSIBLE : 0,
		       ZRAM_SLOT_UNTOUCHED);
	zram_slot_unlock(t, index, s);
}

/*
 * Make an object of r->out and put it into the slot. The object may lie where
 * the pool had to grow for it, until the old one goes.
 */
static int move_slot(struct zram_job *job, u64 index, size_t old_len,
		     size_t len)
{
	struct recompress *r = job->priv;
	struct zram_store *st = job->st;
	unsigned long before = zram_pool_pages(st->pool);
	struct zram_slot new;
	bool grew;

	/* Before the pages are there, so that no write finds too many. */
	WRITE_ONCE(st->packs->unpublished, ZRAM_POOL_GROUP_PAGES);
	new.ref = zram_pool_alloc(st->pool, len, GFP_NOIO | __GFP_NOWARN);
	if (!new.ref) {
		zram_packs_settle(st->packs);
		return -ENOMEM;
	}
	grew = zram_store_note_used(st) > before;
	zram_pool_write(st->pool, new.ref, r->out, len);
	new.state = zram_slot_state(ZRAM_KIND_OBJECT, len, r->prio);
	if (zram_store_move(st, index, &new)) {
		job->progress.moved++;
		job->progress.bytes_before += old_len;
		job->progress.bytes_after += len;
	}
	/* what went is out of the pool before what came counts */
	if (grew)
		zram_store_keep_limit(st);
	zram_packs_settle(st->packs);
	return 0;
}

static int try_slot(struct zram_job *job, u64 index)
{
	struct recompress *r = job->priv;
	struct zram_store *st = job->st;
	u32 threshold = job->spec.threshold;
	int old_len = copy_slot(job, index);
	bool smaller;
	size_t len;
	int err;

	job->progress.done++;
	if (!old_len) {
		job->progress.skipped++;
		return 0;
	}
	err = old_len < 0 ? old_len : compress_copy(r, &len);
	if (err)
		goto unpick;
	smaller = len < st->huge_size &&
		  zram_pool_class(st->pool, len) <
			  zram_pool_class(st->pool, old_len);
	if (!smaller || (threshold && len >= threshold)) {
		/* What only misses the threshold may still be worth it. */
		leave_slot(&st->table, index, !smaller && r->highest);
		return 0;
	}
	err = move_slot(job, index, old_len, len);
	if (!err)
		return 0;
unpick:
	zram_unpick(&st->table, index);
	return err;
}

static bool has_room(const struct zram_job *job)
{
	return !job->spec.slots_limited ||
	       zram_job_tried(job) < job->spec.max_slots;
}

static int step(struct zram_job *job)
{
	struct recompress *r = job->priv;
	u64 end = ktime_get_ns() + STEP_NS;
	struct zram_candidate c;
	int ret;

	do {
		ret = zram_select_next(r->sel, &c);
		if (ret == -EAGAIN)
			return ZRAM_JOB_MORE;
		if (!ret)
			return 0;
		ret = try_slot(job, c.index);
		if (ret)
			return ret;
		cond_resched();
	} while (has_room(job) && !zram_job_should_stop(job) &&
		 ktime_get_ns() < end);
	return ZRAM_JOB_MORE;
}

const struct zram_job_ops zram_recompress_ops = {
	.prepare = prepare,
	.step = step,
	.finish = finish,
};
