/* define: HAVE_ZS_LOOKUP_CLASS */
/* symbol: zs_lookup_class_index */
#include <linux/zsmalloc.h>

unsigned int probe(struct zs_pool *pool)
{
	return zs_lookup_class_index(pool, 1);
}
