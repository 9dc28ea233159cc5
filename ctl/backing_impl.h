/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What backing.c and backing_file.c share. Nothing else includes it. */
#ifndef ZRAMCTL_BACKING_IMPL_H
#define ZRAMCTL_BACKING_IMPL_H

#include "backing.h"

#define BACKING_BLOCK	4096	/* of the loop device; files are a multiple of it */

/* Tells that @what could not be done to @path; returns @err. */
int backing_fail(int err, const char *what, const char *path);
/* 0: there is nothing on the disk or file; -errno, told. */
int backing_check_empty(const struct backing_plan *plan, const char *path);
/* backing_open() and backing_close() of a plan with a file. */
enum cmd_result backing_open_file(const struct backing_plan *plan, struct backing_disk *disk);
void backing_close_file(const struct backing_plan *plan, struct backing_disk *disk, bool taken);

#endif
