// SPDX-License-Identifier: GPL-2.0-only
/* How a store comes to be, and how it goes. */
#include "store.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "folio.h"
#include "pool.h"
#include "store_impl.h"
#include "zslot_trace.h"

static void destroy_codecs(struct zram_store *st)
{
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		if (st->codec[prio])
			zram_codec_destroy(st->codec[prio]);
}

static int create_codecs(struct zram_store *st,
			 const struct zram_config *config)
{
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++) {
		const struct zram_codec_choice *choice = &config->codec[prio];
		struct zram_codec *codec;

		if (!choice->ops)
			continue;
		codec = zram_codec_create(choice->ops, &choice->params);
		if (IS_ERR(codec))
			return PTR_ERR(codec);
		st->codec[prio] = codec;
	}
	return 0;
}

struct zram_store *zram_store_create(u32 dev, size_t nr_slots,
				     unsigned long limit_pages,
				     const struct zram_config *config)
{
	struct zram_store *st;
	char name[16];
	int err;

	st = kzalloc(sizeof(*st), GFP_KERNEL);
	if (!st)
		return ERR_PTR(-ENOMEM);
	st->dev = dev;
	st->limit_pages = limit_pages;
	st->stats = alloc_percpu(struct zram_stats);
	if (!st->stats) {
		err = -ENOMEM;
		goto err_free_store;
	}
	err = zram_table_init(&st->table, nr_slots, &zram_store_table_ops);
	if (err)
		goto err_free_stats;
	snprintf(name, sizeof(name), "zram%u", dev);
	st->pool = zram_pool_create(name);
	if (!st->pool) {
		err = -ENOMEM;
		goto err_exit_table;
	}
	st->huge_size = zram_pool_huge_size(st->pool);
	err = create_codecs(st, config);
	if (err)
		goto err_destroy_codecs;
	st->packs = zram_packs_create(dev, st->pool, st->stats, st->codec[0]);
	if (!st->packs) {
		err = -ENOMEM;
		goto err_destroy_codecs;
	}
	st->folio = zram_folio_create(st->packs, &config->codec[0]);
	if (!st->folio) {
		err = -ENOMEM;
		goto err_destroy_packs;
	}
	st->generation = zslot_trace_generation();
	st->packs->generation = st->generation;
	return st;

err_destroy_packs:
	zram_packs_destroy(st->packs);
err_destroy_codecs:
	destroy_codecs(st);
	zram_pool_destroy(st->pool);
err_exit_table:
	zram_table_exit(&st->table);
err_free_stats:
	free_percpu(st->stats);
err_free_store:
	kfree(st);
	return ERR_PTR(err);
}

void zram_store_destroy(struct zram_store *st)
{
	zram_folio_destroy(st->folio);
	zram_table_exit(&st->table);
	zram_packs_destroy(st->packs);
	zram_stat_assert_rest(st->stats);
	destroy_codecs(st);
	zram_pool_destroy(st->pool);
	free_percpu(st->stats);
	kfree(st);
}
