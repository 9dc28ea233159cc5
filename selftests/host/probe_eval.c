// SPDX-License-Identifier: GPL-2.0-only
/*
 * How good is the probe? probe_eval FILE...: takes the files page by page and
 * counts what zstd 3, deflate as zram has it, and lz4 make of the pages against
 * what the probe said; for lz4 once more with the probe asked only in doubt. Pages
 * that repeat one word are left out: nobody asks the probe.
 */
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <lz4.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "fill.h"
#include "probe.h"

#define PAGE		4096
#define HUGE_SIZE	3625	/* zsmalloc's, with chains of 8 pages */

struct codec {
	const char *name;
	size_t (*compress)(const void *page);
	bool in_doubt;			/* asks only then */
	u8 doubt;
	long asked;
	long pages[2], said[2];		/* [1]: of those that do not compress */
	long lost;			/* bytes */
};

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

static size_t compress_lz4(const void *page)
{
	return LZ4_compress_fast(page, (char *)out, PAGE, sizeof(out), 1);
}

static struct codec codecs[] = {
	{ .name = "zstd", .compress = compress_zstd },
	{ .name = "deflate", .compress = compress_deflate },
	{ .name = "lz4", .compress = compress_lz4 },
	{ .name = "lz4 in doubt", .compress = compress_lz4, .in_doubt = true },
};

#define CODECS	((int)(sizeof(codecs) / sizeof(*codecs)))

static bool ask(struct codec *c, const void *page)
{
	c->asked++;
	return zram_probe_doubted(&c->doubt, page, PAGE);
}

static void judge(struct codec *c, const void *page)
{
	bool skip = (!c->in_doubt || c->doubt) && ask(c, page);
	size_t size = c->compress(page);
	bool huge = size >= HUGE_SIZE;

	/* tried in vain */
	if (huge && !skip && c->in_doubt && !c->doubt)
		ask(c, page);
	c->pages[huge]++;
	c->said[huge] += skip;
	if (skip && !huge)
		c->lost += PAGE - size;
}

static void take(FILE *f)
{
	static unsigned long words[PAGE / sizeof(unsigned long)];
	unsigned long word;
	int i;

	while (fread(words, PAGE, 1, f) == 1) {
		if (zram_fill_scan(words, PAGE, &word))
			continue;
		for (i = 0; i < CODECS; i++)
			judge(&codecs[i], words);
	}
}

int main(int argc, char **argv)
{
	int i;

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
	for (i = 0; i < CODECS; i++) {
		const struct codec *c = &codecs[i];

		printf("%s: asked %ld times; of %ld incompressible pages %ld were caught, of %ld others %ld skipped, which loses %ld bytes\n",
		       c->name, c->asked, c->pages[1], c->said[1], c->pages[0],
		       c->said[0], c->lost);
	}
	return 0;
}
