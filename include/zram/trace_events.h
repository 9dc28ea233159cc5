/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The tracepoints of system "zram": names, arguments, units.
 *
 * They live in zslot_trace.ko. All arguments are integers, so that a raw
 * tracepoint program reads ctx->args[N] with the indices below and needs no
 * BTF. New arguments are only ever added at the end; ZRAM_TRACE_VERSION
 * counts the changes, and zslot_trace.ko exports zslot_trace_v<VERSION>, which
 * zram.ko refers to, so that a mismatched pair of modules does not load.
 *
 * Slot events fire while the slot is locked: their order is the slot's own.
 */
#ifndef ZRAM_TRACE_EVENTS_H
#define ZRAM_TRACE_EVENTS_H

#define ZRAM_TRACE_VERSION 2

/* What a slot holds ("kind"). */
enum zram_kind {
	ZRAM_KIND_EMPTY = 0,	/* nothing: reads as zeroes */
	ZRAM_KIND_FILL = 1,	/* one repeated word, no memory */
	ZRAM_KIND_OBJECT = 2,	/* a compressed object in the pool */
	ZRAM_KIND_RAW = 3,	/* a page stored as it is */
	ZRAM_KIND_PACKED = 4,	/* part of a pack */
};

/* Where a slot's bytes rest ("tier"), from fast to slow. */
enum zram_tier {
	ZRAM_TIER_HOT = 0,	/* fill, raw, or object of the primary codec; or
				 * a pack that was made as it was written */
	ZRAM_TIER_WARM = 1,	/* object of a secondary codec */
	ZRAM_TIER_COLD = 2,	/* any other pack in memory */
	ZRAM_TIER_FROZEN = 3,	/* pack on the backing device */
};

/* Phases of a device's life in zram_device. */
enum zram_phase {
	ZRAM_PHASE_ADD = 0,	/* the id is taken, no disksize; generation 0 */
	ZRAM_PHASE_INIT = 1,	/* has a disksize: a generation begins */
	ZRAM_PHASE_RESET = 2,	/* contents dropped: the generation ends */
	ZRAM_PHASE_REMOVE = 3,	/* the id is free again; generation 0 */
};

/* What a job does ("type" of zram_job). */
enum zram_job_type {
	ZRAM_JOB_TYPE_RECOMPRESS = 0,	/* slots go to a secondary codec */
	ZRAM_JOB_TYPE_PACK = 1,		/* slots go into packs in memory */
	ZRAM_JOB_TYPE_WRITEBACK = 2,	/* packs go to the backing device */
	ZRAM_JOB_TYPE_PROMOTE = 3,	/* packs come back into memory */
	ZRAM_JOB_TYPE_DETACH = 4,	/* all of them, then the device goes */
};

/* Where a job is ("phase" of zram_job); done and later: it has ended. */
enum zram_job_phase {
	ZRAM_JOB_PHASE_QUEUED = 0,	/* others are before it */
	ZRAM_JOB_PHASE_RUNNING = 1,
	ZRAM_JOB_PHASE_PAUSED = 2,	/* the machine is about to sleep */
	ZRAM_JOB_PHASE_DONE = 3,
	ZRAM_JOB_PHASE_BOUNDED = 4,	/* stopped at one of its bounds */
	ZRAM_JOB_PHASE_CANCELLED = 5,
	ZRAM_JOB_PHASE_FAILED = 6,
};

/*
 * zram_device(dev, phase, generation, slots)
 * A device enters a phase. generation: never used twice while zslot_trace.ko
 * stays loaded, nor, most likely, until the next boot, and never 0; slots: size
 * of the device in slots.
 */
enum {
	ZRAM_TP_DEVICE_DEV,		/* u32: N of zramN */
	ZRAM_TP_DEVICE_PHASE,		/* u32: enum zram_phase */
	ZRAM_TP_DEVICE_GENERATION,	/* u32 */
	ZRAM_TP_DEVICE_SLOTS,		/* u64 */
};

/*
 * zram_slot_write(dev, index, csize, kind, prio, now, prev, generation)
 * A slot got new contents. csize: bytes kept in memory, 0 for a fill,
 * the page size for raw (up to 65536); prio: codec priority 0..3;
 * now: boottime seconds at the event; prev: the slot's access time before,
 * 0 when it was empty; generation as in zram_device.
 */
