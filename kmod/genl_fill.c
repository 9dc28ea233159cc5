// SPDX-License-Identifier: GPL-2.0-only
/* Messages that the netlink family sends: a device, the features. */

#include "genl_internal.h"

#include "codec.h"
#include "control.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

static int put_u64(struct sk_buff *skb, int attr, u64 v)
{
	return nla_put_u64_64bit(skb, attr, v, ZRAM_A_DEV_PAD);
}

/* What a device has before it has a disksize. */
static int put_settings(struct sk_buff *skb, const struct zram_info *info)
{
	u32 state = 0;

	if (info->initialised)
		state |= ZRAM_STATE_INITIALISED;
	if (info->in_use)
		state |= ZRAM_STATE_IN_USE;

	if (nla_put_u32(skb, ZRAM_A_DEV_ID, info->id) ||
	    nla_put_u32(skb, ZRAM_A_DEV_GENERATION, info->generation) ||
	    nla_put_u32(skb, ZRAM_A_DEV_STATE, state) ||
	    nla_put_string(skb, ZRAM_A_DEV_ALGO, info->codec[0].algo) ||
	    nla_put_u32(skb, ZRAM_A_DEV_PROMOTE_READS, info->promote_reads) ||
	    nla_put_u32(skb, ZRAM_A_DEV_PROMOTE_SECONDS,
			info->promote_seconds) ||
	    put_u64(skb, ZRAM_A_DEV_MEM_LIMIT, info->mem_limit) ||
	    nla_put_u32(skb, ZRAM_A_DEV_FOLIO_PACKS, info->folio_packs) ||
	    put_u64(skb, ZRAM_A_DEV_WRITEBACK_LIMIT, info->writeback_limit))
		return -EMSGSIZE;
	if (info->codec[0].level != ZRAM_LEVEL_DEFAULT &&
	    nla_put_s32(skb, ZRAM_A_DEV_LEVEL, info->codec[0].level))
		return -EMSGSIZE;
	return zram_genl_put_codecs(skb, info->codec, info->initialised);
}

static int put_counters(struct sk_buff *skb, const struct zram_info *info)
{
	const struct {
		int attr;
		u64 v;
	} counters[] = {
		{ ZRAM_A_DEV_DISKSIZE, info->disksize },
		{ ZRAM_A_DEV_ORIG_DATA_SIZE, info->orig_data_size },
		{ ZRAM_A_DEV_COMPR_DATA_SIZE, info->compr_data_size },
		{ ZRAM_A_DEV_MEM_USED_TOTAL, info->mem_used_total },
		{ ZRAM_A_DEV_MEM_USED_MAX, info->mem_used_max },
		{ ZRAM_A_DEV_SAME_PAGES, info->same_pages },
		{ ZRAM_A_DEV_HUGE_PAGES, info->huge_pages },
		{ ZRAM_A_DEV_HUGE_PAGES_SINCE, info->huge_pages_since },
		{ ZRAM_A_DEV_PAGES_COMPACTED, info->pages_compacted },
		{ ZRAM_A_DEV_FAILED_READS, info->failed_reads },
		{ ZRAM_A_DEV_FAILED_WRITES, info->failed_writes },
		{ ZRAM_A_DEV_NOTIFY_FREE, info->notify_free },
		{ ZRAM_A_DEV_PROBED_RAW, info->probed_raw },
		{ ZRAM_A_DEV_TABLE_BYTES, info->table_bytes },
		{ ZRAM_A_DEV_CODEC_BYTES, info->codec_bytes },
		{ ZRAM_A_DEV_PACK_BYTES, info->pack_bytes },
		{ ZRAM_A_DEV_WARM_SLOTS, info->warm_slots },
		{ ZRAM_A_DEV_COLD_SLOTS, info->cold_slots },
		{ ZRAM_A_DEV_FROZEN_SLOTS, info->frozen_slots },
		{ ZRAM_A_DEV_FOLIO_WRITTEN, info->folio_written },
		{ ZRAM_A_DEV_FOLIO_READ_WHOLE, info->folio_read_whole },
		{ ZRAM_A_DEV_FOLIO_READ_SINGLE, info->folio_read_single },
		{ ZRAM_A_DEV_FOLIO_DECODED, info->folio_decoded },
	};
	unsigned int i;

	if (nla_put_u32(skb, ZRAM_A_DEV_FOLIO_STATE, info->folio_state))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (put_u64(skb, counters[i].attr, counters[i].v))
			return -EMSGSIZE;
	return 0;
}

