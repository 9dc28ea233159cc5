/* SPDX-License-Identifier: GPL-2.0-only */
/* What job.c offers to job_pm.c, and to nobody else. */
#ifndef ZRAM_JOB_IMPL_H
#define ZRAM_JOB_IMPL_H

#include <linux/types.h>

/* No worker begins another turn. False: one did not rest within @timeout. */
bool zram_jobs_rest(unsigned long timeout);
/* All workers go on. */
void zram_jobs_go_on(void);

#endif
