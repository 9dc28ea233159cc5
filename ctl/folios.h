/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the kernel swaps in pieces of 64 kB, for the devices that want that. */
#ifndef ZRAMCTL_FOLIOS_H
#define ZRAMCTL_FOLIOS_H

#include <stdint.h>

/*
 * Turn them on for /dev/zramN; what there was before is noted, and what is
 * changed is said, on stderr. A kernel that has none is no failure. -errno,
 * told.
 */
int folios_turn_on(uint32_t id);
/* The device has gone: put back what was noted for it, if nobody else needs it. */
void folios_put_back(uint32_t id);
/* Say that they would pay, where they are off. */
void folios_hint(void);

#endif
