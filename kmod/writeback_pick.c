// SPDX-License-Identifier: GPL-2.0-only
/* Which packs a writeback takes as they are. */
#include "job.h"
#include "packs.h"
#include "select.h"
#include "store.h"
#include "writeback_impl.h"

#define COUNT_PACKS	1024		/* in one step */

bool zram_writeback_means(const struct zram_job *job, struct zram_pack *p)
{
	const struct zram_job_spec *spec = &job->spec;
	u32 live = READ_ONCE(p->live), began = zram_job_began(job);
	unsigned int i;

	if (READ_ONCE(p->lost) || !live ||
	    (spec->filter & ZRAM_FILTER_INCOMPRESSIBLE))
		return false;
	for (i = 0; i < p->nr; i++) {
		size_t index = zram_pack_index(p, i);
		const struct zram_slot *s;
		u32 atime;

		if (!(live & 1u << i))
			continue;
		s = zram_table_slot(&job->st->table, index);
		/* A folio whose slots do not have it yet is as hot as can be. */
		if (zram_slot_kind(s) != ZRAM_KIND_PACKED ||
		    READ_ONCE(s->ref) != (unsigned long)p)
			return false;
		atime = READ_ONCE(s->atime);
		if (!zram_job_spec_covers(spec, index) || atime > began ||
		    began - atime < spec->min_age ||
		    ((spec->filter & ZRAM_FILTER_IDLE) &&
		     !zram_slot_has(s, ZRAM_SLOT_IDLE)) ||
		    ((spec->filter & ZRAM_FILTER_HUGE) &&
		     !zram_slot_has(s, ZRAM_SLOT_WAS_RAW)))
			return false;
	}
	return true;
}

bool zram_writeback_count(struct zram_job *job, u64 *next)
{
	struct zram_pack *p;
	unsigned int i;

	for (i = 0; i < COUNT_PACKS; i++) {
		p = zram_packs_next(job->st->packs, *next);
		if (!p) {
			*next = 0;
			return true;
		}
		*next = p->id + 1;
		if (!READ_ONCE(p->frozen) && zram_writeback_means(job, p))
			job->progress.total += p->nr;
		zram_pack_put(p);
	}
	return false;
}
