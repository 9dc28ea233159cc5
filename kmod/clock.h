/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Seconds since boot, sleep included, for the page path.
 *
 * The kernel's own ktime_get_boottime_seconds() costs some 40 instructions,
 * which shows where a page costs 4,000. This is the monotonic clock plus the
 * time slept, which changes with a suspend only: up to a second behind the
 * kernel's, never ahead, so that no age comes out negative.
 */
#ifndef ZRAM_CLOCK_H
#define ZRAM_CLOCK_H

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/types.h>

extern u32 zram_clock_slept;	/* seconds, rounded down */

static inline u32 zram_clock_now(void)
{
	return (u32)ktime_get_seconds() + READ_ONCE(zram_clock_slept);
}

int zram_clock_init(void);
void zram_clock_exit(void);

#endif
