// SPDX-License-Identifier: GPL-2.0-only
/* Packs on their way to the disk, and what becomes of each once it has landed. */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "frozen.h"
#include "job.h"
#include "pack_make.h"
#include "packs.h"
#include "store.h"
#include "writeback.h"
#include "writeback_impl.h"

void zram_writeback_tell(struct zram_job *job, enum zram_event_type type,
			 int err)
{
	const struct zram_event ev = {
		.type = type,
		.dev = job->dev,
		.generation = job->st->generation,
		.err = err,
	};

	if (zram_event_due(&job->st->told_backing))
		zram_event(&ev);
}

void zram_lane_put(struct zram_lane *l)
{
	if (!refcount_dec_and_test(&l->refs))
		return;
	if (l->stow)
		zram_stow_put(l->stow);
	kvfree(l->write.buf);
	kfree(l);
}

struct zram_lane *zram_lane_create(struct zram_backing *bd)
{
	struct zram_lane *l = kzalloc(sizeof(*l), GFP_KERNEL | __GFP_NOWARN);

	if (!l)
		return NULL;
	refcount_set(&l->refs, 1);
	init_completion(&l->ended);
	l->write.buf = kvmalloc(zram_backing_buffer_bytes(bd),
				GFP_KERNEL | __GFP_NOWARN);
	if (!l->write.buf) {
		kfree(l);
		return NULL;
	}
	return l;
}

static void on_written(struct zram_backing_io *w)
{
	struct zram_lane *l = container_of(w, struct zram_lane, write);

	complete(&l->ended);
	zram_lane_put(l);
}

void zram_lane_load(struct zram_lane *l, struct zram_pack_maker *m)
{
	struct zram_cargo *c = &l->cargo;

	c->nr = m->nr;
	c->len = m->len;
	c->raw = m->raw;
	memcpy(c->index, m->index, sizeof(c->index));
	memcpy(c->was, m->was, sizeof(c->was));
	memcpy(c->crc, m->crc, sizeof(c->crc));
	m->nr = 0;
}

static void unload(struct zram_pack_maker *m, const struct zram_cargo *c)
{
	m->nr = c->nr;
	m->len = c->len;
	m->raw = c->raw;
	memcpy(m->index, c->index, sizeof(c->index));
	memcpy(m->was, c->was, sizeof(c->was));
	memcpy(m->crc, c->crc, sizeof(c->crc));
}

static bool had_better_stop(const void *job)
{
	return zram_job_should_stop(job);
}

int zram_lane_launch(struct zram_job *job, struct zram_lane *l, u32 len)
{
	struct zram_backing *bd = ((struct zram_writeback *)job->priv)->bd;
	struct zram_store *st = job->st;
	u32 whole = zram_backing_round(bd, len);
	struct zram_stow *stow;

	if (whole > zram_job_bytes_left(job))
		return -EDQUOT;
	if (!zram_writeback_charge(st->knobs, whole / ZRAM_BACKING_BLOCK, &l->charge))
		return -EIO;
	stow = zram_frozen_reserve(bd, len, had_better_stop, job);
	if (IS_ERR(stow)) {
		zram_writeback_refund(st->knobs, &l->charge);
		return PTR_ERR(stow);
	}
	l->stow = stow;
	l->busy = true;
	reinit_completion(&l->ended);
	refcount_inc(&l->refs);
	l->write.start = zram_frozen_start(stow);
	l->write.bytes = len;
	l->write.done = on_written;
	job->progress.bytes_written += whole;
	zram_backing_write_begin(bd, &l->write);
	return 0;
}

static void land_pack(struct zram_job *job, struct zram_lane *l, int err)
{
	struct zram_pack *p = l->pack;
	u32 live = 0;

	if (!err && !zram_packs_switch(p, l->stow, true, &live)) {
		l->stow = NULL;
		job->progress.moved += hweight32(live);
		job->progress.bytes_before += p->len;
		zram_frozen_trace_moved(job->st, p, live, ZRAM_TIER_COLD,
					ZRAM_TIER_FROZEN);
	} else {
		job->progress.skipped += p->nr;
	}
	zram_pack_put(p);
	l->pack = NULL;
}

static void land_slots(struct zram_job *job, struct zram_writeback *wb,
		       struct zram_lane *l, int err)
{
	struct zram_pack_maker *m = wb->maker;
	struct zram_pack_result result = { 0 };

	unload(m, &l->cargo);
	if (err) {
		zram_pack_give_up(m);
	} else {
		if (zram_pack_publish(m, l->stow, &result) == -ENOMEM)
			job->noted = -ENOMEM;
		else
			wb->first_own = min(wb->first_own, result.id);
		l->stow = NULL;
	}
	m->raw = job->spec.raw;
	job->progress.moved += result.moved;
	job->progress.bytes_before += result.before;
	job->progress.skipped += result.lost;
}

static u32 whole_of(const struct zram_job *job, const struct zram_lane *l)
{
	return zram_backing_round(((struct zram_writeback *)job->priv)->bd,
				  l->write.bytes);
}

/* It is of no use; what the disk did of it before it failed, nobody knows. */
static void refund(struct zram_job *job, struct zram_lane *l)
{
	zram_writeback_refund(job->st->knobs, &l->charge);
}

/* The maker is empty. */
static void land(struct zram_job *job, struct zram_lane *l, int err)
{
	struct zram_writeback *wb = job->priv;

	/* what was left under way reaches the disk, perhaps: it stays charged */
	if (err && err != -ECANCELED) {
		refund(job, l);
		job->noted = err;
		zram_writeback_tell(job, ZRAM_EVENT_BACKING_FAILING, err);
	}
	if (l->pack)
		land_pack(job, l, err);
	else
		land_slots(job, wb, l, err);
	if (l->stow && err != -ECANCELED) {
		zram_stow_put(l->stow);
		l->stow = NULL;
	}
	l->busy = false;
}

bool zram_lane_try_land(struct zram_job *job, struct zram_lane *l)
{
	if (!l->busy)
		return true;
	if (!wait_for_completion_timeout(&l->ended, ZRAM_WRITEBACK_SLICE))
		return false;
	land(job, l, l->write.err);
	return true;
}

void zram_lane_leave(struct zram_job *job, struct zram_lane *l)
{
	if (zram_backing_revoke(&l->write)) {
		refund(job, l);
		job->progress.bytes_written -= whole_of(job, l);
		zram_lane_put(l);	/* the I/O's */
	}
	if (!READ_ONCE(job->cancel))
		zram_writeback_tell(job, ZRAM_EVENT_BACKING_FAILING, -ETIMEDOUT);
	land(job, l, -ECANCELED);
}
