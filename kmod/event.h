/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened to a device, told to whoever listens: lower layers emit, one
 * front end takes it up (netlink's group "events").
 */
#ifndef ZRAM_EVENT_H
#define ZRAM_EVENT_H

#include <linux/types.h>

#include "zram/netlink.h"

struct zram_job_info;

/*
 * type: what happened; fields that do not belong to it are 0.
 * used, limit: bytes of the pool, for the limit events.
 * err: 0 or a negative errno, for failing things.
 * job: a snapshot, for the job events; only valid during the call.
 */
struct zram_event {
	enum zram_event_type type;
	u32 dev;		/* N of zramN */
	u32 generation;		/* 0 when the device has none */
	u64 used, limit;
	int err;
	const struct zram_job_info *job;
};

/*
 * Emit. Any context but hard interrupts; never sleeps, and may lose the event
 * when memory is short. For what can happen a million times a second use
 * zram_event_limited.
 */
void zram_event(const struct zram_event *ev);

/*
 * Whether an event of this kind is due again: true at most once a second for
 * each @last, which starts as 0 and holds jiffies.
 */
bool zram_event_due(unsigned long *last);

/*
 * Who takes the events up; NULL: nobody. After it returns, the former one is
 * not called any more. May sleep.
 */
void zram_event_set_handler(void (*handler)(const struct zram_event *ev));

#endif
