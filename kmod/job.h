/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs: long actions on an initialised device, done by one worker a device.
 *
 * A job type brings prepare, step and finish; the frame calls step in a loop
 * and looks between two steps for cancellation, bounds, suspend and the
 * services that want a turn. So a step does a bounded piece: one slot or one
 * pack, at most about a second even on a debug kernel.
 *
 * Jobs never take zram_device.lock: statistics and knobs never wait for them,
 * and the device may stop them while it holds that lock. A frame lives from
 * disksize to reset; the jobs themselves are counted and may outlive it.
 *
 * Everything a worker calls runs in memalloc_noio scope. When the machine
 * suspends, workers return from their work item between two steps (the job
 * keeps its state) and go on after it, so the freezer never waits for them.
 */
#ifndef ZRAM_JOB_H
#define ZRAM_JOB_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "slot.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

struct zram_job;
struct zram_jobs;
struct zram_packs_hook;
struct zram_store;

#define ZRAM_JOB_RANGES_MAX	262144

/*
 * What a job is to do; 0 is "not said" everywhere. Each type says which of
 * these it heeds.
 */
struct zram_job_spec {
	enum zram_job_type type;
	u32 filter;		/* enum zram_filter, all must hold */
	u32 min_age;		/* seconds since the last access, at least */
	struct zram_slot_range *ranges;	/* kvmalloc; NULL: the whole device */
	u32 nr_ranges;
	u32 prio;		/* codec priority to move to */
	u32 threshold;		/* bytes: what takes less is left alone */
	bool slots_limited;	/* max_slots holds, even when it is 0 */
	u64 max_slots;		/* attempts */
	u32 pack_slots;		/* slots per pack; 0: the type's own */
	bool has_level;
	s32 level;		/* of the codec that makes packs */
	u64 max_bytes;		/* written to the backing device, or what takes
				 * the place of others in memory */
	u32 max_ms;		/* time of the worker, preparing included */
	bool raw;		/* write pages as they are */
	bool force;		/* give up what cannot be saved */
};

/*
 * Sort and merge the ranges. -EINVAL with a sentence when one is empty or not
 * within @nr_slots. May take long, may sleep.
 */
int zram_job_spec_check(struct zram_job_spec *spec, u64 nr_slots,
			const char **why);
/* Free the ranges; fine when there are none. */
void zram_job_spec_free(struct zram_job_spec *spec);
/* Whether a slot is in the ranges of a checked spec. */
bool zram_job_spec_covers(const struct zram_job_spec *spec, u64 index);

/* Written by the worker only; others read it any time. */
struct zram_job_progress {
	u64 total;		/* slots to look at, as far as known */
	u64 done;		/* slots dealt with */
	u64 moved;
	u64 skipped;		/* of done: not even tried (touched meanwhile) */
	u64 bytes_before;	/* memory that the moved slots took before */
	u64 bytes_after;
	u64 bytes_written;	/* to the backing device, or in vain */
	u64 failed;		/* packs that could not be read */
};

/* What a job looks like from outside. Times are boottime ns; 0: not yet. */
struct zram_job_info {
	u32 dev, id;
	enum zram_job_type type;
	enum zram_job_phase phase;
	int err;		/* 0 or a negative errno, once it ended */
	struct zram_job_progress progress;
	u64 queued, started, ended;
};

#define ZRAM_JOB_MORE	1	/* what step says when there is more to do */

/*
 * A type of job.
 * prepare: memory and the first look; a negative errno ends the job, and
 *	finish is then not called. NULL: nothing to prepare.
 * step: a bounded piece. ZRAM_JOB_MORE (with job->bounded: but not within what is
 *	left of the bounds), 0 when done, a negative errno. A step
 *	that waits (for I/O) also waits for job->cancelled, and should not
 *	begin new I/O once zram_job_should_stop().
 * finish: after the last step, however it ended: drain (for no longer than
 *	zram_job_patience, and not once cancelled), unpick, free.
 * Called by the worker, but finish also by who destroys the frame.
 */
struct zram_job_ops {
	int (*prepare)(struct zram_job *job);
	int (*step)(struct zram_job *job);
	void (*finish)(struct zram_job *job);
};

struct zram_job {
	struct kref ref;
	struct list_head node;		/* queue or history; jobs_lock */
	struct zram_jobs *jobs;		/* NULL once ended; jobs_lock */
	const struct zram_job_ops *ops;
	struct zram_store *st;		/* for prepare, step and finish only */
	u32 dev;
	u32 generation;			/* of the contents that it works on */
	u32 id;				/* never used twice in a module's life */
	struct zram_job_spec spec;
	enum zram_job_phase phase;	/* jobs_lock */
	int err;
	int noted;			/* of a type: the last error after which it
					 * went on; what it ends with */
	struct zram_job_progress progress;
	u64 queued, started, ended;	/* boottime ns */
	u64 busy, stepped;		/* ns that the worker was at it, and of these
					 * in steps; the worker's */
	u64 step_began;			/* ns: the last one */
	unsigned long told;		/* jiffies of the last progress event */
	bool cancel;			/* somebody wants it to end */
	bool bounded;			/* of a step: a bound leaves too little
					 * for the next piece */
	struct completion cancelled;	/* the same, for steps that wait */
	wait_queue_head_t wait;		/* woken when it has ended */
	void *priv;			/* of the type, prepare to finish */
};

