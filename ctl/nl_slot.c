// SPDX-License-Identifier: GPL-2.0-or-later
/* Slots and features on the wire: slot-get, features. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <string.h>

#include <netlink/genl/genl.h>

static const struct nla_policy slot_policy[ZRAM_A_SLOT_MAX + 1] = {
	[ZRAM_A_SLOT_ID] = { .type = NLA_U32 },
	[ZRAM_A_SLOT_FIRST] = { .type = NLA_U64 },
	[ZRAM_A_SLOT_COUNT] = { .type = NLA_U64 },
	[ZRAM_A_SLOT_GENERATION] = { .type = NLA_U32 },
};

static const struct nla_policy feat_policy[ZRAM_A_FEAT_MAX + 1] = {
	[ZRAM_A_FEAT_BITS] = { .type = NLA_U64 },
	[ZRAM_A_FEAT_TRACE_VERSION] = { .type = NLA_U32 },
	[ZRAM_A_FEAT_PAGE_SIZE] = { .type = NLA_U32 },
	[ZRAM_A_FEAT_DISKSIZE_MAX] = { .type = NLA_U64 },
	[ZRAM_A_FEAT_CODECS_MAX] = { .type = NLA_U32 },
	[ZRAM_A_FEAT_ALGO] = { .type = NLA_NESTED },
};

static const struct nla_policy algo_policy[ZRAM_A_ALGO_MAX + 1] = {
	[ZRAM_A_ALGO_NAME] = { .type = NLA_STRING },
	[ZRAM_A_ALGO_DEFAULT] = { .type = NLA_FLAG },
	[ZRAM_A_ALGO_LEVELS] = { .type = NLA_FLAG },
	[ZRAM_A_ALGO_DICTS] = { .type = NLA_FLAG },
};

struct rows {
	znl_rows_fn fn;
	void *arg;
};

/* Rows are only 4-byte aligned in the message: hand out aligned copies. */
static int hand_out(const struct rows *to, const char *data, size_t nr,
		    uint32_t generation)
{
	struct zram_slot_row batch[256];

	while (nr) {
		size_t n = nr < 256 ? nr : 256;
		int err;

		memcpy(batch, data, n * sizeof(*batch));
		err = to->fn(batch, n, generation, to->arg);
		if (err)
			return err;
		data += n * sizeof(*batch);
		nr -= n;
	}
	return 0;
}

static int read_rows(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *a[ZRAM_A_SLOT_MAX + 1];
	size_t len;

	if (genlmsg_parse(hdr, 0, a, ZRAM_A_SLOT_MAX,
			  (struct nla_policy *)slot_policy) < 0 ||
	    !a[ZRAM_A_SLOT_GENERATION] || !a[ZRAM_A_SLOT_ROWS])
		return -EPROTO;
	len = nla_len(a[ZRAM_A_SLOT_ROWS]);
	if (len % sizeof(struct zram_slot_row))
		return -EPROTO;
	return hand_out(arg, nla_data(a[ZRAM_A_SLOT_ROWS]),
			len / sizeof(struct zram_slot_row),
			nla_get_u32(a[ZRAM_A_SLOT_GENERATION]));
}

int znl_slots(struct znl *nl, uint32_t id, uint64_t first, uint64_t count,
	      znl_rows_fn fn, void *arg)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	struct rows rows = { .fn = fn, .arg = arg };

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZRAM_A_SLOT_ID, id) ||
	    (first && nla_put_u64(msg, ZRAM_A_SLOT_FIRST, first)) ||
	    (count && nla_put_u64(msg, ZRAM_A_SLOT_COUNT, count))) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return znl_talk(nl, msg, read_rows, &rows);
}

static int parse_algo(struct nlattr *nest, struct model_features *f)
{
	struct nlattr *a[ZRAM_A_ALGO_MAX + 1];
	struct model_algo *algo;

	if (f->nr_algos == MODEL_ALGOS)
		return 0;
	if (nla_parse_nested(a, ZRAM_A_ALGO_MAX, nest,
			     (struct nla_policy *)algo_policy) < 0 ||
	    !a[ZRAM_A_ALGO_NAME])
		return -EPROTO;
	algo = &f->algo[f->nr_algos++];
	nla_strlcpy(algo->name, a[ZRAM_A_ALGO_NAME], sizeof(algo->name));
	algo->is_default = a[ZRAM_A_ALGO_DEFAULT];
	algo->has_levels = a[ZRAM_A_ALGO_LEVELS];
	algo->has_dicts = a[ZRAM_A_ALGO_DICTS];
	return 0;
}

static int read_features(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *a[ZRAM_A_FEAT_MAX + 1], *pos;
	struct model_features *f = arg;
	int rem, err = 0;

	memset(f, 0, sizeof(*f));
	if (genlmsg_parse(hdr, 0, a, ZRAM_A_FEAT_MAX,
			  (struct nla_policy *)feat_policy) < 0 ||
	    !a[ZRAM_A_FEAT_BITS] || !a[ZRAM_A_FEAT_PAGE_SIZE])
		return -EPROTO;
	f->bits = nla_get_u64(a[ZRAM_A_FEAT_BITS]);
	f->page_size = nla_get_u32(a[ZRAM_A_FEAT_PAGE_SIZE]);
	if (a[ZRAM_A_FEAT_TRACE_VERSION])
		f->trace_version = nla_get_u32(a[ZRAM_A_FEAT_TRACE_VERSION]);
	if (a[ZRAM_A_FEAT_DISKSIZE_MAX])
		f->disksize_max = nla_get_u64(a[ZRAM_A_FEAT_DISKSIZE_MAX]);
	if (a[ZRAM_A_FEAT_CODECS_MAX])
		f->codecs_max = nla_get_u32(a[ZRAM_A_FEAT_CODECS_MAX]);
	nla_for_each_attr(pos, genlmsg_attrdata(nlmsg_data(hdr), 0),
			  genlmsg_attrlen(nlmsg_data(hdr), 0), rem)
		if (!err && nla_type(pos) == ZRAM_A_FEAT_ALGO)
			err = parse_algo(pos, f);
	return err;
}

int znl_features(struct znl *nl, struct model_features *f)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_FEATURES, 0);

	return msg ? znl_talk(nl, msg, read_features, f) : -ENOMEM;
}
