/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: several pages compressed together with zstd, whatever the codecs of
 * the device are. Contexts are the caller's, one use at a time.
 */
#ifndef ZRAM_FRAME_H
#define ZRAM_FRAME_H

#include <linux/types.h>

/*
 * Unless somebody asks for another. For a disk, where whole units are taken, 6
 * saves a twentieth of the bytes and takes twice the instructions.
 */
#define ZRAM_FRAME_LEVEL	6
#define ZRAM_FRAME_LEVEL_DISK	3

struct zram_frame_enc;
struct zram_frame_dec;

/* 0; -EINVAL: no such level; -EOPNOTSUPP: this kernel has no zstd. */
int zram_frame_check_level(s32 level);

/*
 * For up to @max bytes at a time. @hot: will be read soon; then low levels
 * leave short matches out, which makes frames 1 % larger, and decoding 3 %
 * cheaper. ERR_PTR: -ENOMEM, or what zram_frame_check_level says. May sleep.
 */
struct zram_frame_enc *zram_frame_enc_create(s32 level, size_t max, bool hot);
void zram_frame_enc_destroy(struct zram_frame_enc *enc);
/* Bytes of the frame; 0 when it does not fit into @room. */
size_t zram_frame_compress(struct zram_frame_enc *enc, const void *src,
			   size_t len, void *dst, size_t room);

/* Bytes of kernel memory that such a context occupies. */
size_t zram_frame_enc_bytes(s32 level, size_t max);

/* ERR_PTR: -ENOMEM, -EOPNOTSUPP. May sleep. */
struct zram_frame_dec *zram_frame_dec_create(void);
void zram_frame_dec_destroy(struct zram_frame_dec *dec);
/* Exactly @dst_len bytes must come out: else -EIO. */
int zram_frame_decompress(struct zram_frame_dec *dec, const void *src,
			  size_t len, void *dst, size_t dst_len);
/* Bytes of kernel memory that one of them occupies. */
size_t zram_frame_dec_bytes(void);

#endif
