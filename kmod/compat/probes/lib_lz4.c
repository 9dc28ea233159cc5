/* define: HAVE_LIB_LZ4 */
/* symbol: LZ4_compress_fast */
/* symbol: LZ4_decompress_safe */
/* symbol: LZ4_loadDict */
/* symbol: LZ4_compress_fast_continue */
/* symbol: LZ4_decompress_safe_usingDict */
#include <linux/lz4.h>

int probe(const char *src, char *dst, void *mem)
{
	return LZ4_compress_fast(src, dst, 1, 1, 1, mem) +
	       LZ4_compress_fast_continue(mem, src, dst, 1, 1, 1);
}
