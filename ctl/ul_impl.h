/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by ul*.c, and by nobody else. */
#ifndef ZRAMCTL_UL_IMPL_H
#define ZRAMCTL_UL_IMPL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UL_VERSION "2.41"	/* the util-linux that is followed */

/*
 * A size as util-linux takes it for --size, its arithmetic of fractions
 * included. -EINVAL, -ERANGE.
 */
int ul_parse_size(const char *s, uint64_t *bytes);
/* For --streams. -EINVAL, -ERANGE. */
int ul_parse_number(const char *s, uint64_t *v);
#define UL_SIZE_LEN 32
/* "1.5M"; returns @buf. */
char *ul_format_size(char buf[UL_SIZE_LEN], uint64_t bytes);

/* A block device and its folder in sysfs. */
struct ul_dev {
	char path[PATH_MAX];	/* as it is shown */
	unsigned int maj, min;
};

/* By path or by name; -ENODEV. */
int ul_find(struct ul_dev *dev, const char *name);
/* Unused, made if need be; -ENODEV: there is none to be had. */
int ul_find_free(struct ul_dev *dev);
/* An attribute's text without its last newline; -errno. */
int ul_read(const struct ul_dev *dev, const char *attr, char *buf, size_t len);
int ul_read_number(const struct ul_dev *dev, const char *attr, uint64_t *v);
int ul_write(const struct ul_dev *dev, const char *attr, const char *text);
/* Take the node away; what comes of it nobody asks. */
void ul_remove(const struct ul_dev *dev);
/* All zram devices with a size, in the order of /dev. -errno. */
int ul_each(int (*fn)(const struct ul_dev *dev, void *arg), void *arg);

struct ul_view {
	int cols[26];		/* room for each column twice */
	size_t nr;
	bool bytes, noheadings, raw;
};

void ul_all_columns(struct ul_view *v);
/*
 * "NAME,DATA", or "+DATA" to add to what is there or to the usual; told on
 * stderr as util-linux does. NULL: the usual, unless there are some.
 */
int ul_choose_columns(struct ul_view *v, const char *list);
/* The table of one device, or of all when @dev is NULL, on stdout. */
int ul_show(const struct ul_view *v, const struct ul_dev *dev);
#endif
