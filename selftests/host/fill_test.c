// SPDX-License-Identifier: GPL-2.0-only
/* kmod/fill.c against the obvious loop. */
#include <stdlib.h>
#include <string.h>

#include "fill.h"
#include "tap.h"

#define MAX 65536

static unsigned long page[MAX / sizeof(long)] __attribute__((aligned(4096)));

static bool obvious(size_t len)
{
	size_t i;

	for (i = 1; i < len / sizeof(long); i++)
		if (page[i] != page[0])
			return false;
	return true;
}

/* A page of @word, then with each single word changed by one bit. */
static bool finds_every_change(unsigned long word, size_t len)
{
	unsigned long got = ~word;
	size_t i;

	zram_fill_expand(page, len, word);
	if (!obvious(len) || !zram_fill_scan(page, len, &got) || got != word)
		return false;
	for (i = 0; i < len / sizeof(long); i++) {
		page[i] ^= 1UL << i % 64;
		if (zram_fill_scan(page, len, &got))
			return false;
		page[i] ^= 1UL << i % 64;
	}
	return true;
}

int main(void)
{
	static const unsigned long words[] = {
		0, 1, ~0UL, 1UL << 63, 0x0101010101010101UL, 0xdeadbeefUL,
	};
	static const size_t lens[] = { 256, 512, 4096, 16384, 65536 };
	unsigned long got = 42;
	size_t i, k;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		for (k = 0; k < sizeof(lens) / sizeof(*lens); k++)
			tap_ok(finds_every_change(words[i], lens[k]),
			       "%zu bytes of %#lx, and every changed word",
			       lens[k], words[i]);

	zram_fill_expand(page, 4096, 0);
	page[0] = page[511] = 7;
	tap_ok(!zram_fill_scan(page, 4096, &got) && got == 42,
	       "equal ends are not enough, and the word is left alone");
	zram_fill_expand(page, 4096, 7);
	page[512] = 9;
	tap_ok(zram_fill_scan(page, 4096, &got) && got == 7,
	       "what lies behind the page does not count");
	page[513] = 8;
	zram_fill_expand(page, 4096 + 8, 3);
	tap_ok(page[0] == 3 && page[512] == 3 && page[513] == 8,
	       "expand writes exactly its length");
	return tap_done();
}
