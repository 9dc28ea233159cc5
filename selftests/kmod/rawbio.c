// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hands a read of a page to a disk's driver without the checks of the block layer,
 * as kernels before 6.4 do for a disk without a size: insmod rawbio.ko fd=N sector=S,
 * where N is open on it, fails with what the read ended with.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/file.h>
#include <linux/module.h>

static int fd = -1;
module_param(fd, int, 0444);
static ulong sector;
module_param(sector, ulong, 0444);

static void end(struct bio *bio)
{
	complete(bio->bi_private);
}

static int read_page(struct block_device *bdev, struct page *page)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct bio *bio = bio_alloc(bdev, 1, REQ_OP_READ, GFP_KERNEL);
	int err;

	bio->bi_end_io = end;
	bio->bi_private = &done;
	bio->bi_iter.bi_sector = sector;
	__bio_add_page(bio, page, PAGE_SIZE, 0);
	bdev->bd_disk->fops->submit_bio(bio);
	wait_for_completion(&done);
	err = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	return err;
}

static int __init rawbio_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct file *file = fget(fd);
	int err = -EBADF;

	if (file && page && S_ISBLK(file_inode(file)->i_mode))
		err = read_page(I_BDEV(file->f_mapping->host), page);
	if (file)
		fput(file);
	if (page)
		__free_page(page);
	return err;
}

static void __exit rawbio_exit(void)
{
}

module_init(rawbio_init);
module_exit(rawbio_exit);
MODULE_DESCRIPTION("Reads a disk without the block layer's checks, for tests");
MODULE_LICENSE("GPL");
