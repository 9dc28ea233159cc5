// SPDX-License-Identifier: GPL-2.0-only
/* Queue, worker, history and the end of jobs. */
#include "job.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "compat/workqueue.h"
#include "event.h"
#include "job_impl.h"
#include "packs.h"
#include "store.h"
#include "trace.h"

#define QUEUE_MAX	256	/* jobs that wait */
/* What a disk gets to end what a job began, beyond its time; as a close does. */
#define PATIENCE	(5 * HZ)

/*
 * A leaf lock for everything marked jobs_lock: jobs are few, so that one for
 * the module will do, and a job needs none of a frame that may be gone.
 */
static DEFINE_SPINLOCK(jobs_lock);
static LIST_HEAD(all_frames);
static bool paused;
static DECLARE_WAIT_QUEUE_HEAD(rest_wait);
static atomic_t last_id = ATOMIC_INIT(0);

static void free_job(struct kref *ref)
{
	struct zram_job *job = container_of(ref, struct zram_job, ref);

	zram_job_spec_free(&job->spec);
	kfree(job);
}

void zram_job_put(struct zram_job *job)
{
	kref_put(&job->ref, free_job);
}

static bool has_ended(const struct zram_job *job)
{
	/* with end_locked(): who sees the end sees how it ended */
	return smp_load_acquire(&job->phase) >= ZRAM_JOB_PHASE_DONE;
}

static void info_locked(const struct zram_job *job, struct zram_job_info *info)
{
	lockdep_assert_held(&jobs_lock);
	*info = (struct zram_job_info) {
		.dev = job->dev,
		.id = job->id,
		.type = job->spec.type,
		.phase = job->phase,
		.err = job->err,
		.progress = job->progress,
		.queued = job->queued,
		.started = job->started,
		.ended = job->ended,
	};
	if (paused && job->phase == ZRAM_JOB_PHASE_RUNNING)
		info->phase = ZRAM_JOB_PHASE_PAUSED;
}

void zram_job_info(struct zram_job *job, struct zram_job_info *info)
{
	spin_lock(&jobs_lock);
	info_locked(job, info);
	spin_unlock(&jobs_lock);
}

static void tell(struct zram_job *job, enum zram_event_type type)
{
	struct zram_job_info info;
	struct zram_event ev = {
		.type = type,
		.dev = job->dev,
		.generation = job->generation,
		.job = &info,
	};

	zram_job_info(job, &info);
	ev.err = info.err;
	if (type != ZRAM_EVENT_JOB_PROGRESS)
		trace_zram_job(job->dev, job->id, job->spec.type, info.phase);
	zram_event(&ev);
}

/*
 * The reference of queue or worker passes to the history. Returns the one
 * that the history has no room for, NULL mostly.
 */
static struct zram_job *end_locked(struct zram_jobs *jobs,
				   struct zram_job *job,
				   enum zram_job_phase phase, int err)
{
	struct zram_job *oldest;

	lockdep_assert_held(&jobs_lock);
	job->err = err;
	job->ended = ktime_get_boottime_ns();
	job->jobs = NULL;
	job->st = NULL;
	smp_store_release(&job->phase, phase);
	if (jobs->running == job)
		jobs->running = NULL;
	list_add_tail(&job->node, &jobs->history);
	if (++jobs->nr_history <= ZRAM_JOB_HISTORY)
		return NULL;
	oldest = list_first_entry(&jobs->history, struct zram_job, node);
	list_del(&oldest->node);
	jobs->nr_history--;
	return oldest;
}

/* The caller has a reference of its own. */
static void announce_end(struct zram_job *job, struct zram_job *oldest)
{
	tell(job, ZRAM_EVENT_JOB_END);
	wake_up_all(&job->wait);
	if (oldest)
		zram_job_put(oldest);
}

static void end_job(struct zram_jobs *jobs, struct zram_job *job,
		    enum zram_job_phase phase, int err)
{
	struct zram_job *oldest;

	kref_get(&job->ref);
	spin_lock(&jobs_lock);
	oldest = end_locked(jobs, job, phase, err);
	spin_unlock(&jobs_lock);
	announce_end(job, oldest);
	zram_job_put(job);
}

