// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink's verbs on devices: new, delete, get, set, reset, attach, detach,
 * compact, idle.
 */

#include "genl_internal.h"

#include <linux/err.h>

#include "codec.h"
#include "control.h"
#include "zram/netlink.h"

/* The sentence of control, which is a constant, as extended ack. */
static void set_why(struct genl_info *info, const char *why)
{
	if (info->extack && why)
		info->extack->_msg = why;
}

/* The device that a request names, with a reference. ERR_PTR. */
static struct zram_device *device_of(struct genl_info *info)
{
	struct zram_device *dev;
	int err;

	err = zram_genl_check_twice(info->nlhdr, BIT_ULL(ZRAM_A_DEV_CODEC),
				    info->extack);
	if (err)
		return ERR_PTR(err);
	if (!info->attrs[ZRAM_A_DEV_ID]) {
		GENL_SET_ERR_MSG(info, "the request names no device (id)");
		return ERR_PTR(-EINVAL);
	}
	dev = zram_control_get(nla_get_u32(info->attrs[ZRAM_A_DEV_ID]));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[ZRAM_A_DEV_ID],
				    "there is no device of this id");
		return ERR_PTR(-ENODEV);
	}
	return dev;
}

static int read_spec(struct genl_info *info, struct zram_spec *spec)
{
	struct nlattr **a = info->attrs;

	*spec = (struct zram_spec){ .bad_codec = -1 };
	if (a[ZRAM_A_DEV_ID]) {
		spec->set |= ZRAM_SPEC_ID;
		spec->id = nla_get_u32(a[ZRAM_A_DEV_ID]);
	}
	if (a[ZRAM_A_DEV_ALGO]) {
		spec->set |= ZRAM_SPEC_ALGO;
		spec->algo = nla_data(a[ZRAM_A_DEV_ALGO]);
	}
	if (a[ZRAM_A_DEV_LEVEL]) {
		spec->set |= ZRAM_SPEC_LEVEL;
		spec->level = nla_get_s32(a[ZRAM_A_DEV_LEVEL]);
	}
	if (a[ZRAM_A_DEV_DISKSIZE]) {
		spec->set |= ZRAM_SPEC_DISKSIZE;
		spec->disksize = nla_get_u64(a[ZRAM_A_DEV_DISKSIZE]);
	}
	if (a[ZRAM_A_DEV_MEM_LIMIT]) {
		spec->set |= ZRAM_SPEC_MEM_LIMIT;
		spec->mem_limit = nla_get_u64(a[ZRAM_A_DEV_MEM_LIMIT]);
	}
	if (a[ZRAM_A_DEV_PROMOTE_READS]) {
		spec->set |= ZRAM_SPEC_PROMOTE_READS;
		spec->promote_reads = nla_get_u32(a[ZRAM_A_DEV_PROMOTE_READS]);
	}
	if (a[ZRAM_A_DEV_PROMOTE_SECONDS]) {
		spec->set |= ZRAM_SPEC_PROMOTE_SECONDS;
		spec->promote_seconds =
			nla_get_u32(a[ZRAM_A_DEV_PROMOTE_SECONDS]);
	}
	if (a[ZRAM_A_DEV_FOLIO_PACKS]) {
		spec->set |= ZRAM_SPEC_FOLIO_PACKS;
		spec->folio_packs = nla_get_u32(a[ZRAM_A_DEV_FOLIO_PACKS]);
	}
	if (a[ZRAM_A_DEV_WRITEBACK_LIMIT]) {
		spec->set |= ZRAM_SPEC_WRITEBACK_LIMIT;
		spec->writeback_limit =
			nla_get_u64(a[ZRAM_A_DEV_WRITEBACK_LIMIT]);
	}
	/* new alone has it in its policy */
	if (a[ZRAM_A_DEV_BACKING]) {
		spec->set |= ZRAM_SPEC_BACKING;
		spec->backing = nla_data(a[ZRAM_A_DEV_BACKING]);
	}
	return zram_genl_read_codecs(info, spec);
}

