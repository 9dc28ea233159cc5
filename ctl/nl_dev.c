// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices on the wire: new, delete, get, set, reset, attach, detach, compact, idle. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>

static const struct nla_policy dev_policy[ZRAM_A_DEV_MAX + 1] = {
	[ZRAM_A_DEV_ID] = { .type = NLA_U32 },
	[ZRAM_A_DEV_GENERATION] = { .type = NLA_U32 },
	[ZRAM_A_DEV_STATE] = { .type = NLA_U32 },
	[ZRAM_A_DEV_ALGO] = { .type = NLA_STRING },
	[ZRAM_A_DEV_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_DEV_DISKSIZE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_MEM_LIMIT] = { .type = NLA_U64 },
	[ZRAM_A_DEV_ORIG_DATA_SIZE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_COMPR_DATA_SIZE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_MEM_USED_TOTAL] = { .type = NLA_U64 },
	[ZRAM_A_DEV_MEM_USED_MAX] = { .type = NLA_U64 },
	[ZRAM_A_DEV_SAME_PAGES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_HUGE_PAGES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_HUGE_PAGES_SINCE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_PAGES_COMPACTED] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FAILED_READS] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FAILED_WRITES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_NOTIFY_FREE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_PROBED_RAW] = { .type = NLA_U64 },
	[ZRAM_A_DEV_TABLE_BYTES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_CODEC_BYTES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_PACK_BYTES] = { .type = NLA_U64 },
	[ZRAM_A_DEV_BACKING] = { .type = NLA_STRING },
	[ZRAM_A_DEV_BACKING_SIZE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_BACKING_USED] = { .type = NLA_U64 },
	[ZRAM_A_DEV_BACKING_READ] = { .type = NLA_U64 },
	[ZRAM_A_DEV_BACKING_WRITTEN] = { .type = NLA_U64 },
	[ZRAM_A_DEV_WARM_SLOTS] = { .type = NLA_U64 },
	[ZRAM_A_DEV_COLD_SLOTS] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FROZEN_SLOTS] = { .type = NLA_U64 },
	[ZRAM_A_DEV_PROMOTE_READS] = { .type = NLA_U32 },
	[ZRAM_A_DEV_PROMOTE_SECONDS] = { .type = NLA_U32 },
	[ZRAM_A_DEV_FOLIO_PACKS] = { .type = NLA_U32 },
	[ZRAM_A_DEV_FOLIO_STATE] = { .type = NLA_U32 },
	[ZRAM_A_DEV_FOLIO_WRITTEN] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FOLIO_READ_WHOLE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FOLIO_READ_SINGLE] = { .type = NLA_U64 },
	[ZRAM_A_DEV_FOLIO_DECODED] = { .type = NLA_U64 },
	[ZRAM_A_DEV_WRITEBACK_LIMIT] = { .type = NLA_U64 },
};