static void finish_job(struct zram_jobs *jobs, struct zram_job *job,
		       enum zram_job_phase phase, int err)
{
	if (job->ops->finish)
		job->ops->finish(job);
	/* that it was bounded besides does not matter then */
	if (!err && job->noted) {
		phase = ZRAM_JOB_PHASE_FAILED;
		err = job->noted;
	}
	end_job(jobs, job, phase, err);
}

static enum zram_job_phase phase_of_error(int err)
{
	if (err == -ECANCELED)
		return ZRAM_JOB_PHASE_CANCELLED;
	return err ? ZRAM_JOB_PHASE_FAILED : ZRAM_JOB_PHASE_DONE;
}

u64 zram_job_bytes_left(const struct zram_job *job)
{
	u64 written = job->progress.bytes_written + job->progress.bytes_after;

	if (!job->spec.max_bytes)
		return U64_MAX;
	return job->spec.max_bytes > written ? job->spec.max_bytes - written : 0;
}

u64 zram_job_pack_bytes(const struct zram_job *job)
{
	return job->progress.bytes_after ? zram_job_bytes_left(job) : U64_MAX;
}

/*
 * A job that was kept waiting before its first piece does that one all the same, or
 * none ever would; but no longer than its time in steps, which may be a disk's.
 */
static bool is_late(const struct zram_job *job)
{
	u64 max = (u64)job->spec.max_ms * NSEC_PER_MSEC;

	return max && (job->stepped >= max ||
		       (job->progress.done && job->busy >= max));
}

static bool is_bounded(const struct zram_job *job)
{
	const struct zram_job_spec *spec = &job->spec;

	return job->bounded || !zram_job_bytes_left(job) || is_late(job) ||
	       (spec->slots_limited && zram_job_tried(job) >= spec->max_slots);
}

bool zram_job_should_stop(const struct zram_job *job)
{
	u64 max = (u64)job->spec.max_ms * NSEC_PER_MSEC;

	return READ_ONCE(job->cancel) || READ_ONCE(paused) ||
	       (max && job->stepped + ktime_get_ns() - job->step_began >= max);
}

unsigned long zram_job_patience(const struct zram_job *job)
{
	u64 max = (u64)job->spec.max_ms * NSEC_PER_MSEC;

	if (!max)
		return MAX_SCHEDULE_TIMEOUT;
	return PATIENCE +
	       nsecs_to_jiffies(max - min(max, max(job->busy, job->stepped)));
}

/* The next of the queue becomes the running one; NULL: the queue is empty. */
static struct zram_job *next_job(struct zram_jobs *jobs)
{
	struct zram_job *job;

	spin_lock(&jobs_lock);
	job = list_first_entry_or_null(&jobs->queue, struct zram_job, node);
	if (job) {
		list_del(&job->node);
		jobs->nr_queue--;
		jobs->running = job;
		job->started = ktime_get_boottime_ns();
		WRITE_ONCE(job->phase, ZRAM_JOB_PHASE_RUNNING);
	}
	spin_unlock(&jobs_lock);
	return job;
}

static void begin_job(struct zram_jobs *jobs, struct zram_job *job)
{
	int err;

	tell(job, ZRAM_EVENT_JOB_START);
	err = job->ops->prepare ? job->ops->prepare(job) : 0;
	if (err)
		end_job(jobs, job, phase_of_error(err), err);
}

static void step_job(struct zram_jobs *jobs, struct zram_job *job)
{
	int ret;

	if (READ_ONCE(job->cancel)) {
		finish_job(jobs, job, ZRAM_JOB_PHASE_CANCELLED, -ECANCELED);
		return;
	}
	if (is_bounded(job)) {
		finish_job(jobs, job, ZRAM_JOB_PHASE_BOUNDED, 0);
		return;
	}
	job->step_began = ktime_get_ns();
	ret = job->ops->step(job);
	job->stepped += ktime_get_ns() - job->step_began;
	if (ret <= 0)
		finish_job(jobs, job, phase_of_error(ret), ret);
	else if (zram_event_due(&job->told))
		tell(job, ZRAM_EVENT_JOB_PROGRESS);
}

/* One turn: services, then a piece of a job. False: nothing is left. */
static bool take_turn(struct zram_jobs *jobs)
{
	bool more = zram_jobs_serve(jobs);
	struct zram_job *job = jobs->running;

	if (job) {
		step_job(jobs, job);
		return true;
	}
	job = next_job(jobs);
	if (job) {
		jobs->since = ktime_get_ns();
		begin_job(jobs, job);
	}
	return job || more;
}

