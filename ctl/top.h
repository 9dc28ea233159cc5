/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What top shows of a device: counters, rates between two looks, ages. */
#ifndef ZRAMCTL_TOP_H
#define ZRAMCTL_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "observer.h"

/* Ages that top tells apart: under 1 min, 10 min, 1 h, and the rest. */
#define TOP_AGES 4

struct top_dev {
	struct model_dev dev;
	double when;		/* of the look, boottime s */
	bool has_io;
	uint64_t read_bytes;	/* since the device exists */
	uint64_t write_bytes;
	bool has_rates;		/* there was an earlier look */
	double read_rate;	/* bytes a second */
	double write_rate;
	bool has_records;	/* it is observed */
	uint64_t used;		/* recorded slots */
	uint64_t by_age[TOP_AGES];
	uint64_t by_tier[4];
	uint64_t dropped;
	struct zram_ages ages;
	struct zram_sizes sizes;	/* all priorities */
};

/*
 * Look at the devices of @list; rates against @before, in which a device is
 * found by id and generation. @o may be NULL: no records then.
 */
void top_look(struct top_dev *now, const struct model_dev *list, size_t nr,
	      const struct top_dev *before, size_t nr_before,
	      struct observer *o);

#endif
