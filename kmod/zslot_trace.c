// SPDX-License-Identifier: GPL-2.0-only
/* zslot_trace.ko: the tracepoints of zram.ko, and the device generations. */
#include "zslot_trace.h"

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/random.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

EXPORT_TRACEPOINT_SYMBOL_GPL(zram_device);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_slot_write);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_slot_read);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_slot_free);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_limit);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_slot_move);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_job);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_pack);
EXPORT_TRACEPOINT_SYMBOL_GPL(zram_backing_io);

static atomic_t last_generation = ATOMIC_INIT(0);

/*
 * From somewhere in the lower half on, so that a ledger or a map from before this
 * module was loaded anew takes no device for one of its own.
 */
u32 zslot_trace_generation(void)
{
	u32 generation;

	if (unlikely(!atomic_read(&last_generation)))
		atomic_cmpxchg(&last_generation, 0, get_random_u32() >> 1);
	do {
		generation = atomic_inc_return(&last_generation);
	} while (!generation);
	return generation;
}
EXPORT_SYMBOL_GPL(zslot_trace_generation);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tracepoints of compressed RAM block devices");
