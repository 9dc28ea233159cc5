// SPDX-License-Identifier: GPL-2.0-only
/* The pool of a device, over zsmalloc: what the page path does not call. */

#include "pool.h"

struct zram_pool *zram_pool_create(const char *name)
{
	return (struct zram_pool *)zs_create_pool(name);
}

void zram_pool_destroy(struct zram_pool *pool)
{
	zs_destroy_pool(zram_pool_zs(pool));
}

size_t zram_pool_huge_size(struct zram_pool *pool)
{
	return zs_huge_class_size(zram_pool_zs(pool));
}

unsigned long zram_pool_compacted(struct zram_pool *pool)
{
	struct zs_pool_stats stats;

	zs_pool_stats(zram_pool_zs(pool), &stats);
	return atomic_long_read(&stats.pages_compacted);
}

void zram_pool_compact(struct zram_pool *pool)
{
	zs_compact(zram_pool_zs(pool));
}
