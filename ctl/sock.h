/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets that we serve. */
#ifndef ZRAMCTL_SOCK_H
#define ZRAMCTL_SOCK_H

#include <sys/socket.h>

/* A listening socket, or -errno. */
int sock_listen_at(const struct sockaddr *addr, socklen_t len);
/*
 * The same at a path. A socket that somebody serves, and what is no socket, are
 * left alone; one that nobody serves any more is taken over. Says what is wrong.
 */
int sock_listen(const char *path);

#endif
