// SPDX-License-Identifier: GPL-2.0-only
/* pack-get: the packs of one device, as a dump of rows. */

#include "genl_rows.h"

#include <linux/sched.h>

#include "codec.h"
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

/* Messages have packs that were made alike, as the next one was. */
static int head_packs(struct sk_buff *skb, struct zram_device *dev,
		      struct zram_rows_cursor *at)
{
	struct zram_pack_info p;
	u64 next = at->next;
	u32 generation;

	at->algo = NULL;
	/* what ended the dump add sees as well */
	if (zram_control_packs(dev, &next, &p, 1, &generation) != 1)
		return 0;
	at->algo = p.algo;
	at->level = p.level;
	if (!p.algo)
		return 0;
	if (nla_put_string(skb, ZRAM_A_PACK_ALGO, p.algo))
		return -EMSGSIZE;
	return p.level == ZRAM_LEVEL_DEFAULT ? 0 :
		nla_put_s32(skb, ZRAM_A_PACK_LEVEL, p.level);
}

static bool is_alike(const struct zram_rows_cursor *at,
		     const struct zram_pack_info *p)
{
	return p->algo == at->algo && (!p->algo || p->level == at->level);
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
		for (i = 0; i < nr; i++) {
			if (!is_alike(at, &packs[i]))
				return 0;
			put_row(skb, &packs[i]);
			at->next = packs[i].pack + 1;
		}
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
	.head = head_packs,
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
