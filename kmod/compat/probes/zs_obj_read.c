/* define: HAVE_ZS_OBJ_READ */
/* symbol: zs_obj_read_begin */
/* symbol: zs_obj_read_end */
/* symbol: zs_obj_write */
#include <linux/zsmalloc.h>

const void *probe(struct zs_pool *pool, unsigned long handle, void *local)
{
	return zs_obj_read_begin(pool, handle, 1, local);
}
