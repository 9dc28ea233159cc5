// SPDX-License-Identifier: GPL-2.0-or-later
/* Slot records as counts by tier and age. */

#include "policy.h"

#include <string.h>

#define EXACT_BITS 5	/* of an age, after its first */

unsigned int policy_age_class(uint32_t age)
{
	unsigned int shift = 31 - __builtin_clz(age | 1u << EXACT_BITS) - EXACT_BITS;

	return (shift << EXACT_BITS) + (age >> shift);
}

uint32_t policy_class_age(unsigned int cls)
{
	unsigned int shift;

	if (cls < 2u << EXACT_BITS)
		return cls;
	shift = (cls >> EXACT_BITS) - 1;
	return ((cls & ((1u << EXACT_BITS) - 1)) + (1u << EXACT_BITS)) << shift;
}

/* Slots of class @cls, where a mark lies, that the mark says were tried. */
static void count_tried(struct policy_tally *t, const unsigned int *mark,
			unsigned int cls, uint32_t age, enum policy_row row,
			uint32_t bytes)
{
	for (int v = 0; v < POLICY_MOVES; v++) {
		if (cls != mark[v] || age < t->tried_age[v])
			continue;
		t->tried[v][row].slots++;
		t->tried[v][row].bytes += bytes;
	}
}

/* The classes that the marks of what was tried lie in. */
static void find_marks(const struct policy_tally *t, unsigned int *mark,
		       bool *marked)
{
	memset(marked, 0, POLICY_AGES + 1);
	for (int v = 0; v < POLICY_MOVES; v++) {
		mark[v] = t->tried_age[v] >> ZRAM_RECORD_SECONDS_BITS ?
			  POLICY_AGES : policy_age_class(t->tried_age[v]);
		marked[mark[v]] = true;
	}
}

/* A bucket of "ages" begins where a class does. */
static void count_resting(struct policy_tally *t)
{
	for (int row = 0; row < POLICY_ROWS; row++)
		for (unsigned int c = 0; c < POLICY_AGES; c++)
			t->resting[zram_age_bucket(policy_class_age(c), 0)] +=
				t->cell[row][c].slots;
}

/*
 * The loop adds slots and bytes in one word, so that its table stays in the
 * first cache: slots from bit 40 on. A flush is due before bytes reach that.
 */
#define BYTES_BITS	40
#define ONE_SLOT	(1ull << BYTES_BITS)
#define FLUSH_SLOTS	(1ull << 20)

static void flush(struct policy_tally *t, uint64_t sum[POLICY_ROWS][POLICY_AGES])
{
	for (int row = 0; row < POLICY_ROWS; row++)
		for (unsigned int c = 0; c < POLICY_AGES; c++) {
			t->cell[row][c].slots += sum[row][c] >> BYTES_BITS;
			t->cell[row][c].bytes += sum[row][c] & (ONE_SLOT - 1);
			sum[row][c] = 0;
		}
}

void policy_tally_begin(struct policy_tally *t, uint32_t now,
			const struct policy_memory *m)
{
	memset(t, 0, sizeof(*t));
	for (int v = 0; v < POLICY_MOVES; v++)
		t->tried_age[v] = m->tried[v] ? now - m->tried[v] : UINT32_MAX;
}

void policy_tally_end(struct policy_tally *t)
{
	count_resting(t);
}

void policy_tally(struct policy_tally *t, const volatile uint64_t *word,
		  uint64_t nr, uint32_t now, uint32_t small, uint32_t page,
		  const struct policy_memory *m)
{
	policy_tally_begin(t, now, m);
	policy_tally_add(t, word, nr, now, small, page);
	policy_tally_end(t);
}

void policy_tally_add(struct policy_tally *t, const volatile uint64_t *word,
		      uint64_t nr, uint32_t now, uint32_t small, uint32_t page)
{
	static const uint8_t rows[4] = {
		POLICY_ROW_HOT, POLICY_ROW_WARM, POLICY_ROW_COLD,
		POLICY_ROW_FROZEN,
	};
	unsigned int mark[POLICY_MOVES];
	bool marked[POLICY_AGES + 1];
	uint64_t sum[POLICY_ROWS][POLICY_AGES] = {};

	/* All of a page or less are too small, then. */
	if (small > page)
		small = page;
	find_marks(t, mark, marked);
	for (uint64_t i = 0; i < nr; i++) {
		uint64_t w = word[i];
		uint32_t bytes = w >> ZRAM_RECORD_BYTES_SHIFT & 0x1ffff, age;
		unsigned int tier = w >> ZRAM_RECORD_TIER_SHIFT & 3, row, cls;

		if (!((i + 1) & (FLUSH_SLOTS - 1)))
			flush(t, sum);
		if ((w & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
			continue;
		if (!bytes && tier != ZRAM_TIER_FROZEN) {
			t->fills++;
			continue;
		}
		age = zram_record_age(w, now);
		/* A record made after @now was read off: not old, but new. */
		age &= (age >> (ZRAM_RECORD_SECONDS_BITS - 1)) - 1;
		cls = policy_age_class(age);
		/* ASIDE follows HOT. */
		row = rows[tier] + (!tier & (bytes - small >= page - small));
		sum[row][cls] += ONE_SLOT + bytes;
		if (marked[cls])
			count_tried(t, mark, cls, age, row, bytes);
	}
	flush(t, sum);
}
