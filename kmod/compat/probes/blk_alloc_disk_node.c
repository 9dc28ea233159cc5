/* define: HAVE_BLK_ALLOC_DISK_NODE */
#include <linux/blkdev.h>

struct gendisk *probe(void)
{
	return blk_alloc_disk(NUMA_NO_NODE);
}
