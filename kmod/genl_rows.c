// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps of the packed rows of one device: slots, packs. Which rows there are is
 * said by a table; here are the cursor, the messages, and what happens when the
 * device is another one in the middle.
 */

#include "genl_rows.h"

#include "control.h"

static struct zram_rows_cursor *cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct zram_rows_cursor) > sizeof(cb->ctx));
	return (struct zram_rows_cursor *)cb->ctx;
}

/* Of the device that is named, which must have a disksize. */
static int get_info(struct netlink_callback *cb, int id_attr,
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
static int begin(struct netlink_callback *cb, const struct zram_rows *rows)
{
	struct zram_rows_cursor *at = cursor(cb);
	struct zram_info info;
	int err;

	err = get_info(cb, rows->id_attr, &info);
	if (err)
		return err;
	at->id = info.id;
	at->generation = info.generation;
	err = rows->begin(at, zram_dump_attrs(cb), &info);
	at->begun = !err;
	return err;
}

/* Where start has no extended ack (6.1), the first piece checks the request. */
int zram_genl_rows_start(struct netlink_callback *cb,
			 const struct zram_rows *rows)
{
	return cb->extack ? begin(cb, rows) : 0;
}

/* Nothing more will come, and the reader learns that it is not whole. */
static void end_interrupted(struct netlink_callback *cb)
{
	struct zram_rows_cursor *at = cursor(cb);

	at->ended = true;
	cb->prev_seq = at->generation;
	cb->seq = ~at->generation;
}

/*
 * One message. Without a row there is none: at the end, or when what head looked
 * at has gone since.
 */
static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		const struct zram_rows *rows, struct zram_device *dev)
{
	struct zram_rows_cursor *at = cursor(cb);
	struct nlattr *nest;
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &zram_genl_family, NLM_F_MULTI, rows->cmd);
	if (!hdr)
		return -EMSGSIZE;
	err = -EMSGSIZE;
	if (nla_put_u32(skb, rows->id_attr, at->id) ||
	    nla_put_u32(skb, rows->generation_attr, at->generation) ||
	    (rows->head && rows->head(skb, dev, at)))
		goto err_cancel;
	nest = nla_reserve(skb, rows->rows_attr, 0);
	if (!nest || skb_tailroom(skb) < rows->row_size)
		goto err_cancel;
	err = rows->add(skb, dev, at);
	if (err == -EINTR)
		goto err_cancel;
	if (err)
		end_interrupted(cb);
	nest->nla_len = skb_tail_pointer(skb) - (unsigned char *)nest;
	if (!nla_len(nest)) {
		genlmsg_cancel(skb, hdr);
		return 0;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;

err_cancel:
	genlmsg_cancel(skb, hdr);
	return err;
}

int zram_genl_rows_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct zram_rows *rows)
{
	struct zram_rows_cursor *at = cursor(cb);
	struct zram_device *dev;
	int err = 0;

	if (!at->begun) {
		err = begin(cb, rows);
		if (err)
			return err;
	}
	if (at->ended)
		return 0;
	cb->seq = at->generation;
	dev = zram_control_get(at->id);
	if (!dev) {
		end_interrupted(cb);
		return 0;
	}
	while (!err && !at->ended)
		err = fill(skb, cb, rows, dev);
	zram_control_put(dev);
	if (err == -EMSGSIZE && skb->len)
		err = 0;	/* the next one goes on */
	return err ?: skb->len;
}
