// SPDX-License-Identifier: GPL-2.0-or-later
/* Making and enabling swap areas: mkswap of util-linux, and swapon(2). */

#include "swap.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#define NODE_WAIT_MS 3000	/* where udev and not devtmpfs makes nodes */
#define NODE_POLL_MS 20

static int wait_for_node(const char *path)
{
	for (int waited = 0; access(path, F_OK); waited += NODE_POLL_MS) {
		if (waited >= NODE_WAIT_MS) {
			util_error("%s did not appear; is /dev a devtmpfs or "
				   "udev running?", path);
			return -ENOENT;
		}
		util_sleep_ms(NODE_POLL_MS);
	}
	return 0;
}

int swap_make(uint32_t id)
{
	char path[32], text[512];
	const char *const argv[] = { "mkswap", path, NULL };
	int rc;

	snprintf(path, sizeof(path), "/dev/zram%u", id);
	rc = wait_for_node(path);
	if (rc)
		return rc;
	rc = util_capture(argv, text, sizeof(text));
	if (rc == -ENOENT) {
		util_error("there is no mkswap; install util-linux, or leave "
			   "--swap out");
		return rc;
	}
	if (rc) {
		text[strcspn(text, "\n")] = 0;
		util_error("cannot make a swap area on %s: %s", path,
			   rc < 0 ? strerror(-rc) : *text ? text :
			   "mkswap failed");
		return -EIO;
	}
	return 0;
}

int swap_enable(uint32_t id, int priority)
{
	char path[32];
	int flags = 0;

	snprintf(path, sizeof(path), "/dev/zram%u", id);
	if (priority >= 0)
		flags = SWAP_FLAG_PREFER |
			(priority << SWAP_FLAG_PRIO_SHIFT & SWAP_FLAG_PRIO_MASK);
	if (swapon(path, flags)) {
		int err = -errno;

		util_error("cannot enable swap on %s: %s", path,
			   strerror(-err));
		return err;
	}
	return 0;
}

int swap_priority(uint32_t id)
{
	char line[256], path[32];
	FILE *f = fopen("/proc/swaps", "r");
	int priority = -1, is;

	snprintf(path, sizeof(path), "/dev/zram%u", id);
	while (f && fgets(line, sizeof(line), f)) {
		char name[128];

		if (sscanf(line, "%127s %*s %*s %*s %d", name, &is) == 2 &&
		    !strcmp(name, path))
			priority = is;
	}
	if (f)
		fclose(f);
	return priority;
}
