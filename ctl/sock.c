// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets that we serve, at paths that may be taken. */
#include "sock.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util.h"

#define BACKLOG 16

int sock_listen_at(const struct sockaddr *addr, socklen_t len)
{
	int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1, err = 0;

	if (fd < 0)
		return -errno;
	if (addr->sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, addr, len) || listen(fd, BACKLOG)) {
		err = -errno;
		close(fd);
	}
	return err ? err : fd;
}

/* Somebody answers there. */
static bool is_alive(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool alive;

	if (fd < 0)
		return true;
	alive = !connect(fd, (const void *)addr, sizeof(*addr)) ||
		errno != ECONNREFUSED;
	close(fd);
	return alive;
}

int sock_listen(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		util_error("%s is too long for a socket: %zu bytes at most",
			   path, sizeof(addr.sun_path) - 1);
		return -EINVAL;
	}
	strcpy(addr.sun_path, path);
	if (!lstat(path, &st)) {
		if (!S_ISSOCK(st.st_mode)) {
			util_error("%s is there and no socket: give another path",
				   path);
			return -EEXIST;
		}
		if (is_alive(&addr)) {
			util_error("%s is in use: end who serves it, or give another path",
				   path);
			return -EADDRINUSE;
		}
		unlink(path);	/* left over by one that was killed */
	}
	fd = sock_listen_at((const void *)&addr, sizeof(addr));
	if (fd < 0)
		util_error("cannot listen on %s: %s", path, strerror(-fd));
	return fd;
}
