// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family "zram": policies, operations, registration.
 *
 * docs/netlink/zram.yaml is the source. Strict throughout: resv_start_op
 * stays 0, so the core checks the reserved header bytes and refuses
 * attributes on operations that take none.
 */

#include "genl.h"
#include "genl_internal.h"

#include <linux/limits.h>
#include <linux/module.h>

#include "codec.h"
#include "control.h"
#include "event.h"
#include "zram/netlink.h"

#define ID_MAX 1048575	/* minors have 20 bits */
#define RANGES_LEN 65520	/* whole ranges in one attribute */
#define PACK_SLOTS_MAX 32

/* not const: the policies of 6.1 point to them without it */
static struct netlink_range_validation id_range = { .max = ID_MAX };
static struct netlink_range_validation nonzero_range = {
	.min = 1, .max = U64_MAX,
};

#define POLICY_ID	NLA_POLICY_FULL_RANGE(NLA_U32, &id_range)
#define POLICY_ALGO	{ .type = NLA_NUL_STRING, .len = ZRAM_ALGO_NAME_MAX - 1 }
#define POLICY_CODEC	{ \
	.type = NLA_NESTED, .len = ZRAM_A_CODEC_MAX, \
	.nested_policy = zram_genl_codec_policy, \
}

static const struct nla_policy new_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
	[ZRAM_A_DEV_ALGO] = POLICY_ALGO,
	[ZRAM_A_DEV_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_DEV_DISKSIZE] = NLA_POLICY_FULL_RANGE(NLA_U64, &nonzero_range),
	[ZRAM_A_DEV_MEM_LIMIT] = { .type = NLA_U64 },
	[ZRAM_A_DEV_CODEC] = POLICY_CODEC,
	[ZRAM_A_DEV_PROMOTE_READS] = { .type = NLA_U32 },
	[ZRAM_A_DEV_PROMOTE_SECONDS] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy set_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
	[ZRAM_A_DEV_ALGO] = POLICY_ALGO,
	[ZRAM_A_DEV_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_DEV_DISKSIZE] = NLA_POLICY_FULL_RANGE(NLA_U64, &nonzero_range),
	[ZRAM_A_DEV_MEM_LIMIT] = { .type = NLA_U64 },
	[ZRAM_A_DEV_CODEC] = POLICY_CODEC,
	[ZRAM_A_DEV_PROMOTE_READS] = { .type = NLA_U32 },
	[ZRAM_A_DEV_PROMOTE_SECONDS] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy id_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
};

static const struct nla_policy attach_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
	[ZRAM_A_DEV_BACKING] = { .type = NLA_NUL_STRING, .len = PATH_MAX - 1 },
};

static const struct nla_policy slot_get_policy[] = {
	[ZRAM_A_SLOT_ID] = POLICY_ID,
	[ZRAM_A_SLOT_FIRST] = { .type = NLA_U64 },
	[ZRAM_A_SLOT_COUNT] = NLA_POLICY_FULL_RANGE(NLA_U64, &nonzero_range),
};

static const struct nla_policy pack_get_policy[] = {
	[ZRAM_A_PACK_ID] = POLICY_ID,
	[ZRAM_A_PACK_FROM] = { .type = NLA_U64 },
};

static const struct nla_policy job_start_policy[] = {
	[ZRAM_A_JOB_ID] = POLICY_ID,
	[ZRAM_A_JOB_TYPE] = NLA_POLICY_MAX(NLA_U32, ZRAM_JOB_TYPE_DETACH),
	[ZRAM_A_JOB_FILTER] = NLA_POLICY_MAX(NLA_U32,
					     ZRAM_FILTER_IDLE |
					     ZRAM_FILTER_HUGE |
					     ZRAM_FILTER_INCOMPRESSIBLE),
	[ZRAM_A_JOB_MIN_AGE] = { .type = NLA_U32 },
	[ZRAM_A_JOB_RANGES] = { .type = NLA_BINARY, .len = RANGES_LEN },
	[ZRAM_A_JOB_PRIO] = NLA_POLICY_RANGE(NLA_U32, 1, ZRAM_CODEC_PRIOS - 1),
	[ZRAM_A_JOB_THRESHOLD] = { .type = NLA_U32 },
	[ZRAM_A_JOB_MAX_SLOTS] = { .type = NLA_U64 },
	[ZRAM_A_JOB_PACK_SLOTS] = NLA_POLICY_RANGE(NLA_U32, 1, PACK_SLOTS_MAX),
	[ZRAM_A_JOB_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_JOB_MAX_BYTES] = NLA_POLICY_FULL_RANGE(NLA_U64, &nonzero_range),
	[ZRAM_A_JOB_MAX_MS] = NLA_POLICY_MIN(NLA_U32, 1),
	[ZRAM_A_JOB_FORCE] = { .type = NLA_FLAG },
};

static const struct nla_policy job_cancel_policy[] = {
	[ZRAM_A_JOB_ID] = POLICY_ID,
	[ZRAM_A_JOB_JOB] = { .type = NLA_U32 },
};

static const struct nla_policy job_get_policy[] = {
	[ZRAM_A_JOB_ID] = POLICY_ID,
};

