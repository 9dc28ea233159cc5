// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs and suspend: everything rests while the machine sleeps.
 *
 * Workers and the others are stopped by the notifier, before tasks are frozen:
 * the freezer would wait for a work item that runs, and a step may be waiting
 * for a disk. Between here and the resume nothing gives disk space away, since
 * a hibernated image may still use it.
 */
#include "job.h"
#include "job_impl.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/suspend.h>

/*
 * Longer than a job of a few seconds waits for its disk after its time, see PATIENCE
 * in job.c. One that may take longer, and a disk that is stuck, refuse a suspend.
 */
#define DRAIN_TIMEOUT	(8 * HZ)

/* The list, and whether the machine is between prepare and post. */
static DEFINE_MUTEX(pausers_lock);
static LIST_HEAD(pausers);
static bool asleep;

void zram_pauser_add(struct zram_pauser *p)
{
	mutex_lock(&pausers_lock);
	list_add_tail(&p->node, &pausers);
	if (asleep)
		p->pause(p, jiffies);
	mutex_unlock(&pausers_lock);
}

void zram_pauser_remove(struct zram_pauser *p)
{
	mutex_lock(&pausers_lock);
	list_del(&p->node);
	mutex_unlock(&pausers_lock);
}

bool zram_pauser_try_remove(struct zram_pauser *p)
{
	if (!mutex_trylock(&pausers_lock))
		return false;
	list_del(&p->node);
	mutex_unlock(&pausers_lock);
	return true;
}

static void resume_all(void)
{
	struct zram_pauser *p;

	lockdep_assert_held(&pausers_lock);
	asleep = false;
	list_for_each_entry(p, &pausers, node)
		p->resume(p);
	zram_jobs_go_on();
}

static int pause_all(void)
{
	unsigned long deadline = jiffies + DRAIN_TIMEOUT;
	struct zram_pauser *p;
	const char *busy = NULL;

	lockdep_assert_held(&pausers_lock);
	asleep = true;
	if (!zram_jobs_rest(DRAIN_TIMEOUT))
		busy = "a step of a job";
	list_for_each_entry(p, &pausers, node)
		if (p->pause(p, deadline))
			busy = "I/O to a backing device";
	if (!busy)
		return 0;
	pr_warn("zram: %s takes too long; not suspending\n", busy);
	resume_all();
	return -EBUSY;
}

static int on_pm_event(struct notifier_block *nb, unsigned long event,
		       void *unused)
{
	int err = 0;

	mutex_lock(&pausers_lock);
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		err = pause_all();
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		resume_all();
		break;
	}
	mutex_unlock(&pausers_lock);
	return notifier_from_errno(err);
}

static struct notifier_block pm_notifier = { .notifier_call = on_pm_event };

int zram_jobs_init(void)
{
	return register_pm_notifier(&pm_notifier);
}

void zram_jobs_exit(void)
{
	unregister_pm_notifier(&pm_notifier);
}
