// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events of the family "zram" say what is so: whoever hears that a device came finds
 * it, at once.
 * needs: kernels=all timeout=60
 */
#include "genl.h"

#include <sys/wait.h>

#include "../host/tap.h"
#include "zram/netlink.h"

#define ROUNDS 50

static int family;

static uint32_t u32_of(const struct nlmsghdr *nlh, int type)
{
	const struct nlattr *a = genl_find(nlh, type);

	return a ? genl_u32(a) : UINT32_MAX;
}

/* Makes a device and, once its parent has looked for it, drops it again. */
static void come_and_go(int told)
{
	int fd = genl_open();
	struct genl_req r;
	char c;

	for (int i = 0; i < ROUNDS; i++) {
		genl_begin(&r, family, ZRAM_CMD_NEW, 0);
		genl_put_u32(&r, ZRAM_A_DEV_ID, 77);
		genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
		if (genl_talk(fd, &r, NULL, NULL).err || read(told, &c, 1) != 1)
			_exit(1);
		do {	/* udev may hold it open for a moment */
			genl_begin(&r, family, ZRAM_CMD_DELETE, 0);
			genl_put_u32(&r, ZRAM_A_DEV_ID, 77);
		} while (genl_talk(fd, &r, NULL, NULL).err == -EBUSY);
	}
	_exit(0);
}

/* The next event of @type. False: none came. */
static bool hear(int fd, uint32_t type)
{
	char buf[8192];
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		if (u32_of((struct nlmsghdr *)buf, ZRAM_A_EVENT_TYPE) == type)
			return true;
	return false;
}

int main(void)
{
	struct timeval patience = { .tv_sec = 20 };
	int events = genl_open(), fd = genl_open(), pipes[2], heard = 0, found = 0, status;
	uint32_t group;
	struct genl_req r;
	pid_t child;

	if (system("modprobe zram num_devices=0"))
		tap_ok(false, "modprobe zram");
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	group = genl_group(fd, ZRAM_GENL_NAME);
	setsockopt(events, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!tap_ok(family && group && !pipe(pipes) &&
		    !setsockopt(events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)),
		    "listen to events"))
		return tap_done();
	child = fork();
	if (!child)
		come_and_go(pipes[0]);
	for (int i = 0; i < ROUNDS && hear(events, ZRAM_EVENT_INIT); i++) {
		heard++;
		genl_begin(&r, family, ZRAM_CMD_GET, 0);
		genl_put_u32(&r, ZRAM_A_DEV_ID, 77);
		found += !genl_talk(fd, &r, NULL, NULL).err;
		if (write(pipes[1], "", 1) != 1)
			break;
	}
	tap_ok(heard == ROUNDS, "%d devices were told of (%d)", ROUNDS, heard);
	tap_ok(found == heard, "and found as soon as that (%d)", found);
	tap_ok(waitpid(child, &status, 0) == child && !status, "all of them went again");
	return tap_done();
}
