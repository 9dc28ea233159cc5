// SPDX-License-Identifier: GPL-2.0-only
/* The list of codecs, dictionaries, and the contexts of each codec for every CPU. */

#include "codec_impl.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/percpu.h>
#include <linux/string.h>

/*
 * A codec's things on one CPU. All of it comes and goes with the CPU.
 * stream: its buf tells whether it is there; both under stream.lock.
 * dec, scratch: for the CPU itself with preemption off, so no lock.
 */
struct codec_cpu {
	struct zram_stream stream;
	void *dec;
	void *scratch;		/* PAGE_SIZE */
};

struct zram_codec {
	const struct zram_codec_ops *ops;
	struct zram_codec_params params;	/* with a reference to the dict */
	void *share;				/* of the algorithm; may be NULL */
	struct codec_cpu __percpu *cpu;
	struct hlist_node node;			/* of the hotplug state */
};

/* In the order of stock zram's lists. */
static const struct zram_codec_ops *const all_codecs[] = {
	ZRAM_WITH_LZO ? &zram_codec_lzorle : NULL,
	ZRAM_WITH_LZO ? &zram_codec_lzo : NULL,
	ZRAM_WITH_LZ4 ? &zram_codec_lz4 : NULL,
	ZRAM_WITH_LZ4HC ? &zram_codec_lz4hc : NULL,
	ZRAM_WITH_ZSTD ? &zram_codec_zstd : NULL,
	ZRAM_WITH_DEFLATE ? &zram_codec_deflate : NULL,
	ZRAM_WITH_842 ? &zram_codec_842 : NULL,
};

struct zram_dict *zram_dict_create(void *data, size_t size)
{
	struct zram_dict *dict = kmalloc(sizeof(*dict), GFP_KERNEL);

	if (!dict) {
		kvfree(data);
		return NULL;
	}
	refcount_set(&dict->ref, 1);
	dict->data = data;
	dict->size = size;
	return dict;
}

struct zram_dict *zram_dict_get(struct zram_dict *dict)
{
	if (dict)
		refcount_inc(&dict->ref);
	return dict;
}

void zram_dict_put(struct zram_dict *dict)
{
	if (!dict || !refcount_dec_and_test(&dict->ref))
		return;
	kvfree(dict->data);
	kfree(dict);
}

const struct zram_codec_ops *zram_codec_nth(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all_codecs); i++)
		if (all_codecs[i] && !n--)
			return all_codecs[i];
	return NULL;
}

const struct zram_codec_ops *zram_codec_find(const char *name)
{
	const struct zram_codec_ops *ops;
	unsigned int n;

	for (n = 0; (ops = zram_codec_nth(n)); n++)
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

const struct zram_codec_ops *zram_codec_default(void)
{
	return zram_codec_find(ZRAM_DEFAULT_CODEC) ?:
	       zram_codec_find("lzo-rle") ?: zram_codec_nth(0);
}

static void free_cpu(const struct zram_codec_ops *ops, struct codec_cpu *c)
{
	if (c->stream.ctx)
		ops->enc_destroy(c->stream.ctx);
	if (c->dec)
		ops->dec_destroy(c->dec);
	kvfree(c->stream.buf);
	kvfree(c->scratch);
}

/* Fill in @c, a temporary, for one CPU. */
static int make_cpu(struct zram_codec *codec, struct codec_cpu *c)
{
	const struct zram_codec_ops *ops = codec->ops;
	void *ctx;

	memset(c, 0, sizeof(*c));
	/* The slack keeps a codec that writes whole words inside. */
	c->stream.buf = kvmalloc(2 * PAGE_SIZE, GFP_KERNEL);
	c->scratch = kvmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!c->stream.buf || !c->scratch)
		goto err_nomem;
	if (ops->enc_create) {
		ctx = ops->enc_create(&codec->params, codec->share);
		if (IS_ERR(ctx))
			goto err_ctx;
		c->stream.ctx = ctx;
	}
	if (ops->dec_create) {
		ctx = ops->dec_create(&codec->params, codec->share);
		if (IS_ERR(ctx))
			goto err_ctx;
		c->dec = ctx;
	}
	return 0;

err_nomem:
	ctx = ERR_PTR(-ENOMEM);
err_ctx:
	free_cpu(ops, c);
	return PTR_ERR(ctx);
}

/*
 * @cpu is not online yet. Allocating may write to this very device, so it
 * happens before its mutex is taken.
 */
static int cpu_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zram_codec *codec = hlist_entry(node, struct zram_codec, node);
	struct codec_cpu *c = per_cpu_ptr(codec->cpu, cpu), new;
	int err;

	err = make_cpu(codec, &new);
	if (err)
		return err;
	c->dec = new.dec;
	c->scratch = new.scratch;
	mutex_lock(&c->stream.lock);
	c->stream.ctx = new.stream.ctx;
	c->stream.buf = new.stream.buf;
	mutex_unlock(&c->stream.lock);
	return 0;
}

/*
 * @cpu is offline. Somebody who chose its stream while it was online may
 * hold the mutex, or get it after us and then find no buffer. Freed outside
 * the mutex, which the way out of a memory shortage takes.
 */
static int cpu_dead(unsigned int cpu, struct hlist_node *node)
{
	struct zram_codec *codec = hlist_entry(node, struct zram_codec, node);
	struct codec_cpu *c = per_cpu_ptr(codec->cpu, cpu), old;

	mutex_lock(&c->stream.lock);
	old.stream.ctx = c->stream.ctx;
	old.stream.buf = c->stream.buf;
	c->stream.ctx = NULL;
	c->stream.buf = NULL;
	mutex_unlock(&c->stream.lock);
	old.dec = c->dec;
	old.scratch = c->scratch;
	c->dec = NULL;
	c->scratch = NULL;
	free_cpu(codec->ops, &old);
	return 0;
}

