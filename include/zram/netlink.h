/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The generic netlink family "zram": numbers only.
 *
 * docs/netlink/zram.yaml is the source and says what each one means, its unit,
 * range and errors; a test compares the two. Numbers are never reused and
 * never move: new ones go to the end.
 */
#ifndef ZRAM_NETLINK_H
#define ZRAM_NETLINK_H

#include <linux/types.h>

#define ZRAM_GENL_NAME		"zram"
#define ZRAM_GENL_VERSION	1
#define ZRAM_GENL_GROUP_EVENTS	"events"

#define ZRAM_ALGO_NAME_MAX	128	/* with the NUL */
#define ZRAM_JOB_HISTORY	32	/* jobs of a device that ended */

enum zram_cmd {
	ZRAM_CMD_NEW = 1,
	ZRAM_CMD_DELETE = 2,
	ZRAM_CMD_GET = 3,
	ZRAM_CMD_SET = 4,
	ZRAM_CMD_RESET = 5,
	ZRAM_CMD_SLOT_GET = 6,
	ZRAM_CMD_FEATURES = 7,
	ZRAM_CMD_JOB_START = 8,
	ZRAM_CMD_JOB_CANCEL = 9,
	ZRAM_CMD_JOB_GET = 10,
	ZRAM_CMD_EVENT = 11,
	ZRAM_CMD_ATTACH = 12,
	ZRAM_CMD_DETACH = 13,
	ZRAM_CMD_PACK_GET = 14,
	ZRAM_CMD_COMPACT = 15,
	ZRAM_CMD_IDLE = 16,

	__ZRAM_CMD_END,
	ZRAM_CMD_MAX = __ZRAM_CMD_END - 1
};

/* Attribute set "dev": new, delete, get, set, reset, attach, detach, compact, idle. */
enum zram_a_dev {
	ZRAM_A_DEV_PAD = 1,
	ZRAM_A_DEV_ID = 2,			/* u32 */
	ZRAM_A_DEV_GENERATION = 3,		/* u32 */
	ZRAM_A_DEV_STATE = 4,			/* u32: enum zram_state */
	ZRAM_A_DEV_ALGO = 5,			/* string */
	ZRAM_A_DEV_LEVEL = 6,			/* s32 */
	ZRAM_A_DEV_DISKSIZE = 7,		/* u64, bytes */
	ZRAM_A_DEV_MEM_LIMIT = 8,		/* u64, bytes */
	ZRAM_A_DEV_ORIG_DATA_SIZE = 9,		/* u64, bytes */
	ZRAM_A_DEV_COMPR_DATA_SIZE = 10,	/* u64, bytes */
	ZRAM_A_DEV_MEM_USED_TOTAL = 11,		/* u64, bytes */
	ZRAM_A_DEV_MEM_USED_MAX = 12,		/* u64, bytes */
	ZRAM_A_DEV_SAME_PAGES = 13,		/* u64 */
	ZRAM_A_DEV_HUGE_PAGES = 14,		/* u64 */
	ZRAM_A_DEV_HUGE_PAGES_SINCE = 15,	/* u64 */
	ZRAM_A_DEV_PAGES_COMPACTED = 16,	/* u64 */
	ZRAM_A_DEV_FAILED_READS = 17,		/* u64 */
	ZRAM_A_DEV_FAILED_WRITES = 18,		/* u64 */
	ZRAM_A_DEV_NOTIFY_FREE = 19,		/* u64 */
	ZRAM_A_DEV_PROBED_RAW = 20,		/* u64 */
	ZRAM_A_DEV_TABLE_BYTES = 21,		/* u64, bytes */
	ZRAM_A_DEV_CODEC_BYTES = 22,		/* u64, bytes */
	ZRAM_A_DEV_PACK_BYTES = 23,		/* u64, bytes */
	ZRAM_A_DEV_CODEC = 24,			/* nest, repeated */
	ZRAM_A_DEV_BACKING = 25,		/* string */
	ZRAM_A_DEV_BACKING_SIZE = 26,		/* u64, bytes */
	ZRAM_A_DEV_BACKING_USED = 27,		/* u64, bytes */
	ZRAM_A_DEV_BACKING_READ = 28,		/* u64, bytes */
	ZRAM_A_DEV_BACKING_WRITTEN = 29,	/* u64, bytes */
	ZRAM_A_DEV_WARM_SLOTS = 30,		/* u64 */
	ZRAM_A_DEV_COLD_SLOTS = 31,		/* u64 */
	ZRAM_A_DEV_FROZEN_SLOTS = 32,		/* u64 */
	ZRAM_A_DEV_PROMOTE_READS = 33,		/* u32 */
	ZRAM_A_DEV_PROMOTE_SECONDS = 34,	/* u32, seconds */
	ZRAM_A_DEV_FOLIO_PACKS = 35,		/* u32: enum zram_folio_mode */
	ZRAM_A_DEV_FOLIO_STATE = 36,		/* u32: enum zram_folio_state */
	ZRAM_A_DEV_FOLIO_WRITTEN = 37,		/* u64, pages */
	ZRAM_A_DEV_FOLIO_READ_WHOLE = 38,	/* u64, pages */
	ZRAM_A_DEV_FOLIO_READ_SINGLE = 39,	/* u64, pages */
	ZRAM_A_DEV_FOLIO_DECODED = 40,		/* u64 */
	ZRAM_A_DEV_WRITEBACK_LIMIT = 41,	/* u64, bytes */
	ZRAM_A_DEV_RESET_USED_MAX = 42,		/* flag */
	ZRAM_A_DEV_IDLE_AGE = 43,		/* u32, seconds */

