/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a job, with a bar on a terminal; an interrupt cancels it. */
#ifndef ZRAMCTL_JOB_WAIT_H
#define ZRAMCTL_JOB_WAIT_H

#include "client.h"
#include "cmd.h"

struct job_wait;

/* Before the job starts, so that no event of it is missed. Told when it fails. */
enum cmd_result job_wait_open(struct job_wait **w);
/* NULL is fine. */
void job_wait_close(struct job_wait *w);
/*
 * @job, as started, becomes what it was at its end. CMD_OK: done, or stopped at
 * a bound; CMD_FAILED, told: failed or cancelled.
 */
enum cmd_result job_wait(struct job_wait *w, struct client *c,
			 struct model_job *job);

#endif
