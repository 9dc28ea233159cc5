/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences of zsmalloc: pool.c is written for the newest form. */
#ifndef ZRAM_COMPAT_ZSMALLOC_H
#define ZRAM_COMPAT_ZSMALLOC_H

#include <linux/align.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/zsmalloc.h>

#include "compat_config.h"

/* The node argument: since 6.17. */
#ifndef HAVE_ZS_MALLOC_NID
#define zs_malloc(pool, size, gfp, nid)	(zs_malloc)(pool, size, gfp)
#endif

/*
 * Reading in place where the object lies in one page, through the caller's
 * buffer else: since 6.15. Before, a mapping with a per-CPU buffer inside
 * does the same, and preemption is off while it lasts.
 */
#ifndef HAVE_ZS_OBJ_READ
static inline void *zs_obj_read_begin(struct zs_pool *pool,
				      unsigned long handle, size_t len,
				      void *local_copy)
{
	return zs_map_object(pool, handle, ZS_MM_RO);
}

static inline void zs_obj_read_end(struct zs_pool *pool, unsigned long handle,
				   size_t len, void *mem)
{
	zs_unmap_object(pool, handle);
}

static inline void zs_obj_write(struct zs_pool *pool, unsigned long handle,
				void *src, size_t len)
{
	void *dst = zs_map_object(pool, handle, ZS_MM_WO);

	/* An object of a page has one to itself. */
	if (len == PAGE_SIZE && IS_ALIGNED((unsigned long)src, PAGE_SIZE))
		copy_page(dst, src);
	else
		memcpy(dst, src, len);
	zs_unmap_object(pool, handle);
}
#endif

/*
 * How many pages zsmalloc takes at a time for objects of @size bytes, with their
 * handles: as many as leave the least unused. Before 6.3 up to four, and least
 * in whole hundredths; since then as many as the kernel is configured for.
 */
#ifdef CONFIG_ZSMALLOC_CHAIN_SIZE
static inline unsigned int zram_zs_group_pages(unsigned int size)
{
	unsigned int pages, best = 1, least = UINT_MAX;

	for (pages = 1; pages <= CONFIG_ZSMALLOC_CHAIN_SIZE; pages++) {
		unsigned int unused = pages * PAGE_SIZE % size;

		if (unused < least) {
			least = unused;
			best = pages;
		}
	}
	return best;
}
#else
static inline unsigned int zram_zs_group_pages(unsigned int size)
{
	unsigned int pages, best = 1, best_used = 0;

	for (pages = 1; pages <= 4; pages++) {
		unsigned int room = pages * PAGE_SIZE;
		unsigned int used = (room - room % size) * 100 / room;

		if (used > best_used) {
			best_used = used;
			best = pages;
		}
	}
	return best;
}
#endif

/*
 * Which class an object lies in: since 6.2. Before, the same reckoning is done
 * here: classes are 1/256 of a page apart, an object has a handle in front, and
 * classes with equal groups are one. The largest size of a class stands for
 * it. May go when nothing older than 6.2 is supported.
 */
#ifndef HAVE_ZS_LOOKUP_CLASS
static inline unsigned int zs_lookup_class_index(struct zs_pool *pool,
						 unsigned int size)
{
	const unsigned int delta = PAGE_SIZE >> 8;
	unsigned int bytes;

	size = max_t(unsigned int, size + sizeof(unsigned long), 32);
	size = min_t(unsigned int, 32 + round_up(size - 32, delta), PAGE_SIZE);
	bytes = zram_zs_group_pages(size) * PAGE_SIZE;
	return bytes / (bytes / size);
}
#endif

#endif
