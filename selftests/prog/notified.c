// SPDX-License-Identifier: GPL-2.0-or-later
/* Binds a datagram socket as systemd does for its services, and prints what comes. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char text[256];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(a.sun_path)) {
		fputs("usage: notified PATH\n", stderr);
		return 2;
	}
	strcpy(a.sun_path, argv[1]);
	unlink(a.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror(argv[1]);
		return 1;
	}
	while ((n = recv(fd, text, sizeof(text) - 1, 0)) >= 0) {
		text[n] = 0;
		puts(text);
		fflush(stdout);
	}
	return 1;
}
