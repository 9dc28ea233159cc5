/* SPDX-License-Identifier: GPL-2.0-only */
/* What job.c shares with job_pm.c and job_service.c, and with nobody else. */
#ifndef ZRAM_JOB_IMPL_H
#define ZRAM_JOB_IMPL_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct zram_job;
struct zram_store;

/*
 * working: a step is being made. running: the job in hand, between two turns
 * of the work item as well. All under jobs_lock, but what the worker alone
 * changes it may read without.
 */
struct zram_jobs {
	struct list_head node;		/* in all_frames */
	struct zram_store *st;
	struct workqueue_struct *wq;
	struct work_struct work;
	struct delayed_work later;
	unsigned long due;		/* bit 0: it came, so ask every service */
	struct list_head queue;
	struct list_head history;	/* oldest first */
	struct list_head services;
	struct zram_job *running;
	u64 since;			/* ns: up to then running has been charged */
	unsigned int nr_queue, nr_history;
	bool working;
	bool stopping;
};

/* No worker begins another turn. False: one did not rest within @timeout. */
bool zram_jobs_rest(unsigned long timeout);
/* All workers go on. */
void zram_jobs_go_on(void);

/* Every service that was kicked gets a turn. True: one wants another. */
bool zram_jobs_serve(struct zram_jobs *jobs);
/* The work item of zram_jobs.later. */
void zram_jobs_serve_later(struct work_struct *w);

#endif
