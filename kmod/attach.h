/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which backing device a zram device has: taken on and let go, also while it
 * is in use.
 *
 * The page path looks at bd in rcu_read_lock(); everybody else takes a
 * reference with zram_attach_get(). What is frozen lies on the one that is
 * attached, so it goes only when nothing is frozen any more, or with the
 * contents of the device.
 */
#ifndef ZRAM_ATTACH_H
#define ZRAM_ATTACH_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>

#include "job.h"

struct bio;
struct zram_backing;

struct zram_attachment {
	struct mutex lock;			/* who changes bd */
	struct zram_backing __rcu *bd;		/* NULL: none */
	struct zram_pauser pauser;		/* of bd, while there is one */
	u32 dev;				/* N of zramN, for events */
};

void zram_attach_init(struct zram_attachment *at, u32 dev);
/* The backing device with a reference, or NULL. */
struct zram_backing *zram_attach_get(struct zram_attachment *at);
bool zram_attach_has(struct zram_attachment *at);

/*
 * @bd or NULL instead of what there was, which is returned for the caller to
 * close. Nothing may be frozen. @generation of the device, for the events: one
 * when a disk went, one when one came, in the order in which they do.
 */
struct zram_backing *zram_attach_replace(struct zram_attachment *at,
					 struct zram_backing *bd, u32 generation);
/* NULL, with the contents of the device, whose own event tells of both. */
struct zram_backing *zram_attach_drop(struct zram_attachment *at);
/*
 * For the worker of jobs: let go, while nothing is frozen, with the event. Readers
 * that are at work are waited for, some seconds. -EAGAIN: not now, because the
 * machine is about to sleep or somebody attaches.
 */
int zram_attach_leave(struct zram_attachment *at, u32 generation);

/*
 * Have a bio that met a frozen slot served by the backing device. False: there
 * is none any more, so the slot is in memory by now. Never sleeps.
 */
bool zram_attach_defer(struct zram_attachment *at, struct bio *bio);

#endif
