/* define: HAVE_ZS_MALLOC_NID */
#include <linux/zsmalloc.h>

unsigned long probe(struct zs_pool *pool)
{
	return zs_malloc(pool, 1, GFP_NOIO, NUMA_NO_NODE);
}