/* What every dictionary that a tool has trained for zstd begins with. */
static const u8 trained_magic[] = { 0x37, 0xa4, 0x30, 0xec };

bool zram_codec_dict_fits(const struct zram_codec_ops *ops,
			  const struct zram_dict *dict)
{
	return ops->trained_dicts || dict->size < sizeof(trained_magic) ||
	       memcmp(dict->data, trained_magic, sizeof(trained_magic));
}

int zram_codec_check(const struct zram_codec_ops *ops,
		     const struct zram_codec_params *params, const char **why)
{
	const char *unused;

	why = why ?: &unused;
	if (params->dict && !zram_codec_dict_fits(ops, params->dict)) {
		*why = "the dictionary is a trained one, which only zstd knows";
		return -EINVAL;
	}
	if (params->dict && ops->no_dict) {
		*why = ops->no_dict;
		return -EOPNOTSUPP;
	}
	return ops->check(params, why);
}

/**
 * zram_codec_create() - an algorithm with its parameters, ready for use.
 * @ops: the algorithm
 * @params: its parameters, copied with a reference to the dictionary
 *
 * May sleep; takes the CPU hotplug lock.
 *
 * Return: the codec, or ERR_PTR of what zram_codec_check says, of -EINVAL for
 * a bad dictionary, or of -ENOMEM.
 */
struct zram_codec *zram_codec_create(const struct zram_codec_ops *ops,
				     const struct zram_codec_params *params)
{
	struct zram_codec *codec;
	int cpu, err;

	err = zram_codec_check(ops, params, NULL);
	if (err)
		return ERR_PTR(err);
	codec = kzalloc(sizeof(*codec), GFP_KERNEL);
	if (!codec)
		return ERR_PTR(-ENOMEM);
	codec->ops = ops;
	codec->params = *params;
	zram_dict_get(params->dict);
	if (ops->share_create) {
		codec->share = ops->share_create(params);
		if (IS_ERR(codec->share)) {
			err = PTR_ERR(codec->share);
			goto err_put_dict;
		}
	}
	codec->cpu = alloc_percpu(struct codec_cpu);
	err = -ENOMEM;
	if (!codec->cpu)
		goto err_destroy_share;
	for_each_possible_cpu(cpu)
		mutex_init(&per_cpu_ptr(codec->cpu, cpu)->stream.lock);
	err = cpuhp_state_add_instance(CPUHP_ZCOMP_PREPARE, &codec->node);
	if (err)
		goto err_free_cpu;
	return codec;

err_free_cpu:
	free_percpu(codec->cpu);
err_destroy_share:
	if (codec->share)
		ops->share_destroy(codec->share);
err_put_dict:
	zram_dict_put(codec->params.dict);
	kfree(codec);
	return ERR_PTR(err);
}

void zram_codec_destroy(struct zram_codec *codec)
{
	cpuhp_state_remove_instance(CPUHP_ZCOMP_PREPARE, &codec->node);
	free_percpu(codec->cpu);
	if (codec->share)
		codec->ops->share_destroy(codec->share);
	zram_dict_put(codec->params.dict);
	kfree(codec);
}

const struct zram_codec_ops *zram_codec_ops(const struct zram_codec *codec)
{
	return codec->ops;
}

size_t zram_codec_bytes(const struct zram_codec *codec)
{
	const struct zram_codec_ops *ops = codec->ops;
	size_t bytes = num_online_cpus() *
		       (ops->ctx_bytes(&codec->params) + 3 * PAGE_SIZE);

	return codec->share ? bytes + ops->share_bytes(codec->share) : bytes;
}

/**
 * zram_stream_get() - the compressor of the CPU at hand.
 * @codec: the codec
 *
 * May sleep. The caller may be moved to another CPU while it holds the
 * stream, and that CPU may go away: the stream stays until it is put.
 *
 * Return: the stream; never NULL.
 */
struct zram_stream *zram_stream_get(struct zram_codec *codec)
{
	struct zram_stream *stream;

	for (;;) {
		stream = &raw_cpu_ptr(codec->cpu)->stream;
		mutex_lock(&stream->lock);
		/* The CPU may have died between the two lines above. */
		if (likely(stream->buf))
			return stream;
		mutex_unlock(&stream->lock);
	}
}

int zram_codec_compress(struct zram_codec *codec, struct zram_stream *stream,
			const void *src, size_t *len)
{
	*len = 2 * PAGE_SIZE;
	return codec->ops->compress(stream->ctx, src, PAGE_SIZE, stream->buf,
				    len);
}

int zram_codec_decompress(struct zram_codec *codec, const void *src,
			  size_t len, void *dst)
{
	return codec->ops->decompress(this_cpu_read(codec->cpu->dec), src, len,
				      dst, PAGE_SIZE);
}

void *zram_codec_scratch(struct zram_codec *codec)
{
	return this_cpu_read(codec->cpu->scratch);
}

int zram_codec_init(void)
{
	return cpuhp_setup_state_multi(CPUHP_ZCOMP_PREPARE,
				       "block/zram:prepare", cpu_prepare,
				       cpu_dead);
}

void zram_codec_exit(void)
{
	cpuhp_remove_multi_state(CPUHP_ZCOMP_PREPARE);
}
