// SPDX-License-Identifier: GPL-2.0-only
/* pack-get: the packs of one device, as a dump of rows. */

#include "genl_internal.h"

#include <linux/sched.h>

#include "control.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

#define BATCH 8		/* rows asked of control at a time, on the stack */

/* Where a dump of packs stands; lives in cb->ctx. */
struct packs_cursor {
	u64 next;		/* the smallest id not looked at yet */
	u32 id;
	u32 generation;		/* of all rows; another one ends the dump */
	bool begun, ended;
};

/* Checks the request and sets the cursor. */
static int begin_packs(struct netlink_callback *cb)
{
	struct packs_cursor *at = (struct packs_cursor *)cb->ctx;
	struct nlattr **attrs = zram_dump_attrs(cb);
	struct zram_info info;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	err = zram_genl_dump_info(cb, ZRAM_A_PACK_ID, &info);
	if (err)
		return err;
	at->id = nla_get_u32(attrs[ZRAM_A_PACK_ID]);
	at->generation = info.generation;
	if (attrs[ZRAM_A_PACK_FROM])
		at->next = nla_get_u64(attrs[ZRAM_A_PACK_FROM]);
	at->begun = true;
	return 0;
}

/* Where start has no extended ack (6.1), the first piece checks the request. */
int zram_genl_packs_start(struct netlink_callback *cb)
{
	return cb->extack ? begin_packs(cb) : 0;
}

static void put_row(struct sk_buff *skb, const struct zram_pack_info *p)
{
	const struct zram_pack_row row = {
		.pack = p->pack,
		.first = p->first,
		.last = p->last,
		.bytes = p->bytes,
		.slots = p->slots,
		.live = p->live,
		.tier = p->frozen ? ZRAM_TIER_FROZEN : ZRAM_TIER_COLD,
		.flags = (p->raw ? ZRAM_PACK_RAW : 0) |
			 (p->sparse ? ZRAM_PACK_SPARSE : 0) |
			 (p->lost ? ZRAM_PACK_LOST : 0),
	};

	skb_put_data(skb, &row, sizeof(row));
}

/*
 * Rows until the message is full or all are told. False: the device is not what
 * it was when the dump began.
 */
static bool add_rows(struct sk_buff *skb, struct zram_device *dev,
		     struct packs_cursor *at)
{
	struct zram_pack_info packs[BATCH];
	unsigned int room;

	while ((room = skb_tailroom(skb) / sizeof(struct zram_pack_row))) {
		u64 next = at->next;
		u32 generation;
		int i, nr;

		nr = zram_control_packs(dev, &next, packs,
					min_t(unsigned int, room, BATCH),
					&generation);
		if (nr < 0 || generation != at->generation)
			return false;
		if (!nr) {
			at->ended = true;
			break;
		}
		for (i = 0; i < nr; i++)
			put_row(skb, &packs[i]);
		at->next = next;
		cond_resched();
	}
	return true;
}

/* Nothing more will come, and the reader learns that it is not whole. */
static void end_interrupted(struct netlink_callback *cb,
			    struct packs_cursor *at)
{
	at->ended = true;
	cb->prev_seq = at->generation;
	cb->seq = ~at->generation;
}

static int fill_rows(struct sk_buff *skb, struct netlink_callback *cb,
		     struct zram_device *dev)
{
	struct packs_cursor *at = (struct packs_cursor *)cb->ctx;
	struct nlattr *rows;
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &zram_genl_family, NLM_F_MULTI, ZRAM_CMD_PACK_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, ZRAM_A_PACK_ID, at->id) ||
	    nla_put_u32(skb, ZRAM_A_PACK_GENERATION, at->generation))
		goto err_cancel;
	rows = nla_reserve(skb, ZRAM_A_PACK_ROWS, 0);
	if (!rows || skb_tailroom(skb) < sizeof(struct zram_pack_row))
		goto err_cancel;
	if (!add_rows(skb, dev, at))
		end_interrupted(cb, at);
	rows->nla_len = skb_tail_pointer(skb) - (unsigned char *)rows;
	if (!nla_len(rows)) {
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

int zram_genl_packs_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct packs_cursor *at = (struct packs_cursor *)cb->ctx;
	struct zram_device *dev;
	int err;

	if (!at->begun) {
		err = begin_packs(cb);
		if (err)
			return err;
	}
	if (at->ended)
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
