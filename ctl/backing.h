/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes a backing device: a disk that holds nothing, or a file behind a
 * loop device that goes when nobody uses it any more.
 *
 * Functions print one line on stderr and return -errno when they fail.
 */
#ifndef ZRAMCTL_BACKING_H
#define ZRAMCTL_BACKING_H

#include <stdint.h>

#include "cmd.h"

struct client;

#define BACKING_OPTS							\
	{ "backing-file", 'F', "PATH", "attach this file, made if need be" }, \
	{ "backing-size", 'S', "SIZE", "size of that file" }

struct backing_plan {
	const char *disk;	/* path; NULL: a file */
	const char *file;	/* NULL: a disk, or nothing at all */
	uint64_t size;		/* of the file; 0: as it is */
	bool force;		/* also when it holds a file system */
};

/* What BACKING_OPTS say; CMD_USAGE, told. */
enum cmd_result backing_read(const struct cmd_args *args,
			     struct backing_plan *plan);
/* Attach what the plan names to zram@id. CMD_FAILED, told. */
enum cmd_result backing_attach(struct client *c, uint32_t id,
			       const struct backing_plan *plan);

#endif
