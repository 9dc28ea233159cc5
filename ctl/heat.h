/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device's slot records say as a whole: tables by age and by heat, a
 * strip by index, and the slots at either end. No I/O; tested on the host.
 */
#ifndef ZRAMCTL_HEAT_H
#define ZRAMCTL_HEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zram/observe.h"

/*
 * Heat in rows, on the scale of 0 to 255: row 0 is none (not read since it
 * was written, or cooled down), 1 is below one, N is 2^(N-2) up to 2^(N-1).
 */
#define HEAT_ROWS 10
#define HEAT_TIERS 4

struct heat_row {
	uint64_t slots;
	uint64_t stored;	/* bytes kept in memory */
};

struct heat_slot {
	uint64_t index;
	uint32_t age;		/* seconds */
	uint32_t heat;		/* as now, 1/128 */
	uint32_t bytes;
	uint32_t tier;
};

/* A stretch of slots: one cell of the strip. */
struct heat_cell {
	uint64_t slots;		/* of the device */
	uint64_t used;
	uint64_t age_sum;	/* seconds, of the used ones */
	uint64_t heat_sum;	/* 1/128 */
};

enum heat_order {
	HEAT_BY_AGE,		/* cold is old; then by heat */
	HEAT_BY_HEAT,		/* cold is seldom read; then by age */
};

/*
 * A list of the @max first slots of an order, kept as a heap with the last
 * of them on top. @max and @slot are the caller's, 0 and NULL: no list.
 */
struct heat_list {
	struct heat_slot *slot;
	size_t max;
	size_t nr;
	bool hottest;		/* else the coldest */
	enum heat_order order;
};

struct heat {
	uint64_t slots, used;
	uint64_t stored;		/* bytes kept in memory */
	uint64_t reread;		/* used slots with any heat */
	uint32_t oldest;		/* seconds */
	struct heat_row by_age[ZRAM_AGE_BUCKETS];
	struct heat_row by_heat[HEAT_ROWS];
	struct heat_row by_tier[HEAT_TIERS];
	struct heat_cell *cell;		/* the caller's; or NULL */
	size_t nr_cells;
	struct heat_list hottest, coldest;
};

/*
 * Read all records once: @word[0..nr), of a device whose heat halves every
 * 2^@shift s, as they are at boottime @now. @h was zeroed but for its cells
 * and lists; the lists come out in order.
 */
void heat_scan(struct heat *h, const volatile uint64_t *word, uint64_t nr,
	       uint32_t now, uint32_t shift);
/* The row of by_heat for @heat in 1/128. */
unsigned int heat_row(uint32_t heat);
/* <0: @a is colder than @b. Never 0 for two slots of one device. */
int heat_compare(const struct heat_slot *a, const struct heat_slot *b,
		 enum heat_order order);
/*
 * How warm a cell is, 0 (cold) to @levels - 1; -1: nothing there. By age on
 * a log scale between now and @oldest, a minute at least; by heat on a log scale up to 255.
 */
int heat_cell_level(const struct heat_cell *cell, enum heat_order order,
		    uint32_t oldest, int levels);

#endif
