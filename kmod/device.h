/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One zramN: its disk, its configuration, and the store behind it.
 *
 * A device is bare (no store, capacity 0) or initialised. Whoever wants to
 * take the store away first claims the device, which needs it to be closed
 * and keeps it closed; so I/O, which needs an opener, never meets a store
 * that goes.
 */
#ifndef ZRAM_DEVICE_H
#define ZRAM_DEVICE_H

#include <linux/blkdev.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include "attach.h"
#include "folio.h"
#include "job.h"
#include "store.h"
#include "writeback.h"

#define ZRAM_SECTORS_PER_PAGE	(PAGE_SIZE >> SECTOR_SHIFT)
#define ZRAM_BLOCK_SIZE		4096
/* A partial write that waits for a disk holds up one slot in so many. */
#define ZRAM_PARTIAL_LOCKS	16

struct attribute_group;

struct zram_device {
	struct rw_semaphore lock;	/* the fields below; see slot.h */
	struct gendisk *disk;		/* until removed */
	struct zram_store *store;	/* NULL: bare. I/O reads it unlocked */
	struct zram_jobs *jobs;		/* NULL: bare */
	struct zram_attachment attachment;	/* a lock of its own */
	struct zram_writeback_knobs knobs;	/* a lock of its own */
	struct zram_config config;
	unsigned long limit_pages;
	u32 promote_reads, promote_seconds;	/* as zram_spec has them */
	enum zram_folio_mode folio_packs;
	bool folio_packs_set;		/* somebody chose that */
	u64 disksize;			/* bytes */
	bool announced;			/* listeners know of it */
	bool removed;			/* the disk is gone or going */
	bool claimed;			/* under disk->open_mutex */
	struct mutex partial_lock[ZRAM_PARTIAL_LOCKS];	/* by slot */
	u32 id;
	struct kref ref;
};

/*
 * Differs after any device was made, removed, initialised or reset; never 0.
 */
u32 zram_device_seq(void);

/* The block major that every disk gets; set once at module load. */
extern int zram_device_major;

/*
 * Until this is called whoever opens a device waits; then opens succeed if @ok,
 * and fail with ENXIO if not. The kernel frees a module whose load fails without
 * waiting for who has opened a device of it, so nobody may before the load can no
 * longer fail. Once with true, or any number of times with false.
 */
void zram_device_load_ended(bool ok);

/*
 * A device without a node yet: zram@id with the default codec, one reference.
 * ERR_PTR(-ENOMEM).
 */
struct zram_device *zram_device_create(u32 id);
/* Tell listeners of it, before anybody can give it a disksize. */
void zram_device_announce(struct zram_device *dev);
/*
 * Make the node. On error the device is as zram_device_create left it.
 * @groups: sysfs attributes, there before udev hears of the disk.
 */
int zram_device_publish(struct zram_device *dev,
			const struct attribute_group **groups);
/* Undo zram_device_create where the node was never made. */
void zram_device_discard(struct zram_device *dev);
/*
 * Take a claimed device down: the node, the store and the disk go. Waits for
 * attribute handlers, so no lock of ours but the registry's may be held. The
 * memory lives on until the last reference.
 */
void zram_device_remove(struct zram_device *dev);

void zram_device_get(struct zram_device *dev);
void zram_device_put(struct zram_device *dev);

/*
 * -EBUSY when open or claimed already. While claimed, open answers EBUSY.
 * @disk: the device's own, which the caller keeps from going.
 */
int zram_device_claim(struct zram_device *dev, struct gendisk *disk);
void zram_device_unclaim(struct zram_device *dev, struct gendisk *disk);
/* A hint that needs no lock: it is claimed, and not for a removal under way. */
bool zram_device_claimed(struct zram_device *dev);

/*
 * With lock held for writing, on a bare device: build the store for @bytes (a
 * multiple of the page) by @config, keep both and publish the capacity. On
 * error the device stays as it was.
 */
int zram_device_init_locked(struct zram_device *dev, u64 bytes,
			    const struct zram_config *config);
/*
 * With lock held for writing, claimed or never published: back to bare. Return: the
 * backing device, for zram_backing_close() without the lock, since the disk may
 * take its time; or NULL.
 */
struct zram_backing *zram_device_reset_locked(struct zram_device *dev);

#endif