static bool begin_turn(struct zram_jobs *jobs)
{
	spin_lock(&jobs_lock);
	jobs->working = !paused && !jobs->stopping;
	spin_unlock(&jobs_lock);
	return jobs->working;
}

static void end_turn(struct zram_jobs *jobs)
{
	spin_lock(&jobs_lock);
	jobs->working = false;
	spin_unlock(&jobs_lock);
	if (unlikely(READ_ONCE(paused)))
		wake_up_all(&rest_wait);
}

/*
 * What the worker does from the beginning of a job on is that job's time: what it
 * prepares, its steps, services between them, and waiting for memory or a CPU.
 */
static void charge(struct zram_jobs *jobs)
{
	u64 now = ktime_get_ns();

	if (jobs->running)
		jobs->running->busy += now - jobs->since;
	jobs->since = now;
}

static void work(struct work_struct *w)
{
	struct zram_jobs *jobs = container_of(w, struct zram_jobs, work);
	unsigned int noio = memalloc_noio_save();
	bool more = true;

	jobs->since = ktime_get_ns();
	while (more && begin_turn(jobs)) {
		more = take_turn(jobs);
		end_turn(jobs);
		cond_resched();
		charge(jobs);
	}
	memalloc_noio_restore(noio);
}

struct zram_jobs *zram_jobs_create(struct zram_store *st)
{
	struct zram_jobs *jobs = kzalloc(sizeof(*jobs), GFP_KERNEL);

	if (!jobs)
		return NULL;
	jobs->wq = alloc_ordered_workqueue("zram%u-jobs",
					   WQ_FREEZABLE | WQ_MEM_RECLAIM,
					   st->dev);
	if (!jobs->wq) {
		kfree(jobs);
		return NULL;
	}
	jobs->st = st;
	INIT_WORK(&jobs->work, work);
	INIT_DELAYED_WORK(&jobs->later, zram_jobs_serve_later);
	INIT_LIST_HEAD(&jobs->queue);
	INIT_LIST_HEAD(&jobs->history);
	INIT_LIST_HEAD(&jobs->services);
	spin_lock(&jobs_lock);
	list_add_tail(&jobs->node, &all_frames);
	spin_unlock(&jobs_lock);
	return jobs;
}

/* Nobody submits any more, and the worker does not run. */
static void end_all(struct zram_jobs *jobs)
{
	unsigned int noio = memalloc_noio_save();
	struct zram_job *job;

	if (jobs->running)
		finish_job(jobs, jobs->running, ZRAM_JOB_PHASE_CANCELLED,
			   -ECANCELED);
	while ((job = next_job(jobs)))
		end_job(jobs, job, ZRAM_JOB_PHASE_CANCELLED, -ECANCELED);
	memalloc_noio_restore(noio);
}

static void ask_to_end(struct zram_job *job)
{
	WRITE_ONCE(job->cancel, true);
	complete_all(&job->cancelled);
}

void zram_jobs_stop(struct zram_jobs *jobs)
{
	spin_lock(&jobs_lock);
	jobs->stopping = true;
	list_del_init(&jobs->node);
	if (jobs->running)
		ask_to_end(jobs->running);
	spin_unlock(&jobs_lock);
	cancel_delayed_work_sync(&jobs->later);
	cancel_work_sync(&jobs->work);
	end_all(jobs);
}

void zram_jobs_destroy(struct zram_jobs *jobs)
{
	struct zram_job *job, *next;

	zram_jobs_stop(jobs);
	/* what ended there may have asked for another turn */
	cancel_delayed_work_sync(&jobs->later);
	destroy_workqueue(jobs->wq);
	list_for_each_entry_safe(job, next, &jobs->history, node)
		zram_job_put(job);
	kfree(jobs);
}

struct zram_job *zram_jobs_submit(struct zram_jobs *jobs,
				  const struct zram_job_ops *ops,
				  struct zram_job_spec *spec)
{
	struct zram_job *job = kzalloc(sizeof(*job), GFP_KERNEL);
	int err = 0;

	if (!job)
		return ERR_PTR(-ENOMEM);
	kref_init(&job->ref);
	init_completion(&job->cancelled);
	init_waitqueue_head(&job->wait);
	job->jobs = jobs;
	job->ops = ops;
	job->st = jobs->st;
	job->dev = jobs->st->dev;
	job->generation = jobs->st->generation;
	do {
		job->id = atomic_inc_return(&last_id);
	} while (!job->id);
	job->queued = ktime_get_boottime_ns();
	job->spec = *spec;

