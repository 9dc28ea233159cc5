// SPDX-License-Identifier: GPL-2.0-or-later
/* Codecs on the wire: the attribute "codec" of a device. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <string.h>

#include <netlink/genl/genl.h>

static const struct nla_policy codec_policy[ZRAM_A_CODEC_MAX + 1] = {
	[ZRAM_A_CODEC_PRIORITY] = { .type = NLA_U32 },
	[ZRAM_A_CODEC_ALGO] = { .type = NLA_STRING },
	[ZRAM_A_CODEC_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_CODEC_WINBITS] = { .type = NLA_S32 },
	[ZRAM_A_CODEC_DICT_SIZE] = { .type = NLA_U32 },
	[ZRAM_A_CODEC_SLOTS] = { .type = NLA_U64 },
};

int znl_put_codecs(struct nl_msg *msg, const struct model_spec *spec)
{
	for (uint32_t prio = 0; prio < MODEL_CODECS; prio++) {
		const struct model_codec_spec *c = &spec->codec[prio];
		struct nlattr *nest;

		if (!c->has)
			continue;
		nest = nla_nest_start(msg, ZRAM_A_DEV_CODEC | NLA_F_NESTED);
		if (!nest || nla_put_u32(msg, ZRAM_A_CODEC_PRIORITY, prio) ||
		    (c->has & MODEL_CODEC_ALGO &&
		     nla_put_string(msg, ZRAM_A_CODEC_ALGO, c->algo)) ||
		    (c->has & MODEL_CODEC_LEVEL &&
		     nla_put_s32(msg, ZRAM_A_CODEC_LEVEL, c->level)) ||
		    (c->has & MODEL_CODEC_WINBITS &&
		     nla_put_s32(msg, ZRAM_A_CODEC_WINBITS, c->winbits)) ||
		    (c->has & MODEL_CODEC_DICT &&
		     nla_put_u32(msg, ZRAM_A_CODEC_DICT_FD, c->dict_fd)))
			return -ENOMEM;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int parse_codec(struct nlattr *nest, struct model_dev *dev)
{
	struct nlattr *a[ZRAM_A_CODEC_MAX + 1];
	struct model_codec *c;
	uint32_t prio;

	if (nla_parse_nested(a, ZRAM_A_CODEC_MAX, nest,
			     (struct nla_policy *)codec_policy) < 0 ||
	    !a[ZRAM_A_CODEC_PRIORITY] || !a[ZRAM_A_CODEC_ALGO])
		return -EPROTO;
	prio = nla_get_u32(a[ZRAM_A_CODEC_PRIORITY]);
	if (prio >= MODEL_CODECS)
		return 0;	/* of a newer module */
	c = &dev->codec[prio];
	c->has = MODEL_CODEC_ALGO;
	nla_strlcpy(c->algo, a[ZRAM_A_CODEC_ALGO], sizeof(c->algo));
	if (a[ZRAM_A_CODEC_LEVEL]) {
		c->has |= MODEL_CODEC_LEVEL;
		c->level = nla_get_s32(a[ZRAM_A_CODEC_LEVEL]);
	}
	if (a[ZRAM_A_CODEC_WINBITS]) {
		c->has |= MODEL_CODEC_WINBITS;
		c->winbits = nla_get_s32(a[ZRAM_A_CODEC_WINBITS]);
	}
	if (a[ZRAM_A_CODEC_DICT_SIZE]) {
		c->has |= MODEL_CODEC_DICT;
		c->dict_size = nla_get_u32(a[ZRAM_A_CODEC_DICT_SIZE]);
	}
	if (a[ZRAM_A_CODEC_SLOTS]) {
		c->has |= MODEL_CODEC_SLOTS;
		c->slots = nla_get_u64(a[ZRAM_A_CODEC_SLOTS]);
	}
	return 0;
}

int znl_parse_codecs(struct nlmsghdr *hdr, struct model_dev *dev)
{
	struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *nla;
	int rem, err;

	nla_for_each_attr(nla, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), rem) {
		if (nla_type(nla) != ZRAM_A_DEV_CODEC)
			continue;
		err = parse_codec(nla, dev);
		if (err)
			return err;
	}
	return 0;
}
