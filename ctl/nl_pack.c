// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs on the wire: pack-get. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <string.h>

#include <netlink/genl/genl.h>

static const struct nla_policy pack_policy[ZRAM_A_PACK_MAX + 1] = {
	[ZRAM_A_PACK_ID] = { .type = NLA_U32 },
	[ZRAM_A_PACK_FROM] = { .type = NLA_U64 },
	[ZRAM_A_PACK_GENERATION] = { .type = NLA_U32 },
	[ZRAM_A_PACK_ALGO] = { .type = NLA_STRING },
	[ZRAM_A_PACK_LEVEL] = { .type = NLA_S32 },
};

struct each {
	znl_pack_fn fn;
	void *arg;
};

static int read_packs(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *a[ZRAM_A_PACK_MAX + 1];
	struct model_pack pack = { 0 };
	const struct each *to = arg;
	const char *data;
	size_t len;

	if (genlmsg_parse(hdr, 0, a, ZRAM_A_PACK_MAX,
			  (struct nla_policy *)pack_policy) < 0 ||
	    !a[ZRAM_A_PACK_GENERATION] || !a[ZRAM_A_PACK_ROWS])
		return -EPROTO;
	data = nla_data(a[ZRAM_A_PACK_ROWS]);
	len = nla_len(a[ZRAM_A_PACK_ROWS]);
	if (len % sizeof(pack.row))
		return -EPROTO;
	if (a[ZRAM_A_PACK_ALGO])
		pack.algo = nla_get_string(a[ZRAM_A_PACK_ALGO]);
	if (a[ZRAM_A_PACK_LEVEL]) {
		pack.level = nla_get_s32(a[ZRAM_A_PACK_LEVEL]);
		pack.has_level = true;
	}
	for (; len; len -= sizeof(pack.row), data += sizeof(pack.row)) {
		int err;

		memcpy(&pack.row, data, sizeof(pack.row)); /* 4-byte aligned there */
		err = to->fn(&pack, to->arg);
		if (err)
			return err;
	}
	return 0;
}

int znl_packs(struct znl *nl, uint32_t id, uint64_t from, znl_pack_fn fn,
	      void *arg)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_PACK_GET, NLM_F_DUMP);
	struct each each = { .fn = fn, .arg = arg };

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZRAM_A_PACK_ID, id) ||
	    (from && nla_put_u64(msg, ZRAM_A_PACK_FROM, from))) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return znl_talk(nl, msg, read_packs, &each);
}
