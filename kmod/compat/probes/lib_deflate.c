/* define: HAVE_LIB_DEFLATE */
/* symbol: zlib_deflate_workspacesize */
/* symbol: zlib_deflateInit2 */
/* symbol: zlib_deflateReset */
/* symbol: zlib_deflate */
/* symbol: zlib_deflateEnd */
/* symbol: zlib_inflate_workspacesize */
/* symbol: zlib_inflateInit2 */
/* symbol: zlib_inflateReset */
/* symbol: zlib_inflate */
/* symbol: zlib_inflateEnd */
#include <linux/zlib.h>

int probe(struct z_stream_s *z)
{
	return zlib_deflateInit2(z, 1, Z_DEFLATED, -11, MAX_MEM_LEVEL,
				 Z_DEFAULT_STRATEGY);
}
