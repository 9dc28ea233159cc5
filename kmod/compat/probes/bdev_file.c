/* define: HAVE_BDEV_FILE */
/* symbol: bdev_file_open_by_path */
/* symbol: bdev_fput */
/* symbol: __fput_sync */
#include <linux/blkdev.h>
#include <linux/file.h>

struct file *probe(const char *path, void *holder)
{
	bdev_fput(NULL);	/* since 6.10 */
	__fput_sync(NULL);
	return bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE,
				      holder, NULL);
}
