/* define: HAVE_LIB_LZ4HC */
/* symbol: LZ4_compress_HC */
/* symbol: LZ4_loadDictHC */
/* symbol: LZ4_compress_HC_continue */
/* symbol: LZ4_decompress_safe */
/* symbol: LZ4_decompress_safe_usingDict */
#include <linux/lz4.h>

int probe(const char *src, char *dst, void *mem)
{
	return LZ4_compress_HC(src, dst, 1, 1, 1, mem) +
	       LZ4_compress_HC_continue(mem, src, dst, 1, 1);
}
