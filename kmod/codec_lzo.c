// SPDX-License-Identifier: GPL-2.0-only
/* The lzo and lzo-rle codecs: one decoder, no levels. */

#include "codec_impl.h"

#if ZRAM_WITH_LZO

#include <linux/lzo.h>

static int check(const struct zram_codec_params *p, const char **why)
{
	if (p->level == ZRAM_LEVEL_DEFAULT)
		return 0;
	*why = ZRAM_NO_LEVEL;
	return -EOPNOTSUPP;
}

static void *enc_create(const struct zram_codec_params *p, void *share)
{
	return zram_codec_ctx_alloc(LZO1X_MEM_COMPRESS);
}

static void enc_destroy(void *ctx)
{
	kvfree(ctx);
}

/* The library trusts the room in @dst: a page and a sixteenth are enough for a
 * page, and likewise for more. */
static int compress(void *ctx, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	return lzo1x_1_compress(src, src_len, dst, dst_len, ctx) == LZO_E_OK ?
		0 : -EINVAL;
}

static int compress_rle(void *ctx, const void *src, size_t src_len, void *dst,
			size_t *dst_len)
{
	return lzorle1x_1_compress(src, src_len, dst, dst_len, ctx) ==
		LZO_E_OK ? 0 : -EINVAL;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	size_t len = dst_len;

	return lzo1x_decompress_safe(src, src_len, dst, &len) == LZO_E_OK &&
		len == dst_len ? 0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	return LZO1X_MEM_COMPRESS;
}

const struct zram_codec_ops zram_codec_lzo = {
	.name = "lzo",
	.probe = ZRAM_PROBE_LZO,
	.frames = true,
	.no_dict = ZRAM_NO_DICT,
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = enc_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

const struct zram_codec_ops zram_codec_lzorle = {
	.name = "lzo-rle",
	.probe = ZRAM_PROBE_LZO,
	.frames = true,
	.no_dict = ZRAM_NO_DICT,
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = enc_destroy,
	.compress = compress_rle,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

#endif
