// SPDX-License-Identifier: GPL-2.0-only
/* The lz4 codec; its level is the acceleration, 1 the densest. */

#include "codec_impl.h"

#if ZRAM_WITH_LZ4

#include <linux/lz4.h>

/* A digested dictionary, read by the contexts of all CPUs. */
struct share {
	LZ4_stream_t stream;
	struct zram_lz4_dict dict;
};

struct enc {
	int acceleration;
	const struct share *share;	/* NULL: no dictionary */
	union {
		LZ4_stream_t stream;
		u8 mem[LZ4_MEM_COMPRESS] __aligned(8);
	};
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

static int check(const struct zram_codec_params *p, const char **why)
{
	if (acceleration(p) >= 1)
		return 0;
	*why = ZRAM_BAD_LEVEL;
	return -EINVAL;
}

static void *share_create(const struct zram_codec_params *p)
{
	struct share *share;

	if (!p->dict)
		return NULL;
	share = zram_codec_ctx_alloc(sizeof(*share));
	if (IS_ERR(share))
		return share;
	memset(&share->stream, 0, sizeof(share->stream));
	share->dict = zram_lz4_dict_tail(p->dict);
	if (LZ4_loadDict(&share->stream, share->dict.start,
			 share->dict.size) != share->dict.size) {
		kvfree(share);
		return ERR_PTR(-EINVAL);
	}
	return share;
}

static void *enc_create(const struct zram_codec_params *p, void *share)
{
	struct enc *enc = zram_codec_ctx_alloc(sizeof(*enc));

	if (!IS_ERR(enc)) {
		enc->acceleration = min(acceleration(p), ACCELERATION_MAX);
		enc->share = share;
	}
	return enc;
}

/* Without a dictionary there is nothing to remember. */
static void *dec_create(const struct zram_codec_params *p, void *share)
{
	return share;
}

static void dec_destroy(void *ctx)
{
}

static void ctx_free(void *ctx)
{
	kvfree(ctx);
}

static int compress(void *ctx, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	struct enc *enc = ctx;
	int len;

	if (likely(!enc->share)) {
		len = LZ4_compress_fast(src, dst, src_len, *dst_len,
					enc->acceleration, enc->mem);
	} else {
		/* Loading the dictionary anew would hash all of it again. */
		memcpy(&enc->stream, &enc->share->stream, sizeof(enc->stream));
		len = LZ4_compress_fast_continue(&enc->stream, src, dst,
						 src_len, *dst_len,
						 enc->acceleration);
	}
	if (unlikely(!len))
		return -EINVAL;
	*dst_len = len;
	return 0;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	const struct share *share = ctx;
	int len;

	if (likely(!share))
		len = LZ4_decompress_safe(src, dst, src_len, dst_len);
	else
		len = LZ4_decompress_safe_usingDict(src, dst, src_len, dst_len,
						    share->dict.start,
						    share->dict.size);
	return len == (int)dst_len ? 0 : -EIO;
}

static int decompress_part(const void *src, size_t src_len, void *dst,
			   size_t part)
{
	int len = LZ4_decompress_safe_partial(src, dst, src_len, part, part);

	return len == (int)part ? 0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	return sizeof(struct enc);
}

static size_t share_bytes(const void *share)
{
	return sizeof(struct share);
}

const struct zram_codec_ops zram_codec_lz4 = {
	.name = "lz4",
	.frames = true,
	.check = check,
	.share_create = share_create,
	.share_destroy = ctx_free,
	.enc_create = enc_create,
	.enc_destroy = ctx_free,
	.dec_create = dec_create,
	.dec_destroy = dec_destroy,
	.compress = compress,
	.decompress = decompress,
	.decompress_part = decompress_part,
	.ctx_bytes = ctx_bytes,
	.share_bytes = share_bytes,
};

#endif
