/* SPDX-License-Identifier: GPL-2.0-only */
/* A dump of the packed rows of one device: what slot-get and pack-get share. */
#ifndef ZRAM_GENL_ROWS_H
#define ZRAM_GENL_ROWS_H

#include "genl_internal.h"

struct zram_info;

/* Where a dump stands; lives in cb->ctx, which is zeroed. */
struct zram_rows_cursor {
	u64 next;		/* the smallest number not looked at yet */
	u64 end;		/* of the kind */
	void *batch;		/* of the kind */
	const char *algo;	/* of the kind, as is level: of this message */
	u32 id;
	u32 generation;		/* of all rows; another one ends the dump */
	s32 level;
	bool begun;
	bool ended;		/* all is told */
};

/*
 * A kind of rows.
 * begin: set next and what else add needs. An errno refuses the request.
 * head: what holds for all rows of a message; NULL: nothing. -EMSGSIZE.
 * add: rows until the message is full or all are told, or another head is
 *	needed. -EAGAIN: the device is not what it was when the dump began;
 *	-EINTR: a signal kills the reader.
 */
struct zram_rows {
	u8 cmd;
	int id_attr, generation_attr, rows_attr;
	size_t row_size;
	int (*begin)(struct zram_rows_cursor *at, struct nlattr **attrs,
		     const struct zram_info *info);
	int (*head)(struct sk_buff *skb, struct zram_device *dev,
		    struct zram_rows_cursor *at);
	int (*add)(struct sk_buff *skb, struct zram_device *dev,
		   struct zram_rows_cursor *at);
};

/* -EINVAL and -ENODEV with an extended ack, and what begin says. */
int zram_genl_rows_start(struct netlink_callback *cb,
			 const struct zram_rows *rows);
int zram_genl_rows_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct zram_rows *rows);

#endif
