/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generic netlink by hand for test programs: messages that no library would
 * send, and answers with their extended ack.
 */
#ifndef SELFTESTS_GENL_H
#define SELFTESTS_GENL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#define GENL_ROOM 8192

/* A request under construction; len counts up to the end of what was put. */
struct genl_req {
	union {
		struct nlmsghdr nlh;
		char bytes[GENL_ROOM];
	};
	size_t len;
};

/* What came back. */
struct genl_ans {
	int err;		/* 0 or negative; the ack's or the dump end's */
	char msg[256];		/* extended ack: sentence, "" without one */
	int bad_type;		/* type of the attribute blamed, -1: none */
	unsigned int nr;	/* answers besides ack and end */
	bool interrupted;	/* NLM_F_DUMP_INTR on any message */
	bool by_done;		/* err came with the end of a dump, which
				 * has a sentence but names no attribute
				 */
};

typedef void (*genl_fn)(const struct nlmsghdr *nlh, void *arg);

static inline int genl_open(void)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
	struct timeval limit = { .tv_sec = 20 };
	int one = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit))) {
		perror("netlink socket");
		exit(1);
	}
	return fd;
}

static inline void genl_begin(struct genl_req *r, int family, int cmd,
			      int flags)
{
	struct genlmsghdr *g = (void *)(r->bytes + NLMSG_HDRLEN);
	static unsigned int seq;

	memset(r->bytes, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	r->nlh.nlmsg_type = family;
	r->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	r->nlh.nlmsg_seq = ++seq;
	g->cmd = cmd;
	g->version = 1;
	r->len = NLMSG_HDRLEN + GENL_HDRLEN;
}

/* An attribute whose header says @says bytes while @len are there. */
static inline void genl_put_lie(struct genl_req *r, int type, const void *data,
				size_t len, size_t says)
{
	struct nlattr *a = (void *)(r->bytes + r->len);

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + says;
	memset(r->bytes + r->len + NLA_HDRLEN, 0, NLA_ALIGN(len));
	if (len)
		memcpy(r->bytes + r->len + NLA_HDRLEN, data, len);
	r->len += NLA_HDRLEN + NLA_ALIGN(len);
}

static inline void genl_put(struct genl_req *r, int type, const void *data,
			    size_t len)
{
	genl_put_lie(r, type, data, len, len);
}

static inline void genl_put_u32(struct genl_req *r, int type, uint32_t v)
{
	genl_put(r, type, &v, sizeof(v));
}

static inline void genl_put_u64(struct genl_req *r, int type, uint64_t v)
{
	genl_put(r, type, &v, sizeof(v));
}

static inline const struct nlattr *genl_next(const struct nlattr *a,
					     const char *end)
{
	const char *p = a ? (const char *)a + NLA_ALIGN(a->nla_len) : NULL;

	if (p + NLA_HDRLEN > end)
		return NULL;
	a = (const struct nlattr *)p;
	return a->nla_len < NLA_HDRLEN || p + a->nla_len > end ? NULL : a;
}

/* The first attribute at @p, NULL when there is none before @end. */
static inline const struct nlattr *genl_first(const char *p, const char *end)
{
	const struct nlattr *a = (const struct nlattr *)p;

	return p + NLA_HDRLEN > end || a->nla_len < NLA_HDRLEN ||
	       p + a->nla_len > end ? NULL : a;
}

static inline int genl_type(const struct nlattr *a)
{
	return a->nla_type & NLA_TYPE_MASK;
}

static inline const void *genl_data(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}

static inline size_t genl_len(const struct nlattr *a)
{
	return a->nla_len - NLA_HDRLEN;
}

static inline uint32_t genl_u32(const struct nlattr *a)
{
	uint32_t v;

	memcpy(&v, genl_data(a), sizeof(v));
	return v;
}

#define genl_for_each(a, from, to) \
	for ((a) = genl_first(from, to); (a); (a) = genl_next(a, to))

static inline const struct nlattr *genl_find(const struct nlmsghdr *nlh,
					     int type)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *a;

	genl_for_each(a, (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN, end)
		if (genl_type(a) == type)
			return a;
	return NULL;
}

static inline void genl_read_ack(const struct genl_req *r, const char *p,
				 const char *end, struct genl_ans *ans)
{
	const struct nlattr *a;

	genl_for_each(a, p, end) {
		if (genl_type(a) == NLMSGERR_ATTR_MSG)
			snprintf(ans->msg, sizeof(ans->msg), "%.*s",
				 (int)genl_len(a), (const char *)genl_data(a));
		if (genl_type(a) == NLMSGERR_ATTR_OFFS && r &&
		    genl_u32(a) + NLA_HDRLEN <= r->len)
			ans->bad_type = genl_type((const struct nlattr *)
						  (r->bytes + genl_u32(a)));
	}
}

/* One message; true when the conversation is over. */
static inline bool genl_take(const struct genl_req *r,
			     const struct nlmsghdr *nlh, struct genl_ans *ans,
			     genl_fn fn, void *arg)
{
	const char *body = (const char *)nlh + NLMSG_HDRLEN;
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	size_t skip = sizeof(int);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		ans->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = (const void *)body;

		ans->err = e->error;
		skip = sizeof(*e);
		if (e->error && !(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	} else if (nlh->nlmsg_type == NLMSG_DONE) {
		memcpy(&ans->err, body, sizeof(int));
		ans->by_done = true;
	} else {
		ans->nr++;
		if (fn)
			fn(nlh, arg);
		return false;
	}
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		genl_read_ack(r, body + NLMSG_ALIGN(skip), end, ans);
	return true;
}

/* Reads until the ack or the end of the dump; one recv takes @room bytes. */
static inline void genl_receive(int fd, const struct genl_req *r, size_t room,
				struct genl_ans *ans, genl_fn fn, void *arg)
{
	char *buf = malloc(room);
	bool over = false;

	*ans = (struct genl_ans){ .bad_type = -1 };
	while (!over) {
		ssize_t n = recv(fd, buf, room, 0);
		struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

		if (n < 0) {
			ans->err = -errno;
			snprintf(ans->msg, sizeof(ans->msg), "recv: %s",
				 strerror(errno));
			break;
		}
		for (; NLMSG_OK(nlh, n); nlh = NLMSG_NEXT(nlh, n))
			if (genl_take(r, nlh, ans, fn, arg))
				over = true;
	}
	free(buf);
}

static inline void genl_send(int fd, struct genl_req *r)
{
	if (!r->nlh.nlmsg_len)
		r->nlh.nlmsg_len = r->len;
	if (send(fd, r->bytes, r->len, 0) != (ssize_t)r->len) {
		perror("send");
		exit(1);
	}
}

static inline struct genl_ans genl_talk(int fd, struct genl_req *r,
					genl_fn fn, void *arg)
{
	struct genl_ans ans;

	genl_send(fd, r);
	genl_receive(fd, r, 65536, &ans, fn, arg);
	return ans;
}

static inline void genl_note_id(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a = genl_find(nlh, CTRL_ATTR_FAMILY_ID);

	if (a)
		memcpy(arg, genl_data(a), sizeof(uint16_t));
}

/* The id of a family, or 0. */
static inline int genl_resolve(int fd, const char *name)
{
	struct genl_req r;
	uint16_t id = 0;

	genl_begin(&r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	genl_put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	genl_talk(fd, &r, genl_note_id, &id);
	return id;
}

static inline void genl_note_group(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *groups = genl_find(nlh, CTRL_ATTR_MCAST_GROUPS);
	const struct nlattr *one = groups ? genl_data(groups) : NULL;
	const char *end = one ? (const char *)one + one->nla_len : NULL;

	for (const struct nlattr *a = one ? genl_first(genl_data(one), end) : NULL; a;
	     a = genl_next(a, end))
		if (genl_type(a) == CTRL_ATTR_MCAST_GRP_ID)
			*(uint32_t *)arg = genl_u32(a);
}

/* The group of a family that has one, or 0. */
static inline uint32_t genl_group(int fd, const char *name)
{
	struct genl_req r;
	uint32_t group = 0;

	genl_begin(&r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	genl_put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	genl_talk(fd, &r, genl_note_group, &group);
	return group;
}

static inline int genl_join(int fd, uint32_t group)
{
	return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			  sizeof(group)) ? -errno : 0;
}

#endif
