/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of control, and by nobody else. */
#ifndef ZRAM_CONTROL_IMPL_H
#define ZRAM_CONTROL_IMPL_H

#include <linux/types.h>

struct zram_backing;
struct zram_device;

/*
 * The disk at @path for @dev, in two steps: with no lock held it is opened, since its
 * own open_mutex comes before ours (ERR_PTR); then it becomes the backing device, as
 * zram_control_attach() says, or is closed again.
 */
struct zram_backing *zram_control_open_backing(struct zram_device *dev,
					       const char *path,
					       const char **why);
int zram_control_take_backing(struct zram_device *dev, struct zram_backing *bd,
			      bool live, const char **why);

#endif
