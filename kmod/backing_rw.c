// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the backing device: one extent, one bio. */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "backing_internal.h"
#include "trace.h"

static struct page *page_of(const void *mem)
{
	return is_vmalloc_addr(mem) ? vmalloc_to_page(mem) : virt_to_page(mem);
}

/*
 * A bio for @bytes, whole units, at a page-aligned @buf. It comes out of a
 * reserve and so always comes; an extent has far fewer pages than a bio.
 */
static struct bio *make_bio(struct zram_backing *bd, blk_opf_t op, u64 start,
			    void *buf, unsigned int bytes)
{
	unsigned short pages = DIV_ROUND_UP(bytes, PAGE_SIZE);
	struct bio *bio = bio_alloc_bioset(bd->disk.bdev, pages, op, GFP_NOIO,
					   &bd->bios);

	bio->bi_iter.bi_sector = start << (bd->unit_shift - SECTOR_SHIFT);
	while (bytes) {
		unsigned int len = min_t(unsigned int, bytes, PAGE_SIZE);

		__bio_add_page(bio, page_of(buf), len, 0);
		buf += len;
		bytes -= len;
	}
	return bio;
}

static void account(struct zram_backing *bd, bool write, unsigned int bytes,
		    ktime_t began, int err)
{
	struct zram_backing_stats *s = &bd->stats[write];

	atomic64_inc(&s->requests);
	if (err)
		atomic64_inc(&s->failed);
	else
		atomic64_add(bytes / ZRAM_BACKING_BLOCK, &s->blocks);
	trace_zram_backing_io(bd->user.dev, write, bytes >> SECTOR_SHIFT,
			      ktime_to_ns(ktime_sub(ktime_get(), began)), err);
}

int zram_backing_read(struct zram_backing *bd, u64 start, unsigned int bytes,
		      void *buf)
{
	unsigned int whole = zram_backing_round(bd, bytes);
	unsigned int noio = memalloc_noio_save();
	ktime_t began = ktime_get();
	struct bio *bio = make_bio(bd, REQ_OP_READ | REQ_SYNC, start, buf,
				   whole);
	int err = submit_bio_wait(bio);

	bio_put(bio);
	memalloc_noio_restore(noio);
	if (is_vmalloc_addr(buf))
		invalidate_kernel_vmap_range(buf, whole);
	account(bd, false, whole, began, err);
	return err;
}

/* The caller has a reference to the device. */
static void count_ended(struct zram_backing *bd)
{
	atomic_dec(&bd->under_way);
	wake_up(&bd->ended);
}

static void end_io(struct work_struct *work)
{
	struct zram_backing_io *io = container_of(work, struct zram_backing_io,
						  work);
	struct zram_backing *bd = io->bd;
	unsigned int whole = zram_backing_round(bd, io->bytes);

	if (!io->write && is_vmalloc_addr(io->buf))
		invalidate_kernel_vmap_range(io->buf, whole);
	account(bd, io->write, whole, io->began, io->err);
	count_ended(bd);
	io->done(io);
	zram_backing_put(bd);
}

/* Perhaps in an interrupt. */
static void end_bio(struct bio *bio)
{
	struct zram_backing_io *io = bio->bi_private;

	io->err = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	queue_work(zram_backing_wq, &io->work);
}

/*
 * A disk may let its submitter sleep for as long as it does not answer (no tag,
 * writeback throttling, a frozen queue), so this is none who has anything else to
 * do. Afterwards @work may be gone.
 */
static void submit_io(struct work_struct *work)
{
	struct zram_backing_io *io = container_of(work, struct zram_backing_io,
						  submit);
	struct zram_backing *bd = io->bd;
	unsigned int noio = memalloc_noio_save();
	struct bio *bio = make_bio(bd, io->write ? REQ_OP_WRITE : REQ_OP_READ,
				   io->start, io->buf,
				   zram_backing_round(bd, io->bytes));

	bio->bi_private = io;
	bio->bi_end_io = end_bio;
	submit_bio(bio);
	memalloc_noio_restore(noio);
}

static void begin(struct zram_backing *bd, struct zram_backing_io *io,
		  bool write)
{
	zram_backing_get(bd);
	atomic_inc(&bd->under_way);
	io->bd = bd;
	io->write = write;
	io->err = 0;
	io->began = ktime_get();
	INIT_WORK(&io->submit, submit_io);
	INIT_WORK(&io->work, end_io);
	queue_work(bd->submit_wq, &io->submit);
}

void zram_backing_write_begin(struct zram_backing *bd,
			      struct zram_backing_io *io)
{
	unsigned int whole = zram_backing_round(bd, io->bytes);

	/* what lay in the buffer before is nobody's business */
	memset(io->buf + io->bytes, 0, whole - io->bytes);
	if (is_vmalloc_addr(io->buf))
		flush_kernel_vmap_range(io->buf, whole);
	begin(bd, io, true);
}

void zram_backing_read_begin(struct zram_backing *bd,
			     struct zram_backing_io *io)
{
	begin(bd, io, false);
}

bool zram_backing_revoke(struct zram_backing_io *io)
{
	struct zram_backing *bd = io->bd;

	if (!cancel_work(&io->submit))
		return false;
	count_ended(bd);
	zram_backing_put(bd);
	return true;
}

bool zram_backing_has_room(struct zram_backing *bd, unsigned long timeout)
{
	return wait_event_timeout(bd->ended, atomic_read(&bd->under_way) <
					     ZRAM_BACKING_UNDER_WAY, timeout);
}
