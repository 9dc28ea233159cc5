/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by client*.c, and by nobody else. */
#ifndef ZRAMCTL_CLIENT_IMPL_H
#define ZRAMCTL_CLIENT_IMPL_H

#include <stdbool.h>

struct znl;

struct client {
	struct znl *nl;
	char why[1024];
};

/* Notes the sentence and returns @err. */
int client_fail(struct client *c, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The sentence for errors that mean the same whatever was asked. */
int client_fail_plainly(struct client *c, int err, const char *what);

#define CLIENT_DUMP_TRIES 20	/* of a list that changes while it is read */

/*
 * There is no family: find out why and, when the module is simply not loaded
 * and @load is set, load it. 0: it is worth asking again.
 */
int client_bring_module(struct client *c, bool load);

#endif
