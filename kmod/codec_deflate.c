// SPDX-License-Identifier: GPL-2.0-only
/* The deflate codec. */

#include "codec_impl.h"

#if ZRAM_WITH_DEFLATE

#include <linux/zlib.h>

/* What the crypto API has always used: raw deflate, a window of 2 KiB. */
#define DEFAULT_WINBITS	(-11)

struct ctx {
	struct z_stream_s z;
	u8 workspace[] __aligned(16);
};

static int level(const struct zram_codec_params *p)
{
	return p->level == ZRAM_LEVEL_DEFAULT ? Z_DEFAULT_COMPRESSION :
						p->level;
}

static int winbits(const struct zram_codec_params *p)
{
	return p->winbits == ZRAM_WINBITS_DEFAULT ? DEFAULT_WINBITS :
						    p->winbits;
}

/* The library has a BUG() for window bits that it does not know. */
static int check(const struct zram_codec_params *p, const char **why)
{
	int bits = winbits(p);

	if (level(p) < Z_DEFAULT_COMPRESSION || level(p) > Z_BEST_COMPRESSION) {
		*why = ZRAM_BAD_LEVEL;
		return -EINVAL;
	}
	if (!(bits >= 9 && bits <= 15) && !(bits >= -15 && bits <= -9)) {
		*why = "winbits is -15 to -9 or 9 to 15";
		return -EINVAL;
	}
	return 0;
}

static size_t enc_room(const struct zram_codec_params *p)
{
	return zlib_deflate_workspacesize(winbits(p), MAX_MEM_LEVEL);
}

/* The library reads from fresh tables before it has written to them. */
static struct ctx *make_ctx(size_t room)
{
	struct ctx *ctx = zram_codec_ctx_alloc(sizeof(*ctx) + room);

	if (!IS_ERR(ctx)) {
		memset(ctx, 0, sizeof(*ctx) + room);
		ctx->z.workspace = ctx->workspace;
	}
	return ctx;
}

static void *enc_create(const struct zram_codec_params *p, void *share)
{
	struct ctx *ctx = make_ctx(enc_room(p));

	if (IS_ERR(ctx))
		return ctx;
	if (zlib_deflateInit2(&ctx->z, level(p), Z_DEFLATED, winbits(p),
			      MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
		kvfree(ctx);
		return ERR_PTR(-EINVAL);
	}
	return ctx;
}

static void enc_destroy(void *arg)
{
	struct ctx *ctx = arg;

	zlib_deflateEnd(&ctx->z);
	kvfree(ctx);
}

static void *dec_create(const struct zram_codec_params *p, void *share)
{
	struct ctx *ctx = make_ctx(zlib_inflate_workspacesize());

	if (IS_ERR(ctx))
		return ctx;
	if (zlib_inflateInit2(&ctx->z, winbits(p)) != Z_OK) {
		kvfree(ctx);
		return ERR_PTR(-EINVAL);
	}
	return ctx;
}

static void dec_destroy(void *arg)
{
	struct ctx *ctx = arg;

	zlib_inflateEnd(&ctx->z);
	kvfree(ctx);
}

static int compress(void *arg, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	struct z_stream_s *z = &((struct ctx *)arg)->z;

	if (unlikely(zlib_deflateReset(z) != Z_OK))
		return -EINVAL;
	z->next_in = src;
	z->avail_in = src_len;
	z->next_out = dst;
	z->avail_out = *dst_len;
	if (unlikely(zlib_deflate(z, Z_FINISH) != Z_STREAM_END))
		return -EINVAL;
	*dst_len = z->total_out;
	return 0;
}

static int decompress(void *arg, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	struct z_stream_s *z = &((struct ctx *)arg)->z;

	if (unlikely(zlib_inflateReset(z) != Z_OK))
		return -EIO;
	z->next_in = src;
	z->avail_in = src_len;
	z->next_out = dst;
	z->avail_out = dst_len;
	return zlib_inflate(z, Z_FINISH) == Z_STREAM_END &&
		z->total_out == dst_len ? 0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	return 2 * sizeof(struct ctx) + enc_room(p) +
	       zlib_inflate_workspacesize();
}

const struct zram_codec_ops zram_codec_deflate = {
	.name = "deflate",
	.probe = true,
	.winbits = true,
	.no_dict = ZRAM_NO_DICT,
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = enc_destroy,
	.dec_create = dec_create,
	.dec_destroy = dec_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

#endif
