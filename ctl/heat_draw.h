/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drawing of heat: the strip of a device, one character a stretch of slots. */
#ifndef ZRAMCTL_HEAT_DRAW_H
#define ZRAMCTL_HEAT_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "heat.h"

/* Characters that a strip may take on this terminal; 64 where there is none. */
size_t heat_draw_width(void);
/* Colours: stdout is a terminal and NO_COLOR is not set. */
bool heat_draw_colours(void);
/*
 * One line to stdout, slot 0 at the left: blank where nothing is stored, else
 * from cold to hot.
 */
void heat_draw_strip(const struct heat *h, enum heat_order order, bool colours);
/* The scale below it, from cold to hot. */
void heat_draw_scale(bool colours);

#endif
