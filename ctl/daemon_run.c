// SPDX-License-Identifier: GPL-2.0-or-later
/* What the daemon does: actions as jobs, with the ledger around each. */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define LIST_MS		5000	/* that the list of jobs is asked for, if it cannot be had */
#define TELL_S		60	/* between two lines about the same shortage */

_Static_assert((int)ZRAM_JOB_TYPE_RECOMPRESS == POLICY_RECOMPRESS &&
	       (int)ZRAM_JOB_TYPE_PACK == POLICY_PACK &&
	       (int)ZRAM_JOB_TYPE_WRITEBACK == POLICY_WRITEBACK,
	       "verbs are types of jobs");

static struct daemon_dev *find(struct daemon *d, uint32_t id, uint32_t generation)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->dev[i].id == id && d->dev[i].generation == generation)
			return &d->dev[i];
	return NULL;
}

/* By ids, which begin anew after the last one and are never 0. */
static bool is_later(uint32_t id, uint32_t after)
{
	return !after || (int32_t)(id - after) > 0;
}

bool daemon_is_busy(const struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->dev[i].job.runs)
			return true;
	return false;
}

static uint64_t waste_of(struct daemon *d, struct daemon_dev *p)
{
	struct model_dev now;

	if (client_device(d->client, p->id, &now))
		return UINT64_MAX;
	return now.mem_used_total > now.compr_data_size ?
	       now.mem_used_total - now.compr_data_size : 0;
}

/* @round: of the decision, since slots that got old enough later were not meant. */
static void finish(struct daemon *d, struct daemon_dev *p,
		   const struct policy_action *a, struct policy_result *r,
		   uint32_t round)
{
	r->waste = waste_of(d, p);
	/* What it left decides when the next one pays. */
	if (a->verb == POLICY_COMPACT && r->waste == UINT64_MAX && !r->error)
		r->error = -EAGAIN;
	policy_done(&p->memory, a, r, round);
	if (r->error)
		d->failed[a->verb]++;
	else
		d->done[a->verb]++;
}

/* ---- compaction, at once ------------------------------------------------------- */

/* What the module cannot do at all is no failure, and not asked for again. */
static bool is_lacking(struct daemon *d, struct daemon_dev *p,
		       const struct policy_action *a, int err)
{
	if (err != CLIENT_ENOSUPPORT)
		return false;
	p->lacks[a->verb] = true;
	d->hurry = true;
	return true;
}

static void compact(struct daemon *d, struct daemon_dev *p, const struct policy_action *a)
{
	struct policy_result r = { .error = client_compact(d->client, p->id) };

	if (r.error)
		daemon_say("zram%" PRIu32 ": %s: %s", p->id, policy_verb_name(a->verb),
			   client_why(d->client));
	if (!is_lacking(d, p, a, r.error))
		finish(d, p, a, &r, d->round);
}

/* ---- jobs ------------------------------------------------------------------------ */

static void fill_spec(const struct daemon *d, const struct policy_action *a,
		      struct model_job_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	spec->type = a->verb;
	spec->has = MODEL_JOB_MIN_AGE | MODEL_JOB_MAX_MS;
	spec->min_age = a->min_age;
	spec->max_ms = a->max_ms;
	if (!a->whole) {
		spec->has |= MODEL_JOB_MAX_SLOTS;
		spec->max_slots = a->slots ? a->slots : 1;
	}
	/* The job's own threshold would bound the result, too: none is given. */
	if (a->verb != POLICY_RECOMPRESS) {
		spec->has |= MODEL_JOB_PACK_SLOTS;
		spec->pack_slots = d->config.pack_slots;
	}
	if (a->verb == POLICY_WRITEBACK) {
		spec->has |= MODEL_JOB_MAX_BYTES;
		spec->max_bytes = a->max_bytes;
	}
}

static int find_last(const struct model_job *job, void *arg)
{
	uint32_t *last = arg;

	if (!*last || is_later(job->id, *last))
		*last = job->id;
	return 0;
}

