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
#define POLICY_PATH	{ .type = NLA_NUL_STRING, .len = PATH_MAX - 1 }
#define POLICY_CODEC	{ \
	.type = NLA_NESTED, .len = ZRAM_A_CODEC_MAX, \
	.nested_policy = zram_genl_codec_policy, \
}

#define POLICY_SETTINGS \
	[ZRAM_A_DEV_ID] = POLICY_ID, \
	[ZRAM_A_DEV_ALGO] = POLICY_ALGO, \
	[ZRAM_A_DEV_LEVEL] = { .type = NLA_S32 }, \
	[ZRAM_A_DEV_DISKSIZE] = NLA_POLICY_FULL_RANGE(NLA_U64, &nonzero_range), \
	[ZRAM_A_DEV_MEM_LIMIT] = { .type = NLA_U64 }, \
	[ZRAM_A_DEV_CODEC] = POLICY_CODEC, \
	[ZRAM_A_DEV_PROMOTE_READS] = { .type = NLA_U32 }, \
	[ZRAM_A_DEV_PROMOTE_SECONDS] = NLA_POLICY_MIN(NLA_U32, 1), \
	[ZRAM_A_DEV_FOLIO_PACKS] = { .type = NLA_U32 }, \
	[ZRAM_A_DEV_WRITEBACK_LIMIT] = { .type = NLA_U64 }

static const struct nla_policy new_policy[] = {
	POLICY_SETTINGS,
	[ZRAM_A_DEV_BACKING] = POLICY_PATH,
};

static const struct nla_policy set_policy[] = {
	POLICY_SETTINGS,
	[ZRAM_A_DEV_RESET_USED_MAX] = { .type = NLA_FLAG },
};

static const struct nla_policy idle_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
	[ZRAM_A_DEV_IDLE_AGE] = { .type = NLA_U32 },
};

static const struct nla_policy id_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
};

static const struct nla_policy attach_policy[] = {
	[ZRAM_A_DEV_ID] = POLICY_ID,
	[ZRAM_A_DEV_BACKING] = POLICY_PATH,
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
		.doit = zram_genl_new,
		.policy = new_policy,
		.maxattr = ARRAY_SIZE(new_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_DELETE,
		.doit = zram_genl_delete,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_GET,
		.doit = zram_genl_get,
		.start = zram_genl_get_start,
		.dumpit = zram_genl_get_dump,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
	},
	{
		.cmd = ZRAM_CMD_SET,
		.doit = zram_genl_set,
		.policy = set_policy,
		.maxattr = ARRAY_SIZE(set_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_RESET,
		.doit = zram_genl_reset,
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
		.doit = zram_genl_attach,
		.policy = attach_policy,
		.maxattr = ARRAY_SIZE(attach_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_DETACH,
		.doit = zram_genl_detach,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_COMPACT,
		.doit = zram_genl_compact,
		.policy = id_policy,
		.maxattr = ARRAY_SIZE(id_policy) - 1,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = ZRAM_CMD_IDLE,
		.doit = zram_genl_idle,
		.policy = idle_policy,
		.maxattr = ARRAY_SIZE(idle_policy) - 1,
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
