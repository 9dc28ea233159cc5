// SPDX-License-Identifier: GPL-2.0-or-later
/* A job and the write budget as lines of text. */
#include "top_work.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

#define WIDE		76	/* columns */
#define BAR_WIDTH	20

static int percent(const struct model_job *job)
{
	return job->total ? 100.0 * job->done / job->total : 0;
}

static void running_text(const struct model_job *job, char *text, size_t room,
			 bool wide)
{
	unsigned int full = percent(job) * BAR_WIDTH / 100;
	char bar[BAR_WIDTH + 1], before[UTIL_SIZE_LEN], after[UTIL_SIZE_LEN];

	if (!wide) {
		snprintf(text, room, "%s %s %d%% of %llu slots",
			 model_job_type(job->type), model_job_phase(job->phase),
			 percent(job), (unsigned long long)job->total);
		return;
	}
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', full < BAR_WIDTH ? full : BAR_WIDTH);
	bar[BAR_WIDTH] = 0;
	snprintf(text, room, "%s %s [%s] %d%% of %llu slots, %s -> %s",
		 model_job_type(job->type), model_job_phase(job->phase), bar,
		 percent(job), (unsigned long long)job->total,
		 util_format_size(before, job->bytes_before),
		 util_format_size(after, job->bytes_after));
}

void top_work_job_text(const struct top_work *w, char *text, size_t room,
		       int width)
{
	const struct model_job *job = &w->job;
	char before[UTIL_SIZE_LEN], after[UTIL_SIZE_LEN];
	uint32_t now = util_boottime(), end = job->ended / 1000000000;
	int n;

	if (!model_job_ended(job)) {
		running_text(job, text, room, width >= WIDE);
		return;
	}
	n = snprintf(text, room, "%s %s %u s ago, %llu slots moved",
		     model_job_type(job->type), model_job_phase(job->phase),
		     now > end ? now - end : 0, (unsigned long long)job->moved);
	if (width >= WIDE && n > 0 && (size_t)n < room)
		snprintf(text + n, room - n, ", %s -> %s",
			 util_format_size(before, job->bytes_before),
			 util_format_size(after, job->bytes_after));
}

void top_work_disk_text(const struct top_work *w, const struct model_dev *dev,
			char *text, size_t room, int width)
{
	char used[UTIL_SIZE_LEN], size[UTIL_SIZE_LEN];
	int n = snprintf(text, room, "%s %s of %s",
			 width >= WIDE ? "on disk" : "disk",
			 util_format_size(used, dev->backing_used),
			 util_format_size(size, dev->backing_size));

	if (!w->has_spent || n < 0 || (size_t)n >= room)
		return;
	snprintf(text + n, room - n, width >= WIDE ?
		 "   written to disks in 24 hours %s%s%s" : "  24 h %s%s%s",
		 util_format_size(used, w->spent), w->day ? " of " : "",
		 w->day ? util_format_size(size, w->day) : "");
}
