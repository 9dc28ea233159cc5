// SPDX-License-Identifier: GPL-2.0-only
/* The free space of a backing device: bitmaps in chunks, and those that wait. */
#include "extent.h"

#ifdef __KERNEL__
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#endif

#define CHUNK		ZRAM_EXTENT_CHUNK
#define LEAF_LONGS	(CHUNK / BITS_PER_LONG)

/*
 * busy: not free. waiting: of the busy ones, those that wait for a discard.
 * A page in all.
 */
struct zram_extent_leaf {
	unsigned long busy[LEAF_LONGS];
	unsigned long waiting[LEAF_LONGS];
};

/*
 * leaf: NULL while every unit is free.
 * next: in the list of chunks with waiting units.
 * longest: no free run is longer than this; spares a search in vain.
 */
struct zram_extent_chunk {
	struct zram_extent_leaf *leaf;
	struct zram_extent_chunk *next;
	u16 free;
	u16 waiting;
	u16 longest;
};

/* Units of a chunk: the last one may be short. */
static unsigned int chunk_units(const struct zram_extent_map *map, u64 nr)
{
	u64 rest = map->nr_units - (nr << ZRAM_EXTENT_CHUNK_SHIFT);

	return rest < CHUNK ? rest : CHUNK;
}

int zram_extent_map_init(struct zram_extent_map *map, u64 nr_units)
{
	u64 i;

	*map = (struct zram_extent_map){ .nr_units = nr_units };
	spin_lock_init(&map->lock);
	map->nr_chunks = (nr_units + CHUNK - 1) >> ZRAM_EXTENT_CHUNK_SHIFT;
	map->chunks = kvcalloc(map->nr_chunks, sizeof(*map->chunks),
			       GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL);
	if (!map->chunks)
		return -ENOMEM;
	map->free = nr_units;
	for (i = 0; i < map->nr_chunks; i++) {
		map->chunks[i].free = chunk_units(map, i);
		map->chunks[i].longest = map->chunks[i].free;
	}
	return 0;
}

void zram_extent_map_exit(struct zram_extent_map *map)
{
	u64 i;

	for (i = 0; i < map->nr_chunks; i++) {
		kfree(map->chunks[i].leaf);
		cond_resched();
	}
	kvfree(map->chunks);
}

/*
 * The first run of @units free ones from @from on; @size when there is none.
 * @longest gets the longest free run met before.
 */
static unsigned int find_run(const struct zram_extent_leaf *leaf,
			     unsigned int size, unsigned int from,
			     unsigned int units, unsigned int *longest)
{
	unsigned int start, end;

	*longest = 0;
	for (start = from; start < size; start = end + 1) {
		start = find_next_zero_bit(leaf->busy, size, start);
		if (size - start < units)
			end = find_next_bit(leaf->busy, size, start);
		else
			end = find_next_bit(leaf->busy, start + units, start);
		if (end - start >= units)
			return start;
		if (end - start > *longest)
			*longest = end - start;
	}
	return size;
}

/*
 * Reserve in chunk @nr, from unit @from of it on. @spare: an empty leaf for a
 * chunk without one, NULL when used. -ENOSPC; -EAGAIN when a leaf is needed.
 */
static int reserve_in_chunk(struct zram_extent_map *map, u64 nr,
			    unsigned int from, unsigned int units,
			    struct zram_extent_leaf **spare, u64 *start)
{
	struct zram_extent_chunk *c = &map->chunks[nr];
	unsigned int size = chunk_units(map, nr);
	unsigned int at, longest;
	int err = 0;

	spin_lock(&map->lock);
	if (!c->leaf) {
		WRITE_ONCE(c->leaf, *spare);
		*spare = NULL;
	}
	if (!c->leaf) {
		spin_unlock(&map->lock);
		return -EAGAIN;
	}
	at = find_run(c->leaf, size, from, units, &longest);
	if (at < size) {
		bitmap_set(c->leaf->busy, at, units);
		c->free -= units;
		map->free -= units;
		*start = (nr << ZRAM_EXTENT_CHUNK_SHIFT) + at;
		WRITE_ONCE(map->next, *start + units);
	} else {
		err = -ENOSPC;
		if (!from)
			WRITE_ONCE(c->longest, longest);
		if (c->free == size) {	/* the leaf came from @spare */
			*spare = c->leaf;
			WRITE_ONCE(c->leaf, NULL);
		}
	}
	spin_unlock(&map->lock);
	return err;
}

/* Have a spare leaf when @c has none. */
static int provide_leaf(const struct zram_extent_chunk *c,
			struct zram_extent_leaf **spare)
{
	if (*spare || READ_ONCE(c->leaf))
		return 0;
	*spare = kmalloc(sizeof(**spare),
			 GFP_NOIO | __GFP_NOWARN | __GFP_ZERO);
	return *spare ? 0 : -ENOMEM;
}

/*
 * The lock is taken anew for each chunk: a full disk is many of them. Chunk by
 * chunk from where the last extent ended, and once more the first, now whole.
 */
