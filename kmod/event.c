// SPDX-License-Identifier: GPL-2.0-only
/* The way of events from the lower layers to the front end that sends them. */
#include "event.h"

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>

typedef void (*handler_fn)(const struct zram_event *ev);

/* Read under RCU, so that it can be taken away while events fly. */
static handler_fn handler;

void zram_event(const struct zram_event *ev)
{
	handler_fn fn;

	rcu_read_lock();
	fn = READ_ONCE(handler);
	if (fn)
		fn(ev);
	rcu_read_unlock();
}

bool zram_event_due(unsigned long *last)
{
	unsigned long now = jiffies ?: 1;
	unsigned long then = READ_ONCE(*last);

	if (then && time_before(now, then + HZ))
		return false;
	/* Of two that come at once, one is enough. */
	return cmpxchg(last, then, now) == then;
}

void zram_event_set_handler(handler_fn fn)
{
	WRITE_ONCE(handler, fn);
	if (!fn)
		synchronize_rcu();
}
