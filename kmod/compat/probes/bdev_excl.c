/* define: HAVE_BDEV_EXCL */
/* symbol: blkdev_get_by_path */
#include <linux/blkdev.h>

struct block_device *probe(const char *path, void *holder)
{
	return blkdev_get_by_path(path, FMODE_READ | FMODE_EXCL, holder);
}
