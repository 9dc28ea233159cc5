// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the system's workqueues with work that sleeps until the module is
 * unloaded, as a machine that waits for memory may: whatever is put there
 * meanwhile does not run.
 */
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

/* More than each of them runs at a time. */
static unsigned int count = 2100;
module_param(count, uint, 0444);

static DECLARE_COMPLETION(end);
static struct work_struct *items;
static struct work_struct probe;
static bool probe_ran;
module_param(probe_ran, bool, 0444);

static void sleep_on(struct work_struct *work)
{
	wait_for_completion(&end);
}

/* That it does not run shows that the queue is full. */
static void run_probe(struct work_struct *work)
{
	probe_ran = true;
}

static void fill(struct workqueue_struct *wq, struct work_struct *w)
{
	unsigned int i;

	for (i = 0; i < count; i++, w++) {
		INIT_WORK(w, sleep_on);
		queue_work(wq, w);
	}
}

static int __init wqfill_init(void)
{
	items = kvcalloc(count, 3 * sizeof(*items), GFP_KERNEL);
	if (!items)
		return -ENOMEM;
	fill(system_wq, items);
	fill(system_unbound_wq, items + count);
	fill(system_highpri_wq, items + 2 * count);
	INIT_WORK(&probe, run_probe);
	queue_work(system_unbound_wq, &probe);
	return 0;
}

static void __exit wqfill_exit(void)
{
	unsigned int i;

	complete_all(&end);
	for (i = 0; i < 3 * count; i++)
		flush_work(&items[i]);
	flush_work(&probe);
	kvfree(items);
}

module_init(wqfill_init);
module_exit(wqfill_exit);
MODULE_DESCRIPTION("Fills the system's workqueues, for tests");
MODULE_LICENSE("GPL");