	__ZRAM_A_DEV_END,
	ZRAM_A_DEV_MAX = __ZRAM_A_DEV_END - 1
};

/* Attribute set "codec": inside ZRAM_A_DEV_CODEC. */
enum zram_a_codec {
	ZRAM_A_CODEC_PRIORITY = 1,		/* u32 */
	ZRAM_A_CODEC_ALGO = 2,			/* string */
	ZRAM_A_CODEC_LEVEL = 3,			/* s32 */
	ZRAM_A_CODEC_WINBITS = 4,		/* s32 */
	ZRAM_A_CODEC_DICT_FD = 5,		/* u32 */
	ZRAM_A_CODEC_DICT_SIZE = 6,		/* u32, bytes */
	ZRAM_A_CODEC_SLOTS = 7,			/* u64 */
	ZRAM_A_CODEC_PAD = 8,

	__ZRAM_A_CODEC_END,
	ZRAM_A_CODEC_MAX = __ZRAM_A_CODEC_END - 1
};

/* Attribute set "slot": slot-get. */
enum zram_a_slot {
	ZRAM_A_SLOT_PAD = 1,
	ZRAM_A_SLOT_ID = 2,			/* u32 */
	ZRAM_A_SLOT_FIRST = 3,			/* u64 */
	ZRAM_A_SLOT_COUNT = 4,			/* u64 */
	ZRAM_A_SLOT_GENERATION = 5,		/* u32 */
	ZRAM_A_SLOT_ROWS = 6,			/* struct zram_slot_row[] */

	__ZRAM_A_SLOT_END,
	ZRAM_A_SLOT_MAX = __ZRAM_A_SLOT_END - 1
};

/* Attribute set "feat": features. */
enum zram_a_feat {
	ZRAM_A_FEAT_PAD = 1,
	ZRAM_A_FEAT_BITS = 2,			/* u64: enum zram_feature */
	ZRAM_A_FEAT_TRACE_VERSION = 3,		/* u32 */
	ZRAM_A_FEAT_PAGE_SIZE = 4,		/* u32, bytes */
	ZRAM_A_FEAT_DISKSIZE_MAX = 5,		/* u64, bytes */
	ZRAM_A_FEAT_CODECS_MAX = 6,		/* u32 */
	ZRAM_A_FEAT_ALGO = 7,			/* nest, repeated */

	__ZRAM_A_FEAT_END,
	ZRAM_A_FEAT_MAX = __ZRAM_A_FEAT_END - 1
};

/* Attribute set "algo": inside ZRAM_A_FEAT_ALGO. */
enum zram_a_algo {
	ZRAM_A_ALGO_NAME = 1,			/* string */
	ZRAM_A_ALGO_DEFAULT = 2,		/* flag */
	ZRAM_A_ALGO_LEVELS = 3,			/* flag */
	ZRAM_A_ALGO_DICTS = 4,			/* flag */

	__ZRAM_A_ALGO_END,
	ZRAM_A_ALGO_MAX = __ZRAM_A_ALGO_END - 1
};

