// SPDX-License-Identifier: GPL-2.0-only
/* slot-get: the occupied slots of one device, as a dump of packed rows. */

#include "genl_rows.h"

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "control.h"
#include "slot.h"
#include "zram/netlink.h"

#define BATCH 256	/* rows asked of control at a time */

/* at->batch: BATCH of struct zram_slot_info. at->end: beyond the range. */
static int begin_slots(struct zram_rows_cursor *at, struct nlattr **attrs,
		       const struct zram_info *info)
{
	u64 nr_slots = info->disksize >> PAGE_SHIFT;
	u64 first = 0, count = U64_MAX;

	if (attrs[ZRAM_A_SLOT_FIRST])
		first = nla_get_u64(attrs[ZRAM_A_SLOT_FIRST]);
	if (attrs[ZRAM_A_SLOT_COUNT])
		count = nla_get_u64(attrs[ZRAM_A_SLOT_COUNT]);
	at->next = min(first, nr_slots);
	at->end = at->next + min(count, nr_slots - at->next);
	at->batch = kmalloc_array(BATCH, sizeof(struct zram_slot_info),
				  GFP_KERNEL);
	return at->batch ? 0 : -ENOMEM;
}

static u8 row_flags(const struct zram_slot_info *s)
{
	return (s->flags & ZRAM_SLOT_IDLE ? ZRAM_ROW_IDLE : 0) |
	       (s->flags & ZRAM_SLOT_PICKED ? ZRAM_ROW_PICKED : 0) |
	       (s->flags & ZRAM_SLOT_INCOMPRESSIBLE ?
			ZRAM_ROW_INCOMPRESSIBLE : 0);
}

static void put_rows(struct sk_buff *skb, const struct zram_slot_info *slots,
		     int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		const struct zram_slot_row row = {
			.index = slots[i].index,
			.atime = slots[i].atime,
			.csize = slots[i].csize,
			.kind = slots[i].kind,
			.tier = slots[i].tier,
			.prio = slots[i].prio,
			.flags = row_flags(&slots[i]),
		};

		skb_put_data(skb, &row, sizeof(row));
	}
}

static int add_slots(struct sk_buff *skb, struct zram_device *dev,
		     struct zram_rows_cursor *at)
{
	while (at->next < at->end) {
		unsigned int room = skb_tailroom(skb) /
				    sizeof(struct zram_slot_row);
		u64 next = at->next;
		u32 generation;
		int nr;

		if (!room)
			return 0;
		nr = zram_control_slots(dev, &next, at->end, at->batch,
					min_t(unsigned int, room, BATCH),
					&generation);
		if (nr < 0 || generation != at->generation)
			return -EAGAIN;
		put_rows(skb, at->batch, nr);
		at->next = next;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	at->ended = true;
	return 0;
}

static const struct zram_rows slot_rows = {
	.cmd = ZRAM_CMD_SLOT_GET,
	.id_attr = ZRAM_A_SLOT_ID,
	.generation_attr = ZRAM_A_SLOT_GENERATION,
	.rows_attr = ZRAM_A_SLOT_ROWS,
	.row_size = sizeof(struct zram_slot_row),
	.begin = begin_slots,
	.add = add_slots,
};

int zram_genl_slots_start(struct netlink_callback *cb)
{
	return zram_genl_rows_start(cb, &slot_rows);
}

int zram_genl_slots_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return zram_genl_rows_dump(skb, cb, &slot_rows);
}

int zram_genl_slots_done(struct netlink_callback *cb)
{
	kfree(((struct zram_rows_cursor *)cb->ctx)->batch);
	return 0;
}
