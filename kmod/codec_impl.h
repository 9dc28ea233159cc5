/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What codec.c and the codec_<name>.c share. A file whose library this
 * kernel does not export compiles to nothing, and the table has no entry.
 */
#ifndef ZRAM_CODEC_IMPL_H
#define ZRAM_CODEC_IMPL_H

#include "codec.h"
#include "compat/codecs.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>

extern const struct zram_codec_ops zram_codec_lzorle;
extern const struct zram_codec_ops zram_codec_lzo;
extern const struct zram_codec_ops zram_codec_lz4;
extern const struct zram_codec_ops zram_codec_zstd;

/* A context of @size bytes for a CPU, ERR_PTR without memory. */
static inline void *zram_codec_ctx_alloc(size_t size)
{
	void *ctx = kvmalloc(size, GFP_KERNEL | __GFP_NOWARN);

	return ctx ?: ERR_PTR(-ENOMEM);
}

#endif
