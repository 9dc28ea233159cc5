/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which slots a job works on: the coldest first, then the larger ones.
 *
 * Memory is bounded: a pass over the table keeps the coldest candidates that
 * are still to come, up to a batch; when they are used up, the next pass
 * takes those after them. The scan reads the state words without locks, as a
 * hint; a candidate is then picked under its slot lock, and any access takes
 * the pick away, so what is given out has not been touched since. A pick does
 * not say whose it is: only the worker of the device may pick, and a job has no
 * copy of a slot in hand when it picks that slot once more; services are done with
 * theirs in the same turn. A slot that was written since may be in the next batch,
 * so copies are done with before that.
 */
#ifndef ZRAM_SELECT_H
#define ZRAM_SELECT_H

#include <linux/types.h>

#include "slot.h"

struct zram_job;
struct zram_pack;
struct zram_select;

struct zram_candidate {
	u64 index;
	u32 atime;	/* boottime seconds */
	u32 size;	/* bytes in memory */
};

/*
 * Whether the type of job wants a slot, beyond what the spec says. @s is a
 * copy, read without the lock; called often, so keep it short.
 */
typedef bool (*zram_select_rule)(const struct zram_slot *s, const void *arg);

#define ZRAM_SELECT_BATCH	16384
#define ZRAM_SELECT_SHORT	4096	/* of a job that is over soon */
/* Sort each batch by index: neighbours come one after another. */
#define ZRAM_SELECT_BY_INDEX	(1u << 0)

/*
 * For a job that runs, from its prepare: heeds ranges, age, filter and threshold
 * of its spec, leaves out slots touched after the job began, and max_slots bounds
 * the batch. Empty slots and fills never come. progress.total counts what
 * there is. NULL: no memory.
 */
struct zram_select *zram_select_create(struct zram_job *job,
				       zram_select_rule rule, const void *arg,
				       unsigned int flags);
/* From finish: unpicks what was not given out. NULL is fine. */
void zram_select_destroy(struct zram_select *sel);

/*
 * The next candidate, picked. 1; 0: no more; -EAGAIN: still looking, the step
 * had better end with ZRAM_JOB_MORE. Who gets one replaces or unpicks it.
 */
int zram_select_next(struct zram_select *sel, struct zram_candidate *c);
/*
 * The batch is used up: what comes next may be picked anew, so put back what was
 * copied, and only then ask for more.
 */
bool zram_select_used_up(const struct zram_select *sel);

/*
 * The same for jobs that go by packs: whether these mean slot @i of @p, which is
 * live; one that was touched after the job began is of age 0.
 */
bool zram_select_packed(const struct zram_job *job, const struct zram_pack *p,
			unsigned int i);

/*
 * Lock a slot that was picked. NULL, and no lock, when somebody touched it
 * since.
 */
struct zram_slot *zram_pick_lock(struct zram_table *t, size_t index);
/* Take the pick away, if it is still there. */
void zram_unpick(struct zram_table *t, size_t index);

#endif
