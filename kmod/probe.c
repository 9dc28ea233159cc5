// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheap test whether a page is worth compressing.
 *
 * Data compresses because some bytes are frequent or because strings repeat.
 * A sample is searched for both, the first kind first, since nearly every
 * page of a program shows it at once and costs a few hundred instructions.
 */

#include "probe.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#endif

#define BYTE_GROUPS	16	/* of 8 bytes each, spread over the page */
#define WORD_GROUPS	32	/* of 4 words each, spread likewise */

/*
 * Pairs of equal bytes in the sample. With all 256 values equally frequent,
 * 128 bytes have 31.8 of them (deviation 5.6), 256 bytes 127.5 (11.3). Data of
 * 7 bits a byte, which entropy coding alone brings below the huge size, has
 * 63.5 (7.9) and 255 (16). So 128 bytes decide nine times out of ten, and
 * 256 bytes lie more than four deviations from either mistake.
 */
#define FEW_PAIRS	40	/* of 128: as in random data */
#define MAX_PAIRS	180	/* of 256 */

/* More pairs than random data ever has after so many groups of 8 bytes. */
#define MANY_PAIRS	24
#define MANY_PAIRS_STEP	5	/* and for each group */

/*
 * Sample 128 bytes more and add to *pairs. True as soon as there are more
 * than @limit, which grows by @step with each group.
 */
static bool exceeds(const u8 *p, size_t len, u8 *seen, unsigned int *pairs,
		    unsigned int limit, unsigned int step)
{
	unsigned int n = *pairs;
	int group, i;

	for (group = 0; group < BYTE_GROUPS; group++) {
		/* 33 takes the samples through every alignment. */
#pragma GCC unroll 8
		for (i = 0; i < 8; i++) {
			u8 byte = p[33 * i];

			n += seen[byte];
			/* counting in memory is one instruction then */
			barrier();
			seen[byte]++;
		}
		if (n > limit)
			return true;
		limit += step;
		p += len / BYTE_GROUPS;
	}
	*pairs = n;
	return false;
}

static bool bytes_repeat(const u8 *p, size_t len)
{
	u8 seen[256] = { 0 };
	unsigned int pairs = 0;

	if (exceeds(p, len, seen, &pairs, MANY_PAIRS, MANY_PAIRS_STEP))
		return true;
	if (pairs <= FEW_PAIRS)
		return false;
	return exceeds(p + 16, len, seen, &pairs, MAX_PAIRS, 0);
}

/*
 * The first byte of a word is its place, the other half its tag; a place that
 * has the tag already has seen the word, but for one random page in five
 * hundred. Words that begin alike drive each other out, but where those are
 * many, bytes_repeat has said so before.
 */
static bool words_repeat(const u8 *p, size_t len)
{
	u16 tags[256] = { 0 };
	int group, i;

	for (group = 0; group < WORD_GROUPS; group++) {
#pragma GCC unroll 4
		for (i = 0; i < 4; i++) {
			u16 tag = *(const u16 *)(p + 20 * i + 2);

			if (tags[p[20 * i]] == tag)
				return true;
			tags[p[20 * i]] = tag;
		}
		p += len / WORD_GROUPS;
	}
	return false;
}

/**
 * zram_probe_incompressible() - is compressing a page a waste?
 * @page: word aligned
 * @len: bytes, a power of two, 4096 or more
 *
 * Takes about 200 instructions for pages of programs, 1,700 for random ones.
 *
 * Return: true when a sample shows neither frequent bytes nor repeats.
 */
bool zram_probe_incompressible(const void *page, size_t len)
{
	return !bytes_repeat(page, len) && !words_repeat(page, len);
}

/**
 * zram_probe_doubted() - the probe, for those who ask it only in doubt.
 * @doubt: for how many more pages to ask it
 * @page: word aligned
 * @len: bytes, a power of two, 4096 or more
 *
 * Incompressible pages seldom come alone. A fast codec tries all pages until one
 * was in vain, and asks for the next ones then.
 *
 * Return: as zram_probe_incompressible(); true makes the doubt last.
 */
bool zram_probe_doubted(u8 *doubt, const void *page, size_t len)
{
	if (zram_probe_incompressible(page, len)) {
		*doubt = ZRAM_PROBE_DOUBT;
		return true;
	}
	if (*doubt)
		--*doubt;
	return false;
}
