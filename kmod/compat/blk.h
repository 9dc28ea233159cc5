/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences of the block layer and of class attributes. */
#ifndef ZRAM_COMPAT_BLK_H
#define ZRAM_COMPAT_BLK_H

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/pagemap.h>

#include "compat_config.h"

/*
 * A bare disk with the limits and flags of a RAM device: discard and
 * write-zeroes of any length, pages that stay stable under write, and
 * synchronous completion, on which swap skips its own cache.
 */
#ifdef HAVE_BLK_DISK_LIMITS
/* Limits are given at allocation: introduced in 6.9, features in 6.11. */
static inline struct gendisk *zram_compat_alloc_disk(unsigned int block_size)
{
	struct queue_limits lim = {
		.logical_block_size = block_size,
		.physical_block_size = PAGE_SIZE,
		.io_min = PAGE_SIZE,
		.io_opt = PAGE_SIZE,
		.max_hw_discard_sectors = UINT_MAX,
		.max_write_zeroes_sectors =
			block_size == PAGE_SIZE ? UINT_MAX : 0,
		.features = BLK_FEAT_STABLE_WRITES | BLK_FEAT_SYNCHRONOUS,
	};

	return blk_alloc_disk(&lim, NUMA_NO_NODE);
}
#else
/* Setters and queue flags: may go after 6.8. */
static inline struct gendisk *zram_compat_alloc_disk(unsigned int block_size)
{
	struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);
	struct request_queue *q;

	if (!disk)
		return ERR_PTR(-ENOMEM);
	q = disk->queue;
	blk_queue_logical_block_size(q, block_size);
	blk_queue_physical_block_size(q, PAGE_SIZE);
	blk_queue_io_min(q, PAGE_SIZE);
	blk_queue_io_opt(q, PAGE_SIZE);
	q->limits.discard_granularity = PAGE_SIZE;
	blk_queue_max_discard_sectors(q, UINT_MAX);
	if (block_size == PAGE_SIZE)
		blk_queue_max_write_zeroes_sectors(q, UINT_MAX);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, q);
	blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, q);
#ifdef QUEUE_FLAG_SYNCHRONOUS	/* 6.3 to 6.8; rw_page says it before */
	blk_queue_flag_set(QUEUE_FLAG_SYNCHRONOUS, q);
#endif
	return disk;
}
#endif

/* block_device_operations.open takes the disk since 6.5. */
#ifdef HAVE_BLK_OPEN_DISK
#define DEFINE_ZRAM_OPEN(name, fn)					\
static int name(struct gendisk *disk, blk_mode_t mode)			\
{									\
	return fn(disk);						\
}
#else
#define DEFINE_ZRAM_OPEN(name, fn)					\
static int name(struct block_device *bdev, fmode_t mode)		\
{									\
	return fn(bdev->bd_disk);					\
}
#endif

/*
 * rw_page, the bio-less way to swap one page: gone in 6.3. An error sends the
 * caller back to a bio, and so does a huge page. @io(bdev, sector, page,
 * write) returns 0 or a negative errno.
 */
#ifdef HAVE_BLK_RW_PAGE
#define DEFINE_ZRAM_RW_PAGE(name, io)					\
static int name(struct block_device *bdev, sector_t sector,		\
		struct page *page, enum req_op op)			\
{									\
	struct block_device *part0 = bdev->bd_disk->part0;		\
	bool write = op_is_write(op);					\
	unsigned long start;						\
	int err;							\
									\
	if (PageTransHuge(page))					\
		return -EOPNOTSUPP;					\
	start = jiffies;						\
	err = io(bdev, sector, page, write);				\
	if (err != -EOPNOTSUPP) {	/* which comes again as a bio */ \
		bdev_start_io_acct(part0, PAGE_SECTORS, op, start);	\
		bdev_end_io_acct(part0, op, start);			\
	}								\
	if (!err)							\
		page_endio(page, write, 0);				\
	return err;							\
}
#define ZRAM_RW_PAGE_OP(name) .rw_page = name,
#else
#define DEFINE_ZRAM_RW_PAGE(name, io)
#define ZRAM_RW_PAGE_OP(name)
#endif

/*
 * Whether a bio ends within the disk. Before 6.4 one that comes while the disk has
 * no size is let through, and may arrive when it has a small one. Class attributes
 * stand in for that, since nothing else to see changed with it.
 */
static inline bool zram_compat_bio_fits(const struct bio *bio, u64 capacity)
{
#ifdef HAVE_CLASS_ATTR_CONST
	return true;
#else
	return bio_end_sector(bio) <= capacity;
#endif
}

/* Class attributes became constant in 6.4. */
#ifdef HAVE_CLASS_ATTR_CONST
#define ZRAM_CLASS_CONST const
#else
#define ZRAM_CLASS_CONST
#endif

#endif
