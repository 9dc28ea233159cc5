// SPDX-License-Identifier: GPL-2.0-only
/* Several pages as one zstd frame. Contexts lie in workspaces of their own. */

#include "frame.h"

#include "compat/codecs.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>

/* Jobs make contexts inside reclaim's reach; a failure ends the job only. */
#define GFP_FRAME	(GFP_NOIO | __GFP_NOWARN)

#if ZRAM_WITH_ZSTD

#include <linux/zstd.h>

struct zram_frame_enc {
	zstd_parameters params;
	zstd_cctx *cctx;
	u8 workspace[] __aligned(8);
};

struct zram_frame_dec {
	zstd_dctx *dctx;
	u8 workspace[] __aligned(8);
};

int zram_frame_check_level(s32 level)
{
	return level < zstd_min_clevel() || level > zstd_max_clevel() ?
		-EINVAL : 0;
}

/* The fast strategies find matches of this length at least; 4 to 7. */
#define LONG_MATCH	7

static zstd_parameters choose_params(s32 level, size_t max, bool hot)
{
	zstd_parameters params = zstd_get_params(level, max);

	if (hot && params.cParams.strategy <= ZSTD_dfast)
		params.cParams.minMatch = LONG_MATCH;
	return params;
}

struct zram_frame_enc *zram_frame_enc_create(s32 level, size_t max, bool hot)
{
	struct zram_frame_enc *enc;
	zstd_parameters params;
	size_t room;
	int err;

	err = zram_frame_check_level(level);
	if (err)
		return ERR_PTR(err);
	params = choose_params(level, max, hot);
	room = zstd_cctx_workspace_bound(&params.cParams);
	enc = kvmalloc(sizeof(*enc) + room, GFP_FRAME);
	if (!enc)
		return ERR_PTR(-ENOMEM);
	enc->params = params;
	enc->cctx = zstd_init_cctx(enc->workspace, room);
	if (!enc->cctx) {
		kvfree(enc);
		return ERR_PTR(-EINVAL);
	}
	return enc;
}

size_t zram_frame_compress(struct zram_frame_enc *enc, const void *src,
			   size_t len, void *dst, size_t room)
{
	size_t n = zstd_compress_cctx(enc->cctx, dst, room, src, len,
				      &enc->params);

	return zstd_is_error(n) ? 0 : n;
}

size_t zram_frame_enc_bytes(s32 level, size_t max)
{
	zstd_parameters params = zstd_get_params(level, max);

	return sizeof(struct zram_frame_enc) +
	       zstd_cctx_workspace_bound(&params.cParams);
}

struct zram_frame_dec *zram_frame_dec_create(void)
{
	size_t room = zstd_dctx_workspace_bound();
	struct zram_frame_dec *dec = kvmalloc(sizeof(*dec) + room, GFP_FRAME);

	if (!dec)
		return ERR_PTR(-ENOMEM);
	dec->dctx = zstd_init_dctx(dec->workspace, room);
	if (!dec->dctx) {
		kvfree(dec);
		return ERR_PTR(-EINVAL);
	}
	return dec;
}

int zram_frame_decompress(struct zram_frame_dec *dec, const void *src,
			  size_t len, void *dst, size_t dst_len)
{
	/* An error is a huge size, so this catches it too. */
	return zstd_decompress_dctx(dec->dctx, dst, dst_len, src, len) ==
		dst_len ? 0 : -EIO;
}

size_t zram_frame_dec_bytes(void)
{
	return sizeof(struct zram_frame_dec) + zstd_dctx_workspace_bound();
}

#else

int zram_frame_check_level(s32 level)
{
	return -EOPNOTSUPP;
}

struct zram_frame_enc *zram_frame_enc_create(s32 level, size_t max, bool hot)
{
	return ERR_PTR(-EOPNOTSUPP);
}

size_t zram_frame_compress(struct zram_frame_enc *enc, const void *src,
			   size_t len, void *dst, size_t room)
{
	return 0;
}

size_t zram_frame_enc_bytes(s32 level, size_t max)
{
	return 0;
}

struct zram_frame_dec *zram_frame_dec_create(void)
{
	return ERR_PTR(-EOPNOTSUPP);
}

int zram_frame_decompress(struct zram_frame_dec *dec, const void *src,
			  size_t len, void *dst, size_t dst_len)
{
	return -EIO;
}

size_t zram_frame_dec_bytes(void)
{
	return 0;
}

#endif

void zram_frame_enc_destroy(struct zram_frame_enc *enc)
{
	kvfree(enc);
}

void zram_frame_dec_destroy(struct zram_frame_dec *dec)
{
	kvfree(dec);
}
