// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extent map against an exact model: random operations on maps of several
 * sizes, and the state of every unit known all the time.
 */
#include <string.h>

#include "extent.h"
#include "tap.h"

#define OPS		10000000L
#define MAX_UNITS	(3 * ZRAM_EXTENT_CHUNK + 1000)

bool env_no_memory;
long env_warnings, env_searches;

enum state { FREE, RESERVED, WAITING, TAKEN, STATES };

struct extent {
	u64 start;
	unsigned int units;
};

static struct zram_extent_map map;
static u64 nr_units;
static char state[MAX_UNITS];
static u64 units_in[STATES];
static u64 next_unit;			/* where next-fit goes on */
static struct extent held[MAX_UNITS], taken[MAX_UNITS];
static unsigned int nr_held, nr_taken;
static bool frozen;

/* What the model forbids, counted. */
enum wrong {
	OVERLAP, NOT_NEXT, NO_SPACE, BAD_TAKE, WHILE_FROZEN, COUNTS, LEFT,
	WRONGS,
};

static const char *const wrong_names[] = {
	[OVERLAP] = "no unit is handed out that is not free",
	[NOT_NEXT] = "an extent is the next that fits, in one chunk",
	[NO_SPACE] = "-ENOSPC comes when nothing fits, and only then",
	[BAD_TAKE] = "whatever waits is taken, and nothing else",
	[WHILE_FROZEN] = "nothing is taken or freed while frozen",
	[COUNTS] = "the counts are exact",
	[LEFT] = "all is free in the end",
};

static long wrongs[WRONGS], all_wrongs;

static void expect(bool ok, enum wrong w)
{
	wrongs[w] += !ok;
	all_wrongs += !ok;
}

static u32 seed = 20240229;

static u32 next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* Move a run from one state to another, whatever the map thinks. */
static void move(u64 start, unsigned int units, enum state from,
		 enum state to, enum wrong w)
{
	bool ok = start < nr_units && units <= nr_units - start;
	u64 i;

	expect(ok, w);
	for (i = start; ok && i < start + units; i++) {
		expect(state[i] == (char)from, w);
		units_in[(int)state[i]]--;
		units_in[to]++;
		state[i] = to;
	}
}

/* First fit in [from, to), or to. */
static u64 first_fit(u64 from, u64 to, unsigned int units)
{
	u64 i = from, n = 0;

	while (i < to) {
		if (state[i] != FREE) {
			const char *free = memchr(state + i, FREE, to - i);

			if (!free)
				return to;
			i = free - state;
			n = 0;
			continue;
		}
		if (!(i % ZRAM_EXTENT_CHUNK))
			n = 0;
		if (++n == units)
			return i + 1 - units;
		i++;
	}
	return to;
}

static void check_counts(void)
{
	struct zram_extent_counts c;

	zram_extent_counts(&map, &c);
	expect(c.free == units_in[FREE] && c.reserved == units_in[RESERVED] &&
	       c.waiting == units_in[WAITING] && c.taken == units_in[TAKEN],
	       COUNTS);
}

static void do_reserve(unsigned int units)
{
	u64 want = first_fit(next_unit, nr_units, units);
	u64 start = ~0ull;
	int err;

	if (want == nr_units)
		want = first_fit(0, nr_units, units);
	err = zram_extent_reserve(&map, units, &start);
	expect(err == (want == nr_units ? -ENOSPC : 0), NO_SPACE);
	if (err)
		return;
	expect(start == want, NOT_NEXT);
	move(start, units, FREE, RESERVED, OVERLAP);
	held[nr_held++] = (struct extent){ start, units };
	next_unit = start + units;
}

static void do_free(void)
{
	unsigned int i = next_random() % nr_held;
	struct extent e = held[i];

	held[i] = held[--nr_held];
	expect(zram_extent_free(&map, e.start, e.units), BAD_TAKE);
	move(e.start, e.units, RESERVED, WAITING, BAD_TAKE);
	if (next_random() % 1024 == 0)
		expect(!zram_extent_free(&map, e.start, e.units), BAD_TAKE);
}

static void do_take(unsigned int max)
{
	struct extent e = { 0 };

	e.units = zram_extent_take(&map, max, &e.start);
	if (frozen) {
		expect(!e.units, WHILE_FROZEN);
		if (!e.units)
			return;
	}
	expect(e.units <= max && !e.units == !units_in[WAITING], BAD_TAKE);
	if (!e.units)
		return;
	move(e.start, e.units, WAITING, TAKEN, BAD_TAKE);
	/* whole: it ends where the waiting ones end, or by its limit */
	expect(e.units == max || e.start + e.units == nr_units ||
	       (e.start + e.units) % ZRAM_EXTENT_CHUNK == 0 ||
	       state[e.start + e.units] != WAITING, BAD_TAKE);
	taken[nr_taken++] = e;
}

static void do_discarded(void)
{
	unsigned int i = next_random() % nr_taken;
	struct extent e = taken[i];

	taken[i] = taken[--nr_taken];
	zram_extent_discarded(&map, e.start, e.units);
	move(e.start, e.units, TAKEN, frozen ? WAITING : FREE, BAD_TAKE);
}

