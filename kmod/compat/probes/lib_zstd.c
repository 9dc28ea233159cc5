/* define: HAVE_LIB_ZSTD */
/* symbol: zstd_min_clevel */
/* symbol: zstd_max_clevel */
/* symbol: zstd_get_params */
/* symbol: zstd_cctx_workspace_bound */
/* symbol: zstd_init_cctx */
/* symbol: zstd_compress_cctx */
/* symbol: zstd_dctx_workspace_bound */
/* symbol: zstd_init_dctx */
/* symbol: zstd_decompress_dctx */
/* symbol: zstd_is_error */
#include <linux/zstd.h>

size_t probe(zstd_cctx *c, void *dst, const void *src, zstd_parameters *p)
{
	return zstd_compress_cctx(c, dst, 1, src, 1, p);
}
