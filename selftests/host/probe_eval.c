// SPDX-License-Identifier: GPL-2.0-only
/*
 * How good is the probe? probe_eval FILE...: takes the files page by page and
 * counts what zstd 3 makes of the pages against what the probe said.
 */
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <stdio.h>
#include <zstd.h>

#include "probe.h"

#define PAGE		4096
#define HUGE_SIZE	3625	/* zsmalloc's, with chains of 8 pages */

int main(int argc, char **argv)
{
	static unsigned char page[PAGE], out[2 * PAGE];
	long pages[2] = { 0 }, said[2] = { 0 }, lost = 0;
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_parameters params = ZSTD_getParams(3, PAGE, 0);
	int i;

	for (i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");

		while (f && fread(page, PAGE, 1, f) == 1) {
			size_t size = ZSTD_compress_advanced(ctx, out,
					sizeof(out), page, PAGE, NULL, 0,
					params);
			bool huge = size >= HUGE_SIZE;
			bool skip = zram_probe_incompressible(page, PAGE);

			pages[huge]++;
			said[huge] += skip;
			if (skip && !huge)
				lost += PAGE - size;
		}
		if (f)
			fclose(f);
	}
	ZSTD_freeCCtx(ctx);
	printf("incompressible: %ld pages, %ld caught\n", pages[1], said[1]);
	printf("compressible: %ld pages, %ld skipped, which loses %ld bytes\n",
	       pages[0], said[0], lost);
	return 0;
}
