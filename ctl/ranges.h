/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of slots in files: "N" or "N-M" a line, both ends meant; # comments. */
#ifndef ZRAMCTL_RANGES_H
#define ZRAMCTL_RANGES_H

#include <stddef.h>

#include "zram/netlink.h"

/* The module takes no more at once. Slots that follow each other become one range. */
#define RANGES_MAX 262144

/* "-" is stdin. free() the list. Tells on stderr what is wrong; -errno. */
int ranges_read(const char *file, struct zram_slot_range **ranges, size_t *nr);

#endif