	kref_get(&job->ref);	/* the frame's */
	spin_lock(&jobs_lock);
	if (jobs->stopping) {
		err = -ENODEV;
	} else if (jobs->nr_queue >= QUEUE_MAX) {
		err = -EBUSY;
	} else {
		list_add_tail(&job->node, &jobs->queue);
		jobs->nr_queue++;
	}
	spin_unlock(&jobs_lock);
	if (err) {
		kfree(job);
		return ERR_PTR(err);
	}
	spec->ranges = NULL;
	spec->nr_ranges = 0;
	queue_work(jobs->wq, &jobs->work);
	return job;
}

struct zram_job *zram_jobs_find(struct zram_jobs *jobs, u32 id)
{
	struct zram_job *job, *found = NULL;

	spin_lock(&jobs_lock);
	if (jobs->running && jobs->running->id == id)
		found = jobs->running;
	list_for_each_entry(job, &jobs->queue, node)
		if (job->id == id)
			found = job;
	if (found)
		kref_get(&found->ref);
	spin_unlock(&jobs_lock);
	return found;
}

bool zram_jobs_have(struct zram_jobs *jobs, enum zram_job_type type)
{
	struct zram_job *job;
	bool found;

	spin_lock(&jobs_lock);
	found = jobs->running && jobs->running->spec.type == type;
	list_for_each_entry(job, &jobs->queue, node)
		found |= job->spec.type == type;
	spin_unlock(&jobs_lock);
	return found;
}

static void keep_next(struct zram_job **best, struct zram_job *job, u32 after)
{
	if (job && job->id > after && (!*best || job->id < (*best)->id))
		*best = job;
}

bool zram_jobs_next(struct zram_jobs *jobs, u32 after,
		    struct zram_job_info *info)
{
	struct zram_job *job, *best = NULL;

	spin_lock(&jobs_lock);
	keep_next(&best, jobs->running, after);
	list_for_each_entry(job, &jobs->queue, node)
		keep_next(&best, job, after);
	list_for_each_entry(job, &jobs->history, node)
		keep_next(&best, job, after);
	if (best)
		info_locked(best, info);
	spin_unlock(&jobs_lock);
	return best;
}

void zram_job_cancel(struct zram_job *job)
{
	struct zram_job *oldest = NULL;
	bool ended = false;

	spin_lock(&jobs_lock);
	if (job->phase == ZRAM_JOB_PHASE_QUEUED) {
		list_del(&job->node);
		job->jobs->nr_queue--;
		oldest = end_locked(job->jobs, job, ZRAM_JOB_PHASE_CANCELLED,
				    -ECANCELED);
		ended = true;
	} else if (job->jobs) {
		ask_to_end(job);
	}
	spin_unlock(&jobs_lock);
	if (ended)
		announce_end(job, oldest);
}

/*
 * A writer to sysfs holds the attribute meanwhile, lockdep knows that, and the
 * freezer objects to it: hence UNSAFE. Whoever waits for that attribute to go
 * does so until the machine wakes.
 */
int zram_job_wait_interruptible(struct zram_job *job)
{
	if (wait_event_state(job->wait, has_ended(job),
			     (TASK_INTERRUPTIBLE | TASK_FREEZABLE_UNSAFE))) {
		zram_job_cancel(job);
		return -EINTR;
	}
	return job->err;
}

static bool all_rest(void)
{
	struct zram_jobs *jobs;
	bool rest = true;

	spin_lock(&jobs_lock);
	list_for_each_entry(jobs, &all_frames, node)
		rest &= !jobs->working;
	spin_unlock(&jobs_lock);
	return rest;
}

bool zram_jobs_rest(unsigned long timeout)
{
	spin_lock(&jobs_lock);
	WRITE_ONCE(paused, true);
	spin_unlock(&jobs_lock);
	return wait_event_timeout(rest_wait, all_rest(), timeout);
}

void zram_jobs_go_on(void)
{
	struct zram_jobs *jobs;

	spin_lock(&jobs_lock);
	WRITE_ONCE(paused, false);
	list_for_each_entry(jobs, &all_frames, node)
		queue_work(jobs->wq, &jobs->work);
	spin_unlock(&jobs_lock);
}
