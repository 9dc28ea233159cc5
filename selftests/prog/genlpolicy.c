// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * genlpolicy FAMILY: what the kernel says of a generic netlink family, in the
 * words of selftests/lib/ynl.awk:
 *
 *   family NAME VERSION
 *   op CMD PERM WAYS                        WAYS: do, dump or do,dump
 *   policy CMD do|dump ATTR TYPE MIN MAX    "-": the type's own bounds
 *   policy CMD do|dump -                    takes no attribute
 *   group NAME
 */
#include "genl.h"

#define MAX_CMDS	64
#define MAX_POLICIES	64
#define MAX_ATTRS	64

struct attr_policy {
	bool there;
	char text[96];
};

static struct attr_policy policies[MAX_POLICIES][MAX_ATTRS];
static int op_policy[MAX_CMDS][2];	/* index of do, dump; -1: none */
static const char *const way_name[2] = { "do", "dump" };

static uint64_t u64_of(const struct nlattr *a)
{
	uint64_t v;

	memcpy(&v, genl_data(a), sizeof(v));
	return v;
}

static void note_op(const struct nlattr *op)
{
	const char *end = (const char *)op + op->nla_len;
	const struct nlattr *a;
	int cmd = genl_type(op);

	if (cmd >= MAX_CMDS)
		return;
	genl_for_each(a, genl_data(op), end) {
		if (genl_type(a) == CTRL_ATTR_POLICY_DO)
			op_policy[cmd][0] = genl_u32(a);
		if (genl_type(a) == CTRL_ATTR_POLICY_DUMP)
			op_policy[cmd][1] = genl_u32(a);
	}
}

static const char *type_name(unsigned int type)
{
	switch (type) {
	case NL_ATTR_TYPE_FLAG: return "flag";
	case NL_ATTR_TYPE_U8: return "u8";
	case NL_ATTR_TYPE_U16: return "u16";
	case NL_ATTR_TYPE_U32: return "u32";
	case NL_ATTR_TYPE_U64: return "u64";
	case NL_ATTR_TYPE_S8: return "s8";
	case NL_ATTR_TYPE_S16: return "s16";
	case NL_ATTR_TYPE_S32: return "s32";
	case NL_ATTR_TYPE_S64: return "s64";
	case NL_ATTR_TYPE_BINARY: return "binary";
	case NL_ATTR_TYPE_STRING: return "unterminated";
	case NL_ATTR_TYPE_NUL_STRING: return "string";
	case NL_ATTR_TYPE_NESTED: return "nest";
	default: return "other";
	}
}

/* "-" when the bound is the one that the type has anyway. */
static void bound(char out[24], uint64_t v, uint64_t natural)
{
	if (v == natural)
		strcpy(out, "-");
	else
		snprintf(out, 24, "%llu", (unsigned long long)v);
}

static void note_attr(int idx, const struct nlattr *attr)
{
	const char *end = (const char *)attr + attr->nla_len;
	char min[24] = "-", max[24] = "-";
	const struct nlattr *a;
	unsigned int type = 0;

	if (idx >= MAX_POLICIES || genl_type(attr) >= MAX_ATTRS)
		return;
	/* the type may come after the bounds that it explains */
	genl_for_each(a, genl_data(attr), end)
		if (genl_type(a) == NL_POLICY_TYPE_ATTR_TYPE)
			type = genl_u32(a);
	genl_for_each(a, genl_data(attr), end) {
		switch (genl_type(a)) {
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_U:
			bound(min, u64_of(a), 0);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_U:
			bound(max, u64_of(a), type == NL_ATTR_TYPE_U32 ?
					      UINT32_MAX : UINT64_MAX);
			break;
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_S:
			bound(min, u64_of(a), (uint64_t)INT32_MIN);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_S:
			bound(max, u64_of(a), INT32_MAX);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_LENGTH:
			bound(max, genl_u32(a), UINT32_MAX);
			break;
		}
	}
	policies[idx][genl_type(attr)].there = true;
	snprintf(policies[idx][genl_type(attr)].text, 96, "%s %s %s",
		 type_name(type), min, max);
}

