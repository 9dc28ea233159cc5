/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and enabling swap areas. */
#ifndef ZRAMCTL_SWAP_H
#define ZRAMCTL_SWAP_H

#include <stdint.h>

#define SWAP_PRIORITY_MAX	32767
#define SWAP_PRIORITY_DEFAULT	100	/* ahead of swap on disks */

/* Both print one line on stderr and return -errno when they fail. */
int swap_make(uint32_t id);
/* @priority: 0..SWAP_PRIORITY_MAX, or -1 for the kernel's own choice. */
int swap_enable(uint32_t id, int priority);

/* Of swap that is on; below 0: by the kernel, or there is none. */
int swap_priority(uint32_t id);

#endif
