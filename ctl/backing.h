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
	bool force;		/* also when it holds data, or is memory itself */
	bool no_force;		/* the command has no --force that could be proposed */
};

#define BACKING_LOOP_LEN 32

/* One that is ready for the module. */
struct backing_disk {
	const char *path;	/* of the disk, or of the loop device */
	int loop;		/* open; -1: a disk */
	char loop_path[BACKING_LOOP_LEN];
	int file;		/* open and locked; -1: a disk */
	uint64_t old_size;	/* of the file */
	bool made;		/* the file was not there before */
};

/* What BACKING_OPTS say; CMD_USAGE, told. */
enum cmd_result backing_read(const struct cmd_args *args,
			     struct backing_plan *plan);
/*
 * Look at it and set it up, for zram@own if that is there already. Then
 * backing_close(). CMD_FAILED, CMD_NO_SUPPORT, told.
 */
enum cmd_result backing_open(const struct backing_plan *plan, const uint32_t *own,
			     struct backing_disk *disk);
/*
 * @taken: a device has it, and a file bears a mark from now on. A loop device goes with
 * its last user: us, if it was not taken, and then the file is again as it was, or not.
 */
void backing_close(const struct backing_plan *plan, struct backing_disk *disk, bool taken);
/* Attach what the plan names to zram@id. CMD_FAILED, told. */
enum cmd_result backing_attach(struct client *c, uint32_t id,
			       const struct backing_plan *plan);

#endif
