/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pool of a device: the only user of zsmalloc.
 *
 * Objects of up to a page, addressed by handles that are never 0. What the page
 * path calls is inline, since it only passes on.
 */
#ifndef ZRAM_POOL_H
#define ZRAM_POOL_H

#include "compat/zsmalloc.h"

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/numa.h>
#include <linux/types.h>

struct zram_pool;

/* Pages that zsmalloc takes at a time for objects below a page, at most. */
#ifdef CONFIG_ZSMALLOC_CHAIN_SIZE
#define ZRAM_POOL_GROUP_PAGES	CONFIG_ZSMALLOC_CHAIN_SIZE
#else
#define ZRAM_POOL_GROUP_PAGES	4
#endif

/* Nothing to add to what zsmalloc keeps: the type only hides it. */
static inline struct zs_pool *zram_pool_zs(struct zram_pool *pool)
{
	return (struct zs_pool *)pool;
}

/* NULL when there is no memory. @name appears in debugfs (zsmalloc/). */
struct zram_pool *zram_pool_create(const char *name);
/* Every object must have been freed. */
void zram_pool_destroy(struct zram_pool *pool);

/*
 * Objects of at least this many bytes take a page of their own: a result of
 * this size or more is not worth keeping.
 */
size_t zram_pool_huge_size(struct zram_pool *pool);

/**
 * zram_pool_alloc() - an object, its contents undefined.
 * @pool: the pool
 * @size: bytes, 1..PAGE_SIZE
 * @gfp: how to wait for memory; where it may lie is added here
 *
 * Return: a handle, 0 when there is no memory.
 */
static inline unsigned long zram_pool_alloc(struct zram_pool *pool,
					    size_t size, gfp_t gfp)
{
	unsigned long handle;

	/* Only compaction knows how to move the pages of a pool. */
	gfp |= __GFP_HIGHMEM;
	if (IS_ENABLED(CONFIG_COMPACTION))
		gfp |= __GFP_MOVABLE;
	handle = zs_malloc(zram_pool_zs(pool), size, gfp, NUMA_NO_NODE);
	return IS_ERR_VALUE(handle) ? 0 : handle;
}

/* Never sleeps. */
static inline void zram_pool_free(struct zram_pool *pool, unsigned long handle)
{
	zs_free(zram_pool_zs(pool), handle);
}

/* Fill a fresh object with @len bytes. */
static inline void zram_pool_write(struct zram_pool *pool,
				   unsigned long handle, const void *src,
				   size_t len)
{
	zs_obj_write(zram_pool_zs(pool), handle, (void *)src, len);
}

/**
 * zram_pool_read_begin() - the bytes of an object.
 * @pool: the pool
 * @handle: the object
 * @len: its size in bytes
 * @scratch: PAGE_SIZE bytes of this CPU, used when the object lies in two
 *	pages and the kernel has no window of its own for that
 *
 * From here to zram_pool_read_end() sleep nowhere and stay on this CPU.
 *
 * Return: @len bytes.
 */
static inline const void *zram_pool_read_begin(struct zram_pool *pool,
					       unsigned long handle,
					       size_t len, void *scratch)
{
	return zs_obj_read_begin(zram_pool_zs(pool), handle, len, scratch);
}

static inline void zram_pool_read_end(struct zram_pool *pool,
				      unsigned long handle, size_t len,
				      const void *mem)
{
	zs_obj_read_end(zram_pool_zs(pool), handle, len, (void *)mem);
}

/*
 * Objects of which sizes share their memory: a smaller object saves memory
 * only where this is smaller, too. @size: 1..PAGE_SIZE.
 */
static inline unsigned int zram_pool_class(struct zram_pool *pool, size_t size)
{
	return zs_lookup_class_index(zram_pool_zs(pool), size);
}

/*
 * How zsmalloc lays objects out: those of sizes close to each other are kept
 * together, so many in a group of so many pages. A reckoning of ours, since it
 * does not tell: where it is wrong, what is built on it gains nothing.
 */
#define ZRAM_POOL_LEAST	32	/* bytes */
#define ZRAM_POOL_STEP	(PAGE_SIZE >> 8)
/* 255 with pages of 4 KiB, 257 with larger ones */
#define ZRAM_POOL_SIZES	\
	(DIV_ROUND_UP(PAGE_SIZE - ZRAM_POOL_LEAST, ZRAM_POOL_STEP) + 1)

struct zram_pool_shape {
	u16 size;	/* bytes of the largest object */
	u16 objects;	/* of a group */
	u16 shared;	/* index of the shape that this one is part of */
	u16 pages;	/* of a group */
};

/* @shape: ZRAM_POOL_SIZES of them, from small to large */
void zram_pool_shapes(struct zram_pool_shape *shape);
/* The index of the shape that objects of @size bytes have. */
static inline unsigned int zram_pool_shape(const struct zram_pool_shape *shape,
					   size_t size)
{
	size = clamp_t(size_t, size + sizeof(unsigned long), ZRAM_POOL_LEAST,
		       PAGE_SIZE);
	return shape[DIV_ROUND_UP(size - ZRAM_POOL_LEAST, ZRAM_POOL_STEP)].shared;
}

/* Pages held by the pool now. */
static inline unsigned long zram_pool_pages(struct zram_pool *pool)
{
	return zs_get_total_pages(zram_pool_zs(pool));
}

/* Pages freed by compaction since creation. */
unsigned long zram_pool_compacted(struct zram_pool *pool);
void zram_pool_compact(struct zram_pool *pool);

#endif
