// SPDX-License-Identifier: GPL-2.0-only
/* The 842 codec, where the kernel exports its library; no levels. */

#include "codec_impl.h"

#if ZRAM_WITH_842

#include <linux/sw842.h>

static int check(const struct zram_codec_params *p, const char **why)
{
	if (p->level == ZRAM_LEVEL_DEFAULT)
		return 0;
	*why = ZRAM_NO_LEVEL;
	return -EOPNOTSUPP;
}

static void *enc_create(const struct zram_codec_params *p, void *share)
{
	return zram_codec_ctx_alloc(SW842_MEM_COMPRESS);
}

static void enc_destroy(void *ctx)
{
	kvfree(ctx);
}

static int compress(void *ctx, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	unsigned int len = *dst_len;

	if (sw842_compress(src, src_len, dst, &len, ctx))
		return -EINVAL;
	*dst_len = len;
	return 0;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	unsigned int len = dst_len;

	return !sw842_decompress(src, src_len, dst, &len) && len == dst_len ?
		0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	return SW842_MEM_COMPRESS;
}

const struct zram_codec_ops zram_codec_842 = {
	.name = "842",
	.no_dict = ZRAM_NO_DICT,
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = enc_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

#endif
