/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing of a device's heat, as text or JSON. */
#ifndef ZRAMCTL_HEAT_PRINT_H
#define ZRAMCTL_HEAT_PRINT_H

#include "heat.h"
#include "model.h"
#include "out.h"

struct heat_view {
	struct model_dev dev;
	struct heat h;
	uint32_t now;		/* boottime s of the scan */
	uint32_t page_size;
};

/* Both 0, or an error of writing. */
int heat_print_text(const struct heat_view *r);
int heat_print_json(const struct heat_view *r);
/* Of the lists of slots, struct heat_slot. */
extern const struct out_col heat_slot_columns[];

#endif
