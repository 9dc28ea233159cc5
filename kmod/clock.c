// SPDX-License-Identifier: GPL-2.0-only
/* The time slept so far, kept up to date at each resume. */
#include "clock.h"

#include <linux/cache.h>
#include <linux/notifier.h>
#include <linux/suspend.h>

u32 zram_clock_slept __read_mostly;

static void look_up_slept(void)
{
	WRITE_ONCE(zram_clock_slept,
		   ktime_divns(ktime_mono_to_any(0, TK_OFFS_BOOT),
			       NSEC_PER_SEC));
}

static int on_power_event(struct notifier_block *nb, unsigned long event,
			  void *data)
{
	if (event == PM_POST_SUSPEND || event == PM_POST_HIBERNATION)
		look_up_slept();
	return NOTIFY_DONE;
}

static struct notifier_block power_events = { .notifier_call = on_power_event };

int zram_clock_init(void)
{
	int err = register_pm_notifier(&power_events);

	if (!err)
		look_up_slept();
	return err;
}

void zram_clock_exit(void)
{
	unregister_pm_notifier(&power_events);
}
