/* define: HAVE_BLK_DISK_LIMITS */
#include <linux/blkdev.h>

struct gendisk *probe(struct queue_limits *lim)
{
	lim->features = BLK_FEAT_STABLE_WRITES | BLK_FEAT_SYNCHRONOUS;
	return blk_alloc_disk(lim, NUMA_NO_NODE);
}
