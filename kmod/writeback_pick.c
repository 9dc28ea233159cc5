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
	u32 live = READ_ONCE(p->live), began = zram_job_began(job);
	unsigned int i;

	if (READ_ONCE(p->lost) || !live)
		return false;
	for (i = 0; i < p->nr; i++) {
		const struct zram_slot *s;

		if (!(live & 1u << i))
			continue;
		s = zram_table_slot(&job->st->table, zram_pack_index(p, i));
		/* A folio whose slots do not have it yet is as hot as can be. */
		if (zram_slot_kind(s) != ZRAM_KIND_PACKED ||
		    READ_ONCE(s->ref) != (unsigned long)p)
			return false;
		if (READ_ONCE(s->atime) > began ||
		    !zram_select_packed(job, p, i))
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