static bool reserve(struct daemon *d, struct daemon_dev *p, const struct policy_action *a)
{
	struct budget_held want = {
		.bytes = a->max_bytes, .dev = p->id, .generation = p->generation,
	};
	struct budget_clock now;

	if (client_jobs(d->client, p->id, find_last, &want.after)) {
		daemon_say("zram%" PRIu32 ": no writeback: %s", p->id, client_why(d->client));
		return false;
	}
	budget_now(&now);
	if (!budget_reserve(&d->budget, d->config.budget_day, &want, &now,
			    &p->job.reservation))
		return true;
	daemon_say("zram%" PRIu32 ": no writeback: %s", p->id, d->budget.why);
	p->job.reservation = 0;
	return false;
}

static void settle(struct daemon *d, struct daemon_dev *p, uint64_t bytes)
{
	struct budget_clock now;

	if (!p->job.reservation)
		return;
	budget_now(&now);
	if (budget_settle(&d->budget, p->job.reservation, bytes, &now))
		daemon_say("%s", d->budget.why);
	p->job.reservation = 0;
}

/*
 * The kernel may have started the job all the same: what was reserved for it stays
 * until the list of jobs tells.
 */
static bool is_answer_lost(int err)
{
	return err == -ENOBUFS || err == -EIO || err == -EPROTO || err == -EAGAIN;
}

static void start(struct daemon *d, struct daemon_dev *p, const struct policy_action *a)
{
	struct policy_result r = {};
	struct model_job_spec spec;
	struct model_job job = {};
	int err;

	if (a->verb == POLICY_WRITEBACK && !reserve(d, p, a)) {
		r.error = -ENOSPC;
		policy_done(&p->memory, a, &r, d->round);
		return;
	}
	fill_spec(d, a, &spec);
	err = client_job_start(d->client, p->id, &spec, &job);
	if (!err && !job.id)
		err = -EPROTO;
	/* The answer came, and what was to follow it did not. */
	if (is_answer_lost(err) && job.id)
		err = 0;
	if (!err) {
		p->job.runs = true;
		p->job.id = job.id;
		p->job.action = *a;
		p->job.round = d->round;
		p->job.freed = 0;
		return;
	}
	daemon_say("zram%" PRIu32 ": %s: %s", p->id, policy_verb_name(a->verb),
		   client_why(d->client));
	if (is_answer_lost(err))
		p->job.reservation = 0;
	else
		settle(d, p, 0);
	r.error = err;
	if (!is_lacking(d, p, a, err))
		finish(d, p, a, &r, d->round);
}

/*
 * Why a device rests is told when that changes, and not before it has acted; what
 * it lacks to keep its limit once a minute.
 */
static void tell_verdicts(struct daemon *d)
{
	uint32_t now = util_boottime();

	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];
		const struct policy_verdict *v = &d->plan.verdict[i];

		/* What was thought of it when its job began holds until that ends. */
		if (v->why == POLICY_WHY_BUSY)
			continue;
		p->verdict = *v;
		d->decided[v->why]++;
		if (v->why != p->why && v->why < POLICY_WHY_AGE)
			daemon_say("zram%" PRIu32 ": rests: %s", p->id, policy_reason(v->why));
		if (v->missing && (!p->told_missing || now - p->told_missing >= TELL_S)) {
			daemon_say("zram%" PRIu32 ": grows by %" PRIu64 " KiB/s more than jobs free",
				   p->id, v->missing / 1024);
			p->told_missing = now;
		}
		p->why = v->why;
	}
}

