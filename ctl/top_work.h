/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is being done for a device: its job, its disk, the write budget. */
#ifndef ZRAMCTL_TOP_WORK_H
#define ZRAMCTL_TOP_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct client;

struct top_work {
	bool known;
	uint32_t id;		/* of the device */
	bool has_job;
	struct model_job job;	/* that runs, waits, or ended last */
	bool has_spent;
	uint64_t spent;		/* bytes written to disks in 24 hours */
	uint64_t day;		/* as many may be; 0: not known */
	uint32_t when;		/* that was read, boottime s */
};

/*
 * Look at the jobs of a device, and now and then at the ledger of the daemon.
 * What was looked at before helps: hand in the same @w.
 */
void top_work_look(struct top_work *w, struct client *c, uint32_t id);

/* As a line of text, for @width columns. */
void top_work_job_text(const struct top_work *w, char *text, size_t room,
		       int width);
void top_work_disk_text(const struct top_work *w, const struct model_dev *dev,
			char *text, size_t room, int width);

#endif
