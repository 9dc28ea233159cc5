/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of the netlink front end, and by nobody else. */
#ifndef ZRAM_GENL_INTERNAL_H
#define ZRAM_GENL_INTERNAL_H

#include "compat/genetlink.h"

struct zram_device;
struct zram_event;

extern struct genl_family zram_genl_family;

/*
 * One message with everything about a device: the answer to new and get, and
 * a piece of the dump (@cb is then set). -EMSGSIZE when it does not fit.
 */
int zram_genl_fill_device(struct sk_buff *skb, u32 portid, u32 seq, int flags,
			  struct netlink_callback *cb, u8 cmd,
			  struct zram_device *dev);
/* The answer to features. -EMSGSIZE. */
int zram_genl_fill_features(struct sk_buff *skb, const struct genl_info *info);

/*
 * -EINVAL with an extended ack when the request gives an attribute twice:
 * the core would silently take the last one. @many: bits of those that may
 * come more than once.
 */
int zram_genl_check_twice(const struct nlmsghdr *nlh, u64 many,
			  struct netlink_ext_ack *extack);

/* verbs on devices, in genl_device.c */
int zram_genl_new(struct sk_buff *skb, struct genl_info *info);
int zram_genl_delete(struct sk_buff *skb, struct genl_info *info);
int zram_genl_get(struct sk_buff *skb, struct genl_info *info);
int zram_genl_get_start(struct netlink_callback *cb);
int zram_genl_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int zram_genl_set(struct sk_buff *skb, struct genl_info *info);
int zram_genl_reset(struct sk_buff *skb, struct genl_info *info);
int zram_genl_attach(struct sk_buff *skb, struct genl_info *info);
int zram_genl_detach(struct sk_buff *skb, struct genl_info *info);
int zram_genl_compact(struct sk_buff *skb, struct genl_info *info);
int zram_genl_idle(struct sk_buff *skb, struct genl_info *info);

/* codecs of a device, in genl_codec.c */
struct zram_codec_info;
struct zram_spec;
extern const struct nla_policy zram_genl_codec_policy[];
/*
 * Into @spec what the request says of codecs; -EINVAL and other errnos with an
 * extended ack. zram_genl_drop_codecs in any case.
 */
int zram_genl_read_codecs(const struct genl_info *info, struct zram_spec *spec);
void zram_genl_drop_codecs(struct zram_spec *spec);
/* Blame the request's codec of a priority for a refusal. */
void zram_genl_blame_codec(const struct genl_info *info, int prio);
/* All codecs of a device. -EMSGSIZE. */
int zram_genl_put_codecs(struct sk_buff *skb,
			 const struct zram_codec_info *codec, bool initialised);

/* slot-get, in genl_slots.c */
int zram_genl_slots_start(struct netlink_callback *cb);
int zram_genl_slots_dump(struct sk_buff *skb, struct netlink_callback *cb);
int zram_genl_slots_done(struct netlink_callback *cb);

/* pack-get, in genl_packs.c */
int zram_genl_packs_start(struct netlink_callback *cb);
int zram_genl_packs_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* jobs and events, in genl_jobs.c */
int zram_genl_job_start(struct sk_buff *skb, struct genl_info *info);
int zram_genl_job_cancel(struct sk_buff *skb, struct genl_info *info);
int zram_genl_jobs_start(struct netlink_callback *cb);
int zram_genl_jobs_dump(struct sk_buff *skb, struct netlink_callback *cb);
void zram_genl_send_event(const struct zram_event *ev);

#endif
