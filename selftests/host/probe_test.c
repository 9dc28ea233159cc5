// SPDX-License-Identifier: GPL-2.0-only
/* kmod/probe.c on data whose nature is known. */
#include <string.h>

#include "probe.h"
#include "tap.h"

#define ROUNDS	2000
#define MAX	65536

static u64 words[MAX / 8];
static u8 *const page = (u8 *)words;
static u64 seed = 88172645463325252ULL;

static u64 next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void fill_random(size_t len)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		words[i] = next_random();
}

/* Kinds of pages that zstd makes smaller than 3,625 of 4,096 bytes. */
static void seven_bits(size_t len)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		words[i] = next_random() & 0x7f7f7f7f7f7f7f7fULL;
}

static void said_twice(size_t len)
{
	fill_random(len);
	memcpy(page + len / 2, page, len / 2);
}

static void fifth_zero(size_t len)
{
	fill_random(len);
	memset(page + next_random() % 4 * (len / 5), 0, len / 5);
}

static void pointers(size_t len)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		words[i] = 0x00007f3a00000000ULL + (u32)next_random();
}

static void letters(size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		page[i] = 'a' + next_random() % 26;
}

static void random_all(size_t len)
{
	fill_random(len);
}

/* Pages in ROUNDS that the probe calls incompressible. */
static int skipped(void (*make)(size_t len), size_t len)
{
	int i, n = 0;

	for (i = 0; i < ROUNDS; i++) {
		make(len);
		n += zram_probe_incompressible(page, len);
	}
	return n;
}

/* The probe in doubt: pages that are no use raise it, others let it pass. */
static void doubts(void)
{
	u8 doubt = 0;
	int i;

	random_all(4096);
	tap_ok(zram_probe_doubted(&doubt, page, 4096) && doubt == ZRAM_PROBE_DOUBT,
	       "a random page raises doubt");
	letters(4096);
	for (i = 1; i < ZRAM_PROBE_DOUBT; i++)
		if (zram_probe_doubted(&doubt, page, 4096) || !doubt)
			break;
	tap_ok(i == ZRAM_PROBE_DOUBT && doubt == 1,
	       "which lasts for the pages behind it");
	random_all(4096);
	tap_ok(zram_probe_doubted(&doubt, page, 4096) && doubt == ZRAM_PROBE_DOUBT,
	       "and longer if one of these is random");
	letters(4096);
	for (i = 0; i < ZRAM_PROBE_DOUBT; i++)
		zram_probe_doubted(&doubt, page, 4096);
	tap_ok(!doubt, "but no longer otherwise");
	tap_ok(!zram_probe_doubted(&doubt, page, 4096) && !doubt,
	       "where there is none, none comes of other pages");
}

int main(void)
{
	static const struct {
		const char *name;
		void (*make)(size_t len);
	} kinds[] = {
		{ "bytes of 7 bits", seven_bits },
		{ "random halves that are alike", said_twice },
		{ "random with a fifth zero", fifth_zero },
		{ "pointers", pointers },
		{ "letters", letters },
	};
	size_t len, i;
	int n;

	for (len = 4096; len <= MAX; len *= 4) {
		n = skipped(random_all, len);
		tap_ok(n > ROUNDS * 98 / 100,
		       "%zu random bytes are skipped: %d of %d", len, n,
		       ROUNDS);
		for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			n = skipped(kinds[i].make, len);
			tap_ok(n <= ROUNDS / 100,
			       "%zu bytes, %s, are not: %d of %d", len,
			       kinds[i].name, n, ROUNDS);
		}
	}
	memset(page, 0, MAX);
	tap_ok(!zram_probe_incompressible(page, 4096), "zeroes are not");
	doubts();
	return tap_done();
}
