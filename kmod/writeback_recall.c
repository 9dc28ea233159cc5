// SPDX-License-Identifier: GPL-2.0-only
/* Sparse packs on the disk come back, to go out again as fewer ones. */
#include <linux/bitops.h>
#include <linux/err.h>

#include "backing.h"
#include "fetch.h"
#include "job.h"
#include "packs.h"
#include "store.h"
#include "writeback_impl.h"

#define WAIT_SLICE	(HZ / 10)	/* then the job looks about */
/* Slots that are worth a remake: those of a few packs. */
#define ENOUGH		(4 * ZRAM_PACK_SLOTS)

/*
 * The rest of @r's packs has to fit besides, as it goes out later. That of a
 * folio would become single pages, and stay.
 */
static bool is_worth(const struct zram_job *job, const struct zram_recall *r,
		     struct zram_backing *bd, const struct zram_pack *p)
{
	u64 whole = r->bytes + zram_backing_round(bd, p->len);
	unsigned long limit = READ_ONCE(job->st->limit_pages);

	/* what is so near to the limit is left to writers, as in thaw.c */
	return !p->folio &&
	       hweight32(READ_ONCE(p->live)) < READ_ONCE(p->enough) &&
	       zram_job_bytes_left(job) >= whole &&
	       zram_writeback_limit_left(job->st->knobs) >=
	       whole / ZRAM_BACKING_BLOCK &&
	       zram_fetch_fits(job->st, p, limit - limit / 16);
}

void zram_recall_try(struct zram_job *job, struct zram_recall *r,
		     struct zram_backing *bd, struct zram_pack *p)
{
	if (!is_worth(job, r, bd, p))
		goto out_put;
	if (!r->fetch)
		r->fetch = zram_fetch_create(job->st, NULL, NULL);
	if (!r->fetch) {
		job->noted = -ENOMEM;
		goto out_put;
	}
	r->fetching = p->id;
	r->bytes += zram_backing_round(bd, p->len);
	/* until there are enough, they are not worth a pack each */
	job->st->packs->gathering = true;
	zram_fetch_begin(r->fetch, p);
	return;

out_put:
	zram_pack_put(p);
}

bool zram_recall_ended(struct zram_job *job, struct zram_recall *r)
{
	u32 live, len;
	int err;

	if (!r->fetch || !zram_fetch_busy(r->fetch))
		return true;
	if (!zram_fetch_ended(r->fetch, WAIT_SLICE))
		return false;
	err = zram_fetch_end(r->fetch, false, &live, &len);
	if (err) {
		job->noted = err;
		job->progress.failed += err != -ENOMEM;
	} else if (live) {
		if (!r->first)
			r->first = r->fetching;
		r->slots += hweight32(live);
	}
	return true;
}

/* The worker makes new packs of them before the next step of the job. */
static void let_remake(struct zram_packs *packs)
{
	if (!packs->gathering)
		return;
	packs->gathering = false;
	zram_packs_remake(packs);
}

bool zram_recall_remake(struct zram_job *job, struct zram_recall *r, bool last,
			u64 *next)
{
	if (!r->first || (r->slots < ENOUGH && !last))
		return false;
	let_remake(job->st->packs);
	/* once more: one that was worth no other pack goes as it is */
	*next = r->first;
	r->first = 0;
	r->slots = 0;
	return true;
}

void zram_recall_end(struct zram_job *job, struct zram_recall *r)
{
	zram_fetch_destroy(r->fetch);
	r->fetch = NULL;
	let_remake(job->st->packs);
}
