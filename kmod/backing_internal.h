/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of a backing device, for backing.c and backing_rw.c alone. */
#ifndef ZRAM_BACKING_INTERNAL_H
#define ZRAM_BACKING_INTERNAL_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "backing.h"
#include "compat/bdev.h"

/* One of those that serve deferred bios. */
struct zram_reader {
	struct zram_backing *bd;
	struct work_struct work;
};

/* blocks: of ZRAM_BACKING_BLOCK bytes, moved without an error. */
struct zram_backing_stats {
	atomic64_t blocks;
	atomic64_t requests;
	atomic64_t failed;
};

struct zram_backing {
	struct list_head node;		/* of all that are open; backing.c */
	struct zram_compat_bdev disk;
	struct zram_backing_user user;
	struct zram_extent_map map;
	u64 nr_units;
	unsigned int unit_shift;	/* log2 of a unit in bytes */
	bool frozen;
	bool closing;			/* see zram_backing_leave() */

	spinlock_t lock;		/* deferred, busy, lent; innermost */
	struct bio_list deferred;
	unsigned long busy;		/* a bit for each reader at work */
	unsigned long lent;		/* a bit for each buffer in use; lock */
	wait_queue_head_t returned;	/* a buffer is free again */
	void *buffer[ZRAM_BACKING_READERS];	/* zram_backing_buffer_bytes */
	struct zram_reader reader[ZRAM_BACKING_READERS];
	struct workqueue_struct *read_wq;
	struct workqueue_struct *submit_wq;	/* ordered; see submit_io() */

	struct bio_set bios;		/* so that reclaim never waits for one */
	struct zram_backing_stats stats[2];	/* READ, WRITE */
	atomic_t under_way;		/* begun, not ended */
	wait_queue_head_t ended;	/* one of these */
	struct delayed_work discard;
	unsigned int rounds;		/* of that worker; its own */
	wait_queue_head_t discarded;	/* it made a round */

	/*
	 * ref: the owner, each bio and I/O under way, the discard worker, and
	 * late readers; the last one releases the disk. memory_ref: what is left
	 * then, for close to look at.
	 */
	struct kref ref;
	struct work_struct release;
	struct completion released;
	refcount_t memory_ref;
	char *path;
};

extern struct workqueue_struct *zram_backing_wq;

#endif
