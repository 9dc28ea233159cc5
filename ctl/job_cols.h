/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of a job: rows are struct model_job. */
#ifndef ZRAMCTL_JOB_COLS_H
#define ZRAMCTL_JOB_COLS_H

#include "out.h"

extern const struct out_col job_cols[];

/* What a list shows unasked. */
#define JOB_COLS_SHOWN "NAME,JOB,TYPE,PHASE,TOTAL,DONE,MOVED,BEFORE,AFTER,ERROR"

#endif
