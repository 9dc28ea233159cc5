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
/* The lists of the coldest and hottest slots alone. */
int heat_print_lists(const struct heat_view *r, const struct out_opts *opts);
/* Of the lists of slots, struct heat_slot. */
extern const struct out_col heat_slot_columns[];
#define HEAT_SLOTS_SHOWN "SLOT,AGE,HEAT,STORED,TIER"

#endif
