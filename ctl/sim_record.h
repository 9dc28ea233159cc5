/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a series for the simulation. */
#ifndef ZRAMCTL_SIM_RECORD_H
#define ZRAMCTL_SIM_RECORD_H

#include "cmd.h"

/*
 * The records of @device every @interval seconds, @count times (0: until
 * SIGINT) into a new file. Prints its own errors; @json: and what was written.
 */
enum cmd_result sim_record(const char *device, const char *path, uint32_t interval,
			   uint64_t count, bool json);

#endif
