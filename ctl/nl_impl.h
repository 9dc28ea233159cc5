/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by nl*.c, and by nobody else. */
#ifndef ZRAMCTL_NL_IMPL_H
#define ZRAMCTL_NL_IMPL_H

#include <stdbool.h>

#include <linux/netlink.h>
#include <netlink/netlink.h>
#include <netlink/msg.h>
#include <netlink/attr.h>

struct znl {
	struct nl_sock *sk;	/* NULL: the next request opens one */
	int family;
	char msg[512];		/* extended ack of the last request */
	uint32_t dropped;	/* events by the kernel's count, at the last look */
};

/* Looks at one answer; anything but 0 ends the request. */
typedef int (*znl_reader)(struct nlmsghdr *hdr, void *arg);

/* NULL: no memory. @flags: NLM_F_DUMP or 0. */
struct nl_msg *znl_request(struct znl *nl, int cmd, int flags);
/*
 * Send @msg (freed in any case) and read answers until the ack or the end of
 * the dump. The errno that the kernel sent, what @read returned, -EAGAIN for
 * an interrupted dump, -EIO or -ENOBUFS for a broken conversation: then the
 * kernel may have done what it was asked.
 */
int znl_talk(struct znl *nl, struct nl_msg *msg, znl_reader read, void *arg);

struct model_dev;
struct model_spec;

/* The codecs of a request, and of a reply; in nl_codec.c. */
int znl_put_codecs(struct nl_msg *msg, const struct model_spec *spec);
int znl_parse_codecs(struct nlmsghdr *hdr, struct model_dev *dev);

#endif
