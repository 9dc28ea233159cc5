// SPDX-License-Identifier: GPL-2.0-only
/* Same-filled pages: loops over words, unrolled. */

#include "fill.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/string.h>
#endif

#define WORD		sizeof(unsigned long)
#define BLOCK_WORDS	32

/*
 * A block is ORed together before anybody looks, which costs one instruction
 * a word and a few for the loop. String instructions would count less and take
 * three times as long; the kernel's memcmp goes byte by byte.
 */
static bool is_zero(const unsigned long *p, const unsigned long *end)
{
	unsigned long any;
	int i;

	do {
		any = p[0];
#pragma GCC unroll 32
		for (i = 1; i < BLOCK_WORDS; i++)
			any |= p[i];
		if (any)
			return false;
		p += BLOCK_WORDS;
	} while (p < end);
	return true;
}

static bool is_all(const unsigned long *p, const unsigned long *end,
		   unsigned long word)
{
	int i;

	do {
#pragma GCC unroll 32
		for (i = 0; i < BLOCK_WORDS; i++)
			if (p[i] != word)
				return false;
		p += BLOCK_WORDS;
	} while (p < end);
	return true;
}

/**
 * zram_fill_scan() - does a page repeat one word?
 * @page: word aligned
 * @len: bytes, a multiple of 256
 * @word: set to the word when it does
 *
 * Leaves at the first block that tells; most pages differ at both ends.
 *
 * Return: true when every word is the same.
 */
bool zram_fill_scan(const void *page, size_t len, unsigned long *word)
{
	const unsigned long *p = page, *end = p + len / WORD;
	unsigned long first = p[0];

	if (first != end[-1])
		return false;
	if (likely(!first) ? !is_zero(p, end) : !is_all(p, end, first))
		return false;
	*word = first;
	return true;
}

/**
 * zram_fill_expand() - repeat a word.
 * @page: word aligned
 * @len: bytes, a multiple of the word
 * @word: what to repeat
 */
void zram_fill_expand(void *page, size_t len, unsigned long word)
{
	memset_l(page, word, len / WORD);
}
