// SPDX-License-Identifier: GPL-2.0-only
/*
 * The job "writeback". Packs go out in lanes, several at a time and one after
 * the other on the disk; when a lane has landed, its slots get their pack, or
 * its pack its new place. What was touched meanwhile stays in memory.
 */
#include "writeback.h"

#include <linux/err.h>
#include <linux/slab.h>

#include "attach.h"
#include "backing.h"
#include "frame.h"
#include "job.h"
#include "pack_make.h"
#include "packs.h"
#include "pool.h"
#include "select.h"
#include "store.h"
#include "store_impl.h"
#include "writeback_impl.h"

static s32 level_of(const struct zram_job_spec *spec)
{
	return spec->has_level ? spec->level : ZRAM_FRAME_LEVEL_DISK;
}

int zram_writeback_check(const struct zram_store *st,
			 const struct zram_job_spec *spec, const char **why)
{
	int err;

	if (!zram_attach_has(st->attachment)) {
		*why = "the device has no backing device";
		return -ENODEV;
	}
	err = zram_frame_check_level(level_of(spec));
	if (err)
		*why = "zstd has no such level";
	return err;
}

/* ---- what goes out ---- */

static bool is_wanted(const struct zram_slot *s, const void *arg)
{
	enum zram_kind kind = zram_slot_kind(s);

	return kind == ZRAM_KIND_OBJECT || kind == ZRAM_KIND_RAW;
}

/*
 * Slots of the next pack: no more than the bounds leave. Compressed ones take
 * less than their pages; only the first pack of a job is sure to fit.
 */
static unsigned int room_for(struct zram_job *job,
			     const struct zram_writeback *wb)
{
	const struct zram_pack_maker *m = wb->maker;
	u64 left = zram_job_bytes_left(job);
	u64 room = m->slots;

	if (job->spec.slots_limited)
		room = min(room, job->spec.max_slots - zram_job_tried(job));
	if (m->raw || !job->progress.bytes_written)
		room = min(room, round_down(left, zram_backing_round(wb->bd, 1)) /
				 PAGE_SIZE);
	if (m->raw)
		room = min(room, zram_writeback_limit_left(job->st->knobs) /
				 (PAGE_SIZE / ZRAM_BACKING_BLOCK));
	return room;
}

/* Is anything under way? That has to land before slots are picked anew. */
static bool is_busy(const struct zram_writeback *wb)
{
	unsigned int i;

	for (i = 0; i < wb->nr_lanes; i++)
		if (wb->lane[i]->busy)
			return true;
	return false;
}

/* Is the disk to get another I/O? Asked only by who has something for it. */
static bool may_begin(const struct zram_writeback *wb)
{
	return zram_backing_has_room(wb->bd, ZRAM_WRITEBACK_SLICE);
}

/*
 * 1: gathered as many as one pack takes, or are left of a batch; else as
 * zram_select_next, or -EAGAIN when the disk is to get nothing for now.
 */
static int gather(struct zram_job *job, struct zram_writeback *wb,
		  unsigned int room)
{
	struct zram_pack_maker *m = wb->maker;
	int found;

	while (m->nr < room) {
		if (!wb->held) {
			if (zram_select_used_up(wb->select) &&
			    (m->nr || is_busy(wb)))
				return 1;
			found = zram_select_next(wb->select, &wb->next);
			if (found != 1)
				return found;
			wb->held = true;
		}
		if (!m->nr && !may_begin(wb))
			return -EAGAIN;
		if (!zram_pack_room(m, wb->next.index))
			return 1;
		wb->held = false;
		job->progress.done++;
		switch (zram_pack_gather(m, wb->next.index)) {
		case 0:
			break;
		case -EIO:
			job->noted = -EIO;
			fallthrough;
		default:
			job->progress.skipped++;
		}
	}
	return 1;
}

