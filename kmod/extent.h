/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The free space of a backing device: which units of it are taken.
 *
 * A unit is max(4096, logical block) bytes; an extent is a run of units. A
 * freed extent is not free at once: it waits until a worker has taken it, told
 * the disk to discard it, and said so. A unit is always one of
 *
 *   free		may be reserved
 *   reserved		somebody holds it
 *   waiting		freed, not discarded yet
 *   taken		a worker is discarding it
 *
 * The units lie in chunks of ZRAM_EXTENT_CHUNK, and an extent never crosses
 * the border of one. A chunk has bitmaps only while some of its units are not
 * free, so the memory follows what is in use and not the size of the disk: 24
 * bytes a chunk (384 KiB per TiB of 4 KiB units), and a page for each in use.
 *
 * This pair also compiles in user space (selftests/host), where it runs
 * against a model; extent_env.h there stands in for the kernel headers.
 *
 * LOCK: the map's spinlock is the innermost of all, next to zsmalloc's. Nothing
 * is allocated and nobody waits under it.
 */
#ifndef ZRAM_EXTENT_H
#define ZRAM_EXTENT_H

#ifdef __KERNEL__
#include <linux/spinlock.h>
#include <linux/types.h>
#else
#include "extent_env.h"
#endif

#define ZRAM_EXTENT_CHUNK_SHIFT	14
/* Units of a chunk; the largest extent there can be. */
#define ZRAM_EXTENT_CHUNK	(1u << ZRAM_EXTENT_CHUNK_SHIFT)

struct zram_extent_chunk;

/* All under lock but chunks, nr_units and nr_chunks, which stay. */
struct zram_extent_map {
	spinlock_t lock;
	struct zram_extent_chunk *chunks;
	u64 nr_units;
	u64 nr_chunks;
	u64 next;			/* unit where the search goes on */
	u64 free, waiting, taken;	/* units; the rest is reserved */
	struct zram_extent_chunk *first, *last;	/* chunks with waiting units */
	bool frozen;
};

/* Units in each state, of one moment; they add up to the whole map. */
struct zram_extent_counts {
	u64 free, reserved, waiting, taken;
};

/* @nr_units > 0. -ENOMEM, and @map is then not to be used. */
int zram_extent_map_init(struct zram_extent_map *map, u64 nr_units);
/* Whatever the state of its units; nobody may use the map any more. */
void zram_extent_map_exit(struct zram_extent_map *map);

/**
 * zram_extent_reserve() - take an extent, behind the last one if there is room.
 * @map: the map
 * @units: length, 1..ZRAM_EXTENT_CHUNK
 * @start: gets the first unit
 *
 * May sleep and allocate (GFP_NOIO). Units that wait for their discard are not
 * used; so on -ENOSPC it may help to discard and try again.
 *
 * Return: 0; -EINVAL for a length that cannot be; -ENOSPC when no free run is
 * that long; -ENOMEM.
 */
int zram_extent_reserve(struct zram_extent_map *map, unsigned int units,
			u64 *start);

/**
 * zram_extent_free() - give an extent back; it waits for its discard.
 * @map: the map
 * @start: first unit
 * @units: length, as reserved
 *
 * Never sleeps, allocates nothing; also under spinlocks, not in interrupts.
 *
 * Return: false, with nothing changed, when the extent is not reserved.
 */
bool zram_extent_free(struct zram_extent_map *map, u64 start,
		      unsigned int units);

/**
 * zram_extent_take() - take waiting units to discard them.
 * @map: the map
 * @max_units: no longer than this, 1 or more
 * @start: gets the first unit
 *
 * Neighbours that were freed apart come as one run. The caller must hand the
 * run to zram_extent_discarded().
 *
 * Return: the length in units; 0 when nothing waits or the map is frozen.
 */
unsigned int zram_extent_take(struct zram_extent_map *map,
			      unsigned int max_units, u64 *start);

/*
 * A run from zram_extent_take() is discarded: it becomes free. In a frozen map
 * it waits once more instead.
 */
void zram_extent_discarded(struct zram_extent_map *map, u64 start,
			   unsigned int units);

/*
 * While frozen (a suspended or hibernated image may still refer to them) no
 * extent is discarded, and none that was freed gets reused. Runs already taken
 * are not waited for.
 */
void zram_extent_freeze(struct zram_extent_map *map, bool frozen);

void zram_extent_counts(struct zram_extent_map *map,
			struct zram_extent_counts *counts);
/* Bytes of kernel memory that the map occupies now. */
size_t zram_extent_map_bytes(struct zram_extent_map *map);

#endif
