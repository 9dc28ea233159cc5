// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host test of the arithmetic in zram/observe.h: the very functions that the
 * BPF programs run, with the read distribution that heat has to tell apart.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "zram/observe.h"



/* xorshift64*; the seed is printed with each case. */
static uint64_t random_next(uint64_t *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return *s * 0x2545f4914f6cdd1dULL;
}

static void test_record(void)
{
	struct zram_slot_record r;
	__u64 word = zram_record_word(0x0abcdef1, 32640, 65536,
				      ZRAM_TIER_FROZEN);

	memcpy(&r, &word, sizeof(r));
	tap_ok(sizeof(r) == 8 && r.state == ZRAM_RECORD_USED &&
	       r.tier == ZRAM_TIER_FROZEN && r.bytes == 65536 && r.heat == 32640 &&
	       r.seconds == 0x0abcdef1, "the word and the bit fields agree");

	word = ZRAM_RECORD_EMPTY;
	memcpy(&r, &word, sizeof(r));
	tap_ok(r.state == ZRAM_RECORD_EMPTY && r.heat == 0, "a freed slot");

	word = zram_record_word(5, 0, 0, 0);
	tap_ok(word != 0, "a fill written in the first seconds is not zero");
	word = zram_record_word((1ull << 28) + 7, 1, 2, 3);
	memcpy(&r, &word, sizeof(r));
	tap_ok(r.seconds == 7 && r.heat == 1 && r.bytes == 2 && r.tier == 3,
	       "seconds wrap and leave the other fields alone");
	tap_ok(zram_record_age(word, (1u << 28) + 10) == 3 &&
	       zram_record_age(zram_record_word((1u << 28) - 1, 0, 0, 0),
			   (1u << 28) + 1) == 2, "ages across the wrap");
}

static void test_buckets(void)
{
	uint32_t age, expect, bits, wrong = 0;

	for (age = 0; age < 1u << 20; age++) {
		for (bits = 0; age >> bits; bits++)
			;
		wrong += zram_age_bucket(100 + age, 100) != bits;
	}
	for (bits = 20; bits < 31; bits++) {
		expect = bits + 1 < ZRAM_AGE_BUCKETS ? bits + 1 :
			 ZRAM_AGE_BUCKETS - 1;
		wrong += zram_age_bucket(1u << bits, 0) != expect;
		wrong += zram_age_bucket((2u << bits) - 1, 0) != expect;
	}
	tap_ok(!wrong, "age buckets are powers of two, none beyond the last");
	tap_ok(zram_age_bucket(9, 10) == 0, "a clock that lags is age 0");

	tap_ok(zram_size_bucket(0, 7) == 0 && zram_size_bucket(1, 7) == 1 &&
	       zram_size_bucket(128, 7) == 1 && zram_size_bucket(129, 7) == 2 &&
	       zram_size_bucket(4095, 7) == 32 && zram_size_bucket(4096, 7) == 32,
	       "sizes of 4 KiB pages");
	tap_ok(zram_size_bucket(65536, 11) == 32 && zram_size_bucket(2048, 11) == 1,
	       "sizes of 64 KiB pages");
	wrong = zram_latency_bucket(999) != 0 || zram_latency_bucket(1000) != 1;
	for (int b = 1; b < ZRAM_LATENCY_BUCKETS - 1; b++)
		wrong += zram_latency_bucket(1000ull << (b - 1)) != (uint32_t)b ||
			 zram_latency_bucket((1000ull << b) - 1) != (uint32_t)b;
	wrong += zram_latency_bucket(~0ull) != ZRAM_LATENCY_BUCKETS - 1;
	tap_ok(!wrong, "latencies at every border");
}

static void test_scale(void)
{
	uint32_t heat = 0, reads, rising = 1, next;

	for (reads = 0; heat < ZRAM_HEAT_MAX && reads < 20000; reads++) {
		next = zram_heat_read(heat);
		rising &= next > heat && next - heat <= 154;
		heat = next;
	}
	printf("# 255 after %u reads\n", reads);
	tap_ok(rising, "every read below the top adds something");
	tap_ok(reads > 9900 && reads <= 10000, "255 takes 10^4 reads");
	tap_ok(heat == ZRAM_HEAT_MAX &&
	       zram_heat_read(ZRAM_HEAT_MAX) == ZRAM_HEAT_MAX, "and nothing goes beyond");
}

