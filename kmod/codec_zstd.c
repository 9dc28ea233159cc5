// SPDX-License-Identifier: GPL-2.0-only
/* The zstd codec. Contexts lie in workspaces of their own. */

#include "codec_impl.h"

#if ZRAM_WITH_ZSTD

#include <linux/zstd.h>

#define DEFAULT_LEVEL	3

struct enc {
	zstd_parameters params;
	zstd_cctx *cctx;
	u8 workspace[] __aligned(8);
};

struct dec {
	zstd_dctx *dctx;
	u8 workspace[] __aligned(8);
};

static int level(const struct zram_codec_params *p)
{
	return p->level == ZRAM_LEVEL_DEFAULT ? DEFAULT_LEVEL : p->level;
}

static int check(const struct zram_codec_params *p)
{
	if (p->dict_size)
		return -EOPNOTSUPP;
	return level(p) < zstd_min_clevel() || level(p) > zstd_max_clevel() ?
		-EINVAL : 0;
}

/* The library picks tables that fit what will be compressed: single pages. */
static zstd_parameters page_params(const struct zram_codec_params *p)
{
	return zstd_get_params(level(p), PAGE_SIZE);
}

static void *enc_create(const struct zram_codec_params *p)
{
	zstd_parameters params = page_params(p);
	size_t room = zstd_cctx_workspace_bound(&params.cParams);
	struct enc *enc = zram_codec_ctx_alloc(sizeof(*enc) + room);

	if (IS_ERR(enc))
		return enc;
	enc->params = params;
	enc->cctx = zstd_init_cctx(enc->workspace, room);
	if (!enc->cctx) {
		kvfree(enc);
		return ERR_PTR(-EINVAL);
	}
	return enc;
}

static void *dec_create(const struct zram_codec_params *p)
{
	size_t room = zstd_dctx_workspace_bound();
	struct dec *dec = zram_codec_ctx_alloc(sizeof(*dec) + room);

	if (IS_ERR(dec))
		return dec;
	dec->dctx = zstd_init_dctx(dec->workspace, room);
	if (!dec->dctx) {
		kvfree(dec);
		return ERR_PTR(-EINVAL);
	}
	return dec;
}

static void ctx_destroy(void *ctx)
{
	kvfree(ctx);
}

static int compress(void *ctx, const void *src, size_t src_len, void *dst,
		    size_t *dst_len)
{
	struct enc *enc = ctx;
	size_t len = zstd_compress_cctx(enc->cctx, dst, *dst_len, src, src_len,
					&enc->params);

	if (unlikely(zstd_is_error(len)))
		return -EINVAL;
	*dst_len = len;
	return 0;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	struct dec *dec = ctx;

	/* An error is a huge size, so this catches it too. */
	return zstd_decompress_dctx(dec->dctx, dst, dst_len, src, src_len) ==
		dst_len ? 0 : -EIO;
}

static size_t ctx_bytes(const struct zram_codec_params *p)
{
	zstd_parameters params = page_params(p);

	return sizeof(struct enc) + zstd_cctx_workspace_bound(&params.cParams) +
	       sizeof(struct dec) + zstd_dctx_workspace_bound();
}

const struct zram_codec_ops zram_codec_zstd = {
	.name = "zstd",
	.probe = true,
	.check = check,
	.enc_create = enc_create,
	.enc_destroy = ctx_destroy,
	.dec_create = dec_create,
	.dec_destroy = ctx_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
};

#endif
