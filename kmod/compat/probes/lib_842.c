/* define: HAVE_LIB_842 */
/* symbol: sw842_compress */
/* symbol: sw842_decompress */
#include <linux/sw842.h>

int probe(const u8 *src, u8 *dst, unsigned int *len, void *mem)
{
	return sw842_compress(src, 1, dst, len, mem);
}
