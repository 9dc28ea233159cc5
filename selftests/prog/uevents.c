// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints what the kernel tells udev of block devices zramN: action, name, type, and
 * what an event of a disk has no need of; and "mark" for events of /dev/null, with
 * which a test tells what came before.
 */
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* What every event of a disk has. */
static const char *const usual[] = {
	"ACTION", "DEVPATH", "SUBSYSTEM", "MAJOR", "MINOR", "DEVNAME",
	"DEVTYPE", "DISKSEQ", "SEQNUM",
};

/* The value of @key among the strings that end at @end; NULL. */
static const char *value(const char *text, const char *end, const char *key)
{
	size_t len = strlen(key);

	for (; text < end; text += strlen(text) + 1)
		if (!strncmp(text, key, len) && text[len] == '=')
			return text + len + 1;
	return NULL;
}

static void show_others(const char *text, const char *end)
{
	for (; text < end; text += strlen(text) + 1) {
		size_t i = 0, len = strcspn(text, "=");

		while (i < sizeof(usual) / sizeof(*usual) &&
		       (strlen(usual[i]) != len || strncmp(text, usual[i], len)))
			i++;
		if (i == sizeof(usual) / sizeof(*usual))
			printf(" %s", text);
	}
}

static void show(const char *text, const char *end)
{
	const char *name, *type;

	text += strlen(text) + 1;	/* action@path */
	name = value(text, end, "DEVNAME");
	type = value(text, end, "DEVTYPE");
	if (!name)
		return;
	if (!strcmp(name, "null")) {
		puts("mark");
	} else if (!strncmp(name, "zram", 4)) {
		printf("%s %s %s", value(text, end, "ACTION"), name,
		       type ? type : "-");
		show_others(text, end);
		putchar('\n');
	}
	fflush(stdout);
}

int main(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	static char text[8192 + 1];
	ssize_t n;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror("uevents");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while ((n = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
		text[n] = 0;
		show(text, text + n);
	}
	perror("uevents");
	return 1;
}
