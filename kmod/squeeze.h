/* SPDX-License-Identifier: GPL-2.0-only */
/* Compacting a pool further than zsmalloc does by itself. */
#ifndef ZRAM_SQUEEZE_H
#define ZRAM_SQUEEZE_H

struct zram_store;

/*
 * Bring the pool of a store to fewer pages. May sleep, goes on beside I/O and
 * jobs, ends early on a fatal signal; takes a few instructions for each slot.
 */
void zram_squeeze(struct zram_store *st);

#endif