/* Reserve more often than free below @target units in use. */
static void random_op(u64 target)
{
	u32 r = next_random();
	u64 in_use = nr_units - units_in[FREE];

	if (r % 50000 == 0) {
		frozen = !frozen;
		zram_extent_freeze(&map, frozen);
	}
	r >>= 16;
	if (r % 16 < 4) {
		do_take(r & 64 ? 1 + r % 8 : 4096);
	} else if (r % 16 < 8) {
		if (nr_taken)
			do_discarded();
	} else if (in_use < target && r % 16 < 14) {
		do_reserve(r & 1024 ? 1 + r / 64 % 33 : 1 + r / 2048);
	} else if (nr_held) {
		do_free();
	}
}

static void drain(void)
{
	struct zram_extent_counts c;

	frozen = false;
	zram_extent_freeze(&map, false);
	while (nr_held)
		do_free();
	while (units_in[WAITING] && !all_wrongs)
		do_take(ZRAM_EXTENT_CHUNK);
	while (nr_taken)
		do_discarded();
	check_counts();
	zram_extent_counts(&map, &c);
	expect(c.free == nr_units, LEFT);
	/* no bitmap is left: as large as on the first day */
	expect(zram_extent_map_bytes(&map) == 24 * map.nr_chunks, LEFT);
}

static void run_model(u64 units, long ops)
{
	u64 target = units;
	long i;

	if (zram_extent_map_init(&map, units))
		exit(1);
	nr_units = units;
	next_unit = 0;
	memset(units_in, 0, sizeof(units_in));
	units_in[FREE] = units;
	for (i = 0; i < ops && all_wrongs < 100; i++) {
		if (i % 65536 == 0)
			target = next_random() % (units + units / 16) + 1;
		random_op(target);
		if (i % 16 == 0)
			check_counts();
	}
	if (!all_wrongs)
		drain();
	zram_extent_map_exit(&map);
}

/* Things that need no model. */
static void test_limits(void)
{
	struct zram_extent_counts c;
	u64 start = 7, tib16 = 1ull << 32;

	env_no_memory = true;
	tap_ok(zram_extent_map_init(&map, 100) == -ENOMEM,
	       "a map without memory is -ENOMEM");
	env_no_memory = false;
	if (zram_extent_map_init(&map, tib16 - 5))
		exit(1);
	tap_ok(zram_extent_map_bytes(&map) < 7 << 20,
	       "an empty map of 16 TiB takes less than 7 MiB");
	env_no_memory = true;
	tap_ok(zram_extent_reserve(&map, 8, &start) == -ENOMEM && start == 7,
	       "an extent without memory is -ENOMEM");
	env_no_memory = false;
	zram_extent_counts(&map, &c);
	tap_ok(c.free == tib16 - 5 && !c.reserved, "and reserves nothing");
	tap_ok(zram_extent_reserve(&map, 0, &start) == -EINVAL &&
	       zram_extent_reserve(&map, ZRAM_EXTENT_CHUNK + 1, &start) ==
	       -EINVAL, "no extent is empty or larger than a chunk");
	env_warnings = 0;
	tap_ok(!zram_extent_free(&map, 0, 1) &&
	       !zram_extent_free(&map, tib16 - 6, 2) &&
	       !zram_extent_free(&map, ZRAM_EXTENT_CHUNK - 1, 2) &&
	       !zram_extent_free(&map, ~0ull, 1) && env_warnings == 4,
	       "freeing what is not reserved, or beyond, changes nothing");
	zram_extent_map_exit(&map);
}

/* A map filled to the brim answers without looking at its bits. */
static void test_full(void)
{
	const u64 chunks = 512;
	unsigned int ok = 0, i;
	u64 start, middle = 300 * ZRAM_EXTENT_CHUNK + 17;
	long before;

	if (zram_extent_map_init(&map, chunks * ZRAM_EXTENT_CHUNK))
		exit(1);
	for (i = 0; i < chunks; i++)
		ok += !zram_extent_reserve(&map, ZRAM_EXTENT_CHUNK, &start);
	tap_ok(ok == chunks, "a map is filled chunk by chunk");
	ok = zram_extent_reserve(&map, 1, &start) == -ENOSPC;
	before = env_searches;
	ok += zram_extent_reserve(&map, 1, &start) == -ENOSPC;
	tap_ok(ok == 2 && env_searches == before,
	       "a full map is known to be full without a search");
	ok = zram_extent_free(&map, middle, 2);
	ok += zram_extent_take(&map, 9, &start) == 2 && start == middle;
	zram_extent_discarded(&map, start, 2);
	before = env_searches;
	ok += zram_extent_reserve(&map, 2, &start) == 0 && start == middle;
	tap_ok(ok == 3 && env_searches - before < 8,
	       "the one hole in it is found by a few searches (%ld)",
	       env_searches - before);
	zram_extent_map_exit(&map);
}

int main(void)
{
	int i;

	test_limits();
	test_full();
	env_warnings = 0;
	run_model(3 * ZRAM_EXTENT_CHUNK + 1000, OPS / 10);
	run_model(ZRAM_EXTENT_CHUNK, OPS / 10);
	run_model(700, OPS - 3 * (OPS / 10));
	run_model(1, OPS / 10);
	for (i = 0; i < WRONGS; i++)
		tap_ok(!wrongs[i], "%s (%ld times)", wrong_names[i], wrongs[i]);
	return tap_done();
}
