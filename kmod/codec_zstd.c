// SPDX-License-Identifier: GPL-2.0-only
/* The zstd codec. Contexts lie in workspaces of their own. */

#include "codec_impl.h"

#if ZRAM_WITH_ZSTD

#include "compat/zstd.h"

struct enc {
	zstd_parameters params;
	const struct share *share;	/* NULL: no dictionary */
	zstd_cctx *cctx;
	u8 workspace[] __aligned(8);
};

struct dec {
	const struct share *share;	/* NULL: no dictionary */
	zstd_dctx *dctx;
	u8 workspace[] __aligned(8);
};

static int level(const struct zram_codec_params *p)
{
	return p->level == ZRAM_LEVEL_DEFAULT ? ZRAM_ZSTD_LEVEL_DEFAULT :
						p->level;
}

static int check(const struct zram_codec_params *p, const char **why)
{
	if (level(p) >= zstd_min_clevel() && level(p) <= zstd_max_clevel())
		return 0;
	*why = ZRAM_BAD_LEVEL;
	return -EINVAL;
}

/*
 * The library picks tables that fit what will be compressed: single pages.
 * Matches of four bytes are part of that, which pays but at the default level:
 * where stock takes longer ones, so do we.
 */
static zstd_parameters page_params(const struct zram_codec_params *p)
{
	zstd_parameters params = zstd_get_params(level(p), PAGE_SIZE);

	if (ZRAM_ZSTD_UNSIZED && level(p) == ZRAM_ZSTD_LEVEL_DEFAULT)
		params.cParams.minMatch =
			zstd_get_params(level(p), 0).cParams.minMatch;
	return params;
}

/* A dictionary digested for both directions, read by all CPUs. */
struct share {
	zstd_cdict *cdict;
	zstd_ddict *ddict;
	zstd_compression_parameters cparams;
	size_t bytes;		/* that the library has taken */
	bool no_memory;		/* and whether it got all it wanted */
};

static void *share_alloc(void *opaque, size_t size)
{
	struct share *share = opaque;
	void *mem = kvmalloc(size, GFP_KERNEL | __GFP_NOWARN);

	if (mem)
		share->bytes += size;
	else
		share->no_memory = true;
	return mem;
}

static void share_free(void *opaque, void *mem)
{
	kvfree(mem);
}

static void share_destroy(void *arg)
{
	struct share *share = arg;

	if (share->cdict)
		zstd_free_cdict(share->cdict);
	if (share->ddict)
		zstd_free_ddict(share->ddict);
	kfree(share);
}

static void *share_create(const struct zram_codec_params *p)
{
	zstd_custom_mem mem = {
		.customAlloc = share_alloc, .customFree = share_free,
	};
	struct share *share;
	int err;

	if (!p->dict)
		return NULL;
	share = kzalloc(sizeof(*share), GFP_KERNEL);
	if (!share)
		return ERR_PTR(-ENOMEM);
	mem.opaque = share;
	share->cparams = zstd_get_cparams(level(p), PAGE_SIZE, p->dict->size);
	share->cdict = zstd_create_cdict_byreference(p->dict->data,
						     p->dict->size,
						     share->cparams, mem);
	share->ddict = zstd_create_ddict_byreference(p->dict->data,
						     p->dict->size, mem);
	if (share->cdict && share->ddict)
		return share;
	err = share->no_memory ? -ENOMEM : -EINVAL;
	share_destroy(share);
	return ERR_PTR(err);
}

static size_t share_bytes(const void *arg)
{
	return sizeof(struct share) + ((const struct share *)arg)->bytes;
}

/*
 * The library attaches the tables of a dictionary to those of a page, which
 * are then as small as without one; where pages are too large for that, it
 * copies them, and needs the room.
 */
static size_t dict_room(const struct share *share, bool attached)
{
	zstd_compression_parameters c = share->cparams;
	unsigned int log = PAGE_SHIFT;

	if (attached) {
		c.windowLog = log;
		c.hashLog = min(c.hashLog, log + 1);
		c.chainLog = min(c.chainLog, log + 1);
	} else {
		c.windowLog = max(c.windowLog, log);
	}
	return zstd_cctx_workspace_bound(&c);
}

static struct enc *make_enc(const struct zram_codec_params *p,
			    const struct share *share, size_t room)
{
	struct enc *enc = zram_codec_ctx_alloc(sizeof(*enc) + room);

	if (IS_ERR(enc))
		return enc;
	enc->params = page_params(p);
	enc->share = share;
	enc->cctx = zstd_init_cctx(enc->workspace, room);
	if (!enc->cctx) {
		kvfree(enc);
		return ERR_PTR(-EINVAL);
	}
	return enc;
}

/* A workspace cannot grow: see whether it is large enough for a page. */
static bool can_compress(struct enc *enc)
{
	u8 out[128];

	return !zstd_is_error(zstd_compress_using_cdict(enc->cctx, out,
			sizeof(out), page_address(ZERO_PAGE(0)), PAGE_SIZE,
			enc->share->cdict));
}

static void *enc_create(const struct zram_codec_params *p, void *share)
{
	zstd_parameters params = page_params(p);
	struct enc *enc;

	if (!share)
		return make_enc(p, NULL,
				zstd_cctx_workspace_bound(&params.cParams));
	enc = make_enc(p, share, dict_room(share, true));
	if (IS_ERR(enc) || can_compress(enc))
		return enc;
	kvfree(enc);
	enc = make_enc(p, share, dict_room(share, false));
	if (IS_ERR(enc) || can_compress(enc))
		return enc;
	kvfree(enc);
	return ERR_PTR(-EINVAL);
}

static void *dec_create(const struct zram_codec_params *p, void *share)
{
	size_t room = zstd_dctx_workspace_bound();
	struct dec *dec = zram_codec_ctx_alloc(sizeof(*dec) + room);

	if (IS_ERR(dec))
		return dec;
	dec->share = share;
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
	size_t len;

	if (likely(!enc->share))
		len = zstd_compress_cctx(enc->cctx, dst, *dst_len, src, src_len,
					 &enc->params);
	else
		len = zstd_compress_using_cdict(enc->cctx, dst, *dst_len, src,
						src_len, enc->share->cdict);
	if (unlikely(zstd_is_error(len)))
		return -EINVAL;
	*dst_len = len;
	return 0;
}

static int decompress(void *ctx, const void *src, size_t src_len, void *dst,
		      size_t dst_len)
{
	struct dec *dec = ctx;
	size_t len;

	if (likely(!dec->share))
		len = zstd_decompress_dctx(dec->dctx, dst, dst_len, src,
					   src_len);
	else
		len = zstd_decompress_using_ddict(dec->dctx, dst, dst_len, src,
						  src_len, dec->share->ddict);
	/* An error is a huge size, so this catches it too. */
	return len == dst_len ? 0 : -EIO;
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
	.trained_dicts = true,
	.frames = true,
	.no_dict = ZRAM_WITH_ZSTD_DICT ? NULL :
		"the zstd library of this kernel takes no dictionary; that of Linux 6.12 does",
	.check = check,
	.share_create = share_create,
	.share_destroy = share_destroy,
	.enc_create = enc_create,
	.enc_destroy = ctx_destroy,
	.dec_create = dec_create,
	.dec_destroy = ctx_destroy,
	.compress = compress,
	.decompress = decompress,
	.ctx_bytes = ctx_bytes,
	.share_bytes = share_bytes,
};

#endif
