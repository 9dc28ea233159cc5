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

/* The sample: in each round, 8 bytes and then 4 words of two places. */
#define ROUNDS		8	/* through the page, for the bytes */
#define WORD_ROUNDS	16	/* for the words */

/*
 * Pairs of equal bytes in the sample. With all 256 values equally frequent,
 * 128 bytes have 31.8 of them (deviation 5.6), 256 bytes 127.5 (11.3). Data of
 * 7 bits a byte, which entropy coding alone brings below the huge size, has
 * 63.5 (7.9) and 255 (16). So 128 bytes decide nine times out of ten, and
 * 256 bytes lie more than four deviations from either mistake.
 */
#define FEW_PAIRS	40	/* of 128: as in random data */
#define MAX_PAIRS	180	/* of 256 */

/* More pairs than random data ever has after so many rounds of 16 bytes. */
#define MANY_PAIRS	29
#define MANY_PAIRS_STEP	10	/* and for each round */

/*
 * Sample 128 bytes more and add to *pairs. True as soon as there are more
 * than @limit, which grows by @step with each round.
 *
 * Sum and counts are of one size, so that a byte takes three instructions: load
 * it, add its count, count it. All pairs of 256 bytes go into 16 bits.
 */
static bool exceeds(const u8 *p, size_t len, u16 *seen, u16 *pairs, u16 limit,
		    u16 step)
{
	const u8 *end = p + len;
	u16 n = *pairs;
	int i;

	for (; p < end; p += len / ROUNDS) {
		const u8 *half = p + len / ROUNDS / 2;

#pragma GCC unroll 16
		for (i = 0; i < 16; i++) {
			/* 33 takes the samples through every alignment. */
			size_t byte = i < 8 ? p[33 * i] : half[33 * (i - 8)];

			n += seen[byte];
			/* neither its count nor its address into a register */
			barrier();
			OPTIMIZER_HIDE_VAR(byte);
			seen[byte]++;
		}
		if (n > limit)
			return true;
		limit += step;
	}
	*pairs = n;
	return false;
}

static bool bytes_repeat(const u8 *p, size_t len)
{
	u16 seen[256] = { 0 };
	u16 pairs = 0;

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
	const u8 *end = p + len;
	u16 tags[256] = { 0 };
	int i;

	for (; p < end; p += len / WORD_ROUNDS) {
		const u8 *half = p + len / WORD_ROUNDS / 2;

#pragma GCC unroll 8
		for (i = 0; i < 8; i++) {
			const u8 *word = i < 4 ? p + 20 * i :
						 half + 20 * (i - 4);
			u16 tag = *(const u16 *)(word + 2);

			if (tags[*word] == tag)
				return true;
			tags[*word] = tag;
		}
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
