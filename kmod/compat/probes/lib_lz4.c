/* define: HAVE_LIB_LZ4 */
/* symbol: LZ4_compress_fast */
/* symbol: LZ4_decompress_safe */
#include <linux/lz4.h>

int probe(const char *src, char *dst, void *mem)
{
	return LZ4_compress_fast(src, dst, 1, 1, 1, mem);
}
