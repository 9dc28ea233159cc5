// SPDX-License-Identifier: GPL-2.0-only
/* Stows in the pool: the bytes of a pack as chunks. */

#include "packs.h"

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/slab.h>

#include "codec.h"
#include "pool.h"

/*
 * Full pages, then pieces of half a page, a quarter, and so on. Each of these
 * sizes fills pages of the pool without a rest, so that what many packs leave
 * over shares a few of them; tails of any size would each lie in a group of
 * pages that hardly another one uses.
 */
struct chunks {
	struct zram_stow stow;
	struct zram_packs *packs;
	u32 len;		/* bytes of them all */
	u32 nr;
	unsigned long handle[];
};

#define SMALLEST_PIECE	128

/* What zsmalloc keeps of an object that has no page to itself. */
#define OBJECT_HEAD	sizeof(unsigned long)

static inline size_t chunks_size(u32 nr)
{
	return sizeof(struct chunks) + nr * sizeof(unsigned long);
}

/*
 * The piece that the next of @rest bytes go into: the smallest that takes
 * them all, or if that wastes too much the largest that they fill.
 */
static u32 piece_room(u32 rest)
{
	u32 room = PAGE_SIZE, share;

	for (share = PAGE_SIZE / 2; share >= SMALLEST_PIECE; share /= 2) {
		if (rest >= room)
			break;
		if (rest > share - OBJECT_HEAD)
			return room - rest < SMALLEST_PIECE ?
				room : share - OBJECT_HEAD;
		room = share - OBJECT_HEAD;
	}
	return room;
}

static u32 count_chunks(u32 len)
{
	u32 nr = len / PAGE_SIZE, room;

	for (len %= PAGE_SIZE; len; len -= min(len, room)) {
		room = piece_room(len);
		nr++;
	}
	return nr;
}

static void release_chunks(struct zram_stow *stow)
{
	struct chunks *c = container_of(stow, struct chunks, stow);
	u32 i;

	for (i = 0; i < c->nr && c->handle[i]; i++)
		zram_pool_free(c->packs->pool, c->handle[i]);
	atomic_long_sub(chunks_size(c->nr), &c->packs->bytes);
	kfree(c);
}

size_t zram_packs_stow_size(size_t len)
{
	return chunks_size(count_chunks(len));
}

static const struct zram_stow_ops chunks_ops = {
	.release = release_chunks,
};

static struct zram_stow *make_chunks(struct zram_packs *packs,
				     const void *bytes, size_t len, gfp_t gfp)
{
	u32 i, part, nr = count_chunks(len);
	struct chunks *c;

	c = kzalloc(chunks_size(nr), gfp);
	if (!c)
		return NULL;
	zram_stow_init(&c->stow, false, &chunks_ops);
	c->packs = packs;
	c->len = len;
	c->nr = nr;
	atomic_long_add(chunks_size(nr), &packs->bytes);
	for (i = 0; i < nr; i++, bytes += part, len -= part) {
		u32 room = piece_room(len);

		part = min_t(u32, len, room);
		c->handle[i] = zram_pool_alloc(packs->pool, room, gfp);
		if (!c->handle[i]) {
			zram_stow_put(&c->stow);
			return NULL;
		}
		zram_pool_write(packs->pool, c->handle[i], bytes, part);
	}
	return &c->stow;
}

struct zram_stow *zram_packs_stow_in_pool(struct zram_packs *packs,
					  const void *bytes, size_t len)
{
	unsigned long pages = zram_pool_pages(packs->pool);
	struct zram_stow *stow;

	/*
	 * Before the pages are there, so that no write finds the pool too
	 * large; a piece may need a few pages of its own.
	 */
	WRITE_ONCE(packs->unpublished,
		   count_chunks(len) + ZRAM_POOL_GROUP_PAGES);
	stow = make_chunks(packs, bytes, len, ZRAM_GFP_PACK);
	if (!stow) {
		zram_packs_settle(packs);
		return NULL;
	}
	/* What the pool really grew by; writes meanwhile count as ours. */
	pages = zram_pool_pages(packs->pool) - pages;
	if ((long)pages < (long)READ_ONCE(packs->unpublished))
		WRITE_ONCE(packs->unpublished, max_t(long, pages, 0));
	return stow;
}

struct zram_stow *zram_packs_stow_at_once(struct zram_packs *packs,
					  const void *bytes, size_t len)
{
	return make_chunks(packs, bytes, len, ZRAM_GFP_AT_ONCE);
}

static void copy_piece(struct zram_packs *packs, unsigned long handle,
		       u32 len, u32 from, u32 part, void *to)
{
	const void *mem;

	/* The scratch page is this CPU's, as is the pool's window. */
	preempt_disable();
	mem = zram_pool_read_begin(packs->pool, handle, len,
				   zram_codec_scratch(packs->primary));
	if (part == PAGE_SIZE && PAGE_ALIGNED(mem) && PAGE_ALIGNED(to))
		copy_page(to, (void *)mem);
	else
		memcpy(to, mem + from, part);
	zram_pool_read_end(packs->pool, handle, len, mem);
	preempt_enable();
}

void zram_packs_copy(struct zram_packs *packs, struct zram_stow *stow,
		     size_t off, size_t len, void *to)
{
	struct chunks *c = container_of(stow, struct chunks, stow);
	u32 i = min_t(size_t, off, c->len) / PAGE_SIZE;
	u32 rest = c->len - i * PAGE_SIZE;	/* from chunk i on */

	for (off -= i * PAGE_SIZE; len; i++) {
		u32 held = min(rest, piece_room(rest));
		u32 part = off < held ? min_t(size_t, len, held - off) : 0;

		if (part)
			copy_piece(packs, c->handle[i], held, off, part, to);
		to += part;
		len -= part;
		off -= min_t(size_t, off, held);
		rest -= held;
	}
}
