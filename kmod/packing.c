// SPDX-License-Identifier: GPL-2.0-only
/* The job "pack", and remaking what lost most of its slots. */

#include "packing.h"

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "dissolve.h"
#include "frame.h"
#include "job.h"
#include "pack_make.h"
#include "packs.h"
#include "pool.h"
#include "select.h"
#include "store.h"
#include "store_impl.h"

/* ---- the job ---- */

struct packing {
	struct zram_pack_maker *maker;
	struct zram_select *select;
	bool held;		/* next: picked, but for the next pack */
	struct zram_candidate next;
};

static s32 level_of(const struct zram_job_spec *spec)
{
	return spec->has_level ? spec->level : ZRAM_FRAME_LEVEL;
}

int zram_packing_check(const struct zram_store *st,
		       const struct zram_job_spec *spec, const char **why)
{
	int err = zram_frame_check_level(level_of(spec));

	if (err == -EOPNOTSUPP)
		*why = "this kernel has no zstd, which packs are made with";
	else if (err)
		*why = "zstd has no such level";
	return err;
}

static bool is_wanted(const struct zram_slot *s, const void *arg)
{
	if (zram_slot_kind(s) == ZRAM_KIND_OBJECT)
		return true;
	if (zram_slot_kind(s) != ZRAM_KIND_PACKED ||
	    !zram_slot_has(s, ZRAM_SLOT_FOLIO))
		return false;
	/* A folio in memory. A copy has no pack: it is asked again when locked. */
	return !s->ref || !(READ_ONCE(zram_slot_pack(s)->frozen) ||
			    READ_ONCE(zram_slot_pack(s)->lost));
}

static int prepare(struct zram_job *job)
{
	struct packing *pk = kzalloc(sizeof(*pk), GFP_KERNEL | __GFP_NOWARN);
	int err = -ENOMEM;

	if (!pk)
		return -ENOMEM;
	pk->maker = zram_pack_maker_create(job->st, job->spec.pack_slots,
					   level_of(&job->spec));
	if (IS_ERR(pk->maker)) {
		err = PTR_ERR(pk->maker);
		goto err_free;
	}
	pk->select = zram_select_create(job, is_wanted, NULL,
					ZRAM_SELECT_BY_INDEX);
	if (!pk->select)
		goto err_destroy_maker;
	job->priv = pk;
	return 0;

err_destroy_maker:
	zram_pack_maker_destroy(pk->maker);
err_free:
	kfree(pk);
	return err;
}

/* 1: gathered as many as one pack takes; else as zram_select_next. */
static int gather(struct zram_job *job, struct packing *pk)
{
	struct zram_pack_maker *m = pk->maker;
	int found;

	while (m->nr < m->slots) {
		if (!pk->held) {
			/* with the batch ends the pack */
			if (m->nr && zram_select_used_up(pk->select))
				return 1;
			found = zram_select_next(pk->select, &pk->next);
			if (found != 1)
				return found;
			pk->held = true;
		}
		if (!zram_pack_room(m, pk->next.index))
			return 1;
		pk->held = false;
		job->progress.done++;
		if (zram_pack_gather(m, pk->next.index))
			job->progress.skipped++;
	}
	return 1;
}

/* Every slot of it was counted as done. */
static int make(struct zram_job *job, struct packing *pk)
{
	struct zram_pack_result result = { 0 };
	unsigned int nr = pk->maker->nr;
	int err = zram_pack_make(pk->maker, zram_job_pack_bytes(job), &result);

	if (err == -EDQUOT) {
		job->bounded = true;
		job->progress.skipped += nr;
		return 0;
	}
	if (!err) {
		job->progress.moved += result.moved;
		job->progress.bytes_before += result.before;
		job->progress.bytes_after += result.len;
	}
	job->progress.skipped += result.lost;
	/* That it did not pay, or came too late, is no failure of the job. */
	return err == -ENOMEM ? err : 0;
}

static int step(struct zram_job *job)
{
	struct packing *pk = job->priv;
	int found = gather(job, pk);
	int err = 0;

	if (found == -EAGAIN)
		return ZRAM_JOB_MORE;
	if (found < 0)
		return found;
	if (pk->maker->nr)
		err = make(job, pk);
	return err ?: found ? ZRAM_JOB_MORE : 0;
}

static void finish(struct zram_job *job)
{
	struct packing *pk = job->priv;

	if (pk->held)
		zram_unpick(&job->st->table, pk->next.index);
	/* What stayed lies thinly where the others were. */
	if (job->progress.moved)
		zram_pool_compact(job->st->pool);
	zram_select_destroy(pk->select);
	zram_pack_maker_destroy(pk->maker);
	kfree(pk);
	job->priv = NULL;
}

const struct zram_job_ops zram_packing_ops = {
	.prepare = prepare,
	.step = step,
	.finish = finish,
};

/* ---- remaking ---- */

#define TIGHT	8	/* folios a turn, near the limit */
#define AGAIN	HZ	/* what could not be taken apart is tried then */

/*
 * maker: only while there is something to do. again_at: jiffies. looked: all packs
 * since the limit came near; those below look_from.
 */
struct remaking {
	struct zram_job_service service;
	struct zram_pack_maker *maker;
	unsigned long again_at;
	u64 look_from;
	bool looked;
};

static struct remaking *to_remaking(struct zram_job_service *svc)
{
	return container_of(svc, struct remaking, service);
}

