/* SPDX-License-Identifier: GPL-2.0-only */
/* CRC32C: packs are checked with the kernel's own function. */
#ifndef ZRAM_COMPAT_CRC32C_H
#define ZRAM_COMPAT_CRC32C_H

#include <linux/crc32.h>

#include "compat_config.h"

/*
 * The name in crc32.h: since 6.14. Before, there is a crc32c() in a module of
 * its own, which would be one more to load; this is the same sum.
 */
#ifndef HAVE_CRC32C
#define crc32c(crc, p, len)	__crc32c_le(crc, p, len)
#endif

#endif