static void test_decay(void)
{
	uint32_t h = 20000, i, cooled;

	tap_ok(zram_heat_decay(h, 1024, 2047, 10) == h &&
	       zram_heat_decay(h, 2047, 2048, 10) == h / 2 &&
	       zram_heat_decay(h, 1024, 1024 * 4, 10) == h / 8,
	       "one halving for each half-life that began");
	tap_ok(zram_heat_decay(ZRAM_HEAT_MAX, 0, 1024 * 8, 10) ==
	       zram_heat_decay(ZRAM_HEAT_MAX, 0, 1024 * 4000, 10) &&
	       zram_heat_decay(ZRAM_HEAT_MAX, 0, 1024 * 8, 10) == 127,
	       "no more than eight halvings");
	tap_ok(zram_heat_decay(h, 2048, 2047, 10) == h,
	       "a clock that lags halves nothing");

	/* Read a little more often than once a half-life, from very hot. */
	for (i = 1, cooled = ZRAM_HEAT_MAX; i < 20; i++)
		cooled = zram_heat_read(zram_heat_decay(cooled, (i - 1) * 1000,
							i * 1000, 10));
	tap_ok(cooled < 2 * 154 + 64, "rare reads do not keep a slot hot");
}

#define SLOTS 20000u

struct slot {
	uint64_t word;
	uint32_t reads;		/* how often it really was read */
	uint32_t index;
};

static int by_heat(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	return (int)zram_record_heat(x->word) - (int)zram_record_heat(y->word);
}

/*
 * Of the @reads slots, how many lie in the tenth at the hot (@hot) or the
 * cold end, in percent; a slot whose heat ties with the end's border counts
 * as outside.
 */
static double overlap(const struct slot *s, uint32_t reads, int hot)
{
	uint32_t tenth = SLOTS / 10, in = 0, i, others, border;

	border = zram_record_heat(s[hot ? SLOTS - tenth : tenth - 1].word);
	for (i = 0, others = 0; i < SLOTS; i++) {
		uint32_t h = zram_record_heat(s[i].word);

		if (s[i].reads == reads)
			in += hot ? h > border : h < border;
		else
			others += hot ? h >= border : h <= border;
	}
	/* The border's own heat: room left after all the others are in. */
	for (i = 0; i < SLOTS; i++)
		if (s[i].reads == reads &&
		    zram_record_heat(s[i].word) == border &&
		    in + others < tenth)
			in++;
	return 100.0 * in / tenth;
}

/*
 * A tenth of the slots 100 reads each, a tenth once, the rest 10, shuffled,
 * evenly over @span seconds from boottime @start on.
 */
static void test_distribution(uint64_t seed, uint32_t start, uint32_t span)
{
	struct slot *slot = calloc(SLOTS, sizeof(*slot));
	uint32_t tenth = SLOTS / 10, nr = 0, i, j, *order;
	uint64_t rnd = seed, total = tenth * 100 + tenth + (SLOTS - 2 * tenth) * 10;
	double top, bottom;

	order = malloc(total * sizeof(*order));
	if (!slot || !order)
		exit(1);
	for (i = 0; i < SLOTS; i++) {
		slot[i].word = zram_record_word(start, 0, 1000, 0);
		slot[i].reads = i < tenth ? 100 : i < 2 * tenth ? 1 : 10;
		for (j = 0; j < slot[i].reads; j++)
			order[nr++] = i;
	}
	for (i = nr - 1; i > 0; i--) {
		uint32_t k = random_next(&rnd) % (i + 1), t = order[i];

		order[i] = order[k];
		order[k] = t;
	}
	for (i = 0; i < nr; i++) {
		struct slot *s = &slot[order[i]];
		uint32_t now = start + (uint64_t)span * i / nr;
		uint32_t last = s->word >> ZRAM_RECORD_SECONDS_SHIFT;
		uint32_t h = zram_heat_decay(zram_record_heat(s->word), last,
					     now, ZRAM_HALF_LIFE_SHIFT);

		s->word = zram_record_word(now, zram_heat_read(h), 1000, 0);
	}
	for (i = 0; i < SLOTS; i++) {
		uint32_t last = slot[i].word >> ZRAM_RECORD_SECONDS_SHIFT;

		slot[i].word = zram_record_word(last,
			zram_heat_decay(zram_record_heat(slot[i].word), last,
					start + span, ZRAM_HALF_LIFE_SHIFT),
			1000, 0);
	}
	qsort(slot, SLOTS, sizeof(*slot), by_heat);
	top = overlap(slot, 100, 1);
	bottom = overlap(slot, 1, 0);
	tap_ok(top >= 95 && bottom >= 95,
	       "seed %llu, %u s from %u on: top %.1f %%, bottom %.1f %%",
	       (unsigned long long)seed, span, start, top, bottom);
	free(slot);
	free(order);
}

int main(void)
{
	static const uint64_t seeds[] = { 1, 2, 3, 20251, 0xfeedface };
	size_t i;

	test_record();
	test_buckets();
	test_scale();
	test_decay();
	for (i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		test_distribution(seeds[i], 100, 30);
		test_distribution(seeds[i], 1000, 48);	/* one border inside */
		test_distribution(seeds[i], 5000, 1000);
		test_distribution(seeds[i], 700, 2000);	/* two or three */
	}
	return tap_done();
}
