// SPDX-License-Identifier: GPL-2.0-only
/* Services: what the worker of jobs does unasked, between two of their pieces. */
#include "job.h"

#include <linux/bitops.h>
#include <linux/rculist.h>

#include "compat/workqueue.h"
#include "job_impl.h"
#include "packs.h"

bool zram_jobs_serve(struct zram_jobs *jobs)
{
	struct zram_job_service *svc;
	bool due = test_and_clear_bit(0, &jobs->due), more = false;

	list_for_each_entry(svc, &jobs->services, node) {
		if (!test_and_clear_bit(0, &svc->wanted) && !due)
			continue;
		if (svc->serve(svc, jobs->st)) {
			set_bit(0, &svc->wanted);
			more = true;
		}
	}
	return more;
}

/* Elsewhere, since the worker may be busy with a job for an hour. */
void zram_jobs_serve_later(struct work_struct *w)
{
	struct zram_jobs *jobs = container_of(to_delayed_work(w),
					      struct zram_jobs, later);

	set_bit(0, &jobs->due);
	queue_work(jobs->wq, &jobs->work);
}

void zram_service_kick(struct zram_job_service *svc)
{
	set_bit(0, &svc->wanted);
	queue_work(svc->jobs->wq, &svc->jobs->work);
}

void zram_service_kick_later(struct zram_job_service *svc, unsigned long delay)
{
	queue_delayed_work(zram_unbound_wq, &svc->jobs->later, delay);
}

static void kick(void *svc, unsigned long delay)
{
	if (delay)
		zram_service_kick_later(svc, delay);
	else
		zram_service_kick(svc);
}

void zram_service_start(struct zram_job_service *svc, struct zram_jobs *jobs,
			struct zram_packs_hook *hook)
{
	svc->jobs = jobs;
	svc->wanted = 0;
	/* a worker that goes on after a suspend may walk the list already */
	list_add_tail_rcu(&svc->node, &jobs->services);
	hook->arg = svc;
	hook->call = kick;
}

struct zram_job_service *zram_service_stop(struct zram_packs_hook *hook)
{
	struct zram_job_service *svc = hook->arg;

	*hook = (struct zram_packs_hook){ 0 };
	return svc;
}