void daemon_act(struct daemon *d)
{
	bool dry = d->dry_run || d->config.dry_run;

	tell_verdicts(d);
	for (size_t i = 0; i < d->plan.nr; i++) {
		const struct policy_action *a = &d->plan.action[i];
		struct daemon_dev *p = find(d, a->id, a->generation);
		char line[POLICY_LINE_LEN];

		if (!p || p->job.runs || p->unsettled)
			continue;
		policy_action_line(line, a);
		if (!dry || strcmp(line, p->last))
			daemon_say("%s%s", line, dry ? " (dry run)" : "");
		snprintf(p->last, sizeof(p->last), "%s", line);
		if (dry)
			continue;
		/* The ledger is synced to a disk that may be slow; compaction takes long. */
		daemon_ping(d);
		if (a->verb == POLICY_COMPACT)
			compact(d, p, a);
		else
			start(d, p, a);
		d->hurry |= a->verb == POLICY_COMPACT;
	}
}

static void tell_end(const struct daemon_dev *p, const struct model_job *job)
{
	daemon_say("zram%" PRIu32 ": %s: %" PRIu64 " of %" PRIu64 " slots moved, %" PRIu64
		   " KiB became %" PRIu64 " KiB, %" PRIu64 " KiB written, %" PRIu64 " ms%s%s",
		   p->id, policy_verb_name(p->job.action.verb), job->moved, job->done,
		   job->bytes_before / 1024, job->bytes_after / 1024,
		   job->bytes_written / 1024, (job->ended - job->started) / 1000000,
		   job->phase == ZRAM_JOB_PHASE_FAILED ? ": " :
		   job->phase == ZRAM_JOB_PHASE_CANCELLED ? ": cancelled" :
		   job->phase == ZRAM_JOB_PHASE_BOUNDED ? ": out of its time or bytes" : "",
		   job->phase == ZRAM_JOB_PHASE_FAILED ? client_job_reason(job) : "");
}

/* Also of a job that goes on. */
static void note_freed(struct daemon_dev *p, const struct model_job *job)
{
	uint64_t freed = job->bytes_before > job->bytes_after ?
			 job->bytes_before - job->bytes_after : 0;

	if (freed <= p->job.freed)
		return;
	p->freed += freed - p->job.freed;
	p->job.freed = freed;
}

static void take_end(struct daemon *d, struct daemon_dev *p, const struct model_job *job)
{
	struct policy_result r = {
		.error = job->phase == ZRAM_JOB_PHASE_FAILED ? -(int)job->error : 0,
		.cut = job->phase != ZRAM_JOB_PHASE_DONE,
		.slots = job->moved,
		.bytes = job->bytes_before,
		.ms = (job->ended - job->started) / 1000000,
	};

	/* A job that came to no slot, or was cancelled, says nothing of the rest. */
	if (r.cut && !r.slots &&
	    (!job->done || job->phase == ZRAM_JOB_PHASE_CANCELLED))
		r.slots = 1;
	tell_end(p, job);
	settle(d, p, job->bytes_written);
	p->job.runs = false;
	finish(d, p, &p->job.action, &r, p->job.round);
	d->moved_slots += job->moved;
	d->written_bytes += job->bytes_written;
	if (job->bytes_before > job->bytes_after)
		d->freed_bytes += job->bytes_before - job->bytes_after;
	d->hurry |= !r.error;
}

void daemon_reap(struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];
		struct budget_clock now;
		struct model_job job;
		int err;

		if (!p->job.runs)
			continue;
		daemon_ping(d);
		err = client_job(d->client, p->id, p->job.id, &job);
		if (!err)
			note_freed(p, &job);
		if (!err && job.phase < ZRAM_JOB_PHASE_DONE)
			continue;
		if (!err) {
			take_end(d, p, &job);
			continue;
		}
		if (err != -ENOENT && err != -ENODEV)
			continue;	/* for the moment, or the next look tells why */
		/* It is not listed any more, so all it might have written counts. */
		daemon_say("%s", client_why(d->client));
		p->job.runs = false;
		if (p->job.reservation) {
			budget_now(&now);
			budget_write_off(&d->budget, p->job.reservation, &now);
			p->job.reservation = 0;
		}
	}
}