/* Boottime seconds when the job began: what was touched later stays out. */
static inline u32 zram_job_began(const struct zram_job *job)
{
	return div_u64(job->started, NSEC_PER_SEC);
}

/* It has no use for much memory, which may take longer to get than it may last. */
static inline bool zram_job_is_short(const struct zram_job *job)
{
	return job->spec.max_ms && job->spec.max_ms <= 2000;
}

/* Attempts so far: what max_slots bounds. */
static inline u64 zram_job_tried(const struct zram_job *job)
{
	return job->progress.done - job->progress.skipped;
}

/* Whether a step had better end: cancelled, suspending, or out of time. */
bool zram_job_should_stop(const struct zram_job *job);
/*
 * Jiffies that finish may wait for I/O under way: what is left of max_ms, and five
 * seconds; MAX_SCHEDULE_TIMEOUT without a bound in time.
 */
unsigned long zram_job_patience(const struct zram_job *job);
/* Bytes that max_bytes leaves; U64_MAX without a bound. */
u64 zram_job_bytes_left(const struct zram_job *job);
/*
 * The most bytes that the next pack in memory may have: the first one any number,
 * or a small bound would mean none, each time anew.
 */
u64 zram_job_pack_bytes(const struct zram_job *job);

/*
 * The frame of an initialised device. @st stays until zram_jobs_destroy.
 * NULL when there is no memory.
 */
struct zram_jobs *zram_jobs_create(struct zram_store *st);
/*
 * Cancel everything and wait for the step in hand; from here on submit says
 * -ENODEV. Before anybody is waited for who may wait for a job.
 */
void zram_jobs_stop(struct zram_jobs *jobs);
/* Stop and free. Jobs that somebody holds stay readable. */
void zram_jobs_destroy(struct zram_jobs *jobs);

/*
 * Put a job into the queue. The ranges of @spec, checked, pass to it on
 * success. With a reference. ERR_PTR: -ENOMEM; -EBUSY: too many are waiting;
 * -ENODEV: the frame was stopped.
 */
struct zram_job *zram_jobs_submit(struct zram_jobs *jobs,
				  const struct zram_job_ops *ops,
				  struct zram_job_spec *spec);
void zram_job_put(struct zram_job *job);
/* Whether a job of @type runs or waits. */
bool zram_jobs_have(struct zram_jobs *jobs, enum zram_job_type type);
/* The queued or running job @id with a reference, or NULL. */
struct zram_job *zram_jobs_find(struct zram_jobs *jobs, u32 id);
/*
 * The job with the smallest id above @after, those of the history included.
 * False: no more.
 */
bool zram_jobs_next(struct zram_jobs *jobs, u32 after,
		    struct zram_job_info *info);
void zram_job_info(struct zram_job *job, struct zram_job_info *info);

/* Ask for the end. A queued job ends at once, a running one after its step. */
void zram_job_cancel(struct zram_job *job);
/*
 * Wait for the end: the job's error. A signal cancels the job and gives
 * -EINTR at once. Freezing for suspend is no signal.
 */
int zram_job_wait_interruptible(struct zram_job *job);

/*
 * A service is what the worker does besides jobs: a short piece between two
 * steps, or when idle. serve: true when there is more to do at once.
 */
struct zram_job_service {
	struct list_head node;
	struct zram_jobs *jobs;
	bool (*serve)(struct zram_job_service *svc, struct zram_store *st);
	unsigned long wanted;	/* bit 0: kicked */
};

/* From here on @hook gives @svc a turn; it stays until the frame goes. */
void zram_service_start(struct zram_job_service *svc, struct zram_jobs *jobs,
			struct zram_packs_hook *hook);
/* After the jobs were stopped. The service that @hook had, or NULL. */
struct zram_job_service *zram_service_stop(struct zram_packs_hook *hook);
/* Give it a turn. Any context. */
void zram_service_kick(struct zram_job_service *svc);
/*
 * All services of the device, in @delay jiffies or, when that was asked for
 * before and is still to come, at the time of then. Any context.
 */
void zram_service_kick_later(struct zram_job_service *svc, unsigned long delay);

/*
 * Others that must rest while the machine sleeps (the discard worker). pause
 * stops new work and waits for what is in hand until @deadline (jiffies);
 * -EBUSY when that was not enough, which refuses the suspend. resume goes on,
 * also after a pause that failed. Both may sleep.
 */
struct zram_pauser {
	struct list_head node;
	int (*pause)(struct zram_pauser *p, unsigned long deadline);
	void (*resume)(struct zram_pauser *p);
};

/* Pauses at once when the machine is about to sleep. */
void zram_pauser_add(struct zram_pauser *p);
void zram_pauser_remove(struct zram_pauser *p);
/*
 * For workers, which the notifier waits for: false, and nothing done, while it
 * is at work.
 */
bool zram_pauser_try_remove(struct zram_pauser *p);

/* The suspend notifier, once for the module. */
int zram_jobs_init(void);
void zram_jobs_exit(void);

#endif