/* Which attribute is to blame for what control said. */
static int blamed_attr(const struct zram_spec *spec, int err)
{
	switch (err) {
	case -EEXIST:
		return ZRAM_A_DEV_ID;
	case -EOPNOTSUPP:
		return ZRAM_A_DEV_LEVEL;
	case -EINVAL:
		if (spec->set & ZRAM_SPEC_ALGO && !zram_codec_find(spec->algo))
			return ZRAM_A_DEV_ALGO;
		if (spec->set & ZRAM_SPEC_DISKSIZE &&
		    spec->disksize > zram_control_disksize_max())
			return ZRAM_A_DEV_DISKSIZE;
		if (spec->set & ZRAM_SPEC_MEM_LIMIT &&
		    spec->mem_limit > zram_control_disksize_max())
			return ZRAM_A_DEV_MEM_LIMIT;
		if (spec->set & ZRAM_SPEC_FOLIO_PACKS &&
		    spec->folio_packs > ZRAM_FOLIO_MODE_ALL)
			return ZRAM_A_DEV_FOLIO_PACKS;
		return ZRAM_A_DEV_LEVEL;
	case -EBUSY:
		if (spec->set & ZRAM_SPEC_ALGO)
			return ZRAM_A_DEV_ALGO;
		if (spec->set & ZRAM_SPEC_LEVEL)
			return ZRAM_A_DEV_LEVEL;
		return ZRAM_A_DEV_DISKSIZE;
	case -ENOMEM:
		return spec->set & ZRAM_SPEC_DISKSIZE ? ZRAM_A_DEV_DISKSIZE :
							ZRAM_A_DEV_FOLIO_PACKS;
	default:
		return ZRAM_A_DEV_PAD;
	}
}

static void set_refusal(struct genl_info *info, const struct zram_spec *spec,
			int err, const char *why)
{
	const struct nlattr *bad = info->attrs[blamed_attr(spec, err)];

	set_why(info, why);
	if (spec->bad_backing)
		bad = info->attrs[ZRAM_A_DEV_BACKING];
	if (spec->bad_codec >= 0)
		zram_genl_blame_codec(info, spec->bad_codec);
	else if (bad)
		NL_SET_BAD_ATTR(info->extack, bad);
}

/* @skb is consumed. */
static int reply_device(struct sk_buff *skb, struct genl_info *info, u8 cmd,
			struct zram_device *dev)
{
	int err;

	err = zram_genl_fill_device(skb, info->snd_portid, info->snd_seq, 0,
				    NULL, cmd, dev);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

int zram_genl_new(struct sk_buff *skb, struct genl_info *info)
{
	struct zram_device *dev;
	const char *why = NULL;
	struct zram_spec spec;
	struct sk_buff *reply;
	u32 id;
	int err;

	err = zram_genl_check_twice(info->nlhdr, BIT_ULL(ZRAM_A_DEV_CODEC),
				    info->extack);
	if (err)
		return err;
	/* before the device, so that nothing can fail after it */
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;

	err = read_spec(info, &spec);
	if (!err) {
		err = zram_control_create(&spec, &id, &why);
		if (err)
			set_refusal(info, &spec, err, why);
	}
	zram_genl_drop_codecs(&spec);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	dev = zram_control_get(id);
	if (!dev) {	/* somebody was quick to remove it */
		nlmsg_free(reply);
		return -ENODEV;
	}
	err = reply_device(reply, info, ZRAM_CMD_NEW, dev);
	zram_control_put(dev);
	return err;
}

int zram_genl_delete(struct sk_buff *skb, struct genl_info *info)
{
	const char *why = NULL;
	struct zram_device *dev;
	u32 id;
	int err;

	dev = device_of(info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	/* removal must not wait for a reference of ours */
	id = zram_control_id(dev);
	zram_control_put(dev);

	err = zram_control_remove(id, &why);
	if (err) {
		set_why(info, why);
		NL_SET_BAD_ATTR(info->extack, info->attrs[ZRAM_A_DEV_ID]);
	}
	return err;
}

int zram_genl_get(struct sk_buff *skb, struct genl_info *info)
{
	struct zram_device *dev;
	struct sk_buff *reply;
	int err = -ENOMEM;

	dev = device_of(info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (reply)
		err = reply_device(reply, info, ZRAM_CMD_GET, dev);
	zram_control_put(dev);
	return err;
}

/* Where a dump of devices stands; lives in cb->ctx. */
struct get_cursor {
	u32 next;	/* smallest id not sent yet */
	bool begun;	/* the request was checked */
};

static int begin_get(struct netlink_callback *cb)
{
	struct get_cursor *at = (struct get_cursor *)cb->ctx;
	struct nlattr *id = zram_dump_attrs(cb)[ZRAM_A_DEV_ID];

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	if (id) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id,
				    "a dump has all devices and takes no id");
		return -EINVAL;
	}
	at->begun = true;
	return 0;
}

/* Where start has no extended ack (6.1), the first piece checks the request. */
int zram_genl_get_start(struct netlink_callback *cb)
{
	return cb->extack ? begin_get(cb) : 0;
}

int zram_genl_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct get_cursor *at = (struct get_cursor *)cb->ctx;
	struct zram_device *dev;
	int err = 0;

