/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the devices that a configuration names: apply, and create --config. */
#ifndef ZRAMCTL_APPLY_H
#define ZRAMCTL_APPLY_H

#include "cmd.h"

/*
 * @path NULL: the usual file. @disks: attach those that it names. Prints the devices
 * that it changed, and its own errors.
 */
enum cmd_result apply_file(const char *path, bool disks, bool json);

#endif
