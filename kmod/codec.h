/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Codecs: one algorithm with its parameters, and its contexts for each CPU.
 *
 * Compressing takes a stream: a context and an output buffer of one CPU under
 * a mutex, since it may be preempted. Decompressing happens under the slot
 * lock, so its context needs no lock: preemption is off, and nothing else
 * uses it. Contexts exist for CPUs that are online (CPUHP_ZCOMP_PREPARE).
 */
#ifndef ZRAM_CODEC_H
#define ZRAM_CODEC_H

#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define ZRAM_CODEC_PRIOS	4	/* 0 primary, 1..3 secondary */
#define ZRAM_CODEC_NAME_MAX	128	/* with the NUL */
#define ZRAM_LEVEL_DEFAULT	INT_MIN	/* the algorithm's own choice */

/* What a user may set for an algorithm; checked by ops->check. */
struct zram_codec_params {
	s32 level;		/* ZRAM_LEVEL_DEFAULT, or the algorithm's */
	const void *dict;	/* NULL: none */
	size_t dict_size;	/* bytes */
};

/*
 * One algorithm: a file codec_<name>.c each.
 * check: 0, -EINVAL for a bad level, -EOPNOTSUPP for what it cannot do.
 * enc_create, dec_create: a context for one CPU, ERR_PTR on failure; may
 * sleep. A context may be NULL where the algorithm needs none.
 * compress: *dst_len holds the room (at least 2 * PAGE_SIZE), then the size;
 * 0 or a negative errno. decompress: exactly dst_len bytes must come out.
 */
struct zram_codec_ops {
	const char *name;
	bool probe;		/* ask zram_probe before compressing */
	int (*check)(const struct zram_codec_params *p);
	void *(*enc_create)(const struct zram_codec_params *p);
	void (*enc_destroy)(void *ctx);
	void *(*dec_create)(const struct zram_codec_params *p);
	void (*dec_destroy)(void *ctx);
	int (*compress)(void *ctx, const void *src, size_t src_len,
			void *dst, size_t *dst_len);
	int (*decompress)(void *ctx, const void *src, size_t src_len,
			  void *dst, size_t dst_len);
	size_t (*ctx_bytes)(const struct zram_codec_params *p); /* both */
};

/* The algorithm of that name, NULL when this kernel has none. */
const struct zram_codec_ops *zram_codec_find(const char *name);
/* The kernel configuration's default, or lzo-rle, or the first there is. */
const struct zram_codec_ops *zram_codec_default(void);
/* In stock order; NULL past the end. */
const struct zram_codec_ops *zram_codec_nth(unsigned int n);

struct zram_codec;

/* ERR_PTR: what ops->check says, -ENOMEM. @params is copied. */
struct zram_codec *zram_codec_create(const struct zram_codec_ops *ops,
				     const struct zram_codec_params *params);
void zram_codec_destroy(struct zram_codec *codec);
const struct zram_codec_ops *zram_codec_ops(const struct zram_codec *codec);
/* Bytes of kernel memory that the contexts of all CPUs occupy now. */
size_t zram_codec_bytes(const struct zram_codec *codec);

struct zram_stream {
	struct mutex lock;
	void *ctx;
	void *buf;		/* 2 * PAGE_SIZE: an algorithm may expand */
};

/* A stream of the CPU at hand; may sleep. Hold it over nothing that waits. */
struct zram_stream *zram_stream_get(struct zram_codec *codec);
static inline void zram_stream_put(struct zram_stream *stream)
{
	mutex_unlock(&stream->lock);
}

/* One page from @src into stream->buf; *len becomes its size. */
int zram_codec_compress(struct zram_codec *codec, struct zram_stream *stream,
			const void *src, size_t *len);
/* With preemption off (slot lock). A page into @dst. -EIO on bad data. */
int zram_codec_decompress(struct zram_codec *codec, const void *src,
			  size_t len, void *dst);
/* With preemption off: PAGE_SIZE bytes of this CPU for zram_pool_read_begin. */
void *zram_codec_scratch(struct zram_codec *codec);

/* CPU hotplug state, once for the module. */
int zram_codec_init(void);
void zram_codec_exit(void);

#endif
