// SPDX-License-Identifier: GPL-2.0-only
/* The verbs for jobs: what each type takes, starting, cancelling, looking. */
#include "control.h"

#include <linux/err.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "device.h"
#include "idle.h"
#include "job.h"
#include "packing.h"
#include "promote.h"
#include "recompress.h"
#include "writeback.h"

/*
 * check: what the type says of a spec whose ranges are fine; the device's
 * lock is held for reading.
 */
struct job_type {
	const struct zram_job_ops *ops;
	int (*check)(const struct zram_store *st,
		     const struct zram_job_spec *spec, const char **why);
};

static const struct job_type job_types[] = {
	[ZRAM_JOB_TYPE_RECOMPRESS] = {
		&zram_recompress_ops, zram_recompress_check
	},
	[ZRAM_JOB_TYPE_PACK] = { &zram_packing_ops, zram_packing_check },
	[ZRAM_JOB_TYPE_WRITEBACK] = {
		&zram_writeback_ops, zram_writeback_check
	},
	[ZRAM_JOB_TYPE_PROMOTE] = { &zram_promote_ops, zram_promote_check },
	[ZRAM_JOB_TYPE_DETACH] = { &zram_detach_ops, zram_detach_check },
};

/* With lock held for reading. */
static int start(struct zram_device *dev, const struct job_type *type,
		 struct zram_job_spec *spec, struct zram_job **job,
		 const char **why)
{
	int err;

	if (!dev->store) {
		*why = "the device has no disksize yet";
		return -EINVAL;
	}
	err = zram_job_spec_check(spec, dev->store->table.nr_slots, why);
	if (!err && type->check)
		err = type->check(dev->store, spec, why);
	if (err)
		return err;
	if (spec->type == ZRAM_JOB_TYPE_WRITEBACK &&
	    zram_jobs_have(dev->jobs, ZRAM_JOB_TYPE_DETACH)) {
		*why = "the backing device is being detached";
		return -EBUSY;
	}
	*job = zram_jobs_submit(dev->jobs, type->ops, spec);
	if (!IS_ERR(*job))
		return 0;
	err = PTR_ERR(*job);
	if (err == -EBUSY)
		*why = "too many jobs are waiting already";
	else if (err == -ENODEV)
		*why = "the device is being removed";
	return err;
}

int zram_control_job_start(struct zram_device *dev, struct zram_job_spec *spec,
			   struct zram_job **job, const char **why)
{
	const struct job_type *type;
	const char *unused;
	int err;

	if (!why)
		why = &unused;
	type = spec->type < ARRAY_SIZE(job_types) ? &job_types[spec->type] :
						    NULL;
	if (!type || !type->ops) {
		*why = "this version has no jobs of that type";
		return -EOPNOTSUPP;
	}
	down_read(&dev->lock);
	err = start(dev, type, spec, job, why);
	up_read(&dev->lock);
	return err;
}

int zram_control_job_cancel(struct zram_device *dev, u32 id, const char **why)
{
	struct zram_job *job = NULL;

	down_read(&dev->lock);
	if (dev->jobs)
		job = zram_jobs_find(dev->jobs, id);
	up_read(&dev->lock);
	if (!job) {
		if (why)
			*why = "no such job is running or waiting";
		return -ENOENT;
	}
	zram_job_cancel(job);
	zram_job_put(job);
	return 0;
}

bool zram_control_job_next(struct zram_device *dev, u32 after,
			   struct zram_job_info *info)
{
	bool found = false;

	down_read(&dev->lock);
	if (dev->jobs)
		found = zram_jobs_next(dev->jobs, after, info);
	up_read(&dev->lock);
	return found;
}

/* Slots that are looked at with lock held at a time. */
#define IDLE_SLOTS	(256 * ZRAM_LEAF_SLOTS)

/* Some of the slots from *index on. -EINVAL: bare. 0: no more. 1: go on. */
static int mark_some(struct zram_device *dev, size_t *index, u32 cutoff,
		     u32 *generation)
{
	struct zram_store *st;
	int more = 0;

	down_read(&dev->lock);
	st = dev->store;
	if (!st) {
		more = *index ? 0 : -EINVAL;
	} else if (!*index || st->generation == *generation) {
		*generation = st->generation;
		*index = zram_idle_mark(&st->table, *index, IDLE_SLOTS, cutoff);
		more = *index < st->table.nr_slots;
	}
	up_read(&dev->lock);
	return more;
}

int zram_control_idle(struct zram_device *dev, bool all, u32 age)
{
	u64 uptime = ktime_get_boottime_seconds();
	u32 cutoff = 0, generation = 0;
	size_t index = 0;
	int more;

	if (!all) {
		if (age >= uptime)
			return 0;
		cutoff = uptime - age;
	}
	do {
		more = mark_some(dev, &index, cutoff, &generation);
	} while (more > 0);
	return more;
}

/* The secondary codec that @algo and @prio name. -EINVAL: there is none. */
static int find_secondary(const struct zram_device *dev, const char *algo,
			  bool has_prio, s32 prio)
{
	const struct zram_codec_choice *codec = dev->config.codec;
	s32 i;

	if (has_prio && (prio < 1 || prio >= ZRAM_CODEC_PRIOS))
		return -EINVAL;
	if (!algo)
		return has_prio ? prio : 1;
	for (i = 1; i < ZRAM_CODEC_PRIOS; i++)
		if (codec[i].ops && !strcmp(codec[i].ops->name, algo) &&
		    (!has_prio || i == prio))
			return i;
	return -EINVAL;
}

int zram_control_recompress(struct zram_device *dev,
			    struct zram_job_spec *spec, const char *algo,
			    bool has_prio, s32 prio)
{
	struct zram_job *job;
	const char *why;
	int err;

	down_read(&dev->lock);
	err = find_secondary(dev, algo, has_prio, prio);
	if (err > 0) {
		spec->prio = err;
		err = start(dev, &job_types[spec->type], spec, &job, &why);
	}
	up_read(&dev->lock);
	if (err)
		return err;
	err = zram_job_wait_interruptible(job);
	zram_job_put(job);
	return err;
}
