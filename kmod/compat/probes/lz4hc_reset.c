/* define: HAVE_LZ4_RESETSTREAMHC */
/* symbol: LZ4_resetStreamHC */
#include <linux/lz4.h>

void probe(LZ4_streamHC_t *stream)
{
	LZ4_resetStreamHC(stream, 1);
}
