// SPDX-License-Identifier: GPL-2.0-only
/* The list of codecs, and the contexts of each for every CPU. */

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
	struct zram_codec_params params;	/* dict: our own copy */
	struct codec_cpu __percpu *cpu;
	struct hlist_node node;			/* of the hotplug state */
};

/* In the order of stock zram's lists. */
static const struct zram_codec_ops *const all_codecs[] = {
	ZRAM_WITH_LZO ? &zram_codec_lzorle : NULL,
	ZRAM_WITH_LZO ? &zram_codec_lzo : NULL,
	ZRAM_WITH_LZ4 ? &zram_codec_lz4 : NULL,
	ZRAM_WITH_ZSTD ? &zram_codec_zstd : NULL,
};

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
		ctx = ops->enc_create(&codec->params);
		if (IS_ERR(ctx))
			goto err_ctx;
		c->stream.ctx = ctx;
	}
	if (ops->dec_create) {
		ctx = ops->dec_create(&codec->params);
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

static int copy_params(struct zram_codec *codec,
		       const struct zram_codec_params *params)
{
	codec->params = *params;
	if (!params->dict_size)
		return 0;
	codec->params.dict = kvmalloc(params->dict_size, GFP_KERNEL);
	if (!codec->params.dict)
		return -ENOMEM;
	memcpy((void *)codec->params.dict, params->dict, params->dict_size);
	return 0;
}

/**
 * zram_codec_create() - an algorithm with its parameters, ready for use.
 * @ops: the algorithm
 * @params: its parameters, copied
 *
 * May sleep; takes the CPU hotplug lock.
 *
 * Return: the codec, or ERR_PTR of what ops->check says, or -ENOMEM.
 */
struct zram_codec *zram_codec_create(const struct zram_codec_ops *ops,
				     const struct zram_codec_params *params)
{
	struct zram_codec *codec;
	int cpu, err;

	err = ops->check(params);
	if (err)
		return ERR_PTR(err);
	codec = kzalloc(sizeof(*codec), GFP_KERNEL);
	if (!codec)
		return ERR_PTR(-ENOMEM);
	codec->ops = ops;
	err = copy_params(codec, params);
	if (err)
		goto err_free_codec;
	codec->cpu = alloc_percpu(struct codec_cpu);
	err = -ENOMEM;
	if (!codec->cpu)
		goto err_free_params;
	for_each_possible_cpu(cpu)
		mutex_init(&per_cpu_ptr(codec->cpu, cpu)->stream.lock);
	err = cpuhp_state_add_instance(CPUHP_ZCOMP_PREPARE, &codec->node);
	if (err)
		goto err_free_cpu;
	return codec;

err_free_cpu:
	free_percpu(codec->cpu);
err_free_params:
	if (codec->params.dict_size)
		kvfree(codec->params.dict);
err_free_codec:
	kfree(codec);
	return ERR_PTR(err);
}

void zram_codec_destroy(struct zram_codec *codec)
{
	cpuhp_state_remove_instance(CPUHP_ZCOMP_PREPARE, &codec->node);
	free_percpu(codec->cpu);
	if (codec->params.dict_size)
		kvfree(codec->params.dict);
	kfree(codec);
}

const struct zram_codec_ops *zram_codec_ops(const struct zram_codec *codec)
{
	return codec->ops;
}

size_t zram_codec_bytes(const struct zram_codec *codec)
{
	return num_online_cpus() *
	       (codec->ops->ctx_bytes(&codec->params) + 3 * PAGE_SIZE);
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
