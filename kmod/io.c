// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bios become runs of whole slots.
 *
 * A slot whose bytes lie in one piece of memory goes to the store as it is;
 * several of them go as one run. A slot that a bio covers only in part, or
 * from several pieces (direct I/O from memory that is not aligned), goes
 * through a bounce page.
 */
#include "io.h"

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/bvec.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/pgtable.h>

#include "attach.h"
#include "clock.h"
#include "compat/blk.h"
#include "device.h"
#include "store.h"

static inline struct zram_device *bdev_device(struct block_device *bdev)
{
	return bdev->bd_disk->private_data;
}

static inline size_t slot_of(sector_t sector)
{
	return sector / ZRAM_SECTORS_PER_PAGE;
}

static inline unsigned int offset_in_slot(sector_t sector)
{
	return (sector % ZRAM_SECTORS_PER_PAGE) << SECTOR_SHIFT;
}

/*
 * Gather the slots at the front of @iter that each lie in one piece of
 * memory, and move @iter past them. run->nr is 0 when the first does not.
 */
static void gather_run(struct bio *bio, struct bvec_iter *iter,
		       struct zram_run *run)
{
	run->index = slot_of(iter->bi_sector);
	run->nr = 0;
	run->swap = bio->bi_opf & REQ_SWAP;
	run->huge = bio->bi_iter.bi_size >= PMD_SIZE;
	if (offset_in_slot(iter->bi_sector))
		return;
	while (iter->bi_size && run->nr < ZRAM_RUN_MAX) {
		struct bio_vec bv = mp_bvec_iter_bvec(bio->bi_io_vec, *iter);
		void *mem = page_address(bv.bv_page) + bv.bv_offset;
		unsigned int len = 0;

		while (bv.bv_len - len >= PAGE_SIZE && run->nr < ZRAM_RUN_MAX) {
			run->page[run->nr++] = mem + len;
			len += PAGE_SIZE;
		}
		if (!len)
			return;
		bio_advance_iter(bio, iter, len);
	}
}

static void flush_run(const struct zram_run *run)
{
	unsigned int i;

	if (!ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE)
		return;
	for (i = 0; i < run->nr; i++)
		flush_dcache_page(virt_to_page(run->page[i]));
}

/* Copy @len bytes between @mem and what @iter points at, and move @iter on. */
static void copy_pieces(struct bio *bio, struct bvec_iter *iter, void *mem,
			unsigned int len, bool to_bio)
{
	while (len) {
		struct bio_vec bv = bio_iter_iovec(bio, *iter);
		unsigned int n = min(bv.bv_len, len);

		bv.bv_len = n;
		if (to_bio)
			memcpy_to_bvec(&bv, mem);
		else
			memcpy_from_bvec(mem, &bv);
		mem += n;
		len -= n;
		bio_advance_iter_single(bio, iter, n);
	}
}

/* The part of one slot that is at the front of @iter, by a bounce page. */
static int bounce_slot(struct zram_device *dev, struct bio *bio,
		       struct bvec_iter *iter, bool write, u32 now,
		       unsigned int flags)
{
	unsigned int offset = offset_in_slot(iter->bi_sector);
	unsigned int len = min_t(unsigned int, iter->bi_size,
				 PAGE_SIZE - offset);
	bool partial = len < PAGE_SIZE;
	struct zram_run run = { .index = slot_of(iter->bi_sector), .nr = 1 };
	struct mutex *lock = &dev->partial_lock[run.index % ZRAM_PARTIAL_LOCKS];
	void *mem = (void *)__get_free_page(GFP_NOIO | __GFP_NOWARN);
	int err = 0;

	if (!mem)
		return -ENOMEM;
	run.page[0] = mem;
	if (partial && write)
		mutex_lock(lock);
	if (partial || !write)
		err = zram_store_read(dev->store, &run, now, flags);
	if (!err) {
		copy_pieces(bio, iter, mem + offset, len, !write);
		if (write)
			err = zram_store_write(dev->store, &run, now);
	}
	if (partial && write)
		mutex_unlock(lock);
	free_page((unsigned long)mem);
	return err;
}

static int transfer_run(struct zram_store *st, struct zram_run *run,
			bool write, u32 now, unsigned int flags)
{
	int err;

	if (write)
		return zram_store_write(st, run, now);
	err = zram_store_read(st, run, now, flags);
	flush_run(run);
	return err;
}

/* The usual bio of swap: one slot, in one piece of memory. */
static inline bool is_one_page(struct bio *bio, struct zram_run *run)
{
	struct bio_vec bv = mp_bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);

	if (bio->bi_iter.bi_size != PAGE_SIZE || bv.bv_len != PAGE_SIZE ||
	    offset_in_slot(bio->bi_iter.bi_sector))
		return false;
	run->index = slot_of(bio->bi_iter.bi_sector);
	run->nr = 1;
	run->page[0] = page_address(bv.bv_page) + bv.bv_offset;
	return true;
}

