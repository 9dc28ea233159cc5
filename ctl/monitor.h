/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of the module, printed as they come. */
#ifndef ZRAMCTL_MONITOR_H
#define ZRAMCTL_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd.h"

struct monitor_opts {
	bool json;		/* an object a line */
	uint32_t device;	/* or CLIENT_ALL_DEVICES */
	bool jobs_only;
	uint32_t number;	/* end after so many; 0: never */
};

/* Until interrupted, or after opts->number events. */
enum cmd_result monitor_run(const struct monitor_opts *opts);

#endif
