/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints of system "zram"; include/zram/trace_events.h documents
 * their arguments. They are defined in zslot_trace.ko, so that a pinned BPF
 * link does not keep zram.ko loaded.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM zram

#if !defined(ZRAM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ZRAM_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

#include "zram/trace_events.h"

TRACE_EVENT(zram_device,
	TP_PROTO(u32 dev, u32 phase, u32 generation, u64 slots),
	TP_ARGS(dev, phase, generation, slots),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, phase)
		__field(u32, generation)
		__field(u64, slots)
	),
	TP_fast_assign(
		__entry->dev = dev;
		__entry->phase = phase;
		__entry->generation = generation;
		__entry->slots = slots;
	),
	TP_printk("zram%u %s generation=%u slots=%llu", __entry->dev,
		  __print_symbolic(__entry->phase,
				   { ZRAM_PHASE_ADD, "add" },
				   { ZRAM_PHASE_INIT, "init" },
				   { ZRAM_PHASE_RESET, "reset" },
				   { ZRAM_PHASE_REMOVE, "remove" }),
		  __entry->generation, __entry->slots)
);

TRACE_EVENT(zram_slot_write,
	TP_PROTO(u32 dev, u64 index, u32 csize, u32 kind, u32 prio, u32 now,
		 u32 prev, u32 generation),
	TP_ARGS(dev, index, csize, kind, prio, now, prev, generation),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u32, dev)
		__field(u32, csize)
		__field(u32, kind)
		__field(u32, prio)
		__field(u32, now)
		__field(u32, prev)
		__field(u32, generation)
	),
	TP_fast_assign(
		__entry->index = index;
		__entry->dev = dev;
		__entry->csize = csize;
		__entry->kind = kind;
		__entry->prio = prio;
		__entry->now = now;
		__entry->prev = prev;
		__entry->generation = generation;
	),
	TP_printk("zram%u slot=%llu csize=%u kind=%s prio=%u now=%u prev=%u",
		  __entry->dev, __entry->index, __entry->csize,
		  __print_symbolic(__entry->kind,
				   { ZRAM_KIND_FILL, "fill" },
				   { ZRAM_KIND_OBJECT, "object" },
				   { ZRAM_KIND_RAW, "raw" },
				   { ZRAM_KIND_PACKED, "packed" }),
		  __entry->prio, __entry->now, __entry->prev)
);

#define zram_show_tier(tier)						\
	__print_symbolic(tier,						\
			 { ZRAM_TIER_HOT, "hot" },			\
			 { ZRAM_TIER_WARM, "warm" },			\
			 { ZRAM_TIER_COLD, "cold" },			\
			 { ZRAM_TIER_FROZEN, "frozen" })

DECLARE_EVENT_CLASS(zram_slot,
	TP_PROTO(u32 dev, u64 index, u32 csize, u32 tier, u32 prio, u32 now,
		 u32 prev, u32 generation),
	TP_ARGS(dev, index, csize, tier, prio, now, prev, generation),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u32, dev)
		__field(u32, csize)
		__field(u32, tier)
		__field(u32, prio)
		__field(u32, now)
		__field(u32, prev)
		__field(u32, generation)
	),
	TP_fast_assign(
		__entry->index = index;
		__entry->dev = dev;
		__entry->csize = csize;
		__entry->tier = tier;
		__entry->prio = prio;
		__entry->now = now;
		__entry->prev = prev;
		__entry->generation = generation;
	),
	TP_printk("zram%u slot=%llu csize=%u tier=%s prio=%u now=%u prev=%u",
		  __entry->dev, __entry->index, __entry->csize,
		  zram_show_tier(__entry->tier),
		  __entry->prio, __entry->now, __entry->prev)
);

DEFINE_EVENT(zram_slot, zram_slot_read,
	TP_PROTO(u32 dev, u64 index, u32 csize, u32 tier, u32 prio, u32 now,
		 u32 prev, u32 generation),
	TP_ARGS(dev, index, csize, tier, prio, now, prev, generation)
);

DEFINE_EVENT(zram_slot, zram_slot_free,
	TP_PROTO(u32 dev, u64 index, u32 csize, u32 tier, u32 prio, u32 now,
		 u32 prev, u32 generation),
	TP_ARGS(dev, index, csize, tier, prio, now, prev, generation)
);

