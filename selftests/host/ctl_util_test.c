// SPDX-License-Identifier: GPL-2.0-or-later
/* Sizes, shares, numbers ages and device names as zramctl reads and writes them. */
#include "tap.h"

#include <errno.h>
#include <string.h>

#include "../../ctl/model.h"
#include "../../ctl/util.h"

#define K (1ull << 10)
#define M (1ull << 20)
#define G (1ull << 30)
#define T (1ull << 40)
#define P (1ull << 50)
#define E (1ull << 60)

static void check_names(void)
{
	static const struct {
		const char *name;
		int err;
		uint32_t id;
	} t[] = {
		{ "0", 0, 0 }, { "zram0", 0, 0 }, { "/dev/zram7", 0, 7 },
		{ "zram1048575", 0, 1048575 }, { "zram1048576", -EINVAL, 0 },
		{ "zram4294967296", -EINVAL, 0 }, { "", -EINVAL, 0 },
		{ "zram", -EINVAL, 0 }, { "/dev/5", -EINVAL, 0 },
		{ "/dev/sda", -EINVAL, 0 }, { "sda", -EINVAL, 0 },
		{ "zram-1", -EINVAL, 0 }, { "zram1p1", -EINVAL, 0 },
		{ " zram1", -EINVAL, 0 }, { "/dev/dev/zram1", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint32_t id = 0;
		int err = model_parse_name(t[i].name, &id);

		tap_ok(err == t[i].err && (err || id == t[i].id),
		       "device name '%s'", t[i].name);
	}
}

static void check_sizes(void)
{
	static const struct {
		const char *text;
		int err;
		uint64_t bytes;
	} t[] = {
		{ "0", 0, 0 }, { "1", 0, 1 }, { "4096", 0, 4096 },
		{ "512B", 0, 512 }, { "1K", 0, K }, { "1k", 0, K },
		{ "1KiB", 0, K }, { "1kib", 0, K }, { "1KB", 0, 1000 },
		{ "1M", 0, M }, { "2MiB", 0, 2 * M }, { "2MB", 0, 2000000 },
		{ "1G", 0, G }, { "1GB", 0, 1000000000 }, { "3T", 0, 3 * T },
		{ "1P", 0, P }, { "15E", 0, 15 * E }, { "1.5G", 0, 3 * G / 2 },
		{ "0.5K", 0, 512 }, { "1.5KB", 0, 1500 }, { "1.999K", 0, 2046 },
		{ "0.1G", 0, 107374182 }, { "007", 0, 7 },
		{ "0.00000000000000000001E", 0, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "15.999999999999999999E", 0, UINT64_MAX - 1 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "16E", -ERANGE, 0 }, { "16384P", -ERANGE, 0 },
		{ "18446744073709551615K", -ERANGE, 0 },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 }, { "-1", -EINVAL, 0 }, { "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 }, { "1 ", -EINVAL, 0 },
		{ "1 G", -EINVAL, 0 }, { "K", -EINVAL, 0 },
		{ "1X", -EINVAL, 0 }, { "1KK", -EINVAL, 0 },
		{ "1Ki", -EINVAL, 0 }, { "1KiB1", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 }, { "1.5B", -EINVAL, 0 },
		{ "1.G", -EINVAL, 0 }, { ".5G", -EINVAL, 0 },
		{ "1,5G", -EINVAL, 0 }, { "1.5.5G", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 }, { "1e3", -EINVAL, 0 },
		{ "50%", -EINVAL, 0 }, { "G1", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint64_t bytes = 0;
		int err = util_parse_size(t[i].text, &bytes);
		bool good = err == t[i].err && (err || bytes == t[i].bytes);

		if (!tap_ok(good, "size '%s'", t[i].text))
			printf("# got %d, %llu\n", err,
			       (unsigned long long)bytes);
	}
}

static void check_percents(void)
{
	static const struct {
		const char *text;
		int err;
		uint32_t permille;
	} t[] = {
		{ "50%", 0, 500 }, { "1%", 0, 10 }, { "0.1%", 0, 1 },
		{ "12.5%", 0, 125 }, { "200%", 0, 2000 },
		{ "100000%", 0, 1000000 },
		{ "0%", -EINVAL, 0 }, { "0.01%", -EINVAL, 0 },
		{ "%", -EINVAL, 0 }, { "-5%", -EINVAL, 0 },
		{ "50", -EINVAL, 0 }, { "50%%", -EINVAL, 0 },
		{ "5.%", -EINVAL, 0 }, { "100001%", -ERANGE, 0 },
		{ "99999999999999999999%", -ERANGE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint32_t v = 0;
		int err = util_parse_percent(t[i].text, &v);

		tap_ok(err == t[i].err && (err || v == t[i].permille),
		       "share '%s'", t[i].text);
	}
}

static void check_numbers(void)
{
	uint32_t u = 0;
	int32_t s = 0;
	uint64_t l = 0;
	double d = 0;

	tap_ok(!util_parse_u32("4294967295", &u) && u == UINT32_MAX, "u32 max");
	tap_ok(util_parse_u32("4294967296", &u) == -ERANGE, "u32 beyond");
	tap_ok(util_parse_u32("-1", &u) == -EINVAL, "u32 negative");
	tap_ok(util_parse_u32("1x", &u) == -EINVAL, "u32 and more");
	tap_ok(util_parse_u32("", &u) == -EINVAL, "u32 empty");
	tap_ok(!util_parse_u64("18446744073709551615", &l) && l == UINT64_MAX,
	       "u64 max");
	tap_ok(util_parse_u64("18446744073709551616", &l) == -ERANGE,
	       "u64 beyond");
	tap_ok(!util_parse_s32("-2147483648", &s) && s == INT32_MIN, "s32 min");
	tap_ok(util_parse_s32("-2147483649", &s) == -ERANGE, "s32 below");
	tap_ok(!util_parse_s32("2147483647", &s) && s == INT32_MAX, "s32 max");
	tap_ok(util_parse_s32("2147483648", &s) == -ERANGE, "s32 beyond");
	tap_ok(!util_parse_s32("-5", &s) && s == -5, "s32");
	tap_ok(util_parse_s32("--5", &s) == -EINVAL, "s32 of two signs");
	tap_ok(util_parse_s32("-", &s) == -EINVAL, "s32 of a sign only");
	tap_ok(!util_parse_seconds("1.5m", &d) && d == 90, "seconds");
	tap_ok(!util_parse_seconds("2", &d) && d == 2, "bare seconds");
	tap_ok(util_parse_seconds("5y", &d) == -EINVAL, "years");
	tap_ok(util_parse_seconds("-1", &d) == -EINVAL, "negative seconds");
}

static void check_formats(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} t[] = {
		{ 0, "0B" }, { 1, "1B" }, { 1023, "1023B" }, { K, "1K" },
		{ K + 51, "1K" }, { K + 52, "1.1K" }, { 3 * K / 2, "1.5K" },
		{ M - 1, "1M" }, { M - 52 * K / 10 * 10, "972K" },
		{ M, "1M" }, { 3 * M / 2, "1.5M" }, { G, "1G" },
		{ 3 * T, "3T" }, { P, "1P" }, { E, "1E" },
		{ UINT64_MAX, "16E" },
	};
	static const struct {
		uint64_t seconds;
		const char *text;
	} a[] = {
		{ 0, "0s" }, { 119, "119s" }, { 120, "2m" }, { 7199, "119m" },
		{ 7200, "2h" }, { 172799, "47h" }, { 172800, "2d" },
		{ UINT64_MAX, "999999999d" },
	};
	char buf[UTIL_SIZE_LEN], age[UTIL_AGE_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (!tap_ok(!strcmp(util_format_size(buf, t[i].bytes),
				    t[i].text), "shows %s", t[i].text))
			printf("# got %s\n", buf);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		if (!tap_ok(!strcmp(util_format_age(age, a[i].seconds),
				    a[i].text), "shows %s", a[i].text))
			printf("# got %s\n", age);
}

int main(void)
{
	check_names();
	check_sizes();
	check_percents();
	check_numbers();
	check_formats();
	return tap_done();
}
