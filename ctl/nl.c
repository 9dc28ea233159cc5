// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket to the family "zram": sending, receiving, errors, verbs. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

/* A dump fills messages up to what the reader takes at once; 32K is the
 * kernel's own ceiling.
 */
#define RECV_BYTES 65536

/* What one request is waiting for; filled by the callbacks. */
struct wait {
	struct znl *nl;
	bool done;
	bool interrupted;	/* NLM_F_DUMP_INTR was seen */
	int err;		/* from the kernel */
	int stop;		/* what the reader returned, ends a dump */
	znl_reader read;
	void *arg;
};

static void take_msg(struct znl *nl, struct nlattr *attr, int len)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (nla_parse(tb, NLMSGERR_ATTR_MAX, attr, len, NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		snprintf(nl->msg, sizeof(nl->msg), "%.*s",
			 nla_len(tb[NLMSGERR_ATTR_MSG]),
			 (char *)nla_data(tb[NLMSGERR_ATTR_MSG]));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)e - NLMSG_HDRLEN);
	struct wait *w = arg;
	int used = sizeof(*e);

	(void)from;
	w->err = e->error;
	w->done = true;
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		used += e->msg.nlmsg_len - NLMSG_HDRLEN;
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && nlmsg_datalen(hdr) > used)
		take_msg(w->nl, (struct nlattr *)((char *)e + NLMSG_ALIGN(used)),
			 nlmsg_datalen(hdr) - NLMSG_ALIGN(used));
	return NL_SKIP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct wait *w = arg;

	(void)msg;
	w->done = true;
	return NL_STOP;
}

/* The end of a dump carries its errno and perhaps an extended ack. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct wait *w = arg;
	int used = NLMSG_ALIGN(sizeof(int));

	w->done = true;
	if (nlmsg_datalen(hdr) >= (int)sizeof(int))
		memcpy(&w->err, nlmsg_data(hdr), sizeof(int));
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && nlmsg_datalen(hdr) > used)
		take_msg(w->nl, (struct nlattr *)((char *)nlmsg_data(hdr) + used),
			 nlmsg_datalen(hdr) - used);
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct wait *w = arg;

	(void)msg;
	w->interrupted = true;
	return NL_OK;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct wait *w = arg;

	if (!w->read)
		return NL_OK;
	w->stop = w->read(nlmsg_hdr(msg), w->arg);
	return w->stop ? NL_STOP : NL_OK;
}

static int set_up(struct nl_sock *sk)
{
	int one = 1, err = genl_connect(sk);

	if (err < 0)
		return err == -NLE_NOMEM ? -ENOMEM : -EPROTONOSUPPORT;
	/* refused only by kernels that predate them: then sentences are lost */
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &one,
		   sizeof(one));
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_CAP_ACK, &one,
		   sizeof(one));
	if (nl_socket_set_msg_buf_size(sk, RECV_BYTES) < 0)
		return -ENOMEM;
	nl_socket_disable_msg_peek(sk);
	return 0;
}

/* The socket and the family's number; neither changes when it fails. */
static int connect_family(struct znl *nl)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err, family;

	if (!sk)
		return -ENOMEM;
	err = set_up(sk);
	if (!err) {
		family = genl_ctrl_resolve(sk, ZRAM_GENL_NAME);
		if (family < 0)
			err = family == -NLE_NOMEM ? -ENOMEM : -ENOENT;
	}
	if (err) {
		nl_socket_free(sk);
		return err;
	}
	nl->sk = sk;
	nl->family = family;
	return 0;
}

int znl_open(struct znl **nl)
{
	int err;

	*nl = calloc(1, sizeof(**nl));
	if (!*nl)
		return -ENOMEM;
	err = connect_family(*nl);
	if (err) {
		znl_close(*nl);
		*nl = NULL;
	}
	return err;
}

void znl_close(struct znl *nl)
{
	if (!nl)
		return;
	if (nl->sk)
		nl_socket_free(nl->sk);
	free(nl);
}

const char *znl_msg(const struct znl *nl)
{
	return nl->msg;
}

struct nl_msg *znl_request(struct znl *nl, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0,
				flags, cmd, ZRAM_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/*
 * The rest of a dump that nobody wants goes away with its socket; the next request
 * makes another.
 */
static void drop_socket(struct znl *nl)
{
	nl_socket_free(nl->sk);
	nl->sk = NULL;
}

static int receive(struct znl *nl, struct wait *w)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	if (!cb)
		return -ENOBUFS;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, w);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, w);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, w);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, w);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, w);
	while (!w->done && !w->stop && !err) {
		int rc = nl_recvmsgs(nl->sk, cb);

		if (rc < 0 && rc != -NLE_INTR && rc != -NLE_DUMP_INTR)
			err = rc == -NLE_NOMEM ? -ENOBUFS : -EIO;
	}
	nl_cb_put(cb);
	return err;
}

int znl_talk(struct znl *nl, struct nl_msg *msg, znl_reader read, void *arg)
{
	struct wait w = { .nl = nl, .read = read, .arg = arg };
	int err;

	nl->msg[0] = 0;
	err = nl->sk ? 0 : connect_family(nl);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	nlmsg_hdr(msg)->nlmsg_type = nl->family;
	err = nl_send_auto(nl->sk, msg);
	nlmsg_free(msg);
	if (err < 0)
		return err == -NLE_MSGSIZE ? -EMSGSIZE :
		       err == -NLE_NOMEM ? -ENOBUFS : -EIO;
	err = receive(nl, &w);
	if (err || w.stop) {
		drop_socket(nl);
		return err ? err : w.stop;
	}
	if (w.err)
		return w.err;
	return w.interrupted ? -EAGAIN : 0;
}
