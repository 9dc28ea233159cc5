/* define: HAVE_BDEV_FILE */
/* symbol: bdev_file_open_by_path */
/* symbol: bdev_fput */
#include <linux/blkdev.h>

struct file *probe(const char *path, void *holder)
{
	bdev_fput(NULL);
	return bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE,
				      holder, NULL);
}
