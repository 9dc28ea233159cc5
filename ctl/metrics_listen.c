// SPDX-License-Identifier: GPL-2.0-or-later
/* A listening socket on loopback or at a path, for the metrics. */
#include "metrics.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util.h"

#define BACKLOG 16

static int listen_at(const struct sockaddr *addr, socklen_t len)
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
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool alive;

	if (fd < 0)
		return true;
	alive = !connect(fd, (const void *)addr, sizeof(*addr)) ||
		errno != ECONNREFUSED;
	close(fd);
	return alive;
}

static int listen_path(const char *path, char **made)
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
	fd = listen_at((const void *)&addr, sizeof(addr));
	if (fd < 0)
		util_error("cannot listen on %s: %s", path, strerror(-fd));
	else
		*made = strdup(path);
	return fd;
}

/* "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT" in its two parts. */
static int split(const char *where, char *host, size_t room, const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t len;
	uint32_t n;

	*port = colon ? colon + 1 : where;
	if (util_parse_u32(*port, &n) || !n || n > 65535)
		return -EINVAL;
	if (!colon) {
		snprintf(host, room, "127.0.0.1");
		return 0;
	}
	len = colon - where;
	if (len > 2 && where[0] == '[' && where[len - 1] == ']') {
		where++;
		len -= 2;
	}
	if (!len || len >= room)
		return -EINVAL;
	snprintf(host, room, "%.*s", (int)len, where);
	return 0;
}

static bool is_loopback(const struct sockaddr *addr)
{
	if (addr->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)addr)->sin_addr.s_addr) >> 24 == 127;
	return addr->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)addr)->sin6_addr);
}

int metrics_listen(const char *where, char **path)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	const char *port;
	char host[128];
	int fd;

	*path = NULL;
	if (strchr(where, '/'))
		return listen_path(where, path);
	if (split(where, host, sizeof(host), &port) ||
	    getaddrinfo(host, port, &hints, &found)) {
		util_error("'%s' is no port, ADDRESS:PORT or path of a socket",
			   where);
		return -EINVAL;
	}
	if (!is_loopback(found->ai_addr)) {
		util_error("%s is no loopback address: serve 127.0.0.1 or a socket, and let a web server with TLS and passwords pass it on",
			   host);
		freeaddrinfo(found);
		return -EINVAL;
	}
	fd = listen_at(found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	if (fd < 0)
		util_error("cannot listen on %s: %s", where, strerror(-fd));
	return fd;
}
