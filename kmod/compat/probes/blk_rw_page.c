/* define: HAVE_BLK_RW_PAGE */
#include <linux/blkdev.h>

static int probe_rw_page(struct block_device *bdev, sector_t sector,
			 struct page *page, enum req_op op)
{
	return 0;
}

const struct block_device_operations probe = { .rw_page = probe_rw_page };