	if (!at->begun)
		err = begin_get(cb);
	if (err)
		return err;
	cb->seq = zram_control_seq();
	while (!err && (dev = zram_control_next(at->next))) {
		err = zram_genl_fill_device(skb, NETLINK_CB(cb->skb).portid,
					    cb->nlh->nlmsg_seq, NLM_F_MULTI,
					    cb, ZRAM_CMD_GET, dev);
		if (!err)
			at->next = zram_control_id(dev) + 1;
		zram_control_put(dev);
	}
	return skb->len ?: err;
}

int zram_genl_set(struct sk_buff *skb, struct genl_info *info)
{
	struct zram_device *dev;
	const char *why = NULL;
	struct zram_spec spec;
	int err;

	dev = device_of(info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = read_spec(info, &spec);
	spec.set &= ~ZRAM_SPEC_ID;
	if (info->attrs[ZRAM_A_DEV_RESET_USED_MAX])
		spec.set |= ZRAM_SPEC_RESET_USED_MAX;
	if (!err && spec.set) {
		err = zram_control_set(dev, &spec, &why);
		if (err)
			set_refusal(info, &spec, err, why);
	} else if (!err) {
		GENL_SET_ERR_MSG(info, "the request has nothing to set");
		err = -EINVAL;
	}
	zram_genl_drop_codecs(&spec);
	zram_control_put(dev);
	return err;
}

/*
 * A verb on the device that a request names. A refusal is blamed on attribute
 * @bad of the request.
 */
static int act_on_device(struct genl_info *info, int bad,
			 int (*verb)(struct zram_device *dev,
				     const char **why, const char *path),
			 const char *path)
{
	struct zram_device *dev = device_of(info);
	const char *why = NULL;
	int err;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = verb(dev, &why, path);
	if (err) {
		set_why(info, why);
		NL_SET_BAD_ATTR(info->extack, info->attrs[bad]);
	}
	zram_control_put(dev);
	return err;
}

static int reset(struct zram_device *dev, const char **why, const char *path)
{
	return zram_control_reset(dev, why);
}

int zram_genl_reset(struct sk_buff *skb, struct genl_info *info)
{
	return act_on_device(info, ZRAM_A_DEV_ID, reset, NULL);
}

static int attach(struct zram_device *dev, const char **why, const char *path)
{
	return zram_control_attach(dev, path, true, why);
}

int zram_genl_attach(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *path = info->attrs[ZRAM_A_DEV_BACKING];

	if (path)
		return act_on_device(info, ZRAM_A_DEV_BACKING, attach,
				     nla_data(path));
	GENL_SET_ERR_MSG(info, "the request names no disk (backing)");
	return -EINVAL;
}

static int let_go(struct zram_device *dev, const char **why, const char *path)
{
	return zram_control_let_go(dev, why);
}

int zram_genl_detach(struct sk_buff *skb, struct genl_info *info)
{
	return act_on_device(info, ZRAM_A_DEV_ID, let_go, NULL);
}

static int compact(struct zram_device *dev, const char **why, const char *path)
{
	int err = zram_control_compact(dev);

	if (err == -EINVAL)
		*why = "the device has no size yet, so there is nothing to compact";
	return err;
}

int zram_genl_compact(struct sk_buff *skb, struct genl_info *info)
{
	return act_on_device(info, ZRAM_A_DEV_ID, compact, NULL);
}

int zram_genl_idle(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *age = info->attrs[ZRAM_A_DEV_IDLE_AGE];
	struct zram_device *dev = device_of(info);
	int err;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = zram_control_idle(dev, !age, age ? nla_get_u32(age) : 0);
	if (err == -EINVAL)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[ZRAM_A_DEV_ID],
				    "the device has no size yet, so nothing on it is idle");
	zram_control_put(dev);
	return err;
}