int zram_genl_check_twice(const struct nlmsghdr *nlh, u64 many,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *nla;
	u64 seen = 0;
	int rem;

	nlmsg_for_each_attr(nla, nlh, GENL_HDRLEN, rem) {
		if (nla_type(nla) >= 64)
			continue;
		if (seen & ~many & BIT_ULL(nla_type(nla))) {
			NL_SET_ERR_MSG_ATTR(extack, nla, "attribute given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(nla_type(nla));
	}
	return 0;
}

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
		return ZRAM_A_DEV_LEVEL;
	case -EBUSY:
		if (spec->set & ZRAM_SPEC_ALGO)
			return ZRAM_A_DEV_ALGO;
		if (spec->set & ZRAM_SPEC_LEVEL)
			return ZRAM_A_DEV_LEVEL;
		return ZRAM_A_DEV_DISKSIZE;
	case -ENOMEM:
		return ZRAM_A_DEV_DISKSIZE;
	default:
		return ZRAM_A_DEV_PAD;
	}
}

static void set_refusal(struct genl_info *info, const struct zram_spec *spec,
			int err, const char *why)
{
	const struct nlattr *bad = info->attrs[blamed_attr(spec, err)];

	set_why(info, why);
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

static int do_new(struct sk_buff *skb, struct genl_info *info)
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

static int do_delete(struct sk_buff *skb, struct genl_info *info)
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

static int do_get(struct sk_buff *skb, struct genl_info *info)
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
static int start_get(struct netlink_callback *cb)
{
	return cb->extack ? begin_get(cb) : 0;
}

static int dump_get(struct sk_buff *skb, struct netlink_callback *cb)
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

static int do_set(struct sk_buff *skb, struct genl_info *info)
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

static int do_reset(struct sk_buff *skb, struct genl_info *info)
{
	return act_on_device(info, ZRAM_A_DEV_ID, reset, NULL);
}

static int attach(struct zram_device *dev, const char **why, const char *path)
{
	return zram_control_attach(dev, path, true, why);
}

static int do_attach(struct sk_buff *skb, struct genl_info *info)
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

static int do_detach(struct sk_buff *skb, struct genl_info *info)
{
	return act_on_device(info, ZRAM_A_DEV_ID, let_go, NULL);
}

static int do_features(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	int err;

	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = zram_genl_fill_features(reply, info);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

static const struct genl_ops genl_ops[] = {
	{
		.cmd = ZRAM_CMD_NEW,
		.doit = do_new,
		.policy = new_policy,
		.maxattr = ARRAY_SIZE(new_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_DELETE,
		.doit = do_delete,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_GET,
		.doit = do_get,
		.start = start_get,
		.dumpit = dump_get,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
	},
	{
		.cmd = ZRAM_CMD_SET,
		.doit = do_set,
		.policy = set_policy,
		.maxattr = ARRAY_SIZE(set_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_RESET,
		.doit = do_reset,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_SLOT_GET,
		.start = zram_genl_slots_start,
		.dumpit = zram_genl_slots_dump,
		.done = zram_genl_slots_done,
		.policy = slot_get_policy,
		.maxattr = ARRAY_SIZE(slot_get_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_FEATURES,
		.doit = do_features,
	},
	{
		.cmd = ZRAM_CMD_JOB_START,
		.doit = zram_genl_job_start,
		.policy = job_start_policy,
		.maxattr = ARRAY_SIZE(job_start_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_JOB_CANCEL,
		.doit = zram_genl_job_cancel,
		.policy = job_cancel_policy,
		.maxattr = ARRAY_SIZE(job_cancel_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_JOB_GET,
		.start = zram_genl_jobs_start,
		.dumpit = zram_genl_jobs_dump,
		.policy = job_get_policy,
		.maxattr = ARRAY_SIZE(job_get_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_ATTACH,
		.doit = do_attach,
		.policy = attach_policy,
		.maxattr = ARRAY_SIZE(attach_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_DETACH,
		.doit = do_detach,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_PACK_GET,
		.start = zram_genl_packs_start,
		.dumpit = zram_genl_packs_dump,
		.policy = pack_get_policy,
		.maxattr = ARRAY_SIZE(pack_get_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
};

/* Who reads slots' fates must have the rights to read slots. */
static const struct genl_multicast_group genl_groups[] = {
	{ .name = ZRAM_GENL_GROUP_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* Only the initial network namespace sees it; control has its own locks. */
struct genl_family zram_genl_family __ro_after_init = {
	.name = ZRAM_GENL_NAME,
	.version = ZRAM_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = false,
	.parallel_ops = true,
	.ops = genl_ops,
	.n_ops = ARRAY_SIZE(genl_ops),
	.mcgrps = genl_groups,
	.n_mcgrps = ARRAY_SIZE(genl_groups),
};

int __init zram_genl_init(void)
{
	int err = genl_register_family(&zram_genl_family);

	if (!err)
		zram_event_set_handler(zram_genl_send_event);
	return err;
}

void zram_genl_exit(void)
{
	zram_event_set_handler(NULL);
	genl_unregister_family(&zram_genl_family);
}
