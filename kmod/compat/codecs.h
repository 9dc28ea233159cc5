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

#ifdef HAVE_LIB_LZO
#define ZRAM_WITH_LZO 1
#else
#define ZRAM_WITH_LZO 0
#endif

/* A kernel without zram of its own names none. */
#ifdef CONFIG_ZRAM_DEF_COMP
#define ZRAM_DEFAULT_CODEC CONFIG_ZRAM_DEF_COMP
#else
#define ZRAM_DEFAULT_CODEC "lzo-rle"
#endif

#endif
