// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sockget PATH|PORT URL [HEADER]...: one HTTP request over a UNIX socket or to
 * 127.0.0.1; the answer, headers included, goes to stdout. 0 when one came.
 * sockget PATH|PORT -LETTER: the letter alone, and one as the answer.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int reach(const char *where)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons(atoi(where)) };
	int is_path = where[0] == '/';
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", where);
	if (fd < 0 || connect(fd, is_path ? (void *)&un : (void *)&in,
			      is_path ? sizeof(un) : sizeof(in))) {
		perror(where);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	char buf[65536];
	size_t all = 0;
	ssize_t n;
	int fd;

	if (argc < 3)
		return 2;
	fd = reach(argv[1]);
	if (fd < 0)
		return 1;
	if (argv[2][0] == '-') {
		if (write(fd, &argv[2][1], 1) != 1 || read(fd, buf, 1) != 1)
			return 1;
		return putchar(buf[0]) == EOF;
	}
	dprintf(fd, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
		argv[2]);
	for (int i = 3; i < argc; i++)
		dprintf(fd, "%s\r\n", argv[i]);
	dprintf(fd, "\r\n");
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		all += fwrite(buf, 1, n, stdout);
	return n || !all;
}
