// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers as util-linux reads and writes them. */

#include "ul_impl.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char suffixes[] = "KMGTPEZY";

/* "K", "KiB" and "KB": @power of @base; false for anything else. */
static bool read_suffix(const char *s, unsigned int *base, unsigned int *power)
{
	const char *at = *s ? strchr(suffixes, toupper((unsigned char)*s)) :
			      NULL;

	if (!at)
		return false;
	*power = at - suffixes + 1;
	*base = 1024;
	if (!strcasecmp(s + 1, "B"))
		*base = 1000;
	return !s[1] || *base == 1000 ||
	       (s[1] == 'i' && toupper((unsigned char)s[2]) == 'B' && !s[3]);
}

/*
 * What a fraction of @unit is worth. Each digit counts as unit / (place /
 * digit) in whole numbers, so 0.7 of a unit is all of it; and @top, which is
 * the first digit's place, is short by one for 1, 10, 100 and so on. Scripts
 * have seen no other sizes.
 */
static uint64_t fraction_of(uint64_t unit, uint64_t digits, unsigned int zeros)
{
	uint64_t place = 10, part = 1, sum = 0;

	while (place < digits)
		place *= 10;
	while (zeros--)
		place *= 10;
	for (; digits; digits /= 10, part *= 10) {
		unsigned int digit = digits % 10;
		uint64_t share = digit ? place / part / digit : 0;

		if (share)
			sum += unit / share;
	}
	return sum;
}

/* Digits behind the point at *s: their number and the zeros before it. */
static int read_fraction(const char **s, uint64_t *digits, unsigned int *zeros)
{
	const char *p = *s;
	char *end;

	*digits = *zeros = 0;
	for (; *p == '0'; p++)
		++*zeros;
	if (isdigit((unsigned char)*p)) {
		errno = 0;
		*digits = strtoumax(p, &end, 10);
		if (errno)
			return -errno;
		p = end;
	}
	*s = p;
	return 0;
}

static int read_whole(const char *s, int base, char **end, uint64_t *v)
{
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-')
		return -EINVAL;
	errno = 0;
	*v = strtoumax(s, end, base);
	if (errno)
		return -errno;
	return *end == s ? -EINVAL : 0;
}

/* @v times @base, @power times; left where it would overflow: -ERANGE. */
static int scale(uint64_t *v, unsigned int base, unsigned int power)
{
	while (power--) {
		if (*v > UINT64_MAX / base)
			return -ERANGE;
		*v *= base;
	}
	return 0;
}

int ul_parse_size(const char *s, uint64_t *bytes)
{
	unsigned int base, power, zeros = 0;
	uint64_t whole, digits = 0, unit = 1;
	const char *p;
	char *end;
	int err;

	err = read_whole(s, 0, &end, &whole);
	p = end;
	while (!err && *p == '.' && !digits && !zeros) {
		p++;
		err = read_fraction(&p, &digits, &zeros);
	}
	if (err)
		return err;
	if (!*end) {
		*bytes = whole;
		return 0;
	}
	if (!read_suffix(p, &base, &power))
		return -EINVAL;
	if (scale(&whole, base, power))
		return -ERANGE;
	scale(&unit, base, power);	/* 0.5Y is half an E */
	*bytes = whole + fraction_of(unit, digits, zeros);
	return 0;
}

int ul_parse_number(const char *s, uint64_t *v)
{
	bool minus;
	char *end;
	int err;

	while (isspace((unsigned char)*s))
		s++;
	minus = *s == '-';
	err = read_whole(s + minus, 10, &end, v);
	if (!err && *end)
		err = -EINVAL;
	return !err && minus && *v ? -ERANGE : err;
}

/* One decimal, rounded; nothing is carried into the next unit: "1024K". */
char *ul_format_size(char buf[UL_SIZE_LEN], uint64_t bytes)
{
	unsigned int unit = 0;
	uint64_t whole = bytes, tenths = 0;

	while (unit < 6 && bytes >> (10 * (unit + 1)))
		unit++;
	if (unit) {
		uint64_t rest = bytes & ((1ull << (10 * unit)) - 1);

		whole = bytes >> (10 * unit);
		/* to 1024ths, to thousandths, to tenths */
		rest = (rest >> (10 * (unit - 1))) * 1000 / 1024;
		tenths = (rest + 50) / 100;
		whole += tenths / 10;
		tenths %= 10;
	}
	if (tenths)
		snprintf(buf, UL_SIZE_LEN, "%" PRIu64 ".%" PRIu64 "%c", whole,
			 tenths, suffixes[unit - 1]);
	else
		snprintf(buf, UL_SIZE_LEN, "%" PRIu64 "%c", whole,
			 unit ? suffixes[unit - 1] : 'B');
	return buf;
}