static int put_backing(struct sk_buff *skb, const struct zram_info *info)
{
	if (!info->has_backing)
		return 0;
	if (nla_put_string(skb, ZRAM_A_DEV_BACKING, info->backing) ||
	    put_u64(skb, ZRAM_A_DEV_BACKING_SIZE, info->backing_size) ||
	    put_u64(skb, ZRAM_A_DEV_BACKING_USED, info->backing_used) ||
	    put_u64(skb, ZRAM_A_DEV_BACKING_READ, info->backing_read) ||
	    put_u64(skb, ZRAM_A_DEV_BACKING_WRITTEN, info->backing_written))
		return -EMSGSIZE;
	return 0;
}

int zram_genl_fill_device(struct sk_buff *skb, u32 portid, u32 seq, int flags,
			  struct netlink_callback *cb, u8 cmd,
			  struct zram_device *dev)
{
	struct zram_info info;
	void *hdr;

	zram_control_info(dev, &info);

	hdr = genlmsg_put(skb, portid, seq, &zram_genl_family, flags, cmd);
	if (!hdr)
		return -EMSGSIZE;
	if (put_settings(skb, &info) || put_backing(skb, &info) ||
	    (info.initialised && put_counters(skb, &info))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	if (cb)
		genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

static bool has_levels(const struct zram_codec_ops *ops)
{
	struct zram_codec_params any = ZRAM_CODEC_PARAMS_DEFAULT;
	const char *why;

	any.level = 1;
	return ops->check(&any, &why) != -EOPNOTSUPP;
}

static int put_algo(struct sk_buff *skb, const struct zram_codec_ops *ops)
{
	struct nlattr *nest = nla_nest_start(skb, ZRAM_A_FEAT_ALGO);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, ZRAM_A_ALGO_NAME, ops->name) ||
	    (ops == zram_codec_default() &&
	     nla_put_flag(skb, ZRAM_A_ALGO_DEFAULT)) ||
	    (has_levels(ops) && nla_put_flag(skb, ZRAM_A_ALGO_LEVELS)) ||
	    (!ops->no_dict && nla_put_flag(skb, ZRAM_A_ALGO_DICTS))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

int zram_genl_fill_features(struct sk_buff *skb, const struct genl_info *info)
{
	const struct zram_codec_ops *ops;
	unsigned int n;
	void *hdr;

	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			  &zram_genl_family, 0, ZRAM_CMD_FEATURES);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, ZRAM_A_FEAT_BITS,
			      ZRAM_F_SLOT_DUMP | ZRAM_F_PROBE |
			      ZRAM_F_JOBS | ZRAM_F_EVENTS |
			      ZRAM_F_BACKING | ZRAM_F_PACK_DUMP |
			      ZRAM_F_FOLIO_PACKS,
			      ZRAM_A_FEAT_PAD) ||
	    nla_put_u32(skb, ZRAM_A_FEAT_TRACE_VERSION, ZRAM_TRACE_VERSION) ||
	    nla_put_u32(skb, ZRAM_A_FEAT_PAGE_SIZE, PAGE_SIZE) ||
	    nla_put_u64_64bit(skb, ZRAM_A_FEAT_DISKSIZE_MAX,
			      zram_control_disksize_max(), ZRAM_A_FEAT_PAD) ||
	    nla_put_u32(skb, ZRAM_A_FEAT_CODECS_MAX, ZRAM_CODEC_PRIOS))
		goto err_cancel;
	for (n = 0; (ops = zram_codec_nth(n)); n++)
		if (put_algo(skb, ops))
			goto err_cancel;
	genlmsg_end(skb, hdr);
	return 0;

err_cancel:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}
