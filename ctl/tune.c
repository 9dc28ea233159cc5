// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of tune: what each setting means for a device, and what fits. */
#include "tune.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define WATERMARK		125	/* 1.25 % of memory */
#define WATERMARK_LOW		50	/* below it kswapd starts late */

__attribute__((format(printf, 2, 3)))
static void because(struct tune_row *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static void advise(struct tune_row *r, enum tune_verdict verdict,
		   const char *value)
{
	r->verdict = verdict;
	snprintf(r->advice, sizeof(r->advice), "%s", value);
}

/* Our device among the swap areas. */
static const struct tune_swap *own_swap(const struct tune_facts *f)
{
	for (size_t i = 0; i < f->nr_swaps; i++)
		if (f->swap[i].is_zram && f->swap[i].id == f->id)
			return &f->swap[i];
	return NULL;
}

static const struct tune_swap *first_disk(const struct tune_facts *f)
{
	const struct tune_swap *best = NULL;

	for (size_t i = 0; i < f->nr_swaps; i++)
		if (!f->swap[i].is_zram &&
		    (!best || f->swap[i].priority > best->priority))
			best = &f->swap[i];
	return best;
}

static void rule_swappiness(const struct tune_facts *f, struct tune_row *r)
{
	const struct tune_swap *disk = first_disk(f);
	int now = atoi(f->swappiness.text);

	if (now >= 100) {
		because(r, "from 100 on the kernel takes pages of programs at least as readily as cached files, which fits swap that is memory");
		return;
	}
	if (disk) {
		advise(r, TUNE_CHANGE, "100");
		because(r, "below 100 the kernel drops cached files first, as if reading swap were dearer than reading files; zram is faster than any disk, but %s is swap too, so not more than 100",
			disk->name);
		return;
	}
	advise(r, TUNE_CHANGE, "150");
	because(r, "below 100 the kernel drops cached files first, as if reading swap were dearer than reading files; a page comes back from zram in microseconds, so 150 (swap is a third of the cost of a file) lets it keep the files");
}

static void rule_page_cluster(const struct tune_facts *f, struct tune_row *r)
{
	int now = atoi(f->page_cluster.text);

	if (!now) {
		because(r, "nothing is read ahead, which is right where there are no seeks to save");
		return;
	}
	advise(r, TUNE_CHANGE, "0");
	because(r, "up to %d pages are read for each one that is wanted; zram has no seeks to save, so the others are decompressed, and take memory, for nothing",
		1 << (now < 10 ? now : 10));
}

static void rule_watermark(const struct tune_facts *f, struct tune_row *r)
{
	int now = atoi(f->watermark.text);
	char early[UTIL_SIZE_LEN];

	util_format_size(early, f->ram / 10000 * WATERMARK);
	if (now >= WATERMARK_LOW) {
		because(r, "the kernel begins to swap in the background while %d.%02d %% of memory is still free",
			now / 100, now % 100);
		return;
	}
	advise(r, TUNE_CHANGE, "125");
	because(r, "the kernel begins to swap in the background only when little is free, and a program that allocates fast then has to compress pages itself; at 125 it begins %s (1.25 %% of memory) earlier",
		early);
}

static void rule_zswap(const struct tune_facts *f, struct tune_row *r)
{
	if (f->zswap.text[0] != 'Y' && f->zswap.text[0] != '1') {
		because(r, "pages go straight to zram");
		return;
	}
	advise(r, TUNE_CHANGE, "N");
	because(r, "zswap stands before zram: pages are compressed by it, decompressed when it is full and compressed again by zram, and zram sees only what zswap gives up");
}

static void rule_folios(const struct tune_facts *f, struct tune_row *r)
{
	if (strcmp(f->folios.text, "never")) {
		because(r, "programs may get memory in pieces of 64 kB, which are swapped out with one request instead of 16");
		return;
	}
	advise(r, TUNE_DECIDE, "madvise or always");
	because(r, "memory is swapped page by page; pieces of 64 kB go out with one request instead of 16, but programs with sparse heaps grow by them, so this is not changed for you: 'zramctl create --swap --large-folios', or \"large_folios\": true in zram.json and 'zramctl apply'");
}

static void rule_disk_swap(const struct tune_facts *f, struct tune_row *r)
{
	const struct tune_swap *own = own_swap(f), *disk = first_disk(f);

	if (!disk) {
		snprintf(r->now, sizeof(r->now), "none");
		because(r, "zram%u is all the swap there is", f->id);
		return;
	}
	snprintf(r->now, sizeof(r->now), "priority %d, zram%u %d",
		 disk->priority, f->id, own->priority);
	if (own->priority > disk->priority) {
		because(r, "zram%u is filled first; %s takes what does not fit",
			f->id, disk->name);
		return;
	}
	advise(r, TUNE_DECIDE, "zram first");
	because(r, "%s %s zram%u, so %s pages go to the disk while memory for zram is there; run: swapoff /dev/zram%u && swapon --priority %d /dev/zram%u, and set the same where it is set up at boot",
		disk->name, own->priority == disk->priority ?
		"has the same priority as" : "comes before", f->id,
		own->priority == disk->priority ? "half of the" : "all",
		f->id, disk->priority < 100 ? 100 : disk->priority + 1, f->id);
}

/* How much memory a full device takes, with pages as they are now or as 1:3. */
static void rule_disksize(const struct tune_facts *f, struct tune_row *r)
{
	bool measured = f->stored > 16 << 20 && f->used;
	double ratio = measured ? (double)f->stored / f->used : 3;
	double full = f->disksize / ratio;
	char size[UTIL_SIZE_LEN], takes[UTIL_SIZE_LEN];

	util_format_size(size, f->disksize);
	snprintf(r->now, sizeof(r->now), "%s, %.0f %% of RAM", size,
		 100.0 * f->disksize / f->ram);
	if (f->limit && f->limit < full)
		full = f->limit;
	util_format_size(takes, full);
	if (full > 0.8 * f->ram) {
		advise(r, TUNE_DECIDE, "smaller, or a limit");
		because(r, "full, it would take %s of memory at a ratio of %.1f (%s), which leaves too little for programs: set a limit ('zramctl set zram%u --mem-limit SIZE'), or make it anew and smaller",
			takes, ratio, measured ? "as measured now" : "a guess: it is nearly empty",
			f->id);
		return;
	}
	if (f->disksize < f->ram / 4) {
		advise(r, TUNE_DECIDE, "half of RAM or more");
		because(r, "full, it would take only %s of memory at a ratio of %.1f; the size is of data before compression, and costs nothing until it is used",
			takes, ratio);
		return;
	}
	because(r, "full, it would take %s of memory at a ratio of %.1f (%s)",
		takes, ratio, measured ? "as measured now" :
		"a guess: it is nearly empty");
}

size_t tune_advise(const struct tune_facts *f, struct tune_row *row)
{
	const struct {
		const char *name, *path;
		const struct tune_value *now;	/* NULL: the rule says */
		void (*rule)(const struct tune_facts *f, struct tune_row *r);
		bool swap_only;
	} rules[] = {
		{ "vm.swappiness", "/proc/sys/vm/swappiness", &f->swappiness,
		  rule_swappiness, true },
		{ "vm.page-cluster", "/proc/sys/vm/page-cluster",
		  &f->page_cluster, rule_page_cluster, true },
		{ "vm.watermark_scale_factor",
		  "/proc/sys/vm/watermark_scale_factor", &f->watermark,
		  rule_watermark, true },
		{ "zswap", "/sys/module/zswap/parameters/enabled", &f->zswap,
		  rule_zswap, true },
		{ "large folios (64 kB)", NULL, &f->folios, rule_folios, true },
		{ "swap on disks", NULL, NULL, rule_disk_swap, true },
		{ "disksize", NULL, NULL, rule_disksize, false },
	};
	bool is_swap = own_swap(f);
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct tune_row *r = &row[nr];

		if (rules[i].swap_only && !is_swap)
			continue;
		if (rules[i].now && !rules[i].now->text[0])
			continue;	/* this kernel has no such setting */
		if (!rules[i].swap_only && (!f->disksize || !f->ram))
			continue;
		*r = (struct tune_row){ .name = rules[i].name,
					.path = rules[i].path };
		if (rules[i].now)
			memcpy(r->now, rules[i].now->text, sizeof(r->now));
		rules[i].rule(f, r);
		nr++;
	}
	return nr;
}
