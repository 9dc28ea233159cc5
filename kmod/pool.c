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

void zram_pool_shapes(struct zram_pool_shape *shape)
{
	unsigned int i;

	/* From large to small, since the largest of equal ones stands for all. */
	for (i = ZRAM_POOL_SIZES; i--; ) {
		unsigned int size = min_t(unsigned int, PAGE_SIZE,
					  ZRAM_POOL_LEAST + i * ZRAM_POOL_STEP);
		unsigned int pages = zram_zs_group_pages(size);
		unsigned int objects = pages * PAGE_SIZE / size;

		if (i + 1 < ZRAM_POOL_SIZES && shape[i + 1].pages == pages &&
		    shape[i + 1].objects == objects) {
			shape[i] = shape[i + 1];
			continue;
		}
		shape[i] = (struct zram_pool_shape){
			.size = size - sizeof(unsigned long),
			.objects = objects,
			.shared = i,
			.pages = pages,
		};
	}
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
