// SPDX-License-Identifier: GPL-2.0-or-later
/* A listening socket on loopback or at a path, for the metrics. */
#include "metrics.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sock.h"
#include "util.h"

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
	if (strchr(where, '/')) {
		fd = sock_listen(where);
		if (fd >= 0)
			*path = strdup(where);
		return fd;
	}
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
	fd = sock_listen_at(found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	if (fd < 0)
		util_error("cannot listen on %s: %s", where, strerror(-fd));
	return fd;
}
