/* SPDX-License-Identifier: GPL-2.0-only */
/* What the block layer calls: bios, single swap pages, freed swap entries. */
#ifndef ZRAM_IO_H
#define ZRAM_IO_H

#include <linux/blk_types.h>
#include <linux/types.h>

/*
 * Serves and ends @bio before it returns, or, when it needs the backing device,
 * leaves it to a reader there.
 */
void zram_io_submit(struct bio *bio);
/* Such a bio: zram_backing_user.serve, @ctx is the device. */
void zram_io_serve(void *ctx, struct bio *bio);
/* One whole page at @sector. 0 or a negative errno. */
int zram_io_page(struct block_device *bdev, sector_t sector, struct page *page,
		 bool write);
/* Never waits: the swap layer calls it under its spinlocks. */
void zram_io_swap_slot_free(struct block_device *bdev, unsigned long index);

#endif