/* done: bytes of the bio that are through when -EAGAIN comes. */
static int transfer_runs(struct zram_device *dev, struct bio *bio,
			 struct zram_run *run, bool write, u32 now,
			 unsigned int flags, unsigned int *done)
{
	struct bvec_iter iter = bio->bi_iter;
	int err = 0;

	while (iter.bi_size && !err) {
		*done = bio->bi_iter.bi_size - iter.bi_size;
		gather_run(bio, &iter, run);
		if (likely(run->nr)) {
			err = transfer_run(dev->store, run, write, now, flags);
			if (unlikely(err == -EAGAIN))
				*done += run->done * PAGE_SIZE;
		} else {
			err = bounce_slot(dev, bio, &iter, write, now, flags);
		}
	}
	return err;
}

/* A write that fails while it reads what it covers in part is one, too. */
static void count_failure(struct zram_store *st, bool write, int err)
{
	if (write)
		zram_store_write_failed(st, err);
	else
		zram_stat_add(st->stats, ZRAM_STAT_FAILED_READS, 1);
}

static void end(struct zram_device *dev, struct bio *bio, bool write, int err)
{
	if (unlikely(err)) {
		count_failure(dev->store, write, err);
		bio->bi_status = BLK_STS_IOERR;
	}
	bio_endio(bio);
}

/*
 * A bio that meets a frozen slot goes on in a reader of the backing device, from
 * that slot on. What iostat sees of it ends here.
 */
static void transfer(struct zram_device *dev, struct bio *bio, bool write)
{
	unsigned long start = bio_start_io_acct(bio);
	u32 now = zram_clock_now();
	struct zram_run run __uninitialized;
	unsigned int done = 0;
	int err;

again:
	if (is_one_page(bio, &run))
		err = transfer_run(dev->store, &run, write, now, 0);
	else
		err = transfer_runs(dev, bio, &run, write, now, 0, &done);
	if (unlikely(err == -EAGAIN)) {
		bio_end_io_acct(bio, start);
		bio_advance(bio, done);
		if (zram_attach_defer(&dev->attachment, bio))
			return;
		/* it was detached just now */
		start = bio_start_io_acct(bio);
		done = 0;
		goto again;
	}
	bio_end_io_acct(bio, start);
	end(dev, bio, write, err);
}

void zram_io_serve(void *ctx, struct bio *bio)
{
	struct zram_device *dev = ctx;
	u32 now = zram_clock_now();
	bool write = op_is_write(bio_op(bio));
	struct zram_run run;
	unsigned int done;

	end(dev, bio, write, transfer_runs(dev, bio, &run, write, now,
					   ZRAM_READ_WAIT, &done));
}

/* Whole slots only: what a discard covers in part keeps its contents. */
static void discard(struct zram_device *dev, struct bio *bio)
{
	size_t first = DIV_ROUND_UP(bio->bi_iter.bi_sector,
				    ZRAM_SECTORS_PER_PAGE);
	size_t end = slot_of(bio_end_sector(bio));

	if (first < end)
		zram_store_discard(dev->store, first, end - first,
				   zram_clock_now());
	bio_endio(bio);
}

void zram_io_submit(struct bio *bio)
{
	struct zram_device *dev = bdev_device(bio->bi_bdev);
	struct zram_store *st = READ_ONCE(dev->store);

	/* Before Linux 6.4 a disk without a size gets bios, too. */
	if (unlikely(!st || !zram_compat_bio_fits(bio, st->table.nr_slots *
						  ZRAM_SECTORS_PER_PAGE))) {
		bio_io_error(bio);
		return;
	}
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		transfer(dev, bio, false);
		break;
	case REQ_OP_WRITE:
		transfer(dev, bio, true);
		break;
	case REQ_OP_DISCARD:
	case REQ_OP_WRITE_ZEROES:
		discard(dev, bio);
		break;
	default:
		bio->bi_status = BLK_STS_NOTSUPP;
		bio_endio(bio);
	}
}

int zram_io_page(struct block_device *bdev, sector_t sector, struct page *page,
		 bool write)
{
	struct zram_store *st = bdev_device(bdev)->store;
	u32 now = zram_clock_now();
	struct zram_run run __uninitialized;
	int err;

	if (!st || offset_in_slot(sector) ||
	    slot_of(sector) >= st->table.nr_slots)
		return -EINVAL;
	run.index = slot_of(sector);
	run.nr = 1;
	run.page[0] = page_address(page);
	err = transfer_run(st, &run, write, now, 0);
	/* It rests on a disk: the caller comes back with a bio that can wait. */
	if (unlikely(err == -EAGAIN))
		return -EOPNOTSUPP;
	if (unlikely(err))
		count_failure(st, write, err);
	return err;
}

void zram_io_swap_slot_free(struct block_device *bdev, unsigned long index)
{
	zram_store_notify_free(bdev_device(bdev)->store, index);
}