static void note_policy(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *ops = genl_find(nlh, CTRL_ATTR_OP_POLICY);
	const struct nlattr *pol = genl_find(nlh, CTRL_ATTR_POLICY);
	const struct nlattr *a, *b;

	(void)arg;
	if (ops)
		genl_for_each(a, genl_data(ops),
			      (const char *)ops + ops->nla_len)
			note_op(a);
	if (!pol)
		return;
	genl_for_each(a, genl_data(pol), (const char *)pol + pol->nla_len)
		genl_for_each(b, genl_data(a), (const char *)a + a->nla_len)
			note_attr(genl_type(a), b);
}

static void print_op(const struct nlattr *op)
{
	const char *end = (const char *)op + op->nla_len;
	unsigned int cmd = 0, flags = 0;
	const struct nlattr *a;

	genl_for_each(a, genl_data(op), end) {
		if (genl_type(a) == CTRL_ATTR_OP_ID)
			cmd = genl_u32(a);
		if (genl_type(a) == CTRL_ATTR_OP_FLAGS)
			flags = genl_u32(a);
	}
	printf("op %u %s %s%s%s\n", cmd,
	       flags & GENL_ADMIN_PERM ? "admin" : "open",
	       flags & GENL_CMD_CAP_DO ? "do" : "",
	       !(~flags & (GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP)) ? "," : "",
	       flags & GENL_CMD_CAP_DUMP ? "dump" : "");
}

static void print_groups(const struct nlattr *groups)
{
	const struct nlattr *a, *b;

	genl_for_each(a, genl_data(groups),
		      (const char *)groups + groups->nla_len)
		genl_for_each(b, genl_data(a), (const char *)a + a->nla_len)
			if (genl_type(b) == CTRL_ATTR_MCAST_GRP_NAME)
				printf("group %s\n",
				       (const char *)genl_data(b));
}

static void print_family(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *ops = genl_find(nlh, CTRL_ATTR_OPS);
	const struct nlattr *version = genl_find(nlh, CTRL_ATTR_VERSION);
	const struct nlattr *groups = genl_find(nlh, CTRL_ATTR_MCAST_GROUPS);
	const struct nlattr *a;

	printf("family %s %u\n", (const char *)arg,
	       version ? genl_u32(version) : 0);
	if (ops)
		genl_for_each(a, genl_data(ops),
			      (const char *)ops + ops->nla_len)
			print_op(a);
	if (groups)
		print_groups(groups);
}

static void print_policies(void)
{
	for (int cmd = 0; cmd < MAX_CMDS; cmd++) {
		for (int way = 0; way < 2; way++) {
			int idx = op_policy[cmd][way];
			bool any = false;

			if (idx < 0 || idx >= MAX_POLICIES)
				continue;
			for (int i = 0; i < MAX_ATTRS; i++) {
				if (!policies[idx][i].there)
					continue;
				any = true;
				printf("policy %d %s %d %s\n", cmd,
				       way_name[way], i, policies[idx][i].text);
			}
			if (!any)
				printf("policy %d %s -\n", cmd, way_name[way]);
		}
	}
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	struct genl_ans ans;
	struct genl_req r;
	int fd = genl_open();

	memset(op_policy, -1, sizeof(op_policy));
	genl_begin(&r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	genl_put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ans = genl_talk(fd, &r, print_family, (void *)name);
	if (ans.err) {
		fprintf(stderr, "genlpolicy: %s: %s\n", name,
			strerror(-ans.err));
		return 1;
	}
	genl_begin(&r, GENL_ID_CTRL, CTRL_CMD_GETPOLICY, NLM_F_DUMP);
	genl_put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ans = genl_talk(fd, &r, note_policy, NULL);
	if (ans.err) {
		fprintf(stderr, "genlpolicy: policies: %s\n",
			strerror(-ans.err));
		return 1;
	}
	print_policies();
	return 0;
}
