/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the kernel swaps in pieces of 64 kB, for the devices that want that. */
#ifndef ZRAMCTL_FOLIOS_H
#define ZRAMCTL_FOLIOS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Turn them on for /dev/zramN; what there was before is noted, and what is
 * changed is said, on stderr. A kernel that has none is no failure. -errno,
 * told.
 */
int folios_turn_on(uint32_t id);
/* The device was reset or has gone: put back what is noted, if nobody needs it. */
void folios_let_go(uint32_t id, bool removed);
/* Put it back whoever needs it. Whether there was something. */
bool folios_undo(void);
/* Say that they would pay, where they are off. */
void folios_hint(void);
/* Whether the kernel has them. */
bool folios_are_there(void);

#endif
