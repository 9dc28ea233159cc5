// SPDX-License-Identifier: GPL-2.0-or-later
/* Host test of ctl/heat.c: tables, strip and both ends, against a full sort. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heat.h"
#include "tap.h"

#define SLOTS 5000u
#define NOW 100000u
#define SHIFT 10

static uint64_t random_next(uint64_t *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return *s * 0x2545f4914f6cdd1dULL;
}

static enum heat_order sort_order;

static int colder(const void *a, const void *b)
{
	return heat_compare(a, b, sort_order);
}

static void make_words(uint64_t *word, uint64_t seed)
{
	uint32_t i;

	for (i = 0; i < SLOTS; i++) {
		uint64_t r = random_next(&seed);

		word[i] = r % 7 == 0 ? ZRAM_RECORD_UNSEEN :
			  r % 7 == 1 ? ZRAM_RECORD_EMPTY :
			  zram_record_word(NOW - (r >> 8) % 3000,
					   (r >> 24) % 300 * (r >> 34) % 32641,
					   (r >> 40) % 4097, (r >> 60) & 3);
	}
}

/* All used slots, coldest first, by sorting. */
static size_t sorted(const uint64_t *word, struct heat_slot *all,
		     enum heat_order order)
{
	uint32_t i, nr = 0;

	for (i = 0; i < SLOTS; i++) {
		struct zram_slot_record r;

		memcpy(&r, &word[i], sizeof(r));
		if (r.state != ZRAM_RECORD_USED)
			continue;
		all[nr++] = (struct heat_slot){
			.index = i, .age = NOW - r.seconds, .bytes = r.bytes,
			.tier = r.tier,
			.heat = zram_heat_decay(r.heat, r.seconds, NOW, SHIFT),
		};
	}
	sort_order = order;
	qsort(all, nr, sizeof(*all), colder);
	return nr;
}

static bool same(const struct heat_slot *a, const struct heat_slot *b)
{
	return a->index == b->index && a->age == b->age && a->heat == b->heat &&
	       a->bytes == b->bytes && a->tier == b->tier;
}

static void test_ends(uint64_t seed, size_t max, enum heat_order order)
{
	static uint64_t word[SLOTS];
	static struct heat_slot all[SLOTS], hot[SLOTS], cold[SLOTS];
	struct heat h = {
		.hottest = { hot, max, 0, true, order },
		.coldest = { cold, max, 0, false, order },
	};
	size_t nr, i, wrong = 0;

	make_words(word, seed);
	nr = sorted(word, all, order);
	heat_scan(&h, word, SLOTS, NOW, SHIFT);
	if (max > nr)
		max = nr;
	for (i = 0; i < max; i++) {
		wrong += !same(&cold[i], &all[i]);
		wrong += !same(&hot[i], &all[nr - 1 - i]);
	}
	tap_ok(!wrong && h.coldest.nr == max && h.hottest.nr == max &&
	       h.used == nr, "seed %llu: the %zu coldest and hottest by %s",
	       (unsigned long long)seed, max,
	       order == HEAT_BY_AGE ? "age" : "heat");
}

static void test_sums(uint64_t seed)
{
	static uint64_t word[SLOTS];
	static struct heat_slot all[SLOTS];
	struct heat_cell cell[77] = {};
	struct heat h = { .cell = cell, .nr_cells = 77 };
	uint64_t bytes = 0, slots[4] = {}, stored[4] = {}, cells = 0, used = 0;
	size_t nr, i;

	make_words(word, seed);
	nr = sorted(word, all, HEAT_BY_AGE);
	heat_scan(&h, word, SLOTS, NOW, SHIFT);
	for (i = 0; i < nr; i++)
		bytes += all[i].bytes;
	for (i = 0; i < ZRAM_AGE_BUCKETS; i++) {
		slots[0] += h.by_age[i].slots;
		stored[0] += h.by_age[i].stored;
	}
	for (i = 0; i < HEAT_ROWS; i++) {
		slots[1] += h.by_heat[i].slots;
		stored[1] += h.by_heat[i].stored;
	}
	for (i = 0; i < HEAT_TIERS; i++) {
		slots[2] += h.by_tier[i].slots;
		stored[2] += h.by_tier[i].stored;
	}
	for (i = 0; i < 77; i++) {
		cells += cell[i].slots;
		used += cell[i].used;
	}
	tap_ok(h.stored == bytes && stored[0] == bytes && stored[1] == bytes &&
	       stored[2] == bytes, "all tables add up to the bytes stored");
	tap_ok(h.used == nr && slots[0] == nr && slots[1] == nr &&
	       slots[2] == nr && used == nr && cells == SLOTS,
	       "and to the slots, as does the strip");
	tap_ok(h.oldest == all[0].age, "the oldest slot");
}

static void test_rows(void)
{
	tap_ok(heat_row(0) == 0 && heat_row(1) == 1 && heat_row(127) == 1 &&
	       heat_row(128) == 2 && heat_row(255) == 2 && heat_row(256) == 3 &&
	       heat_row(ZRAM_HEAT_MAX) == HEAT_ROWS - 1, "rows of heat");
}

static void test_levels(void)
{
	struct heat_cell none = { .slots = 5 };
	struct heat_cell fresh = { 5, 2, 0, 2 * ZRAM_HEAT_MAX };
	struct heat_cell old = { 5, 2, 2 * 5000, 0 };
	int i, last = 8, falls = 1;

	tap_ok(heat_cell_level(&none, HEAT_BY_AGE, 5000, 8) == -1,
	       "an empty cell has no level");
	tap_ok(heat_cell_level(&fresh, HEAT_BY_AGE, 5000, 8) == 7 &&
	       heat_cell_level(&old, HEAT_BY_AGE, 5000, 8) == 0 &&
	       heat_cell_level(&fresh, HEAT_BY_HEAT, 0, 8) == 7 &&
	       heat_cell_level(&old, HEAT_BY_HEAT, 0, 8) == 0,
	       "the ends of both scales");
	for (i = 0; i <= 5000; i++) {
		struct heat_cell c = { 1, 1, i, 0 };
		int level = heat_cell_level(&c, HEAT_BY_AGE, 5000, 8);

		falls &= level <= last;
		last = level;
	}
	tap_ok(falls, "older is never warmer");
	tap_ok(heat_cell_level(&(struct heat_cell){ 1, 1, 1, 0 }, HEAT_BY_AGE,
			       1, 8) > 5, "seconds are not cold on a new device");
}

static void test_ahead(void)
{
	uint64_t word = zram_record_word(NOW + 1, 0, 10, 0);
	struct heat h = {};

	heat_scan(&h, &word, 1, NOW, SHIFT);
	tap_ok(h.by_age[0].slots == 1 && !h.oldest,
	       "an event ahead of the clock is new, not ancient");
}

int main(void)
{
	test_rows();
	test_levels();
	test_ahead();
	test_sums(1);
	test_sums(99);
	test_ends(1, 1, HEAT_BY_AGE);
	test_ends(2, 10, HEAT_BY_HEAT);
	test_ends(3, 257, HEAT_BY_AGE);
	test_ends(4, 1000, HEAT_BY_HEAT);
	test_ends(5, SLOTS, HEAT_BY_AGE);
	test_ends(6, SLOTS, HEAT_BY_HEAT);
	return tap_done();
}
