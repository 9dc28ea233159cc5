// SPDX-License-Identifier: GPL-2.0-only
/* The pool of a device, over zsmalloc. */

#include "pool.h"
#include "compat/zsmalloc.h"

#include <linux/numa.h>

/* Nothing to add to what zsmalloc keeps: the type only hides it. */
static struct zs_pool *zs_of(struct zram_pool *pool)
{
	return (struct zs_pool *)pool;
}

struct zram_pool *zram_pool_create(const char *name)
{
	return (struct zram_pool *)zs_create_pool(name);
}

void zram_pool_destroy(struct zram_pool *pool)
{
	zs_destroy_pool(zs_of(pool));
}

size_t zram_pool_huge_size(struct zram_pool *pool)
{
	return zs_huge_class_size(zs_of(pool));
}

/**
 * zram_pool_alloc() - an object, its contents undefined.
 * @pool: the pool
 * @size: bytes, 1..PAGE_SIZE
 * @gfp: how to wait for memory; where it may lie is added here
 *
 * Return: a handle, 0 when there is no memory.
 */
unsigned long zram_pool_alloc(struct zram_pool *pool, size_t size, gfp_t gfp)
{
	unsigned long handle;

	/* Only compaction knows how to move the pages of a pool. */
	gfp |= __GFP_HIGHMEM;
	if (IS_ENABLED(CONFIG_COMPACTION))
		gfp |= __GFP_MOVABLE;
	handle = zs_malloc(zs_of(pool), size, gfp, NUMA_NO_NODE);
	return IS_ERR_VALUE(handle) ? 0 : handle;
}

void zram_pool_free(struct zram_pool *pool, unsigned long handle)
{
	zs_free(zs_of(pool), handle);
}

void zram_pool_write(struct zram_pool *pool, unsigned long handle,
		     const void *src, size_t len)
{
	zs_obj_write(zs_of(pool), handle, (void *)src, len);
}

const void *zram_pool_read_begin(struct zram_pool *pool, unsigned long handle,
				 size_t len, void *scratch)
{
	return zs_obj_read_begin(zs_of(pool), handle, len, scratch);
}

void zram_pool_read_end(struct zram_pool *pool, unsigned long handle,
			size_t len, const void *mem)
{
	zs_obj_read_end(zs_of(pool), handle, len, (void *)mem);
}

unsigned long zram_pool_pages(struct zram_pool *pool)
{
	return zs_get_total_pages(zs_of(pool));
}

unsigned long zram_pool_compacted(struct zram_pool *pool)
{
	struct zs_pool_stats stats;

	zs_pool_stats(zs_of(pool), &stats);
	return atomic_long_read(&stats.pages_compacted);
}

void zram_pool_compact(struct zram_pool *pool)
{
	zs_compact(zs_of(pool));
}
