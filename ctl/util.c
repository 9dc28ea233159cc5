// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers and sizes as text, messages, facts of the machine. */

#include "util.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char units[] = "KMGTPE";

/* "", "B", "K", "KiB", "KB" and so on; false when it is none of these. */
static bool parse_suffix(const char *s, uint64_t *factor)
{
	const char *unit;
	uint64_t base;

	*factor = 1;
	if (!*s || !strcasecmp(s, "B"))
		return true;
	unit = strchr(units, toupper((unsigned char)*s));
	if (!unit)
		return false;
	s++;
	if (!*s || !strcasecmp(s, "iB"))
		base = 1024;
	else if (!strcasecmp(s, "B"))
		base = 1000;
	else
		return false;
	for (long n = unit - units; n >= 0; n--)
		*factor *= base;
	return true;
}

/* Decimal digits from *s on; -EINVAL when there is none, -ERANGE. */
static int parse_digits(const char **s, uint64_t *v)
{
	const char *p = *s;

	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (*v = 0; isdigit((unsigned char)*p); p++) {
		unsigned int digit = *p - '0';

		if (*v > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		*v = *v * 10 + digit;
	}
	*s = p;
	return 0;
}

/*
 * The digits behind a point as *num / *den; digits beyond the 18th are only
 * checked to be digits, they are less than a byte of any unit up to P.
 */
static int parse_fraction(const char **s, uint64_t *num, uint64_t *den)
{
	const char *p = *s;

	*num = 0;
	*den = 1;
	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++) {
		if (*den >= 1000000000000000000u)
			continue;
		*num = *num * 10 + (*p - '0');
		*den *= 10;
	}
	*s = p;
	return 0;
}

/* WHOLE or WHOLE.NUM/DEN at @s; @point tells whether there was a point. */
static int parse_decimal(const char **s, uint64_t *whole, uint64_t *num,
			 uint64_t *den, bool *point)
{
	int err = parse_digits(s, whole);

	*num = 0;
	*den = 1;
	*point = !err && **s == '.';
	if (*point) {
		++*s;
		err = parse_fraction(s, num, den);
	}
	return err;
}

int util_parse_size(const char *s, uint64_t *bytes)
{
	uint64_t whole, factor, num, den;
	unsigned __int128 sum;
	bool point;
	int err;

	err = parse_decimal(&s, &whole, &num, &den, &point);
	if (err)
		return err;
	if (!parse_suffix(s, &factor))
		return -EINVAL;
	if (point && factor == 1)
		return -EINVAL;
	sum = (unsigned __int128)whole * factor +
	      (unsigned __int128)num * factor / den;
	if (sum > UINT64_MAX)
		return -ERANGE;
	*bytes = sum;
	return 0;
}

int util_parse_percent(const char *s, uint32_t *permille)
{
	uint64_t whole, num, den;
	bool point;
	int err;

	err = parse_decimal(&s, &whole, &num, &den, &point);
	if (err)
		return err;
	if (strcmp(s, "%"))
		return -EINVAL;
	if (whole > 100000)
		return -ERANGE;
	*permille = whole * 10 + (unsigned __int128)num * 10 / den;
	return *permille ? 0 : -EINVAL;
}

int util_parse_u64(const char *s, uint64_t *v)
{
	int err = parse_digits(&s, v);

	if (err)
		return err;
	return *s ? -EINVAL : 0;
}

int util_parse_u32(const char *s, uint32_t *v)
{
	uint64_t wide;
	int err = util_parse_u64(s, &wide);

	if (err)
		return err;
	if (wide > UINT32_MAX)
		return -ERANGE;
	*v = wide;
	return 0;
}

int util_parse_s32(const char *s, int32_t *v)
{
	bool minus = *s == '-';
	uint64_t wide;
	int err = util_parse_u64(s + minus, &wide);

	if (err)
		return err;
	if (wide > (uint64_t)INT32_MAX + minus)
		return -ERANGE;
	*v = minus ? -(int64_t)wide : (int64_t)wide;
	return 0;
}

int util_parse_seconds(const char *s, double *seconds)
{
	static const struct {
		const char *name;
		double factor;
	} suffix[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 },
	};
	uint64_t whole, num, den;
	bool point;
	int err;

	err = parse_decimal(&s, &whole, &num, &den, &point);
	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(suffix); i++) {
		if (strcmp(s, suffix[i].name))
			continue;
		*seconds = (whole + (double)num / den) * suffix[i].factor;
		return 0;
	}
	return -EINVAL;
}

int util_parse_rule(const char *s, uint32_t *reads, uint32_t *seconds)
{
	size_t len = strcspn(s, "/");
	double time = 60;
	char first[16];

	snprintf(first, sizeof(first), "%.*s", (int)len, s);
	if (util_parse_u32(first, reads) ||
	    (s[len] && util_parse_seconds(s + len + 1, &time)) ||
	    time < 1 || time > UINT32_MAX)
		return -EINVAL;
	*seconds = time;
	return 0;
}

char *util_format_size(char buf[UTIL_SIZE_LEN], uint64_t bytes)
{
	unsigned int exp = 0;
	uint64_t tenths;

	if (bytes < 1024) {
		snprintf(buf, UTIL_SIZE_LEN, "%uB", (unsigned int)bytes);
		return buf;
	}
	while (exp < 6 && bytes >> (10 * (exp + 1)))
		exp++;
	tenths = ((unsigned __int128)bytes * 10 + (1ull << (10 * exp - 1))) >>
		 (10 * exp);
	if (tenths >= 10240 && exp < 6) {	/* 1023.96K is 1M */
		tenths = 10;
		exp++;
	}
	if (tenths % 10)
		snprintf(buf, UTIL_SIZE_LEN, "%u.%u%c",
			 (unsigned int)(tenths / 10),
			 (unsigned int)(tenths % 10), units[exp - 1]);
	else
		snprintf(buf, UTIL_SIZE_LEN, "%u%c",
			 (unsigned int)(tenths / 10), units[exp - 1]);
	return buf;
}

char *util_format_age(char buf[UTIL_AGE_LEN], uint64_t seconds)
{
	uint64_t v = seconds;
	char unit = 's';

	if (seconds >= 2 * 86400) {
		v = seconds / 86400;
		unit = 'd';
	} else if (seconds >= 2 * 3600) {
		v = seconds / 3600;
		unit = 'h';
	} else if (seconds >= 2 * 60) {
		v = seconds / 60;
		unit = 'm';
	}
	if (v > 999999999)
		v = 999999999;
	snprintf(buf, UTIL_AGE_LEN, "%u%c", (unsigned int)v, unit);
	return buf;
}

static void say(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("zramctl: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void util_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void util_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

uint64_t util_ram_bytes(void)
{
	unsigned long long kib = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
			break;
	fclose(f);
	return kib * 1024;
}

uint64_t util_boottime(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec;
}

void util_sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

int util_read_line(const char *path, char *buf, size_t len)
{
	FILE *f = fopen(path, "re");
	int err = 0;

	if (!f)
		return -errno;
	errno = 0;
	if (!fgets(buf, len, f))
		err = errno ? -errno : -ENODATA;
	else
		buf[strcspn(buf, "\n")] = 0;
	fclose(f);
	return err;
}
