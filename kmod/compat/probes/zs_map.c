/* define: HAVE_ZS_MAP */
/* symbol: zs_map_object */
/* symbol: zs_unmap_object */
#include <linux/zsmalloc.h>

void *probe(struct zs_pool *pool, unsigned long handle)
{
	return zs_map_object(pool, handle, ZS_MM_RO);
}