void daemon_cancel(struct daemon *d, bool all)
{
	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];

		if (p->job.runs && (all || p->job.action.verb == POLICY_RECOMPRESS))
			client_job_cancel(d->client, p->id, p->job.id);
	}
}

/* ---- reservations that are left ---------------------------------------------------- */

/* The jobs of a device: the one of a reservation came after those before it. */
struct old {
	uint32_t after;
	uint64_t until;		/* boottime ns; what was queued later is somebody else's */
	uint64_t wrote;		/* by writebacks in between */
	bool runs;		/* one of those does, or waits */
	size_t ended;		/* jobs in the history */
	bool is_whole;		/* as far back as that */
};

static int count_old(const struct model_job *job, void *arg)
{
	struct old *o = arg;
	bool ended = model_job_ended(job), later = is_later(job->id, o->after);

	o->ended += ended;
	/* Jobs run in order, so what fell out of the history ran before this one. */
	o->is_whole |= ended && !later;
	if (job->type != ZRAM_JOB_TYPE_WRITEBACK || !later || job->queued > o->until)
		return 0;
	o->runs |= !ended;
	o->wrote += job->bytes_written;
	return 0;
}

/*
 * Bytes that the job of a reservation wrote, at most; what it had under way when it
 * was cancelled is among them. -EBUSY: it waits or runs; other errors: that cannot be
 * told. Whoever else writes back meanwhile makes this more, never less.
 */
static int find_written(struct daemon *d, const struct budget_held *h,
			uint64_t since, uint64_t *wrote)
{
	struct old o = { .after = h->after, .until = (since + 1) * 1000000 };
	int err = client_jobs(d->client, h->dev, count_old, &o);

	if (err || o.runs)
		return err ? err : -EBUSY;
	o.is_whole |= o.ended < ZRAM_JOB_HISTORY;
	if (o.is_whole && o.wrote < *wrote)
		*wrote = o.wrote;
	return 0;
}

/* True: it is settled. */
static bool settle_old(struct daemon *d, const struct budget_held *h)
{
	struct daemon_dev *p = find(d, h->dev, h->generation);
	uint64_t wrote = h->bytes;
	struct budget_clock now;
	int err = 0;

	if (p && budget_is_of_boot(&d->budget, h)) {
		if (!p->unsettled)
			p->unsettled = daemon_ms();
		err = find_written(d, h, p->unsettled, &wrote);
	}
	/*
	 * Its time and bytes are bounded, so it is not cancelled; but it may wait for
	 * others, and to be settled before would count its bytes earlier than it wrote.
	 */
	if (err == -EBUSY || (err && daemon_ms() - p->unsettled < LIST_MS))
		return false;
	daemon_say("zram%" PRIu32 ": %" PRIu64 " of %" PRIu64 " KiB that an earlier run reserved count as written",
		   h->dev, wrote / 1024, h->bytes / 1024);
	budget_now(&now);
	if (budget_settle(&d->budget, h->serial, wrote, &now))
		daemon_say("%s", d->budget.why);
	return true;
}

static bool is_looked_after(const struct daemon *d, const struct budget_held *h)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->dev[i].job.reservation == h->serial)
			return true;
	return false;
}

void daemon_settle_old(struct daemon *d)
{
	bool waits[POLICY_DEVICES] = {};

	for (size_t i = 0; i < d->budget.nr_held;) {
		const struct budget_held h = d->budget.held[i];

		daemon_ping(d);
		if (is_looked_after(d, &h)) {
			i++;
		} else if (!settle_old(d, &h)) {
			waits[find(d, h.dev, h.generation) - d->dev] = true;
			i++;
		}
	}
	for (size_t i = 0; i < d->nr; i++)
		if (!waits[i])
			d->dev[i].unsettled = 0;
}

bool daemon_is_unsettled(const struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->dev[i].unsettled)
			return true;
	return false;
}
