/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The util-linux zramctl that ours hides. */
#ifndef ZRAMCTL_HIDDEN_H
#define ZRAMCTL_HIDDEN_H

/*
 * Run it with the same arguments: the next zramctl in PATH that is not this
 * program, else the one in /usr/sbin or /sbin. Returns when there is none.
 */
void hidden_exec(char **argv);

#endif
