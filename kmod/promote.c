// SPDX-License-Identifier: GPL-2.0-only
/*
 * The jobs "promote" and "detach": one pack after the other comes back, its
 * slots untouched; after the last one a detach lets the disk go.
 */
#include "promote.h"

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "attach.h"
#include "fetch.h"
#include "frozen.h"
#include "job.h"
#include "packs.h"
#include "select.h"
#include "store.h"
#include "thaw.h"

#define WAIT_SLICE	(HZ / 10)	/* then the job looks about */
#define COUNT_PACKS	1024		/* a step */

struct promote {
	struct zram_fetch *fetch;
	u64 next;	/* id of the pack to look on from */
	bool counted;	/* what it means is in the total */
};

int zram_promote_check(const struct zram_store *st,
		       const struct zram_job_spec *spec, const char **why)
{
	if (zram_attach_has(st->attachment))
		return 0;
	*why = "the device has no backing device";
	return -ENODEV;
}

/* A slot left out would rest on a disk that has gone. */
int zram_detach_check(const struct zram_store *st,
		      const struct zram_job_spec *spec, const char **why)
{
	if (!spec->ranges && !spec->filter && !spec->min_age && !spec->threshold)
		return zram_promote_check(st, spec, why);
	*why = "a detach takes every slot, and no choice of them";
	return -EINVAL;
}

static bool is_meant(const struct zram_job *job, struct zram_pack *p)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	if (!READ_ONCE(p->frozen))
		return false;
	for (i = 0; i < p->nr; i++)
		if ((live & 1u << i) && zram_select_packed(job, p, i))
			return true;
	return false;
}

/* Some more packs into the total; afterwards it begins with the first. */
static void count_some(struct zram_job *job, struct promote *pr)
{
	struct zram_pack *p;
	unsigned int i;

	for (i = 0; i < COUNT_PACKS; i++) {
		p = zram_packs_next(job->st->packs, pr->next);
		if (!p) {
			pr->next = 0;
			pr->counted = true;
			return;
		}
		pr->next = p->id + 1;
		if (is_meant(job, p))
			job->progress.total += hweight32(READ_ONCE(p->live));
		zram_pack_put(p);
	}
}

static int prepare(struct zram_job *job)
{
	struct promote *pr;

	if (!zram_attach_has(job->st->attachment))
		return -ENODEV;
	pr = kzalloc(sizeof(*pr), GFP_KERNEL | __GFP_NOWARN);
	if (!pr)
		return -ENOMEM;
	pr->fetch = zram_fetch_create(job->st, NULL, NULL);
	if (!pr->fetch) {
		kfree(pr);
		return -ENOMEM;
	}
	job->priv = pr;
	return 0;
}

/*
 * Begin with the next pack. 0: there is none; -ENOSPC: the limit of memory. It is
 * the only one under way, so that what bytes are left is sure.
 */
static int begin_next(struct zram_job *job, struct promote *pr)
{
	struct zram_pack *p = zram_packs_next(job->st->packs, pr->next);
	unsigned int live;

	if (!p)
		return 0;
	if (!is_meant(job, p)) {
		pr->next = p->id + 1;
		zram_pack_put(p);
		return ZRAM_JOB_MORE;
	}
	if (!zram_fetch_fits(job->st, p, READ_ONCE(job->st->limit_pages))) {
		zram_pack_put(p);
		return -ENOSPC;
	}
	if (p->len > zram_job_pack_bytes(job)) {
		zram_pack_put(p);
		job->bounded = true;
		return ZRAM_JOB_MORE;
	}
	live = hweight32(READ_ONCE(p->live));
	pr->next = p->id;
	if (zram_fetch_try_begin(pr->fetch, p, WAIT_SLICE)) {
		pr->next++;
		job->progress.done += live;
	} else {
		zram_pack_put(p);
	}
	return ZRAM_JOB_MORE;
}

/* After a read. -ENOMEM, -ENOSPC; what cannot be read is noted only. */
static int collect(struct zram_job *job, struct promote *pr)
{
	u32 live, len;
	int err = zram_fetch_end(pr->fetch, job->spec.force, &live, &len);

	if (live) {
		job->progress.moved += hweight32(live);
		job->progress.bytes_after += len;
	}
	if (!err || err == -ENOMEM || err == -ENOSPC)
		return err;
	job->progress.failed++;
	job->noted = err;
	return 0;
}

static int step(struct zram_job *job)
{
	struct promote *pr = job->priv;
	int err;

	if (!pr->counted) {
		count_some(job, pr);
		return ZRAM_JOB_MORE;
	}
	if (zram_fetch_busy(pr->fetch)) {
		if (!zram_fetch_ended(pr->fetch, WAIT_SLICE))
			return ZRAM_JOB_MORE;
		err = collect(job, pr);
		if (err)
			return err;
	}
	return begin_next(job, pr) ?: job->noted;
}

/* At a bound, what was begun comes back as well, if that does not take long. */
static void finish(struct zram_job *job)
{
	unsigned long until = jiffies + zram_job_patience(job);
	struct promote *pr = job->priv;
	int err;

	while (pr->fetch && zram_fetch_busy(pr->fetch) &&
	       !READ_ONCE(job->cancel) && time_before(jiffies, until))
		if (zram_fetch_ended(pr->fetch, WAIT_SLICE)) {
			err = collect(job, pr);
			if (err)
				job->noted = err;
		}
	zram_fetch_destroy(pr->fetch);
	kfree(pr);
	job->priv = NULL;
}

const struct zram_job_ops zram_promote_ops = {
	.prepare = prepare,
	.step = step,
	.finish = finish,
};

/* No writeback comes in between: one worker does them all. */
static int detach_step(struct zram_job *job)
{
	struct promote *pr = job->priv;
	int more;

	if (pr->fetch) {
		more = step(job);
		if (more == -ENOSPC || more == -ENOMEM || more > 0)
			return more;
		if (more && !job->spec.force)
			return -EIO;
		job->noted = 0;
		/* both hold on to the disk */
		zram_thaw_rest(job->st);
		zram_fetch_destroy(pr->fetch);
		pr->fetch = NULL;
	}
	if (zram_attach_leave(job->st->attachment, job->generation) != -EAGAIN)
		return 0;
	schedule_timeout_uninterruptible(1);
	return ZRAM_JOB_MORE;
}

const struct zram_job_ops zram_detach_ops = {
	.prepare = prepare,
	.step = detach_step,
	.finish = finish,
};
