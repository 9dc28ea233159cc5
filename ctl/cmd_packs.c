// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl packs: the packs of a device. */

#include "cmd.h"

#include <stdio.h>

#include "client.h"
#include "out.h"
#include "util.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

#define SHOWN "PACK,TIER,FIRST,LAST,SLOTS,LIVE,BYTES,ALGO,LEVEL,RAW,SPARSE"

static const struct cmd_opt opts[] = {
	CMD_OUT_OPTS,
	{ 0 }
};

#define NUMBER(field)							\
static bool get_##field(const void *row, struct out_val *v)		\
{									\
	v->u = ((const struct model_pack *)row)->row.field;		\
	return true;							\
}

NUMBER(pack)
NUMBER(first)
NUMBER(last)
NUMBER(slots)
NUMBER(live)
NUMBER(bytes)

static bool get_tier(const void *row, struct out_val *v)
{
	uint8_t tier = ((const struct model_pack *)row)->row.tier;

	v->s = tier == ZRAM_TIER_FROZEN ? "frozen" :
	       tier == ZRAM_TIER_HOT ? "hot" : "cold";
	return true;
}

#define FLAG(name, flag)						\
static bool get_##name(const void *row, struct out_val *v)		\
{									\
	v->b = ((const struct model_pack *)row)->row.flags & (flag);	\
	return true;							\
}

FLAG(raw, ZRAM_PACK_RAW)
FLAG(sparse, ZRAM_PACK_SPARSE)
FLAG(lost, ZRAM_PACK_LOST)

static bool get_algo(const void *row, struct out_val *v)
{
	v->s = ((const struct model_pack *)row)->algo;
	return v->s;
}

static bool get_level(const void *row, struct out_val *v)
{
	v->i = ((const struct model_pack *)row)->level;
	return ((const struct model_pack *)row)->has_level;
}

static const struct out_col cols[] = {
	{ "PACK", "pack", OUT_UINT, OUT_NONE, get_pack,
	  "its number, as in the tracepoint zram_pack" },
	{ "TIER", "tier", OUT_STRING, OUT_NONE, get_tier,
	  "cold: in memory; frozen: on the backing device; hot: in memory, made "
	  "by --folio-packs" },
	{ "FIRST", "first", OUT_UINT, OUT_NONE, get_first,
	  "first slot that it was made of" },
	{ "LAST", "last", OUT_UINT, OUT_NONE, get_last,
	  "last one; those between may be others'" },
	{ "SLOTS", "slots", OUT_UINT, OUT_NONE, get_slots,
	  "how many it was made of" },
	{ "LIVE", "live", OUT_UINT, OUT_NONE, get_live,
	  "how many of these it still has" },
	{ "BYTES", "bytes", OUT_UINT, OUT_BYTES, get_bytes,
	  "what it takes compressed" },
	{ "ALGO", "algo", OUT_STRING, OUT_NONE, get_algo,
	  "algorithm that it was compressed with; nothing when it is raw" },
	{ "LEVEL", "level", OUT_INT, OUT_NONE, get_level,
	  "its level; nothing when that was the algorithm's own" },
	{ "RAW", "raw", OUT_BOOL, OUT_NONE, get_raw,
	  "holds pages that do not compress, as they are" },
	{ "SPARSE", "sparse", OUT_BOOL, OUT_NONE, get_sparse,
	  "has lost more than half of its slots" },
	{ "LOST", "lost", OUT_BOOL, OUT_NONE, get_lost,
	  "the disk did not give it back" },
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "packs", "list of objects with the keys of columns" },
	{ 0 }
};

static int print_pack(const struct model_pack *pack, void *o)
{
	return out_row(o, pack);
}

static enum cmd_result run(const struct cmd_args *args)
{
	enum cmd_result res;
	struct out_opts how;
	struct client *c;
	struct out *o;
	uint32_t id;
	size_t nr;
	int err;

	res = cmd_devices(args, &id, &nr);
	if (res)
		return res;
	cmd_out_opts(args, &how);
	how.array = "packs";
	if (out_open(&o, cols, SHOWN, &how))
		return CMD_USAGE;
	err = client_open(&c, 0);
	if (!err)
		err = client_packs(c, id, print_pack, o);
	if (err) {
		out_drop(o);
		res = cmd_client_failed(c, err);
	} else if (out_close(o)) {
		res = CMD_FAILED;
	}
	client_close(c);
	return res;
}

const struct cmd cmd_packs = {
	.name = "packs",
	.operands = "DEVICE",
	.min = 1,
	.max = 1,
	.summary = "list the packs of a device",
	.details =
"A pack in memory that has lost more than half of its slots is made anew by\n"
"itself; one on the disk by the next writeback that means what is left of it,\n"
"where that saves room. What --folio-packs made is taken apart into single pages\n"
"instead while it is in memory.",
	.opts = opts,
	.cols = cols,
	.shown = SHOWN,
	.keys = keys,
	.run = run,
};