int zram_extent_reserve(struct zram_extent_map *map, unsigned int units,
			u64 *start)
{
	struct zram_extent_leaf *spare = NULL;
	u64 next = READ_ONCE(map->next);
	u64 nr = next >> ZRAM_EXTENT_CHUNK_SHIFT;
	unsigned int from = next & (CHUNK - 1);
	u64 i;
	int err = -ENOSPC;

	if (!units || units > CHUNK)
		return -EINVAL;
	for (i = 0; err == -ENOSPC && i <= map->nr_chunks; i++, nr++) {
		if (nr >= map->nr_chunks)
			nr = 0;
		if (i)
			from = 0;
		if (READ_ONCE(map->chunks[nr].longest) < units)
			continue;
		do {
			err = provide_leaf(&map->chunks[nr], &spare);
			if (!err)
				err = reserve_in_chunk(map, nr, from, units,
						       &spare, start);
		} while (err == -EAGAIN);
		cond_resched();
	}
	kfree(spare);
	return err;
}

/* The chunk that a run lies in; NULL for a run that cannot be. */
static struct zram_extent_chunk *chunk_of(struct zram_extent_map *map,
					  u64 start, unsigned int units)
{
	u64 nr = start >> ZRAM_EXTENT_CHUNK_SHIFT;
	unsigned int at = start & (CHUNK - 1);

	if (nr >= map->nr_chunks || !units || at >= chunk_units(map, nr) ||
	    units > chunk_units(map, nr) - at)
		return NULL;
	return &map->chunks[nr];
}

static void add_waiting(struct zram_extent_map *map,
			struct zram_extent_chunk *c, unsigned int at,
			unsigned int units)
{
	if (!c->waiting) {
		c->next = NULL;
		if (map->last)
			map->last->next = c;
		else
			map->first = c;
		map->last = c;
	}
	bitmap_set(c->leaf->waiting, at, units);
	c->waiting += units;
	map->waiting += units;
}

bool zram_extent_free(struct zram_extent_map *map, u64 start,
		      unsigned int units)
{
	struct zram_extent_chunk *c = chunk_of(map, start, units);
	unsigned int at = start & (CHUNK - 1);
	unsigned int end = at + units;
	bool ok;

	if (WARN_ON_ONCE(!c))
		return false;
	spin_lock(&map->lock);
	ok = c->leaf && find_next_zero_bit(c->leaf->busy, end, at) == end &&
	     find_next_bit(c->leaf->waiting, end, at) == end;
	if (ok)
		add_waiting(map, c, at, units);
	spin_unlock(&map->lock);
	WARN_ON_ONCE(!ok);
	return ok;
}

unsigned int zram_extent_take(struct zram_extent_map *map,
			      unsigned int max_units, u64 *start)
{
	struct zram_extent_chunk *c;
	unsigned int at, end, units = 0;

	spin_lock(&map->lock);
	c = map->first;
	if (c && !map->frozen) {
		at = find_next_bit(c->leaf->waiting, CHUNK, 0);
		end = max_units < CHUNK - at ? at + max_units : CHUNK;
		units = find_next_zero_bit(c->leaf->waiting, end, at) - at;
		bitmap_clear(c->leaf->waiting, at, units);
		*start = ((u64)(c - map->chunks) << ZRAM_EXTENT_CHUNK_SHIFT) +
			 at;
		c->waiting -= units;
		if (!c->waiting) {
			map->first = c->next;
			if (!map->first)
				map->last = NULL;
		}
		map->waiting -= units;
		map->taken += units;
	}
	spin_unlock(&map->lock);
	return units;
}

void zram_extent_discarded(struct zram_extent_map *map, u64 start,
			   unsigned int units)
{
	struct zram_extent_chunk *c = chunk_of(map, start, units);
	struct zram_extent_leaf *empty = NULL;
	unsigned int at = start & (CHUNK - 1);
	unsigned int size;

	if (WARN_ON_ONCE(!c))
		return;
	size = chunk_units(map, start >> ZRAM_EXTENT_CHUNK_SHIFT);
	spin_lock(&map->lock);
	map->taken -= units;
	if (map->frozen) {
		add_waiting(map, c, at, units);
	} else {
		bitmap_clear(c->leaf->busy, at, units);
		c->free += units;
		map->free += units;
		WRITE_ONCE(c->longest, c->free);
		if (c->free == size) {
			empty = c->leaf;
			WRITE_ONCE(c->leaf, NULL);
		}
	}
	spin_unlock(&map->lock);
	kfree(empty);
}

void zram_extent_freeze(struct zram_extent_map *map, bool frozen)
{
	spin_lock(&map->lock);
	map->frozen = frozen;
	spin_unlock(&map->lock);
}

void zram_extent_counts(struct zram_extent_map *map,
			struct zram_extent_counts *counts)
{
	spin_lock(&map->lock);
	counts->free = map->free;
	counts->waiting = map->waiting;
	counts->taken = map->taken;
	spin_unlock(&map->lock);
	counts->reserved = map->nr_units - counts->free - counts->waiting -
			   counts->taken;
}

size_t zram_extent_map_bytes(struct zram_extent_map *map)
{
	size_t bytes = map->nr_chunks * sizeof(*map->chunks);
	u64 i;

	for (i = 0; i < map->nr_chunks; i++)
		if (READ_ONCE(map->chunks[i].leaf))
			bytes += sizeof(struct zram_extent_leaf);
	return bytes;
}