/* The u64 attributes and where they go. */
static const struct {
	int attr;
	uint64_t has;
	size_t offset;
} numbers[] = {
#define NUMBER(NAME, field) \
	{ ZRAM_A_DEV_##NAME, MODEL_##NAME, offsetof(struct model_dev, field) }
	NUMBER(DISKSIZE, disksize),
	NUMBER(MEM_LIMIT, mem_limit),
	NUMBER(ORIG_DATA_SIZE, orig_data_size),
	NUMBER(COMPR_DATA_SIZE, compr_data_size),
	NUMBER(MEM_USED_TOTAL, mem_used_total),
	NUMBER(MEM_USED_MAX, mem_used_max),
	NUMBER(SAME_PAGES, same_pages),
	NUMBER(HUGE_PAGES, huge_pages),
	NUMBER(HUGE_PAGES_SINCE, huge_pages_since),
	NUMBER(PAGES_COMPACTED, pages_compacted),
	NUMBER(FAILED_READS, failed_reads),
	NUMBER(FAILED_WRITES, failed_writes),
	NUMBER(NOTIFY_FREE, notify_free),
	NUMBER(PROBED_RAW, probed_raw),
	NUMBER(TABLE_BYTES, table_bytes),
	NUMBER(CODEC_BYTES, codec_bytes),
	NUMBER(PACK_BYTES, pack_bytes),
	NUMBER(BACKING_SIZE, backing_size),
	NUMBER(BACKING_USED, backing_used),
	NUMBER(BACKING_READ, backing_read),
	NUMBER(BACKING_WRITTEN, backing_written),
	NUMBER(WARM_SLOTS, warm_slots),
	NUMBER(COLD_SLOTS, cold_slots),
	NUMBER(FROZEN_SLOTS, frozen_slots),
	NUMBER(FOLIO_WRITTEN, folio_written),
	NUMBER(FOLIO_READ_WHOLE, folio_read_whole),
	NUMBER(FOLIO_READ_SINGLE, folio_read_single),
	NUMBER(FOLIO_DECODED, folio_decoded),
	NUMBER(WRITEBACK_LIMIT, writeback_limit),
#undef NUMBER
};

static int parse_dev(struct nlmsghdr *hdr, struct model_dev *dev)
{
	struct nlattr *a[ZRAM_A_DEV_MAX + 1];

	memset(dev, 0, sizeof(*dev));
	if (genlmsg_parse(hdr, 0, a, ZRAM_A_DEV_MAX,
			  (struct nla_policy *)dev_policy) < 0 ||
	    !a[ZRAM_A_DEV_ID])
		return -EPROTO;
	dev->id = nla_get_u32(a[ZRAM_A_DEV_ID]);
	if (a[ZRAM_A_DEV_GENERATION]) {
		dev->generation = nla_get_u32(a[ZRAM_A_DEV_GENERATION]);
		dev->has |= MODEL_GENERATION;
	}
	if (a[ZRAM_A_DEV_STATE]) {
		dev->state = nla_get_u32(a[ZRAM_A_DEV_STATE]);
		dev->has |= MODEL_STATE;
	}
	if (a[ZRAM_A_DEV_ALGO]) {
		nla_strlcpy(dev->algo, a[ZRAM_A_DEV_ALGO], sizeof(dev->algo));
		dev->has |= MODEL_ALGO;
	}
	if (a[ZRAM_A_DEV_BACKING]) {
		nla_strlcpy(dev->backing, a[ZRAM_A_DEV_BACKING],
			    sizeof(dev->backing));
		dev->has |= MODEL_BACKING;
	}
	if (a[ZRAM_A_DEV_PROMOTE_READS] && a[ZRAM_A_DEV_PROMOTE_SECONDS]) {
		dev->promote_reads = nla_get_u32(a[ZRAM_A_DEV_PROMOTE_READS]);
		dev->promote_seconds =
			nla_get_u32(a[ZRAM_A_DEV_PROMOTE_SECONDS]);
		dev->has |= MODEL_PROMOTE;
	}
	if (a[ZRAM_A_DEV_LEVEL]) {
		dev->level = nla_get_s32(a[ZRAM_A_DEV_LEVEL]);
		dev->has |= MODEL_LEVEL;
	}
	if (a[ZRAM_A_DEV_FOLIO_PACKS]) {
		dev->folio_packs = nla_get_u32(a[ZRAM_A_DEV_FOLIO_PACKS]);
		dev->has |= MODEL_FOLIO_PACKS;
	}
	if (a[ZRAM_A_DEV_FOLIO_STATE]) {
		dev->folio_state = nla_get_u32(a[ZRAM_A_DEV_FOLIO_STATE]);
		dev->has |= MODEL_FOLIO_STATE;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t v;

		if (!a[numbers[i].attr])
			continue;
		v = nla_get_u64(a[numbers[i].attr]);
		memcpy((char *)dev + numbers[i].offset, &v, sizeof(v));
		dev->has |= numbers[i].has;
	}
	return znl_parse_codecs(hdr, dev);
}

static int read_dev(struct nlmsghdr *hdr, void *arg)
{
	return parse_dev(hdr, arg);
}

/* NULL when a part does not fit or there is no memory. */
static struct nl_msg *spec_request(struct znl *nl, int cmd,
				   const struct model_spec *spec)
{
	struct nl_msg *msg = znl_request(nl, cmd, 0);

	if (!msg)
		return NULL;
	if ((spec->has & MODEL_SPEC_ID &&
	     nla_put_u32(msg, ZRAM_A_DEV_ID, spec->id)) ||
	    (spec->has & MODEL_ALGO &&
	     nla_put_string(msg, ZRAM_A_DEV_ALGO, spec->algo)) ||
	    (spec->has & MODEL_LEVEL &&
	     nla_put_s32(msg, ZRAM_A_DEV_LEVEL, spec->level)) ||
	    (spec->has & MODEL_DISKSIZE &&
	     nla_put_u64(msg, ZRAM_A_DEV_DISKSIZE, spec->disksize)) ||
	    (spec->has & MODEL_MEM_LIMIT &&
	     nla_put_u64(msg, ZRAM_A_DEV_MEM_LIMIT, spec->mem_limit)) ||
	    (spec->has & MODEL_PROMOTE &&
	     (nla_put_u32(msg, ZRAM_A_DEV_PROMOTE_READS,
			  spec->promote_reads) ||
	      nla_put_u32(msg, ZRAM_A_DEV_PROMOTE_SECONDS,
			  spec->promote_seconds))) ||
	    (spec->has & MODEL_FOLIO_PACKS &&
	     nla_put_u32(msg, ZRAM_A_DEV_FOLIO_PACKS, spec->folio_packs)) ||
	    (spec->has & MODEL_WRITEBACK_LIMIT &&
	     nla_put_u64(msg, ZRAM_A_DEV_WRITEBACK_LIMIT,
			 spec->writeback_limit)) ||
	    (spec->has & MODEL_BACKING &&
	     nla_put_string(msg, ZRAM_A_DEV_BACKING, spec->backing)) ||
	    (spec->has & MODEL_SPEC_RESET_USED_MAX &&
	     nla_put_flag(msg, ZRAM_A_DEV_RESET_USED_MAX)) ||
	    znl_put_codecs(msg, spec)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static struct nl_msg *id_request(struct znl *nl, int cmd, uint32_t id)
{
	const struct model_spec spec = { .has = MODEL_SPEC_ID, .id = id };

	return spec_request(nl, cmd, &spec);
}

int znl_new(struct znl *nl, const struct model_spec *spec,
	    struct model_dev *dev)
{
	struct nl_msg *msg = spec_request(nl, ZRAM_CMD_NEW, spec);

	return msg ? znl_talk(nl, msg, read_dev, dev) : -ENOMEM;
}

int znl_set(struct znl *nl, uint32_t id, const struct model_spec *spec)
{
	struct model_spec with_id = *spec;
	struct nl_msg *msg;

	with_id.has |= MODEL_SPEC_ID;
	with_id.id = id;
	msg = spec_request(nl, ZRAM_CMD_SET, &with_id);
	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_delete(struct znl *nl, uint32_t id)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_DELETE, id);

	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_reset(struct znl *nl, uint32_t id)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_RESET, id);

	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_attach(struct znl *nl, uint32_t id, const char *path)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_ATTACH, id);

	if (msg && nla_put_string(msg, ZRAM_A_DEV_BACKING, path)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_detach(struct znl *nl, uint32_t id)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_DETACH, id);

	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_compact(struct znl *nl, uint32_t id)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_COMPACT, id);

	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_idle(struct znl *nl, uint32_t id, const uint32_t *age)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_IDLE, id);

	if (msg && age && nla_put_u32(msg, ZRAM_A_DEV_IDLE_AGE, *age)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return msg ? znl_talk(nl, msg, NULL, NULL) : -ENOMEM;
}

int znl_get(struct znl *nl, uint32_t id, struct model_dev *dev)
{
	struct nl_msg *msg = id_request(nl, ZRAM_CMD_GET, id);

	return msg ? znl_talk(nl, msg, read_dev, dev) : -ENOMEM;
}

struct all {
	znl_dev_fn fn;
	void *arg;
};

static int read_one_of_all(struct nlmsghdr *hdr, void *arg)
{
	struct model_dev dev;
	struct all *all = arg;
	int err = parse_dev(hdr, &dev);

	return err ? err : all->fn(&dev, all->arg);
}

int znl_get_all(struct znl *nl, znl_dev_fn fn, void *arg)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_GET, NLM_F_DUMP);
	struct all all = { .fn = fn, .arg = arg };

	return msg ? znl_talk(nl, msg, read_one_of_all, &all) : -ENOMEM;
}
