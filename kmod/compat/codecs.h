/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which compression libraries this kernel exports (no stock kernel has all),
 * and which one its configuration names as zram's default.
 */
#ifndef ZRAM_COMPAT_CODECS_H
#define ZRAM_COMPAT_CODECS_H

#include "compat_config.h"

#ifdef HAVE_LIB_ZSTD
#define ZRAM_WITH_ZSTD 1
#else
#define ZRAM_WITH_ZSTD 0
#endif

#ifdef HAVE_LIB_LZ4
#define ZRAM_WITH_LZ4 1
#else
#define ZRAM_WITH_LZ4 0
#endif

#ifdef HAVE_LIB_LZ4HC
#define ZRAM_WITH_LZ4HC 1
#else
#define ZRAM_WITH_LZ4HC 0
#endif

#ifdef HAVE_LIB_DEFLATE
#define ZRAM_WITH_DEFLATE 1
#else
#define ZRAM_WITH_DEFLATE 0
#endif

#ifdef HAVE_LIB_842
#define ZRAM_WITH_842 1
#else
#define ZRAM_WITH_842 0
#endif

#ifdef HAVE_LIB_LZO
#define ZRAM_WITH_LZO 1
#else
#define ZRAM_WITH_LZO 0
#endif

/*
 * ZRAM_PROBE_LZO: stock zram reached lzo by way of the crypto API until 6.11,
 * in a variant that is dearer on pages that compress and cheaper on others. Where
 * that is so, the probe costs less than we gain, and saves most of a raw page.
 */
#ifdef HAVE_LIB_ZSTD_DICT
#define ZRAM_PROBE_LZO 0
#else
#define ZRAM_PROBE_LZO 1
#endif

#ifdef HAVE_LIB_LZ4HC
#include <linux/lz4.h>

/* Exported since 6.12, for the zram of that time. */
static inline void zram_lz4hc_reset(LZ4_streamHC_t *stream, int level)
{
#ifdef HAVE_LZ4_RESETSTREAMHC
	LZ4_resetStreamHC(stream, level);
#else
	stream->internal_donotuse.base = NULL;
	stream->internal_donotuse.compressionLevel = level;
#endif
}
#endif

/* A kernel without zram of its own names none. */
#ifdef CONFIG_ZRAM_DEF_COMP
#define ZRAM_DEFAULT_CODEC CONFIG_ZRAM_DEF_COMP
#else
#define ZRAM_DEFAULT_CODEC "lzo-rle"
#endif

#endif
