// SPDX-License-Identifier: GPL-2.0-only
/* slot-get: the occupied slots of one device, as a dump of packed rows. */

#include "genl_internal.h"

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "control.h"
#include "slot.h"
#include "zram/netlink.h"

#define BATCH 256	/* rows asked of control at a time */

/* Where a dump of slots stands; lives in cb->ctx. */
struct slots_cursor {
	struct zram_slot_info *batch;	/* NULL: not begun */
	u64 next;		/* first slot not looked at yet */
	u64 end;		/* first slot beyond the range */
	u32 id;
	u32 generation;		/* of all rows; another one ends the dump */
};

static void set_range(struct slots_cursor *at, struct nlattr **attrs,
		      u64 nr_slots)
{
	u64 first = 0, count = U64_MAX;

	if (attrs[ZRAM_A_SLOT_FIRST])
		first = nla_get_u64(attrs[ZRAM_A_SLOT_FIRST]);
	if (attrs[ZRAM_A_SLOT_COUNT])
		count = nla_get_u64(attrs[ZRAM_A_SLOT_COUNT]);
	at->next = min(first, nr_slots);
	at->end = at->next + min(count, nr_slots - at->next);
}

int zram_genl_dump_info(struct netlink_callback *cb, int id_attr,
			struct zram_info *info)
{
	struct nlattr *id = zram_dump_attrs(cb)[id_attr];
	struct zram_device *dev;
	int err;

	err = zram_genl_check_twice(cb->nlh, 0, cb->extack);
	if (err)
		return err;
	if (!id) {
		NL_SET_ERR_MSG(cb->extack, "the request names no device (id)");
		return -EINVAL;
	}
	dev = zram_control_get(nla_get_u32(id));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id,
				    "there is no device of this id");
		return -ENODEV;
	}
	zram_control_info(dev, info);
	zram_control_put(dev);
	if (!info->initialised) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id,
				    "the device has no disksize yet");
		return -EINVAL;
	}
	return 0;
}

/* Checks the request and sets the cursor. */
static int begin_slots(struct netlink_callback *cb)
{
	struct slots_cursor *at = (struct slots_cursor *)cb->ctx;
	struct nlattr **attrs = zram_dump_attrs(cb);
	struct zram_info info;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	err = zram_genl_dump_info(cb, ZRAM_A_SLOT_ID, &info);
	if (err)
		return err;
	at->id = nla_get_u32(attrs[ZRAM_A_SLOT_ID]);
	at->generation = info.generation;
	at->batch = kmalloc_array(BATCH, sizeof(*at->batch), GFP_KERNEL);
	if (!at->batch)
		return -ENOMEM;
	set_range(at, attrs, info.disksize >> PAGE_SHIFT);
	return 0;
}

/* Where start has no extended ack (6.1), the first piece checks the request. */
int zram_genl_slots_start(struct netlink_callback *cb)
{
	return cb->extack ? begin_slots(cb) : 0;
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

/*
 * Rows until the message is full or the range is done. -EAGAIN: the device is
 * not what it was when the dump began. -EINTR: a signal kills the reader.
 */
static int add_rows(struct sk_buff *skb, struct zram_device *dev,
		    struct slots_cursor *at)
{
	while (at->next < at->end) {
		unsigned int room = skb_tailroom(skb) /
				    sizeof(struct zram_slot_row);
		u64 next = at->next;
		u32 generation;
		int nr;

		if (!room)
			break;
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
	return 0;
}

/* Nothing more will come, and the reader learns that it is not whole. */
static void end_interrupted(struct netlink_callback *cb,
			    struct slots_cursor *at)
{
	at->next = at->end;
	cb->prev_seq = at->generation;
	cb->seq = ~at->generation;
}

static int fill_rows(struct sk_buff *skb, struct netlink_callback *cb,
		     struct zram_device *dev)
{
	struct slots_cursor *at = (struct slots_cursor *)cb->ctx;
	struct nlattr *rows;
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &zram_genl_family, NLM_F_MULTI, ZRAM_CMD_SLOT_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, ZRAM_A_SLOT_ID, at->id) ||
	    nla_put_u32(skb, ZRAM_A_SLOT_GENERATION, at->generation))
		goto err_cancel;
	rows = nla_reserve(skb, ZRAM_A_SLOT_ROWS, 0);
	if (!rows || skb_tailroom(skb) < sizeof(struct zram_slot_row))
		goto err_cancel;

	err = add_rows(skb, dev, at);
	if (err == -EINTR) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	if (err)
		end_interrupted(cb, at);
	rows->nla_len = skb_tail_pointer(skb) - (unsigned char *)rows;
	if (!nla_len(rows)) {	/* nothing but empty slots: the dump ends */
		genlmsg_cancel(skb, hdr);
		return 0;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;

err_cancel:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

int zram_genl_slots_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct slots_cursor *at = (struct slots_cursor *)cb->ctx;
	struct zram_device *dev;
	int err;

	if (!at->batch) {
		err = begin_slots(cb);
		if (err)
			return err;
	}
	if (at->next >= at->end)
		return 0;
	cb->seq = at->generation;
	dev = zram_control_get(at->id);
	if (!dev) {
		end_interrupted(cb, at);
		return 0;
	}
	err = fill_rows(skb, cb, dev);
	zram_control_put(dev);
	return err ?: skb->len;
}

int zram_genl_slots_done(struct netlink_callback *cb)
{
	struct slots_cursor *at = (struct slots_cursor *)cb->ctx;

	kfree(at->batch);
	return 0;
}