/* Attribute set "job": job-start, job-cancel, job-get, inside an event. */
enum zram_a_job {
	ZRAM_A_JOB_PAD = 1,
	ZRAM_A_JOB_ID = 2,			/* u32: N of zramN */
	ZRAM_A_JOB_JOB = 3,			/* u32 */
	ZRAM_A_JOB_TYPE = 4,			/* u32: enum zram_job_type */
	ZRAM_A_JOB_FILTER = 5,			/* u32: enum zram_filter */
	ZRAM_A_JOB_MIN_AGE = 6,			/* u32, seconds */
	ZRAM_A_JOB_RANGES = 7,			/* struct zram_slot_range[] */
	ZRAM_A_JOB_PRIO = 8,			/* u32 */
	ZRAM_A_JOB_THRESHOLD = 9,		/* u32, bytes */
	ZRAM_A_JOB_MAX_SLOTS = 10,		/* u64 */
	ZRAM_A_JOB_PACK_SLOTS = 11,		/* u32 */
	ZRAM_A_JOB_LEVEL = 12,			/* s32 */
	ZRAM_A_JOB_MAX_BYTES = 13,		/* u64, bytes */
	ZRAM_A_JOB_MAX_MS = 14,			/* u32, ms */
	ZRAM_A_JOB_FORCE = 15,			/* flag */
	ZRAM_A_JOB_PHASE = 16,			/* u32: enum zram_job_phase */
	ZRAM_A_JOB_ERROR = 17,			/* u32: errno */
	ZRAM_A_JOB_TOTAL = 18,			/* u64 */
	ZRAM_A_JOB_DONE = 19,			/* u64 */
	ZRAM_A_JOB_MOVED = 20,			/* u64 */
	ZRAM_A_JOB_SKIPPED = 21,		/* u64 */
	ZRAM_A_JOB_BYTES_BEFORE = 22,		/* u64, bytes */
	ZRAM_A_JOB_BYTES_AFTER = 23,		/* u64, bytes */
	ZRAM_A_JOB_BYTES_WRITTEN = 24,		/* u64, bytes */
	ZRAM_A_JOB_QUEUED = 25,			/* u64, boottime ns */
	ZRAM_A_JOB_STARTED = 26,		/* u64, boottime ns */
	ZRAM_A_JOB_ENDED = 27,			/* u64, boottime ns */
	ZRAM_A_JOB_FAILED = 28,			/* u64 */

	__ZRAM_A_JOB_END,
	ZRAM_A_JOB_MAX = __ZRAM_A_JOB_END - 1
};

/* Attribute set "event": group events. */
enum zram_a_event {
	ZRAM_A_EVENT_PAD = 1,
	ZRAM_A_EVENT_TYPE = 2,			/* u32: enum zram_event_type */
	ZRAM_A_EVENT_ID = 3,			/* u32: N of zramN */
	ZRAM_A_EVENT_GENERATION = 4,		/* u32 */
	ZRAM_A_EVENT_USED = 5,			/* u64, bytes */
	ZRAM_A_EVENT_LIMIT = 6,			/* u64, bytes */
	ZRAM_A_EVENT_ERROR = 7,			/* u32: errno */
	ZRAM_A_EVENT_JOB = 8,			/* nest: set "job" */

	__ZRAM_A_EVENT_END,
	ZRAM_A_EVENT_MAX = __ZRAM_A_EVENT_END - 1
};

/* Attribute set "pack": pack-get. */
enum zram_a_pack {
	ZRAM_A_PACK_PAD = 1,
	ZRAM_A_PACK_ID = 2,			/* u32: N of zramN */
	ZRAM_A_PACK_FROM = 3,			/* u64 */
	ZRAM_A_PACK_GENERATION = 4,		/* u32 */
	ZRAM_A_PACK_ROWS = 5,			/* struct zram_pack_row[] */
	ZRAM_A_PACK_ALGO = 6,			/* string, of all these rows */
	ZRAM_A_PACK_LEVEL = 7,			/* s32, the same */

	__ZRAM_A_PACK_END,
	ZRAM_A_PACK_MAX = __ZRAM_A_PACK_END - 1
};

