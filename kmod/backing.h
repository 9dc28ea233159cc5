/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backing device: a block device that packs are written to.
 *
 * It hands out extents of the disk (extent.h), writes and reads them, discards
 * the freed ones, and has the workers that serve bios which need the disk. It
 * knows nothing of packs or slots.
 *
 * Life: zram_backing_open() with no lock held, then the owner publishes the
 * pointer by rcu_assign_pointer() (attach.c). The page path reads it in
 * rcu_read_lock() and may then call zram_backing_defer(), which never sleeps.
 * To detach: empty it, zram_backing_leave(), rcu_assign_pointer(NULL),
 * synchronize_rcu(), and zram_backing_close(). Whoever uses it later than that
 * (a bio that was deferred, a reader that frees an extent) has a reference.
 */
#ifndef ZRAM_BACKING_H
#define ZRAM_BACKING_H

#include <linux/ktime.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "extent.h"

struct bio;
struct gendisk;
struct zram_backing;

/* The most bytes that one extent can hold: a pack and some slack. */
#define ZRAM_BACKING_EXTENT_MAX	(SZ_128K + SZ_4K)
/* Bios that can be served at a time; there are as many read buffers. */
#define ZRAM_BACKING_READERS	8
/* Reads and writes are counted in blocks of this many bytes. */
#define ZRAM_BACKING_BLOCK	4096

/*
 * Who uses a backing device.
 * dev: N of zramN. own: its disk, which cannot back itself. ctx: also the holder:
 *	one that has the disk already may open it again.
 * serve: finish a bio from zram_backing_defer(), in a worker of the backing
 *	device where sleeping on zram_backing_read() is allowed and allocations
 *	start no I/O. Bios are served in the order they came, several at a time.
 */
struct zram_backing_user {
	u32 dev;
	struct gendisk *own;
	void (*serve)(void *ctx, struct bio *bio);
	void *ctx;
};

/* One moment of a backing device; counts in ZRAM_BACKING_BLOCKs. */
struct zram_backing_info {
	u64 bytes;			/* that the disk can hold */
	u32 unit;			/* bytes */
	bool can_discard;
	struct zram_extent_counts units;
	u64 reads, writes;		/* blocks moved, since open */
	u64 failed_reads, failed_writes; /* requests, since open */
	u64 requests_read, requests_written;
};

/* The module's own workqueues; -ENOMEM. */
int zram_backing_init(void);
/* Waits until the last closed device has gone. */
void zram_backing_exit(void);

/**
 * zram_backing_open() - open a block device for exclusive use.
 * @path: as user space gave it
 * @user: copied
 * @why: may be NULL; gets a sentence when the device is refused
 *
 * No lock may be held: it may open the caller's own kind of disk.
 *
 * Return: ERR_PTR(-ENOENT, -EISDIR, -EACCES (read-only too), -ENOTBLK, -EBUSY (held by
 * somebody else, or closed while it does not answer), -EINVAL (own device, or
 * smaller than a unit), -ENOMEM, or whatever else the open of a file can answer).
 */
struct zram_backing *zram_backing_open(const char *path,
				       const struct zram_backing_user *user,
				       const char **why);
/*
 * From now on nobody opens the disk again before it is released, since writes may
 * still be under way to it; freed extents are no longer discarded.
 */
void zram_backing_leave(struct zram_backing *bd);
/*
 * The owner lets go; nobody may reserve, write or defer any more. The disk is
 * released when the last I/O and the last reference are gone. That is waited
 * for, but not for ever: a disk that does not answer within 5 s is left to
 * itself, and released when it does.
 */
void zram_backing_close(struct zram_backing *bd);

void zram_backing_get(struct zram_backing *bd);
/* Never sleeps. */
void zram_backing_put(struct zram_backing *bd);

/* The path as the kernel resolved it; until close. */
const char *zram_backing_path(const struct zram_backing *bd);
void zram_backing_info(struct zram_backing *bd, struct zram_backing_info *info);
/* What an extent of @bytes takes on the disk: whole units. */
unsigned int zram_backing_round(const struct zram_backing *bd,
				unsigned int bytes);