/* The slots of @p that are live now, after the @nr that are in @index. */
static unsigned int add_live(const struct zram_pack *p, u64 *index,
			     unsigned int nr)
{
	u32 live = READ_ONCE(p->live);
	unsigned int i;

	for (i = 0; i < p->nr && nr < ZRAM_PACK_SLOTS; i++) {
		unsigned int at;

		if (!(live & (1u << i)))
			continue;
		for (at = nr++; at && index[at - 1] > zram_pack_index(p, i);
		     at--)
			index[at] = index[at - 1];
		index[at] = zram_pack_index(p, i);
	}
	return nr;
}

/*
 * Packs of one kind whose live slots fit into one; they are the caller's. What
 * is left of each must halve again before it is tried anew.
 */
static unsigned int take_sparse(struct zram_packs *packs, unsigned int slots,
				struct zram_pack **taken, u64 *index,
				bool *raw)
{
	unsigned int nr = 0, count = 0, live;
	struct zram_pack *p;

	while (count < ZRAM_PACK_SLOTS && nr < slots) {
		p = zram_packs_sparse(packs);
		if (!p)
			break;
		/* Rewriting what is on the disk is a job with a budget. */
		if (READ_ONCE(p->frozen) || READ_ONCE(p->lost)) {
			zram_pack_put(p);
			continue;
		}
		live = hweight32(READ_ONCE(p->live));
		if (count && (nr + live > slots || p->raw != *raw)) {
			zram_packs_sparse_again(p);
			zram_pack_put(p);
			break;
		}
		*raw = p->raw;
		WRITE_ONCE(p->enough, (live + 1) / 2);
		nr = add_live(p, index, nr);
		taken[count++] = p;
	}
	index[nr] = U64_MAX;
	return count;
}

/* Of the packs that are taken, which it puts. */
static void remake(struct zram_pack_maker *m, struct zram_pack **taken,
		   unsigned int count, const u64 *index)
{
	struct zram_pack_result result;

	for (; *index != U64_MAX; index++) {
		if (!zram_pack_room(m, *index))
			break;	/* far apart: they stay as they are */
		if (zram_pack_pick(m->st, *index, taken, count))
			zram_pack_gather(m, *index);
	}
	/* copies are in hand: the old bytes are to go with their last slots */
	while (count)
		zram_pack_put(taken[--count]);
	if (m->nr)
		zram_pack_make(m, U64_MAX, &result);
}

/*
 * Folios are taken apart and not remade, one a turn. What could not be is tried
 * again, all at once: the timer may come early, hence is set anew until then.
 */
static bool serve_folio(struct remaking *r, struct zram_store *st)
{
	struct zram_packs *packs = st->packs;
	struct zram_pack *p;
	int err = 0;

	if (zram_packs_has_postponed(packs)) {
		if (time_after_eq(jiffies, r->again_at))
			zram_packs_resume(packs);
		else
			zram_service_kick_later(&r->service, AGAIN);
	}
	p = zram_packs_thinned(packs);
	if (!p)
		return false;
	if (!READ_ONCE(p->frozen))
		err = zram_dissolve(st, p);
	if (err) {
		if (!zram_packs_has_postponed(packs))
			r->again_at = jiffies + AGAIN;
		zram_packs_postpone(p);
		zram_service_kick_later(&r->service, AGAIN);
	}
	zram_pack_put(p);
	/* what went is out of the pool before what came counts */
	zram_store_keep_limit(st);
	zram_packs_settle(packs);
	return err != -ENOMEM;
}

/* Near the limit: folios that have lost some slots already. */
static bool look_for_thin(struct remaking *r, struct zram_store *st)
{
	if (!zram_store_is_tight(st)) {
		WRITE_ONCE(st->packs->tight, false);
		r->looked = false;
		return false;
	}
	if (!r->looked && !zram_packs_list_thin(st->packs, &r->look_from)) {
		r->looked = true;
		r->look_from = 0;
	}
	return !r->looked;
}

static bool serve_folios(struct remaking *r, struct zram_store *st)
{
	bool tight = READ_ONCE(st->packs->tight);
	bool more = tight && look_for_thin(r, st), again;
	unsigned int n = tight ? TIGHT : 1;

	do {
		again = serve_folio(r, st);
	} while (again && --n);
	return more || again;
}

/* One pack a turn. */
static bool serve_sparse(struct remaking *r, struct zram_store *st)
{
	struct zram_pack *taken[ZRAM_PACK_SLOTS];
	u64 index[ZRAM_PACK_SLOTS + 1];
	unsigned int count;
	bool raw = false;

	if (!r->maker && !zram_packs_has_sparse(st->packs))
		return false;
	if (!r->maker) {
		r->maker = zram_pack_maker_create(st, 0, ZRAM_FRAME_LEVEL);
		if (IS_ERR(r->maker)) {
			/* The next pack that gets sparse tries again. */
			r->maker = NULL;
			return false;
		}
	}
	count = take_sparse(st->packs, r->maker->slots, taken, index, &raw);
	r->maker->raw = raw;
	if (count)
		remake(r->maker, taken, count, index);
	if (count || zram_packs_has_sparse(st->packs))
		return true;
	zram_pack_maker_destroy(r->maker);
	r->maker = NULL;
	return false;
}

static bool serve(struct zram_job_service *svc, struct zram_store *st)
{
	struct remaking *r = to_remaking(svc);
	bool more = serve_sparse(r, st);

	return serve_folios(r, st) || more;
}

int zram_packing_start(struct zram_store *st, struct zram_jobs *jobs)
{
	struct remaking *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->service.serve = serve;
	r->again_at = jiffies;
	zram_service_start(&r->service, jobs, &st->packs->on_sparse);
	return 0;
}

void zram_packing_stop(struct zram_store *st)
{
	struct zram_job_service *svc = zram_service_stop(&st->packs->on_sparse);

	if (!svc)
		return;
	zram_pack_maker_destroy(to_remaking(svc)->maker);
	kfree(to_remaking(svc));
}
