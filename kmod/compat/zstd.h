/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's zstd library, with the dictionary calls of Linux 6.12: the
 * library of 6.1 exports none, and then they find every dictionary bad.
 */
#ifndef ZRAM_COMPAT_ZSTD_H
#define ZRAM_COMPAT_ZSTD_H

#include "compat_config.h"

#include <linux/types.h>
#include <linux/zstd.h>

/*
 * ZRAM_ZSTD_UNSIZED: stock zram reached the library by way of the crypto API
 * until 6.11, which asks for parameters without saying how much there is.
 */
#ifdef HAVE_LIB_ZSTD_DICT
#define ZRAM_WITH_ZSTD_DICT 1
#define ZRAM_ZSTD_UNSIZED 0
#else
#define ZRAM_WITH_ZSTD_DICT 0
#define ZRAM_ZSTD_UNSIZED 1

typedef struct zram_zstd_dict zstd_cdict;
typedef struct zram_zstd_dict zstd_ddict;
typedef struct {
	void *(*customAlloc)(void *opaque, size_t size);
	void (*customFree)(void *opaque, void *address);
	void *opaque;
} zstd_custom_mem;

static inline zstd_compression_parameters
zstd_get_cparams(int level, unsigned long long src_size, size_t dict_size)
{
	return zstd_get_params(level, src_size).cParams;
}

static inline zstd_cdict *
zstd_create_cdict_byreference(const void *dict, size_t size,
			      zstd_compression_parameters cparams,
			      zstd_custom_mem mem)
{
	return NULL;
}

static inline zstd_ddict *
zstd_create_ddict_byreference(const void *dict, size_t size,
			      zstd_custom_mem mem)
{
	return NULL;
}

static inline size_t zstd_free_cdict(zstd_cdict *cdict)
{
	return 0;
}

static inline size_t zstd_free_ddict(zstd_ddict *ddict)
{
	return 0;
}

/* An error of this library is a size close to the largest. */
static inline size_t
zstd_compress_using_cdict(zstd_cctx *cctx, void *dst, size_t room,
			  const void *src, size_t size, const zstd_cdict *cdict)
{
	return -1;
}

static inline size_t
zstd_decompress_using_ddict(zstd_dctx *dctx, void *dst, size_t room,
			    const void *src, size_t size,
			    const zstd_ddict *ddict)
{
	return -1;
}
#endif

#endif
