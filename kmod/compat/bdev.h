/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening somebody else's block device for exclusive use. */
#ifndef ZRAM_COMPAT_BDEV_H
#define ZRAM_COMPAT_BDEV_H

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/fs.h>

#include "compat_config.h"

/* handle: what closing needs. */
struct zram_compat_bdev {
	struct block_device *bdev;
	void *handle;
};

/*
 * Block devices are opened as files since 6.9, whose release lets the claim go
 * since 6.10.
 */
#ifdef HAVE_BDEV_FILE
static inline int zram_compat_bdev_open(struct zram_compat_bdev *b,
					const char *path, void *holder)
{
	struct file *file;

	file = bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE,
				      holder, NULL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	b->handle = file;
	b->bdev = file_bdev(file);
	return 0;
}

static inline void zram_compat_bdev_close(struct zram_compat_bdev *b)
{
	/* another put in a kernel thread would leave the close for later */
	__fput_sync(b->handle);
}
#else
/* May go after 6.4. */
#define ZRAM_COMPAT_BDEV_MODE	(FMODE_READ | FMODE_WRITE | FMODE_EXCL)

static inline int zram_compat_bdev_open(struct zram_compat_bdev *b,
					const char *path, void *holder)
{
	b->bdev = blkdev_get_by_path(path, ZRAM_COMPAT_BDEV_MODE, holder);
	return PTR_ERR_OR_ZERO(b->bdev);
}

static inline void zram_compat_bdev_close(struct zram_compat_bdev *b)
{
	blkdev_put(b->bdev, ZRAM_COMPAT_BDEV_MODE);
}
#endif

#endif