/* Size of a buffer that any extent can be read into or written from. */
unsigned int zram_backing_buffer_bytes(const struct zram_backing *bd);

/**
 * zram_backing_reserve() - find room for an extent.
 * @bd: the backing device
 * @bytes: 1..ZRAM_BACKING_EXTENT_MAX
 * @start: gets the first unit
 * @stop: asked with @arg now and then; once true, nothing is waited for
 * @arg: for @stop
 *
 * May sleep; when the disk is full but for freed extents, for their discard.
 *
 * Return: 0, -ENOSPC, -ENOMEM, -EINVAL, -ECANCELED.
 */
int zram_backing_reserve(struct zram_backing *bd, unsigned int bytes,
			 u64 *start, bool (*stop)(const void *arg),
			 const void *arg);
/*
 * Free the extent that was reserved for @bytes at @start. Nobody may be reading
 * it. Never sleeps, no allocation; it is discarded before it is used again.
 */
void zram_backing_extent_free(struct zram_backing *bd, u64 start,
			      unsigned int bytes);

/*
 * A read or write under way. The caller fills the first part and keeps it until
 * done() was called.
 */
struct zram_backing_io {
	u64 start;		/* first unit of a reserved extent */
	unsigned int bytes;	/* as reserved */
	/*
	 * Page-aligned, from vmalloc or kmalloc or pages, with room for
	 * zram_backing_round(bytes); before a write, what lies behind bytes
	 * gets zeroed.
	 */
	void *buf;
	/*
	 * Process context, in a workqueue of ours, in any order; must not
	 * wait for other I/O. May free the structure.
	 */
	void (*done)(struct zram_backing_io *io);

	int err;		/* for done(): 0 or a negative errno */

	/* private */
	struct zram_backing *bd;
	bool write;
	struct work_struct submit, work;
	ktime_t began;
};

/*
 * So many of them at most should be under way: those that a hung disk keeps are
 * left behind by one job after the other, with their buffers and extents.
 */
#define ZRAM_BACKING_UNDER_WAY	32

/*
 * Start to write, or to read; errors come through done(). Never sleeps: a worker
 * of the backing device submits, in this order.
 */
void zram_backing_write_begin(struct zram_backing *bd,
			      struct zram_backing_io *io);
void zram_backing_read_begin(struct zram_backing *bd,
			     struct zram_backing_io *io);
/*
 * Take one back. True: the disk has not got it and never will, done() is not
 * called and @io the caller's again. False: it is under way, or has ended.
 */
bool zram_backing_revoke(struct zram_backing_io *io);
/* Whether another one may be begun, within @timeout (jiffies). */
bool zram_backing_has_room(struct zram_backing *bd, unsigned long timeout);

/**
 * zram_backing_read() - read an extent, or units of it, and wait.
 * @bd: the backing device
 * @start: first unit
 * @bytes: how many; the read is rounded up to whole units
 * @buf: page-aligned, with room for zram_backing_round(@bytes)
 *
 * Never from submit_bio: the bio of a reader goes through zram_backing_defer().
 * The caller holds a reference to whatever keeps the extent, and checks what
 * came by its checksum (compat/crc32c.h).
 *
 * Return: 0; -EIO and the like when the disk failed.
 */
int zram_backing_read(struct zram_backing *bd, u64 start, unsigned int bytes,
		      void *buf);

/*
 * One of the buffers that were set aside at open, waiting until there is one;
 * so nobody may hold one while he waits for another. Put takes any pointer
 * into it.
 */
void *zram_backing_buffer_get(struct zram_backing *bd);
void zram_backing_buffer_put(struct zram_backing *bd, const void *mem);

/*
 * Have a bio served by a reader (zram_backing_user.serve). Never sleeps, no
 * allocation; in rcu_read_lock(), see above.
 */
void zram_backing_defer(struct zram_backing *bd, struct bio *bio);

/* See zram_extent_freeze(); thawing goes on with the discards. */
void zram_backing_freeze(struct zram_backing *bd, bool frozen);

#endif
