/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recompress: slots move to a secondary codec, the coldest first.
 *
 * Of the spec: filter, min_age, ranges, prio (0: 1), threshold, max_slots.
 */
#ifndef ZRAM_RECOMPRESS_H
#define ZRAM_RECOMPRESS_H

#include "job.h"

extern const struct zram_job_ops zram_recompress_ops;

/*
 * -EINVAL with a sentence: no codec at that priority, or a threshold that is
 * above all objects.
 */
int zram_recompress_check(const struct zram_store *st,
			  const struct zram_job_spec *spec, const char **why);

#endif
