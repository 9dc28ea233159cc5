// SPDX-License-Identifier: GPL-2.0-or-later
/* What a device is used for: swap, where it is mounted, or as disk of another. */

#include "client.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "util.h"

/* \040 and the like, as /proc writes blanks in paths. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = 0;
}

static bool device_number(uint32_t id, unsigned int *maj, unsigned int *min)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/sys/block/zram%u/dev", id);
	return !util_read_line(path, text, sizeof(text)) &&
	       sscanf(text, "%u:%u", maj, min) == 2;
}

/* What the kernel calls the disk, behind a slash; NULL: there is none. */
static const char *name_of(unsigned int maj, unsigned int min, char *to, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", maj, min);
	n = readlink(link, to, size - 1);
	if (n <= 0)
		return NULL;
	to[n] = 0;
	return strrchr(to, '/');
}

/*
 * The last part of the path is its name. There may be no such node here, since units
 * hide them, or no such path any more: swap may be older than the mounts are.
 */
static bool is_its_name(const char *path, unsigned int maj, unsigned int min)
{
	char to[256];
	const char *name = name_of(maj, min, to, sizeof(to));

	return name && !strcmp(strrchr(path, '/'), name);
}

static bool is_its_node(const char *path, unsigned int maj, unsigned int min)
{
	struct stat st;

	if (stat(path, &st))
		return is_its_name(path, maj, min);
	return S_ISBLK(st.st_mode) && st.st_rdev == makedev(maj, min);
}

static bool is_swap(unsigned int maj, unsigned int min)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	FILE *f = fopen("/proc/swaps", "re");

	if (!f)
		return false;
	while (!found && getline(&line, &room, f) > 0) {
		size_t name = strcspn(line, " \t\n");
		size_t type = name + strspn(line + name, " \t");

		if (strncmp(line + type, "partition", 9))
			continue;	/* a file */
		line[name] = 0;
		unescape(line);
		found = line[0] == '/' && is_its_node(line, maj, min);
	}
	free(line);
	fclose(f);
	return found;
}

static bool is_mounted(unsigned int maj, unsigned int min, char *where,
		       size_t len)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	FILE *f = fopen("/proc/self/mountinfo", "re");

	if (!f)
		return false;
	while (!found && getline(&line, &room, f) > 0) {
		unsigned int a, b;
		int at = 0;

		/* id parent major:minor root mountpoint ... */
		if (sscanf(line, "%*u %*u %u:%u %*s %n", &a, &b, &at) != 2 ||
		    !at || a != maj || b != min)
			continue;
		line[at + strcspn(line + at, " ")] = 0;
		unescape(line + at);
		snprintf(where, len, "%s", line + at);
		found = true;
	}
	free(line);
	fclose(f);
	return found;
}

bool client_use_of(unsigned int maj, unsigned int min, char *buf, size_t len)
{
	if (!is_swap(maj, min))
		return is_mounted(maj, min, buf, len);
	snprintf(buf, len, "%s", MODEL_USE_SWAP);
	return true;
}

void client_fill_use(struct model_dev *dev)
{
	unsigned int maj, min;

	dev->has &= ~(uint64_t)MODEL_USE;
	if (device_number(dev->id, &maj, &min) &&
	    client_use_of(maj, min, dev->use, sizeof(dev->use)))
		dev->has |= MODEL_USE;
}

bool client_zram_of(unsigned int maj, unsigned int min, uint32_t *id)
{
	char to[256];
	const char *name = name_of(maj, min, to, sizeof(to));

	return name && !strncmp(name, "/zram", 5) && !util_parse_u32(name + 5, id);
}

bool client_disk_behind(dev_t disk, uint32_t *id)
{
	bool found = false;
	glob_t all;

	if (glob("/sys/block/zram*/backing_dev", 0, NULL, &all))
		return false;
	for (size_t i = 0; i < all.gl_pathc && !found; i++) {
		char path[256];
		struct stat st;

		found = !util_read_line(all.gl_pathv[i], path, sizeof(path)) &&
			path[0] == '/' && !stat(path, &st) && S_ISBLK(st.st_mode) &&
			st.st_rdev == disk &&
			sscanf(all.gl_pathv[i], "/sys/block/zram%" SCNu32, id) == 1;
	}
	globfree(&all);
	return found;
}

bool client_is_disk(uint32_t id, uint32_t *of)
{
	unsigned int maj, min;

	return device_number(id, &maj, &min) && client_disk_behind(makedev(maj, min), of);
}
