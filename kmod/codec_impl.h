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
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

extern const struct zram_codec_ops zram_codec_lzorle;
extern const struct zram_codec_ops zram_codec_lzo;
extern const struct zram_codec_ops zram_codec_lz4;
extern const struct zram_codec_ops zram_codec_lz4hc;
extern const struct zram_codec_ops zram_codec_zstd;
extern const struct zram_codec_ops zram_codec_deflate;
extern const struct zram_codec_ops zram_codec_842;

#define ZRAM_NO_DICT	"the algorithm takes no dictionary"
#define ZRAM_NO_LEVEL	"the algorithm has no levels"
#define ZRAM_BAD_LEVEL	"the algorithm has no such level"

/*
 * How much of a dictionary lz4 and lz4hc can use: they look back 64 KiB, so
 * the end of it.
 */
struct zram_lz4_dict {
	const char *start;
	int size;
};

static inline struct zram_lz4_dict zram_lz4_dict_tail(const struct zram_dict *d)
{
	size_t size = min_t(size_t, d->size, 64 << 10);

	return (struct zram_lz4_dict){ d->data + d->size - size, size };
}

/* A context of @size bytes for a CPU, ERR_PTR without memory. */
static inline void *zram_codec_ctx_alloc(size_t size)
{
	void *ctx = kvmalloc(size, GFP_KERNEL | __GFP_NOWARN);

	return ctx ?: ERR_PTR(-ENOMEM);
}

#endif
