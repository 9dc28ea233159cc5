// SPDX-License-Identifier: GPL-2.0-only
/* The lz4 codec; its level is the acceleration, 1 the densest. */

#include "codec_impl.h"

#if ZRAM_WITH_LZ4

#include <linux/lz4.h>

struct enc {
	int acceleration;
	u8 mem[LZ4_MEM_COMPRESS] __aligned(8);
};

/*
 * Where the library stops finding anything faster; its step is computed as
 * 64 times the acceleration, and wraps to 0 for some larger ones: then the
 * result decodes to other data.
 */
#define ACCELERATION_MAX	65537

static int acceleration(const struct zram_codec_params *p)
{
	return p->level == ZRAM_LEVEL_DEFAULT ? LZ4_ACCELERATION_DEFAULT :
						p->level;
}

static int check(const struct zram_codec_params *p)
{
	if (p->dict_size)
		return -EOPNOTSUPP;
	return acceleration(p) < 1 ? -EINVAL : 0;
}

static void *enc_create(const struct zram_codec_params *p)
{
	struct enc *enc = zram_codec_ctx_alloc(sizeof(*enc));

	if (!IS_ERR(enc))
		enc->acceleration = min(acceleration(p), ACCELERATION_MAX);
	return enc;
}

static void enc_destroy(void *ctx)
{
	kvfree(ctx);
}

static int compress(void *ctx, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	struct enc *enc = ctx;
	int len = LZ4_compress_fast(src, dst, src_len, *dst_len,
				    enc->acceleration, enc->mem);

	if (unlikely(!len))
		return -EINVAL;
	*dst_len = len;
	return 0;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	return LZ4_decompress_safe(src, dst, src_len, dst_len) == (int)dst_len ?
		0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	return sizeof(struct enc);
}

const struct zram_codec_ops zram_codec_lz4 = {
	.name = "lz4",
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = enc_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

#endif
