// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of a job: jobs, monitor and the commands that start one. */

#include "job_cols.h"
#include "client.h"
#include "model.h"

#include <stdio.h>

static bool get_name(const void *row, struct out_val *v)
{
	snprintf(v->buf, sizeof(v->buf), "/dev/zram%u",
		 ((const struct model_job *)row)->dev);
	v->s = v->buf;
	return true;
}

static bool get_type(const void *row, struct out_val *v)
{
	v->s = model_job_type(((const struct model_job *)row)->type);
	return true;
}

static bool get_phase(const void *row, struct out_val *v)
{
	v->s = model_job_phase(((const struct model_job *)row)->phase);
	return true;
}

static bool get_error(const void *row, struct out_val *v)
{
	const struct model_job *job = row;

	v->s = client_job_reason(job);
	return job->error && job->phase != ZRAM_JOB_PHASE_CANCELLED;
}

#define NUMBER(field)							\
static bool get_##field(const void *row, struct out_val *v)		\
{									\
	v->u = ((const struct model_job *)row)->field;			\
	return true;							\
}

NUMBER(id)
NUMBER(total)
NUMBER(done)
NUMBER(moved)
NUMBER(skipped)
NUMBER(bytes_before)
NUMBER(bytes_after)
NUMBER(bytes_written)
NUMBER(failed)

/* Boottime ns as seconds; absent until it happened. */
#define TIME(field)							\
static bool get_##field(const void *row, struct out_val *v)		\
{									\
	v->d = ((const struct model_job *)row)->field / 1e9;		\
	return ((const struct model_job *)row)->field;			\
}

TIME(queued)
TIME(started)
TIME(ended)

const struct out_col job_cols[] = {
	{ "NAME", "name", OUT_STRING, OUT_NONE, get_name, "device" },
	{ "JOB", "job", OUT_UINT, OUT_NONE, get_id, "number of the job" },
	{ "TYPE", "type", OUT_STRING, OUT_NONE, get_type,
	  "recompress, pack, writeback, promote or detach" },
	{ "PHASE", "phase", OUT_STRING, OUT_NONE, get_phase,
	  "queued, running, paused, or how it ended: done, bounded, "
	  "cancelled, failed" },
	{ "TOTAL", "total", OUT_UINT, OUT_NONE, get_total,
	  "slots that it means" },
	{ "DONE", "done", OUT_UINT, OUT_NONE, get_done, "slots dealt with" },
	{ "MOVED", "moved", OUT_UINT, OUT_NONE, get_moved,
	  "of these, got another form" },
	{ "SKIPPED", "skipped", OUT_UINT, OUT_NONE, get_skipped,
	  "of these, used before their turn came" },
	{ "BEFORE", "bytes_before", OUT_UINT, OUT_BYTES, get_bytes_before,
	  "memory of the moved slots before" },
	{ "AFTER", "bytes_after", OUT_UINT, OUT_BYTES, get_bytes_after,
	  "and now" },
	{ "WRITTEN", "bytes_written", OUT_UINT, OUT_BYTES, get_bytes_written,
	  "bytes written to the backing device" },
	{ "FAILED", "failed", OUT_UINT, OUT_NONE, get_failed,
	  "packs that could not be read" },
	{ "ERROR", "error", OUT_STRING, OUT_NONE, get_error,
	  "why it failed" },
	{ "QUEUED", "queued", OUT_DOUBLE, OUT_NONE, get_queued,
	  "when it was asked for, seconds since boot" },
	{ "STARTED", "started", OUT_DOUBLE, OUT_NONE, get_started,
	  "when it began" },
	{ "ENDED", "ended", OUT_DOUBLE, OUT_NONE, get_ended, "when it ended" },
	{ 0 }
};