/* What happened: ZRAM_A_EVENT_TYPE. */
enum zram_event_type {
	ZRAM_EVENT_ADD = 0,
	ZRAM_EVENT_INIT = 1,
	ZRAM_EVENT_RESET = 2,
	ZRAM_EVENT_REMOVE = 3,
	ZRAM_EVENT_LIMIT_NEAR = 4,
	ZRAM_EVENT_LIMIT_REACHED = 5,
	ZRAM_EVENT_WRITE_FAILED = 6,
	ZRAM_EVENT_JOB_START = 7,
	ZRAM_EVENT_JOB_PROGRESS = 8,
	ZRAM_EVENT_JOB_END = 9,
	ZRAM_EVENT_BACKING_FULL = 10,
	ZRAM_EVENT_BACKING_FAILING = 11,
	ZRAM_EVENT_ATTACH = 12,
	ZRAM_EVENT_DETACH = 13,
};

/* Bits of ZRAM_A_JOB_FILTER: a slot is meant when all of them hold. */
enum zram_filter {
	ZRAM_FILTER_IDLE = 1 << 0,
	ZRAM_FILTER_HUGE = 1 << 1,
	ZRAM_FILTER_INCOMPRESSIBLE = 1 << 2,
};

/* Slots first..first+count-1; in host byte order. */
struct zram_slot_range {
	__u64 first;
	__u64 count;
};

/* Bits of ZRAM_A_DEV_STATE. */
enum zram_state {
	ZRAM_STATE_INITIALISED = 1 << 0,
	ZRAM_STATE_IN_USE = 1 << 1,
};

/* Which large writes become packs: ZRAM_A_DEV_FOLIO_PACKS. */
enum zram_folio_mode {
	ZRAM_FOLIO_MODE_OFF = 0,
	ZRAM_FOLIO_MODE_AUTO = 1,
	ZRAM_FOLIO_MODE_SWAP = 2,
	ZRAM_FOLIO_MODE_ALL = 3,
};

/* And what has come of it: ZRAM_A_DEV_FOLIO_STATE. */
enum zram_folio_state {
	ZRAM_FOLIO_STATE_OFF = 0,
	ZRAM_FOLIO_STATE_WAITING = 1,
	ZRAM_FOLIO_STATE_ACTIVE = 2,
	ZRAM_FOLIO_STATE_STOPPED = 3,
	ZRAM_FOLIO_STATE_NO_CODEC = 4,
	ZRAM_FOLIO_STATE_NO_MEMORY = 5,
};

/* Bits of ZRAM_A_FEAT_BITS. */
enum zram_feature {
	ZRAM_F_SLOT_DUMP = 1 << 0,
	ZRAM_F_PROBE = 1 << 1,
	ZRAM_F_JOBS = 1 << 2,
	ZRAM_F_EVENTS = 1 << 3,
	ZRAM_F_BACKING = 1 << 4,
	ZRAM_F_PACK_DUMP = 1 << 5,
	ZRAM_F_FOLIO_PACKS = 1 << 6,
};

/* Bits of zram_slot_row.flags. */
enum zram_row_flag {
	ZRAM_ROW_IDLE = 1 << 0,
	ZRAM_ROW_INCOMPRESSIBLE = 1 << 1,
	ZRAM_ROW_PICKED = 1 << 2,
};

/* One occupied slot; 24 bytes, in host byte order. */
struct zram_slot_row {
	__u64 index;		/* slot */
	__u32 atime;		/* last access, boottime seconds */
	__u32 csize;		/* bytes kept in memory, 0 for a fill */
	__u8 kind;		/* enum zram_kind (trace_events.h) */
	__u8 tier;		/* enum zram_tier (trace_events.h) */
	__u8 prio;		/* codec priority 0..3 */
	__u8 flags;		/* enum zram_row_flag */
	__u8 pad[4];		/* 0 */
};

/* Bits of zram_pack_row.flags. */
enum zram_pack_flag {
	ZRAM_PACK_RAW = 1 << 0,
	ZRAM_PACK_SPARSE = 1 << 1,
	ZRAM_PACK_LOST = 1 << 2,
};

/* One pack; 32 bytes, in host byte order. */
struct zram_pack_row {
	__u64 pack;		/* its number, never used twice */
	__u64 first;		/* slots, the dead ones included */
	__u64 last;
	__u32 bytes;		/* wherever they rest */
	__u8 slots;		/* that it was made of */
	__u8 live;		/* that it still has */
	__u8 tier;		/* enum zram_tier: not warm */
	__u8 flags;		/* enum zram_pack_flag */
};

#endif
