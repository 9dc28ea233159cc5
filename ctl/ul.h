/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The util-linux way of calling: what zramctl does when its first argument is
 * no command of ours. Options, columns, output, messages and exit codes are
 * those of util-linux 2.41, which scripts rely on; the code is our own. It
 * speaks sysfs, so it serves the kernel's own zram as well.
 */
#ifndef ZRAMCTL_UL_H
#define ZRAMCTL_UL_H

#include <stdio.h>

#include "cmd.h"

/* For help, man page and completions. */
extern const struct cmd_opt ul_options[];
extern const char ul_synopsis[];
/* A line for each column: @fmt gets its name and what it shows. */
void ul_print_columns(FILE *f, const char *fmt);

/* Returns the exit code, 0 or 1. */
int ul_main(int argc, char **argv);

#endif
