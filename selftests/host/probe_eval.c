// SPDX-License-Identifier: GPL-2.0-only
/*
 * How good is the probe? probe_eval FILE...: takes the files page by page and
 * counts what zstd 3, and deflate as zram has it, make of the pages against what
 * the probe said. Pages that repeat one word are left out: nobody asks the probe.
 */
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "fill.h"
#include "probe.h"

#define PAGE		4096
#define HUGE_SIZE	3625	/* zsmalloc's, with chains of 8 pages */

static struct codec {
	const char *name;
	size_t (*compress)(const void *page);
	long pages[2], said[2];		/* [1]: of those that do not compress */
	long lost;			/* bytes */
} codecs[2];

static unsigned char out[2 * PAGE];
static ZSTD_CCtx *zstd;
static z_stream deflater;

static size_t compress_zstd(const void *page)
{
	return ZSTD_compress_advanced(zstd, out, sizeof(out), page, PAGE, NULL, 0,
				      ZSTD_getParams(3, PAGE, 0));
}

static size_t compress_deflate(const void *page)
{
	deflateReset(&deflater);
	deflater.next_in = (void *)page;
	deflater.avail_in = PAGE;
	deflater.next_out = out;
	deflater.avail_out = sizeof(out);
	deflate(&deflater, Z_FINISH);
	return deflater.total_out;
}

static void judge(struct codec *c, const void *page, bool skip)
{
	size_t size = c->compress(page);
	bool huge = size >= HUGE_SIZE;

	c->pages[huge]++;
	c->said[huge] += skip;
	if (skip && !huge)
		c->lost += PAGE - size;
}

static void take(FILE *f)
{
	static unsigned long words[PAGE / sizeof(unsigned long)];
	unsigned long word;
	bool skip;

	while (fread(words, PAGE, 1, f) == 1) {
		if (zram_fill_scan(words, PAGE, &word))
			continue;
		skip = zram_probe_incompressible(words, PAGE);
		judge(&codecs[0], words, skip);
		judge(&codecs[1], words, skip);
	}
}

int main(int argc, char **argv)
{
	int i;

	codecs[0] = (struct codec){ .name = "zstd", .compress = compress_zstd };
	codecs[1] = (struct codec){ .name = "deflate", .compress = compress_deflate };
	zstd = ZSTD_createCCtx();
	deflateInit2(&deflater, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -11, 9,
		     Z_DEFAULT_STRATEGY);
	for (i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");

		if (!f)
			continue;
		take(f);
		fclose(f);
	}
	for (i = 0; i < 2; i++) {
		const struct codec *c = &codecs[i];

		printf("%s: of %ld incompressible pages %ld were caught, of %ld others %ld skipped, which loses %ld bytes\n",
		       c->name, c->pages[1], c->said[1], c->pages[0], c->said[0],
		       c->lost);
	}
	return 0;
}
