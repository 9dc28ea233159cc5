// SPDX-License-Identifier: GPL-2.0-only
/* The job "promote": one pack after the other, its slots untouched. */
#include "promote.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat/crc32c.h"
#include "frozen.h"
#include "job.h"
#include "packs.h"
#include "pool.h"
#include "store.h"

struct promote {
	u64 next;	/* id of the pack to look on from */
	int err;	/* of packs that could not be read */
};

int zram_promote_check(const struct zram_store *st,
		       const struct zram_job_spec *spec, const char **why)
{
	if (st->backing)
		return 0;
	*why = "the device has no backing device";
	return -ENODEV;
}

static bool is_meant(const struct zram_job *job, struct zram_pack *p)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	if (!READ_ONCE(p->frozen))
		return false;
	for (i = 0; i < p->nr; i++)
		if ((live & 1u << i) &&
		    zram_job_spec_covers(&job->spec, zram_pack_index(p, i)))
			return true;
	return false;
}

static bool is_intact(const struct zram_pack *p, const void *bytes)
{
	unsigned int i;

	if (!p->raw)
		return crc32c(0, bytes, p->len) == zram_pack_crc(p, 0);
	for (i = 0; i < p->nr; i++)
		if (crc32c(0, bytes + i * PAGE_SIZE, PAGE_SIZE) !=
		    zram_pack_crc(p, i))
			return false;
	return true;
}

static bool has_room(struct zram_store *st, u32 len)
{
	unsigned long limit = READ_ONCE(st->limit_pages);

	return !limit ||
	       zram_pool_pages(st->pool) + DIV_ROUND_UP(len, PAGE_SIZE) <= limit;
}

/* A copy of the bytes in the pool. ERR_PTR: -EIO and the like, -ENOMEM. */
static struct zram_stow *copy_to_pool(struct zram_store *st,
				      struct zram_pack *p)
{
	struct zram_stow *from = zram_pack_stow(p), *to = ERR_PTR(-EIO);
	const void *bytes = from->ops->begin_read(from, 0, p->len);

	if (IS_ERR(bytes)) {
		to = ERR_CAST(bytes);
		goto out;
	}
	if (is_intact(p, bytes))
		to = zram_packs_stow_in_pool(st->packs, bytes, p->len) ?:
		     ERR_PTR(-ENOMEM);
	from->ops->end_read(from, bytes);
out:
	zram_stow_put(from);
	return to;
}

static int bring_back(struct zram_job *job, struct zram_pack *p)
{
	struct zram_store *st = job->st;
	struct zram_stow *stow;
	u32 live = 0;

	if (!has_room(st, p->len))
		return -ENOSPC;
	stow = copy_to_pool(st, p);
	if (IS_ERR(stow))
		return PTR_ERR(stow);
	if (zram_packs_switch(p, stow, false, &live)) {
		zram_stow_put(stow);	/* its last slot went */
	} else {
		job->progress.moved += hweight32(live);
		job->progress.bytes_after += p->len;
		zram_frozen_trace_moved(st, p, live, ZRAM_TIER_FROZEN,
					ZRAM_TIER_COLD);
	}
	zram_packs_settle(st->packs);
	return 0;
}

static int prepare(struct zram_job *job)
{
	job->priv = kzalloc(sizeof(struct promote), GFP_KERNEL | __GFP_NOWARN);
	job->progress.total = zram_stat_sum(job->st->stats, ZRAM_STAT_FROZEN);
	return job->priv ? 0 : -ENOMEM;
}

static int step(struct zram_job *job)
{
	struct promote *pr = job->priv;
	struct zram_pack *p = zram_packs_next(job->st->packs, pr->next);
	int err = 0;

	if (!p)
		return pr->err;
	pr->next = p->id + 1;
	if (is_meant(job, p)) {
		job->progress.done += hweight32(READ_ONCE(p->live));
		err = bring_back(job, p);
	}
	zram_pack_put(p);
	if (err == -ENOSPC || err == -ENOMEM)
		return err;
	if (err)
		pr->err = err;
	return ZRAM_JOB_MORE;
}

static void finish(struct zram_job *job)
{
	kfree(job->priv);
	job->priv = NULL;
}

const struct zram_job_ops zram_promote_ops = {
	.prepare = prepare,
	.step = step,
	.finish = finish,
};
