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
#include <linux/refcount.h>
#include <linux/types.h>

#define ZRAM_CODEC_PRIOS	4	/* 0 primary, 1..3 secondary */
#define ZRAM_CODEC_NAME_MAX	128	/* with the NUL */
#define ZRAM_LEVEL_DEFAULT	INT_MIN	/* the algorithm's own choice */
#define ZRAM_WINBITS_DEFAULT	INT_MIN	/* likewise */
#define ZRAM_ZSTD_LEVEL_DEFAULT	3

/*
 * A dictionary, shared by all who hold a reference. The contents never change.
 * A trained one begins with a magic number and is for zstd only; all else is
 * taken as plain text that the pages resemble.
 */
struct zram_dict {
	refcount_t ref;
	size_t size;		/* bytes, 1..ZRAM_DICT_MAX */
	void *data;
};

#define ZRAM_DICT_MAX	(1 << 20)

/*
 * One reference for the caller; @data is from kvmalloc or vmalloc and is freed
 * with it, or at once on failure. NULL without memory.
 */
struct zram_dict *zram_dict_create(void *data, size_t size);
/* NULL is fine for both. */
struct zram_dict *zram_dict_get(struct zram_dict *dict);
void zram_dict_put(struct zram_dict *dict);

/* What a user may set for an algorithm; checked by ops->check. */
struct zram_codec_params {
	s32 level;		/* ZRAM_LEVEL_DEFAULT, or the algorithm's */
	s32 winbits;		/* deflate: ZRAM_WINBITS_DEFAULT, or bits */
	struct zram_dict *dict;	/* NULL: none */
};

#define ZRAM_CODEC_PARAMS_DEFAULT { \
	.level = ZRAM_LEVEL_DEFAULT, .winbits = ZRAM_WINBITS_DEFAULT, \
}

/*
 * One algorithm: a file codec_<name>.c each.
 * check: level and winbits; 0, -EINVAL for bad ones, -EOPNOTSUPP for what the
 * algorithm has not, with a constant sentence in *why.
 * share_create: what the contexts of all CPUs read, such as a digested
 * dictionary; ERR_PTR on failure (-EINVAL: a bad dictionary).
 * enc_create, dec_create: a context for one CPU, ERR_PTR on failure. A context
 * may be NULL where the algorithm needs none. All of these may sleep.
 * compress: *dst_len holds the room (at least 2 * PAGE_SIZE), then the size;
 * 0 or a negative errno. decompress: exactly dst_len bytes must come out.
 * decompress_part: the first @part bytes of them, of what was compressed without a
 * context; NULL: it knows no stopping early.
 */
struct zram_codec_ops {
	const char *name;
	bool probe;		/* so slow that each page is probed before; else
				 * only those after one that was in vain */
	bool trained_dicts;	/* knows them from other dictionaries */
	bool winbits;		/* knows what they are */
	bool frames;		/* takes 64 KiB as well as a page, and needs no
				 * context to decode; zstd: by frame.c */
	const char *no_dict;	/* why it takes no dictionary; NULL: does */
	int (*check)(const struct zram_codec_params *p, const char **why);
	void *(*share_create)(const struct zram_codec_params *p);
	void (*share_destroy)(void *share);
	void *(*enc_create)(const struct zram_codec_params *p, void *share);
	void (*enc_destroy)(void *ctx);
	void *(*dec_create)(const struct zram_codec_params *p, void *share);
	void (*dec_destroy)(void *ctx);
	int (*compress)(void *ctx, const void *src, size_t src_len,
			void *dst, size_t *dst_len);
	int (*decompress)(void *ctx, const void *src, size_t src_len,
			  void *dst, size_t dst_len);
	int (*decompress_part)(const void *src, size_t src_len, void *dst,
			       size_t part);
	/* of a CPU, both contexts; and of what they share */
	size_t (*ctx_bytes)(const struct zram_codec_params *p);
	size_t (*share_bytes)(const void *share);
};

/* The algorithm of that name, NULL when this kernel has none. */
const struct zram_codec_ops *zram_codec_find(const char *name);
/* The kernel configuration's default, or lzo-rle, or the first there is. */
const struct zram_codec_ops *zram_codec_default(void);
/* In stock order; NULL past the end. */
const struct zram_codec_ops *zram_codec_nth(unsigned int n);

struct zram_codec;

/*
 * Whether the algorithm can have these parameters; what a codec finds in the
 * dictionary when it is made is left out. -EINVAL, -EOPNOTSUPP, with a
 * constant sentence in *why, which may be NULL.
 */
int zram_codec_check(const struct zram_codec_ops *ops,
		     const struct zram_codec_params *params, const char **why);
/* That part of it which no later change of the algorithm makes good. */
bool zram_codec_dict_fits(const struct zram_codec_ops *ops,
			  const struct zram_dict *dict);
/*
 * ERR_PTR: what zram_codec_check says; -EINVAL: a bad dictionary; -ENOMEM.
 * @params is copied, with a reference to the dictionary.
 */
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
	u8 doubt;		/* of zram_probe_doubted */
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