/* No closer to the limit than what comes back by itself may go. */
static bool has_memory(struct zram_store *st, u32 bytes)
{
	unsigned long limit = READ_ONCE(st->limit_pages);

	return !limit || zram_pool_pages(st->pool) +
			 DIV_ROUND_UP(bytes, PAGE_SIZE) <= limit - limit / 16;
}

/*
 * What was recalled has no room on the disk as long as it has its old one there.
 * So a pack of it waits in memory for the end of this job; one, since what it
 * leaves is room for others. Else all stay where they are.
 */
static void keep_recalled(struct zram_job *job, struct zram_writeback *wb)
{
	struct zram_pack_maker *m = wb->maker;
	struct zram_store *st = job->st;
	struct zram_pack_result result = { 0 };
	struct zram_stow *stow = NULL;

	job->progress.skipped += m->nr;
	if (!wb->kept && has_memory(st, m->len))
		stow = zram_packs_stow_in_pool(st->packs, m->bytes, m->len);
	wb->kept = true;
	if (!stow) {
		wb->recall.off = true;
		zram_pack_give_up(m);
		return;
	}
	zram_store_note_used(st);
	if (!zram_pack_publish(m, stow, &result)) {
		wb->first_own = min(wb->first_own, result.id);
		wb->kept_id = result.id;
		wb->recall.aside = zram_backing_round(wb->bd, result.len);
		wb->recall.aside_slots = result.moved;
	}
	zram_packs_settle(st->packs);
}

/*
 * What does not compress goes as it is. What has a place on the disk, of @had
 * bytes (else 0), keeps that unless it takes less now.
 */
static int send_slots(struct zram_job *job, struct zram_writeback *wb,
		      struct zram_lane *l, u64 had)
{
	struct zram_pack_maker *m = wb->maker;
	int err = 0;

	if (zram_pack_seal(m)) {
		m->raw = true;
		zram_pack_seal(m);
	}
	if (had && zram_backing_round(wb->bd, m->len) >= had) {
		zram_recall_refuse(job, m);
		job->progress.skipped += m->nr;
		zram_pack_give_up(m);
	} else {
		memcpy(l->write.buf, m->bytes, m->len);
		err = zram_lane_launch(job, l, m->len);
		if (!err) {
			zram_lane_load(l, m);
		} else if (err == -ENOSPC && had) {
			keep_recalled(job, wb);
		} else {
			job->progress.skipped += m->nr;
			zram_pack_give_up(m);
		}
	}
	m->raw = job->spec.raw;
	/* of what has its old place nothing is lost, but that it stays is told */
	return had && err == -ENOSPC && !wb->recall.off ? 0 : err;
}

/* One pack out of slots. 1: there may be more; 0: no more. */
static int next_slots(struct zram_job *job, struct zram_writeback *wb,
		      struct zram_lane *l)
{
	unsigned int room = room_for(job, wb);
	int found, err = 0;

	if (!room)
		return zram_writeback_limit_left(job->st->knobs) ? -EDQUOT : -EIO;
	found = gather(job, wb, room);
	if (found == -EAGAIN)
		return 1;
	if (wb->maker->nr)
		err = send_slots(job, wb, l, 0);
	return err ?: found;
}

/* A pack in memory, as it is; the reference to it passes. */
static int send_pack(struct zram_job *job, struct zram_lane *l,
		     struct zram_pack *p)
{
	struct zram_stow *stow;
	int err;

	job->progress.done += p->nr;
	/* of what came back meanwhile, and was not counted */
	job->progress.total = max(job->progress.total, job->progress.done);
	zram_pack_watch(p);
	stow = zram_pack_stow(p);
	zram_packs_copy(job->st->packs, stow, 0, p->len, l->write.buf);
	zram_packs_seal(p, l->write.buf);
	zram_stow_put(stow);
	l->pack = p;
	err = zram_lane_launch(job, l, p->len);
	if (err) {
		l->pack = NULL;
		/* one that only waited for a pause comes again */
		if (err == -ECANCELED)
			job->progress.done -= p->nr;
		else
			job->progress.skipped += p->nr;
		zram_pack_put(p);
	}
	return err;
}