enum {
	ZRAM_TP_WRITE_DEV,		/* u32 */
	ZRAM_TP_WRITE_INDEX,		/* u64: slot */
	ZRAM_TP_WRITE_CSIZE,		/* u32: bytes */
	ZRAM_TP_WRITE_KIND,		/* u32: enum zram_kind */
	ZRAM_TP_WRITE_PRIO,		/* u32 */
	ZRAM_TP_WRITE_NOW,		/* u32: boottime s */
	ZRAM_TP_WRITE_PREV,		/* u32: boottime s */
	ZRAM_TP_WRITE_GENERATION,	/* u32 */
};

/*
 * zram_slot_read(dev, index, csize, tier, prio, now, prev, generation)
 * A slot was read. Fires for occupied slots only.
 *
 * zram_slot_free(dev, index, csize, tier, prio, now, prev, generation)
 * A slot became empty: discard, write-zeroes or a freed swap entry. An
 * overwrite is a zram_slot_write alone; a reset is a zram_device alone.
 */
enum {
	ZRAM_TP_SLOT_DEV,		/* u32 */
	ZRAM_TP_SLOT_INDEX,		/* u64: slot */
	ZRAM_TP_SLOT_CSIZE,		/* u32: bytes, as in zram_slot_write */
	ZRAM_TP_SLOT_TIER,		/* u32: enum zram_tier */
	ZRAM_TP_SLOT_PRIO,		/* u32 */
	ZRAM_TP_SLOT_NOW,		/* u32: boottime s */
	ZRAM_TP_SLOT_PREV,		/* u32: boottime s */
	ZRAM_TP_SLOT_GENERATION,	/* u32 */
};

/*
 * zram_limit(dev, used, limit)
 * A write failed because the pool had reached mem_limit.
 */
enum {
	ZRAM_TP_LIMIT_DEV,		/* u32 */
	ZRAM_TP_LIMIT_USED,		/* u64: bytes in the pool */
	ZRAM_TP_LIMIT_LIMIT,		/* u64: bytes */
};

/*
 * zram_slot_move(dev, index, from, to, csize, generation)
 * A job gave a slot another tier, or its bytes another size; the access time
 * stays. Of a slot in a pack, csize is its share of the pack, rounded up;
 * so it is in the events of such a slot above.
 */
enum {
	ZRAM_TP_MOVE_DEV,		/* u32 */
	ZRAM_TP_MOVE_INDEX,		/* u64: slot */
	ZRAM_TP_MOVE_FROM,		/* u32: enum zram_tier */
	ZRAM_TP_MOVE_TO,		/* u32: enum zram_tier */
	ZRAM_TP_MOVE_CSIZE,		/* u32: bytes, as in zram_slot_write */
	ZRAM_TP_MOVE_GENERATION,	/* u32 */
};

/*
 * zram_job(dev, id, type, phase)
 * A job begins to run, or ends. id: never used twice while zram.ko is loaded.
 */
enum {
	ZRAM_TP_JOB_DEV,		/* u32 */
	ZRAM_TP_JOB_ID,			/* u32 */
	ZRAM_TP_JOB_TYPE,		/* u32: enum zram_job_type */
	ZRAM_TP_JOB_PHASE,		/* u32: enum zram_job_phase */
};

/*
 * zram_pack(dev, pack, slots, csize)
 * A pack was made: its id, never used twice, its slots and its bytes; or it was
 * dropped, since its last slot went: slots and csize are 0.
 */
enum {
	ZRAM_TP_PACK_DEV,		/* u32 */
	ZRAM_TP_PACK_PACK,		/* u64 */
	ZRAM_TP_PACK_SLOTS,		/* u32 */
	ZRAM_TP_PACK_CSIZE,		/* u32: bytes */
};

/*
 * zram_backing_io(dev, write, sectors, ns, err)
 * A request to the backing device ended. Only packs cause them: one request an
 * extent. ns: from submission to completion.
 */
enum {
	ZRAM_TP_BACKING_IO_DEV,		/* u32 */
	ZRAM_TP_BACKING_IO_WRITE,	/* u32: 1 write, 0 read */
	ZRAM_TP_BACKING_IO_SECTORS,	/* u32: of 512 bytes */
	ZRAM_TP_BACKING_IO_NS,		/* u64 */
	ZRAM_TP_BACKING_IO_ERR,		/* s32: 0 or a negative errno */
};

#endif
