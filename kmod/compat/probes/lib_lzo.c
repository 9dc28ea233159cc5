/* define: HAVE_LIB_LZO */
/* symbol: lzo1x_1_compress */
/* symbol: lzorle1x_1_compress */
/* symbol: lzo1x_decompress_safe */
#include <linux/lzo.h>

int probe(const unsigned char *src, unsigned char *dst, size_t *len, void *mem)
{
	return lzorle1x_1_compress(src, 1, dst, len, mem);
}
