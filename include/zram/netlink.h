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

#define ZRAM_ALGO_NAME_MAX	128	/* with the NUL */

enum zram_cmd {
	ZRAM_CMD_NEW = 1,
	ZRAM_CMD_DELETE = 2,
	ZRAM_CMD_GET = 3,
	ZRAM_CMD_SET = 4,
	ZRAM_CMD_RESET = 5,
	ZRAM_CMD_SLOT_GET = 6,
	ZRAM_CMD_FEATURES = 7,

	__ZRAM_CMD_END,
	ZRAM_CMD_MAX = __ZRAM_CMD_END - 1
};

/* Attribute set "dev": new, delete, get, set, reset. */
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

	__ZRAM_A_DEV_END,
	ZRAM_A_DEV_MAX = __ZRAM_A_DEV_END - 1
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

	__ZRAM_A_ALGO_END,
	ZRAM_A_ALGO_MAX = __ZRAM_A_ALGO_END - 1
};

/* Bits of ZRAM_A_DEV_STATE. */
enum zram_state {
	ZRAM_STATE_INITIALISED = 1 << 0,
	ZRAM_STATE_IN_USE = 1 << 1,
};

/* Bits of ZRAM_A_FEAT_BITS. */
enum zram_feature {
	ZRAM_F_SLOT_DUMP = 1 << 0,
	ZRAM_F_PROBE = 1 << 1,
};

/* One occupied slot; 24 bytes, in host byte order. */
struct zram_slot_row {
	__u64 index;		/* slot */
	__u32 atime;		/* last access, boottime seconds */
	__u32 csize;		/* bytes kept in memory, 0 for a fill */
	__u8 kind;		/* enum zram_kind (trace_events.h) */
	__u8 tier;		/* enum zram_tier (trace_events.h) */
	__u8 prio;		/* codec priority 0..3 */
	__u8 pad[5];		/* 0 */
};

#endif
