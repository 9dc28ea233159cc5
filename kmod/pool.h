/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pool of a device: the only user of zsmalloc.
 *
 * Objects of up to a page, addressed by handles that are never 0.
 */
#ifndef ZRAM_POOL_H
#define ZRAM_POOL_H

#include <linux/gfp.h>
#include <linux/types.h>

struct zram_pool;

/* NULL when there is no memory. @name appears in debugfs (zsmalloc/). */
struct zram_pool *zram_pool_create(const char *name);
/* Every object must have been freed. */
void zram_pool_destroy(struct zram_pool *pool);

/*
 * Objects of at least this many bytes take a page of their own: a result of
 * this size or more is not worth keeping.
 */
size_t zram_pool_huge_size(struct zram_pool *pool);

/* A handle, or 0 when there is no memory. @size: 1..PAGE_SIZE. */
unsigned long zram_pool_alloc(struct zram_pool *pool, size_t size, gfp_t gfp);
/* Never sleeps. */
void zram_pool_free(struct zram_pool *pool, unsigned long handle);
/* Fill a fresh object with @len bytes. */
void zram_pool_write(struct zram_pool *pool, unsigned long handle,
		     const void *src, size_t len);

/*
 * The bytes of an object, from begin to end without sleeping and on one CPU.
 * @scratch: PAGE_SIZE bytes of this CPU, used when the object lies in two
 * pages and the kernel has no window of its own for that.
 */
const void *zram_pool_read_begin(struct zram_pool *pool, unsigned long handle,
				 size_t len, void *scratch);
void zram_pool_read_end(struct zram_pool *pool, unsigned long handle,
			size_t len, const void *mem);

/* Pages held by the pool now; pages freed by compaction since creation. */
unsigned long zram_pool_pages(struct zram_pool *pool);
unsigned long zram_pool_compacted(struct zram_pool *pool);
void zram_pool_compact(struct zram_pool *pool);

#endif
