// SPDX-License-Identifier: GPL-2.0-only
/* pack-get: the packs of one device, as a dump of rows. */

#include "genl_rows.h"

#include <linux/sched.h>

#include "control.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

#define BATCH 8		/* rows asked of control at a time, on the stack */

static int begin_packs(struct zram_rows_cursor *at, struct nlattr **attrs,
		       const struct zram_info *info)
{
	if (attrs[ZRAM_A_PACK_FROM])
		at->next = nla_get_u64(attrs[ZRAM_A_PACK_FROM]);
	return 0;
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
		.tier = p->frozen ? ZRAM_TIER_FROZEN :
			p->folio ? ZRAM_TIER_HOT : ZRAM_TIER_COLD,
		.flags = (p->raw ? ZRAM_PACK_RAW : 0) |
			 (p->sparse ? ZRAM_PACK_SPARSE : 0) |
			 (p->lost ? ZRAM_PACK_LOST : 0),
	};

	skb_put_data(skb, &row, sizeof(row));
}

static int add_packs(struct sk_buff *skb, struct zram_device *dev,
		     struct zram_rows_cursor *at)
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
			return -EAGAIN;
		if (!nr) {
			at->ended = true;
			break;
		}
		for (i = 0; i < nr; i++)
			put_row(skb, &packs[i]);
		at->next = next;
		cond_resched();
	}
	return 0;
}

static const struct zram_rows pack_rows = {
	.cmd = ZRAM_CMD_PACK_GET,
	.id_attr = ZRAM_A_PACK_ID,
	.generation_attr = ZRAM_A_PACK_GENERATION,
	.rows_attr = ZRAM_A_PACK_ROWS,
	.row_size = sizeof(struct zram_pack_row),
	.begin = begin_packs,
	.add = add_packs,
};

int zram_genl_packs_start(struct netlink_callback *cb)
{
	return zram_genl_rows_start(cb, &pack_rows);
}

int zram_genl_packs_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return zram_genl_rows_dump(skb, cb, &pack_rows);
}
