// SPDX-License-Identifier: GPL-2.0-only
/* The attribute "codec" of the netlink family, both ways. */

#include "genl_internal.h"

#include <linux/kernel_read_file.h>
#include <linux/mm.h>

#include "control.h"
#include "zram/netlink.h"

const struct nla_policy zram_genl_codec_policy[ZRAM_A_CODEC_MAX + 1] = {
	[ZRAM_A_CODEC_PRIORITY] = NLA_POLICY_MAX(NLA_U32, ZRAM_CODEC_PRIOS - 1),
	[ZRAM_A_CODEC_ALGO] = {
		.type = NLA_NUL_STRING, .len = ZRAM_ALGO_NAME_MAX - 1,
	},
	[ZRAM_A_CODEC_LEVEL] = { .type = NLA_S32 },
	[ZRAM_A_CODEC_WINBITS] = { .type = NLA_S32 },
	[ZRAM_A_CODEC_DICT_FD] = { .type = NLA_U32 },
	[ZRAM_A_CODEC_DICT_SIZE] = { .type = NLA_REJECT },
	[ZRAM_A_CODEC_SLOTS] = { .type = NLA_REJECT },
	[ZRAM_A_CODEC_PAD] = { .type = NLA_REJECT },
};

static int refuse(const struct genl_info *info, const struct nlattr *attr,
		  const char *why, int err)
{
	if (info->extack) {
		info->extack->_msg = why;
		NL_SET_BAD_ATTR(info->extack, attr);
	}
	return err;
}

/* The contents of a file of the sender as a dictionary; ERR_PTR. */
static struct zram_dict *read_dict(const struct genl_info *info,
				   const struct nlattr *fd)
{
	struct zram_dict *dict;
	void *data = NULL;
	ssize_t size;

	size = kernel_read_file_from_fd(nla_get_u32(fd), 0, &data,
					ZRAM_DICT_MAX, NULL, READING_POLICY);
	if (size > 0) {
		dict = zram_dict_create(data, size);
		return dict ?: ERR_PTR(-ENOMEM);
	}
	kvfree(data);
	if (size == -EFBIG)
		return ERR_PTR(refuse(info, fd, "the dictionary is larger than 1 MiB",
				      -E2BIG));
	return ERR_PTR(refuse(info, fd,
			      "the dictionary's file cannot be read, or is empty",
			      size ?: -EINVAL));
}

/* The core keeps the last of two attributes; one of each is what is meant. */
static int check_once(const struct genl_info *info, const struct nlattr *nest)
{
	const struct nlattr *nla;
	u32 seen = 0;
	int rem;

	nla_for_each_nested(nla, nest, rem) {
		if (seen & BIT(nla_type(nla)))
			return refuse(info, nla, "attribute given twice",
				      -EINVAL);
		seen |= BIT(nla_type(nla));
	}
	return 0;
}

static int read_codec(const struct genl_info *info, const struct nlattr *nest,
		      struct zram_spec *spec)
{
	struct nlattr *a[ZRAM_A_CODEC_MAX + 1];
	struct zram_codec_spec *c;
	struct zram_dict *dict;
	u32 prio;
	int err;

	err = nla_parse_nested(a, ZRAM_A_CODEC_MAX, nest,
			       zram_genl_codec_policy, info->extack);
	if (!err)
		err = check_once(info, nest);
	if (err)
		return err;
	if (!a[ZRAM_A_CODEC_PRIORITY])
		return refuse(info, nest, "a codec needs a priority", -EINVAL);
	prio = nla_get_u32(a[ZRAM_A_CODEC_PRIORITY]);
	c = &spec->codec[prio];
	if (c->set || (!prio && a[ZRAM_A_CODEC_ALGO] &&
		       (spec->set & ZRAM_SPEC_ALGO)) ||
	    (!prio && a[ZRAM_A_CODEC_LEVEL] && (spec->set & ZRAM_SPEC_LEVEL)))
		return refuse(info, nest, "this of a codec is given twice",
			      -EINVAL);
	if (a[ZRAM_A_CODEC_ALGO]) {
		c->set |= ZRAM_CODEC_SET_ALGO;
		c->algo = nla_data(a[ZRAM_A_CODEC_ALGO]);
	}
	if (a[ZRAM_A_CODEC_LEVEL]) {
		c->set |= ZRAM_CODEC_SET_LEVEL;
		c->level = nla_get_s32(a[ZRAM_A_CODEC_LEVEL]);
	}
	if (a[ZRAM_A_CODEC_WINBITS]) {
		c->set |= ZRAM_CODEC_SET_WINBITS;
		c->winbits = nla_get_s32(a[ZRAM_A_CODEC_WINBITS]);
	}
	if (a[ZRAM_A_CODEC_DICT_FD]) {
		dict = read_dict(info, a[ZRAM_A_CODEC_DICT_FD]);
		if (IS_ERR(dict))
			return PTR_ERR(dict);
		c->set |= ZRAM_CODEC_SET_DICT;
		c->dict = dict;
	}
	if (!c->set)
		return refuse(info, nest, "the codec has nothing to set",
			      -EINVAL);
	spec->set |= ZRAM_SPEC_CODECS;
	return 0;
}

int zram_genl_read_codecs(const struct genl_info *info, struct zram_spec *spec)
{
	const struct nlattr *nla;
	int rem, err;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != ZRAM_A_DEV_CODEC)
			continue;
		err = read_codec(info, nla, spec);
		if (err)
			return err;
	}
	return 0;
}

void zram_genl_drop_codecs(struct zram_spec *spec)
{
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		zram_dict_put(spec->codec[prio].dict);
}

void zram_genl_blame_codec(const struct genl_info *info, int prio)
{
	const struct nlattr *nla, *inner;
	int rem, rem2;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != ZRAM_A_DEV_CODEC)
			continue;
		nla_for_each_nested(inner, nla, rem2)
			if (nla_type(inner) == ZRAM_A_CODEC_PRIORITY &&
			    nla_get_u32(inner) == prio)
				NL_SET_BAD_ATTR(info->extack, nla);
	}
}

static int put_codec(struct sk_buff *skb, u32 prio,
		     const struct zram_codec_info *codec, bool initialised)
{
	struct nlattr *nest = nla_nest_start(skb, ZRAM_A_DEV_CODEC);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, ZRAM_A_CODEC_PRIORITY, prio) ||
	    nla_put_string(skb, ZRAM_A_CODEC_ALGO, codec->algo) ||
	    (codec->level != ZRAM_LEVEL_DEFAULT &&
	     nla_put_s32(skb, ZRAM_A_CODEC_LEVEL, codec->level)) ||
	    (codec->winbits != ZRAM_WINBITS_DEFAULT &&
	     nla_put_s32(skb, ZRAM_A_CODEC_WINBITS, codec->winbits)) ||
	    (codec->dict_size &&
	     nla_put_u32(skb, ZRAM_A_CODEC_DICT_SIZE, codec->dict_size)) ||
	    (initialised &&
	     nla_put_u64_64bit(skb, ZRAM_A_CODEC_SLOTS, codec->slots,
			       ZRAM_A_CODEC_PAD))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

int zram_genl_put_codecs(struct sk_buff *skb,
			 const struct zram_codec_info *codec, bool initialised)
{
	u32 prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		if (codec[prio].algo && put_codec(skb, prio, &codec[prio], initialised))
			return -EMSGSIZE;
	return 0;
}
