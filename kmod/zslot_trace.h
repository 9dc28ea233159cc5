/* SPDX-License-Identifier: GPL-2.0-only */
/* What zslot_trace.ko gives to zram.ko besides the tracepoints. */
#ifndef ZRAM_ZSLOT_TRACE_H
#define ZRAM_ZSLOT_TRACE_H

#include <linux/kconfig.h>
#include <linux/types.h>

#include "zram/trace_events.h"

/*
 * The next device generation: 1 and up, never one twice while this module is
 * loaded, so that records of a former zram.ko are never taken for new ones.
 * Its name carries the version of the tracepoints: module versions do not
 * notice a changed argument list, a missing symbol does.
 */
#define zslot_trace_generation __PASTE(zslot_trace_v, ZRAM_TRACE_VERSION)

u32 zslot_trace_generation(void);

#endif
