// SPDX-License-Identifier: GPL-2.0-or-later
/* Block devices in sysfs: found, read, written, made and removed. */

#include "ul_impl.h"
#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CONTROL "/sys/class/zram-control/"

static int read_text(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, len - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	buf[n] = 0;
	if (n && buf[n - 1] == '\n')
		buf[n - 1] = 0;
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;
	size_t len = strlen(text);

	if (fd < 0)
		return -errno;
	if (len && write(fd, text, len) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Where sysfs has a device is asked by its number. */
static char *attr_path(char path[PATH_MAX], const struct ul_dev *dev,
		       const char *attr)
{
	snprintf(path, PATH_MAX, "/sys/dev/block/%u:%u/%s", dev->maj, dev->min,
		 attr);
	return path;
}

int ul_read(const struct ul_dev *dev, const char *attr, char *buf, size_t len)
{
	char path[PATH_MAX];

	return read_text(attr_path(path, dev, attr), buf, len);
}

int ul_read_number(const struct ul_dev *dev, const char *attr, uint64_t *v)
{
	char text[64];
	int err = ul_read(dev, attr, text, sizeof(text));

	return err ? err : util_parse_u64(text, v);
}

int ul_write(const struct ul_dev *dev, const char *attr, const char *text)
{
	char path[PATH_MAX];

	return write_text(attr_path(path, dev, attr), text);
}

/* The number by name, as /sys/block has it ('!' stands for '/'). */
static bool number_of(const char *name, struct ul_dev *dev)
{
	char path[PATH_MAX], text[64], *p;

	if (!*name || snprintf(path, sizeof(path), "/sys/block/%s", name) >=
		      (int)sizeof(path) - 5)
		return false;
	for (p = path + strlen("/sys/block/"); *p; p++)
		if (*p == '/')
			*p = '!';
	strcpy(p, "/dev");
	return !read_text(path, text, sizeof(text)) &&
	       sscanf(text, "%u:%u", &dev->maj, &dev->min) == 2;
}

static bool is_node(const char *path, struct ul_dev *dev)
{
	struct stat st;

	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return false;
	dev->maj = major(st.st_rdev);
	dev->min = minor(st.st_rdev);
	return true;
}

/* /dev/NAME, NAME being what the kernel calls it. */
static int name_by_number(struct ul_dev *dev)
{
	char path[PATH_MAX], to[PATH_MAX], *name;
	ssize_t n;

	attr_path(path, dev, "");
	path[strlen(path) - 1] = 0;
	n = readlink(path, to, sizeof(to) - 1);
	if (n < 0)
		return -errno;
	to[n] = 0;
	name = strrchr(to, '/');
	snprintf(dev->path, sizeof(dev->path), "/dev/%.*s", NAME_MAX,
		 name ? name + 1 : to);
	return 0;
}

int ul_find(struct ul_dev *dev, const char *name)
{
	bool has_path = !strncmp(name, "/dev/", 5);
	char sys[PATH_MAX];

	if (!(has_path && is_node(name, dev)) &&
	    !number_of(has_path ? name + 5 : name, dev))
		return -ENODEV;
	if (access(attr_path(sys, dev, ""), F_OK))
		return -ENODEV;
	if (!has_path)
		return name_by_number(dev) ? -ENODEV : 0;
	if (snprintf(dev->path, sizeof(dev->path), "%s", name) >=
	    (int)sizeof(dev->path))
		return -ENODEV;
	return 0;
}

static int add_device(struct ul_dev *dev)
{
	char path[64], text[64];
	uint64_t id;

	if (read_text(CONTROL "hot_add", text, sizeof(text)) ||
	    util_parse_u64(text, &id))
		return -ENODEV;
	snprintf(path, sizeof(path), "/dev/zram%" PRIu64, id);
	if (ul_find(dev, path)) {
		/* gone again: it is named, and every access to it fails */
		snprintf(dev->path, sizeof(dev->path), "%s", path);
		dev->maj = dev->min = UINT_MAX;
	}
	return 0;
}

int ul_find_free(struct ul_dev *dev)
{
	for (unsigned int id = 0;; id++) {
		char path[32];
		uint64_t size;

		snprintf(path, sizeof(path), "/dev/zram%u", id);
		if (ul_find(dev, path))
			return add_device(dev);
		if (ul_read_number(dev, "disksize", &size) || !size)
			return 0;
	}
}

void ul_remove(const struct ul_dev *dev)
{
	const char *digits = strrchr(dev->path, '/');
	unsigned int id;
	char text[16];

	if (!digits || sscanf(digits, "/zram%u", &id) != 1)
		return;
	snprintf(text, sizeof(text), "%u", id);
	write_text(CONTROL "hot_remove", text);
}

int ul_each(int (*fn)(const struct ul_dev *dev, void *arg), void *arg)
{
	DIR *dir = opendir("/dev");
	struct dirent *e;
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (e = readdir(dir))) {
		struct ul_dev dev;
		char path[PATH_MAX];
		uint64_t size;

		if (strncmp(e->d_name, "zram", 4))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", e->d_name);
		if (!is_node(path, &dev) || ul_find(&dev, path) ||
		    ul_read_number(&dev, "disksize", &size) || !size)
			continue;
		err = fn(&dev, arg);
	}
	closedir(dir);
	return err;
}
