/* define: HAVE_LIB_ZSTD_DICT */
/* symbol: zstd_get_cparams */
/* symbol: zstd_create_cdict_byreference */
/* symbol: zstd_free_cdict */
/* symbol: zstd_compress_using_cdict */
/* symbol: zstd_create_ddict_byreference */
/* symbol: zstd_free_ddict */
/* symbol: zstd_decompress_using_ddict */
#include <linux/zstd.h>

void *probe(const void *dict, zstd_custom_mem mem)
{
	return zstd_create_cdict_byreference(dict, 1,
					     zstd_get_cparams(1, 1, 1), mem);
}