/* What was read of sparse packs, as one. 1, or an errno. */
static int send_recalled(struct zram_job *job, struct zram_writeback *wb,
			 struct zram_lane *l)
{
	u64 had;

	if (!may_begin(wb))
		return 1;
	had = zram_recall_load(job, &wb->recall, wb->maker);
	return (wb->maker->nr ? send_slots(job, wb, l, had) : 0) ?: 1;
}

/*
 * A pack in memory; the reference to it passes. Of a full disk nothing is asked
 * but to take back what it had.
 */
static int try_pack(struct zram_job *job, struct zram_writeback *wb,
		    struct zram_lane *l, struct zram_pack *p)
{
	int err = 0;

	if ((wb->full || wb->kept_id) && p->id != wb->kept_id) {
		zram_pack_put(p);
		err = wb->full ? 0 : -ENOSPC;
	} else if (!may_begin(wb)) {
		wb->next_pack = p->id;
		zram_pack_put(p);
	} else {
		if (p->id == wb->kept_id)
			wb->recall.aside = wb->recall.aside_slots = 0;
		wb->next_pack = p->id;
		err = send_pack(job, l, p);
		/* cut short by a pause: once more after it */
		wb->next_pack += err != -ECANCELED;
	}
	return err ?: 1;
}

/* The next pack that moves. 1: there may be more; 0: no more. */
static int next_pack(struct zram_job *job, struct zram_writeback *wb,
		     struct zram_lane *l)
{
	struct zram_recall *r = &wb->recall;
	struct zram_pack *p;
	bool later = false;

	if (!zram_recall_ended(job, r, wb->maker, wb->bd))
		return 1;
	p = zram_packs_next(job->st->packs, wb->next_pack);
	if (!p)
		return r->nr ? send_recalled(job, wb, l) : 0;
	wb->next_pack = p->id + 1;
	if (p->id == wb->kept_id || zram_writeback_means(job, p)) {
		if (!READ_ONCE(p->frozen))
			return try_pack(job, wb, l, p);
		/* what this job wrote stays, even if it gets sparse at once */
		later = p->id < wb->first_own &&
			!zram_recall_take(job, r, wb->maker, wb->bd, p);
	}
	if (later)
		wb->next_pack = p->id;
	zram_pack_put(p);
	return later ? send_recalled(job, wb, l) : 1;
}

/* ---- the job ---- */

static void destroy(struct zram_writeback *wb)
{
	unsigned int i;

	for (i = 0; i < wb->nr_lanes; i++)
		zram_lane_put(wb->lane[i]);
	zram_select_destroy(wb->select);
	zram_pack_maker_destroy(wb->maker);
	zram_backing_put(wb->bd);
	kfree(wb);
}

static int prepare(struct zram_job *job)
{
	struct zram_writeback *wb = kzalloc(sizeof(*wb),
					    GFP_KERNEL | __GFP_NOWARN);
	unsigned int lanes;
	struct zram_pack_maker *m;

	if (!wb)
		return -ENOMEM;
	wb->bd = zram_attach_get(job->st->attachment);
	if (!wb->bd) {
		kfree(wb);
		return -ENODEV;
	}
	m = zram_pack_maker_create(job->st, job->spec.pack_slots,
				   level_of(&job->spec));
	if (IS_ERR(m)) {
		destroy(wb);
		return PTR_ERR(m);
	}
	wb->maker = m;
	wb->first_own = U64_MAX;
	m->raw = job->spec.raw;
	/* at least two: one is filled while the other is written */
	lanes = clamp(READ_ONCE(job->st->knobs->batch) / 4, 2u,
		      zram_job_is_short(job) ? ZRAM_LANES_MAX / 2 :
					       ZRAM_LANES_MAX);
	while (wb->nr_lanes < lanes) {
		struct zram_lane *l = zram_lane_create(wb->bd);

		if (!l)
			break;
		wb->lane[wb->nr_lanes++] = l;
	}
	wb->select = zram_select_create(job, is_wanted, NULL,
					ZRAM_SELECT_BY_INDEX);
	if (!wb->select || !wb->nr_lanes) {
		destroy(wb);
		return -ENOMEM;
	}
	job->priv = wb;
	return 0;
}

