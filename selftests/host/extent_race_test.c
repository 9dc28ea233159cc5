// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extent map with several threads, under ThreadSanitizer: two that reserve
 * and free, one that discards, one that freezes and thaws. Each unit knows its
 * holder.
 */
#include <pthread.h>

#include "extent.h"
#include "tap.h"

#define ROUNDS		60000
#define HELD		24
#define MAX_UNITS	(2 * ZRAM_EXTENT_CHUNK + 100)

bool env_no_memory;
long env_warnings, env_searches;

static struct zram_extent_map map;
static u32 holder[MAX_UNITS];	/* 0 nobody, or one of: */
enum { MINE = 1, WAITS, DISCARDS, DISCARDED };

static long handed_out, wrong_holder, wrong_take, not_frozen, freezes;
static bool stop;

static void count(long *v)
{
	__atomic_add_fetch(v, 1, __ATOMIC_RELAXED);
}

static u32 next_random(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Every unit of a run changes hands; @a and @b are the holders it may have. */
static void pass(u64 start, unsigned int units, u32 a, u32 b, u32 to,
		 long *wrong)
{
	u64 i;

	for (i = start; i < start + units; i++) {
		u32 was = __atomic_exchange_n(&holder[i], to, __ATOMIC_RELAXED);

		if (was != a && was != b)
			count(wrong);
	}
}

static void *hold(void *arg)
{
	struct { u64 start; unsigned int units; } held[HELD] = { 0 };
	u32 seed = 99 + (long)arg;
	int i;

	for (i = 0; i < ROUNDS + HELD; i++) {
		unsigned int k = i < ROUNDS ? next_random(&seed) % HELD :
				 (unsigned int)(i - ROUNDS);

		if (held[k].units) {
			pass(held[k].start, held[k].units, MINE, MINE, WAITS,
			     &wrong_holder);
			zram_extent_free(&map, held[k].start, held[k].units);
			held[k].units = 0;
		} else if (i < ROUNDS) {
			unsigned int units = 1 + next_random(&seed) % 12;

			if (zram_extent_reserve(&map, units, &held[k].start)) {
				sched_yield();
				continue;
			}
			pass(held[k].start, units, 0, DISCARDED, MINE,
			     &wrong_holder);
			held[k].units = units;
			count(&handed_out);
		}
	}
	return NULL;
}

static void *discard(void *arg)
{
	unsigned int units;
	u64 start;

	(void)arg;
	for (;;) {
		bool last = __atomic_load_n(&stop, __ATOMIC_ACQUIRE);

		units = zram_extent_take(&map, 64, &start);
		if (!units) {
			if (last)
				return NULL;
			sched_yield();
			continue;
		}
		/* what comes back in a frozen map waits again */
		pass(start, units, WAITS, DISCARDED, DISCARDS, &wrong_take);
		pass(start, units, DISCARDS, DISCARDS, DISCARDED, &wrong_take);
		zram_extent_discarded(&map, start, units);
	}
}

/* In a frozen map neither the free nor the taken units can become more. */
static void *freeze(void *arg)
{
	struct zram_extent_counts a, b;
	int i;

	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		zram_extent_freeze(&map, true);
		zram_extent_counts(&map, &a);
		for (i = 0; i < 20; i++)
			sched_yield();
		zram_extent_counts(&map, &b);
		if (b.free > a.free || b.taken > a.taken)
			count(&not_frozen);
		zram_extent_freeze(&map, false);
		count(&freezes);
		for (i = 0; i < 100; i++)
			sched_yield();
	}
	return NULL;
}

/* @keep: units held all the time, so that the bitmap never goes away. */
static void run(u64 nr_units, unsigned int keep)
{
	pthread_t holders[2], discarder, freezer;
	struct zram_extent_counts c;
	u64 start;
	long i;

	if (zram_extent_map_init(&map, nr_units))
		exit(1);
	if (keep && zram_extent_reserve(&map, keep, &start))
		exit(1);
	__atomic_store_n(&stop, false, __ATOMIC_RELEASE);
	pthread_create(&discarder, NULL, discard, NULL);
	pthread_create(&freezer, NULL, freeze, NULL);
	for (i = 0; i < 2; i++)
		pthread_create(&holders[i], NULL, hold, (void *)i);
	for (i = 0; i < 2; i++)
		pthread_join(holders[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	pthread_join(freezer, NULL);
	pthread_join(discarder, NULL);

	/* the discarder may have met the end of it frozen */
	discard(NULL);
	zram_extent_counts(&map, &c);
	tap_ok(c.free == nr_units - keep && c.reserved == keep && !c.waiting &&
	       !c.taken, "all of %lu units but %u are free in the end",
	       (unsigned long)nr_units, keep);
	for (i = 0; i < MAX_UNITS; i++)
		holder[i] = 0;
	zram_extent_map_exit(&map);
}

int main(void)
{
	run(300, 3);
	/* a map that is wrong already would crash where the bitmap comes and goes */
	if (!wrong_holder && !wrong_take && !not_frozen && !env_warnings)
		run(MAX_UNITS, 0);
	tap_ok(!wrong_holder, "no unit is handed out that somebody holds (%ld)",
	       wrong_holder);
	tap_ok(!wrong_take, "only freed units are taken (%ld)", wrong_take);
	tap_ok(!not_frozen, "a frozen map frees nothing (%ld)", not_frozen);
	tap_ok(!env_warnings, "no free was refused (%ld)", env_warnings);
	/* beside other work the one that discards may get little of the CPUs */
	tap_ok(handed_out > ROUNDS / 4 && freezes > 10,
	       "there was something to see: %ld extents, %ld freezes",
	       handed_out, freezes);
	return tap_done();
}
