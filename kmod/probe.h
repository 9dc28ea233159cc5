/* SPDX-License-Identifier: GPL-2.0-only */
/* The cheap test whether a page is worth handing to a slow codec. */
#ifndef ZRAM_PROBE_H
#define ZRAM_PROBE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "slot_env.h"
#endif

/*
 * True when @len bytes (a power of two, 4096 or more) at @page will almost
 * surely not compress below the size that is worth keeping. Wrong in the
 * other direction costs a compression; wrong in this one costs memory, so it
 * says true only for data that looks random throughout.
 */
bool zram_probe_incompressible(const void *page, size_t len);

/*
 * Pages that the probe is asked for after one that it called incompressible. That
 * pays from about one such page in thirty on. With fewer it costs a thousandth
 * of a page at most.
 */
#define ZRAM_PROBE_DOUBT	8

/* The same, and *@doubt is how many pages to ask for still; 0 at first. */
bool zram_probe_doubted(u8 *doubt, const void *page, size_t len);

#endif