/*
 * Nothing more goes out but what is left of sparse packs, which makes room for the
 * next job. This one ends with that error then.
 */
static void note_full(struct zram_job *job, struct zram_writeback *wb)
{
	job->noted = -ENOSPC;
	wb->full = true;
	wb->slots_done = true;
	zram_writeback_tell(job, ZRAM_EVENT_BACKING_FULL, -ENOSPC);
}

/* Fill the next lane. 1: go on; 0: nothing is to be sent, perhaps for now. */
static int send(struct zram_job *job, struct zram_writeback *wb,
		struct zram_lane *l)
{
	int more;

	/* A detach that waits does not wait for all of it. */
	if (zram_jobs_have(job->jobs, ZRAM_JOB_TYPE_DETACH))
		return -EBUSY;
	if (!wb->packs_counted) {
		wb->packs_counted = zram_writeback_count(job, &wb->next_pack);
		return 1;
	}
	if (!wb->slots_done) {
		if (zram_select_used_up(wb->select) && is_busy(wb))
			return 0;
		more = next_slots(job, wb, l);
		wb->slots_done = !more;
	} else if (!wb->packs_done) {
		/* what lands makes room, or it is sure that there is none */
		if ((wb->full || wb->kept) && is_busy(wb))
			return 0;
		more = next_pack(job, wb, l);
		wb->packs_done = !more;
	} else {
		return 0;
	}
	if (more == -ENOSPC) {
		note_full(job, wb);
		return 1;
	}
	if (more == -EDQUOT) {
		job->bounded = true;
		return 1;
	}
	return more < 0 ? more : 1;
}

static int step(struct zram_job *job)
{
	struct zram_writeback *wb = job->priv;
	struct zram_lane *l = wb->lane[wb->next_lane];
	int more;

	if (!zram_lane_try_land(job, l))
		return ZRAM_JOB_MORE;
	more = send(job, wb, l);
	/* what was to go stays, a pack for another try; the frame knows why to stop */
	if (more == -ECANCELED && !READ_ONCE(job->cancel))
		return ZRAM_JOB_MORE;
	if (more < 0)
		return more;
	if (l->busy || !more)
		wb->next_lane = (wb->next_lane + 1) % wb->nr_lanes;
	return more || is_busy(wb) ? ZRAM_JOB_MORE : 0;
}

/* What is under way is waited for, as long as the job has patience. */
static void finish(struct zram_job *job)
{
	unsigned long until = jiffies + zram_job_patience(job);
	struct zram_writeback *wb = job->priv;
	unsigned int i;

	if (wb->held)
		zram_unpick(&job->st->table, wb->next.index);
	/* landing takes the maker */
	zram_pack_give_up(wb->maker);
	for (i = 0; i < wb->nr_lanes; i++) {
		struct zram_lane *l = wb->lane[i];

		while (!zram_lane_try_land(job, l))
			if (READ_ONCE(job->cancel) ||
			    time_after_eq(jiffies, until)) {
				zram_lane_leave(job, l);
				break;
			}
	}
	zram_recall_end(job, &wb->recall);
	/* What stayed lies thinly where the others were. */
	if (job->progress.moved)
		zram_pool_compact(job->st->pool);
	destroy(wb);
	job->priv = NULL;
}

const struct zram_job_ops zram_writeback_ops = {
	.prepare = prepare,
	.step = step,
	.finish = finish,
};
