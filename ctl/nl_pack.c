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
};

struct each {
	znl_pack_fn fn;
	void *arg;
};

static int read_packs(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *a[ZRAM_A_PACK_MAX + 1];
	const struct each *to = arg;
	struct zram_pack_row row;
	const char *data;
	size_t len;

	if (genlmsg_parse(hdr, 0, a, ZRAM_A_PACK_MAX,
			  (struct nla_policy *)pack_policy) < 0 ||
	    !a[ZRAM_A_PACK_GENERATION] || !a[ZRAM_A_PACK_ROWS])
		return -EPROTO;
	data = nla_data(a[ZRAM_A_PACK_ROWS]);
	len = nla_len(a[ZRAM_A_PACK_ROWS]);
	if (len % sizeof(row))
		return -EPROTO;
	for (; len; len -= sizeof(row), data += sizeof(row)) {
		int err;

		memcpy(&row, data, sizeof(row));	/* 4-byte aligned there */
		err = to->fn(&row, to->arg);
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
