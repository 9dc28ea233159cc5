/* SPDX-License-Identifier: GPL-2.0-only */
/* What the generic netlink of some kernels lacks. */
#ifndef ZRAM_COMPAT_GENETLINK_H
#define ZRAM_COMPAT_GENETLINK_H

#include <net/genetlink.h>

#include "compat_config.h"

/*
 * The parsed attributes of a dump request. genl_info_dump() came in 6.6; this
 * may go when nothing older is supported.
 */
static inline struct nlattr **zram_dump_attrs(struct netlink_callback *cb)
{
#ifdef HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif
