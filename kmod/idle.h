/* SPDX-License-Identifier: GPL-2.0-only */
/* The idle flag: which slots the next job may take for cold. */
#ifndef ZRAM_IDLE_H
#define ZRAM_IDLE_H

#include <linux/types.h>

#include "slot.h"

/*
 * Look at up to @nr slots from @index on: those last touched before @cutoff
 * (boottime seconds; 0: all) become idle, the others are no longer. Only slots
 * with bytes in memory can be idle. Returns the first index not looked at.
 */
size_t zram_idle_mark(struct zram_table *t, size_t index, size_t nr,
		      u32 cutoff);

#endif