TRACE_EVENT(zram_limit,
	TP_PROTO(u32 dev, u64 used, u64 limit),
	TP_ARGS(dev, used, limit),
	TP_STRUCT__entry(
		__field(u64, used)
		__field(u64, limit)
		__field(u32, dev)
	),
	TP_fast_assign(
		__entry->used = used;
		__entry->limit = limit;
		__entry->dev = dev;
	),
	TP_printk("zram%u used=%llu limit=%llu", __entry->dev, __entry->used,
		  __entry->limit)
);

TRACE_EVENT(zram_slot_move,
	TP_PROTO(u32 dev, u64 index, u32 from, u32 to, u32 csize,
		 u32 generation),
	TP_ARGS(dev, index, from, to, csize, generation),
	TP_STRUCT__entry(
		__field(u64, index)
		__field(u32, dev)
		__field(u32, from)
		__field(u32, to)
		__field(u32, csize)
		__field(u32, generation)
	),
	TP_fast_assign(
		__entry->index = index;
		__entry->dev = dev;
		__entry->from = from;
		__entry->to = to;
		__entry->csize = csize;
		__entry->generation = generation;
	),
	TP_printk("zram%u slot=%llu from=%s to=%s csize=%u", __entry->dev,
		  __entry->index, zram_show_tier(__entry->from),
		  zram_show_tier(__entry->to), __entry->csize)
);

TRACE_EVENT(zram_pack,
	TP_PROTO(u32 dev, u64 pack, u32 slots, u32 csize),
	TP_ARGS(dev, pack, slots, csize),
	TP_STRUCT__entry(
		__field(u64, pack)
		__field(u32, dev)
		__field(u32, slots)
		__field(u32, csize)
	),
	TP_fast_assign(
		__entry->pack = pack;
		__entry->dev = dev;
		__entry->slots = slots;
		__entry->csize = csize;
	),
	TP_printk("zram%u pack=%llu slots=%u csize=%u", __entry->dev,
		  __entry->pack, __entry->slots, __entry->csize)
);

TRACE_EVENT(zram_job,
	TP_PROTO(u32 dev, u32 id, u32 type, u32 phase),
	TP_ARGS(dev, id, type, phase),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, id)
		__field(u32, type)
		__field(u32, phase)
	),
	TP_fast_assign(
		__entry->dev = dev;
		__entry->id = id;
		__entry->type = type;
		__entry->phase = phase;
	),
	TP_printk("zram%u job=%u %s %s", __entry->dev, __entry->id,
		  __print_symbolic(__entry->type,
				   { ZRAM_JOB_TYPE_RECOMPRESS, "recompress" },
				   { ZRAM_JOB_TYPE_PACK, "pack" },
				   { ZRAM_JOB_TYPE_WRITEBACK, "writeback" },
				   { ZRAM_JOB_TYPE_PROMOTE, "promote" },
				   { ZRAM_JOB_TYPE_DETACH, "detach" }),
		  __print_symbolic(__entry->phase,
				   { ZRAM_JOB_PHASE_RUNNING, "running" },
				   { ZRAM_JOB_PHASE_DONE, "done" },
				   { ZRAM_JOB_PHASE_BOUNDED, "bounded" },
				   { ZRAM_JOB_PHASE_CANCELLED, "cancelled" },
				   { ZRAM_JOB_PHASE_FAILED, "failed" }))
);

TRACE_EVENT(zram_backing_io,
	TP_PROTO(u32 dev, u32 write, u32 sectors, u64 ns, s32 err),
	TP_ARGS(dev, write, sectors, ns, err),
	TP_STRUCT__entry(
		__field(u64, ns)
		__field(u32, dev)
		__field(u32, write)
		__field(u32, sectors)
		__field(s32, err)
	),
	TP_fast_assign(
		__entry->ns = ns;
		__entry->dev = dev;
		__entry->write = write;
		__entry->sectors = sectors;
		__entry->err = err;
	),
	TP_printk("zram%u %s sectors=%u ns=%llu err=%d", __entry->dev,
		  __entry->write ? "write" : "read", __entry->sectors,
		  __entry->ns, __entry->err)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
