// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs and events on the wire: job-start, job-cancel, job-get, event. */

#include "nl.h"
#include "nl_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/sock_diag.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

/* Whole ranges that fit into one attribute. */
#define RANGES_PER_ATTR 4095
/* Events that a socket may hold, and a few more. */
#define HELD_MAX 4096
/* Bytes that any socket has room for. */
#define SMALL_REQUEST 16384

static const struct nla_policy job_policy[ZRAM_A_JOB_MAX + 1] = {
	[ZRAM_A_JOB_ID] = { .type = NLA_U32 },
	[ZRAM_A_JOB_JOB] = { .type = NLA_U32 },
	[ZRAM_A_JOB_TYPE] = { .type = NLA_U32 },
	[ZRAM_A_JOB_PHASE] = { .type = NLA_U32 },
	[ZRAM_A_JOB_ERROR] = { .type = NLA_U32 },
	[ZRAM_A_JOB_TOTAL] = { .type = NLA_U64 },
	[ZRAM_A_JOB_DONE] = { .type = NLA_U64 },
	[ZRAM_A_JOB_MOVED] = { .type = NLA_U64 },
	[ZRAM_A_JOB_SKIPPED] = { .type = NLA_U64 },
	[ZRAM_A_JOB_BYTES_BEFORE] = { .type = NLA_U64 },
	[ZRAM_A_JOB_BYTES_AFTER] = { .type = NLA_U64 },
	[ZRAM_A_JOB_BYTES_WRITTEN] = { .type = NLA_U64 },
	[ZRAM_A_JOB_QUEUED] = { .type = NLA_U64 },
	[ZRAM_A_JOB_STARTED] = { .type = NLA_U64 },
	[ZRAM_A_JOB_ENDED] = { .type = NLA_U64 },
	[ZRAM_A_JOB_FAILED] = { .type = NLA_U64 },
};

static const struct nla_policy event_policy[ZRAM_A_EVENT_MAX + 1] = {
	[ZRAM_A_EVENT_TYPE] = { .type = NLA_U32 },
	[ZRAM_A_EVENT_ID] = { .type = NLA_U32 },
	[ZRAM_A_EVENT_GENERATION] = { .type = NLA_U32 },
	[ZRAM_A_EVENT_USED] = { .type = NLA_U64 },
	[ZRAM_A_EVENT_LIMIT] = { .type = NLA_U64 },
	[ZRAM_A_EVENT_ERROR] = { .type = NLA_U32 },
	[ZRAM_A_EVENT_JOB] = { .type = NLA_NESTED },
};

static uint32_t u32_of(struct nlattr *a)
{
	return a ? nla_get_u32(a) : 0;
}

static uint64_t u64_of(struct nlattr *a)
{
	return a ? nla_get_u64(a) : 0;
}

static int take_job(struct nlattr **a, struct model_job *job)
{
	if (!a[ZRAM_A_JOB_ID] || !a[ZRAM_A_JOB_JOB])
		return -EPROTO;
	*job = (struct model_job) {
		.dev = u32_of(a[ZRAM_A_JOB_ID]),
		.id = u32_of(a[ZRAM_A_JOB_JOB]),
		.type = u32_of(a[ZRAM_A_JOB_TYPE]),
		.phase = u32_of(a[ZRAM_A_JOB_PHASE]),
		.error = u32_of(a[ZRAM_A_JOB_ERROR]),
		.total = u64_of(a[ZRAM_A_JOB_TOTAL]),
		.done = u64_of(a[ZRAM_A_JOB_DONE]),
		.moved = u64_of(a[ZRAM_A_JOB_MOVED]),
		.skipped = u64_of(a[ZRAM_A_JOB_SKIPPED]),
		.bytes_before = u64_of(a[ZRAM_A_JOB_BYTES_BEFORE]),
		.bytes_after = u64_of(a[ZRAM_A_JOB_BYTES_AFTER]),
		.bytes_written = u64_of(a[ZRAM_A_JOB_BYTES_WRITTEN]),
		.queued = u64_of(a[ZRAM_A_JOB_QUEUED]),
		.started = u64_of(a[ZRAM_A_JOB_STARTED]),
		.ended = u64_of(a[ZRAM_A_JOB_ENDED]),
		.failed = u64_of(a[ZRAM_A_JOB_FAILED]),
	};
	return 0;
}

static int read_job(struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *a[ZRAM_A_JOB_MAX + 1];

	if (genlmsg_parse(hdr, 0, a, ZRAM_A_JOB_MAX,
			  (struct nla_policy *)job_policy) < 0)
		return -EPROTO;
	return take_job(a, arg);
}

static bool put_ranges(struct nl_msg *msg, const struct model_job_spec *spec)
{
	size_t at, n;

	for (at = 0; at < spec->nr_ranges; at += n) {
		n = spec->nr_ranges - at;
		if (n > RANGES_PER_ATTR)
			n = RANGES_PER_ATTR;
		if (nla_put(msg, ZRAM_A_JOB_RANGES, n * sizeof(*spec->ranges),
			    spec->ranges + at))
			return false;
	}
	return true;
}

static bool put_spec(struct nl_msg *msg, const struct model_job_spec *spec)
{
	const struct {
		uint32_t has;
		int attr;
		uint32_t v;
	} u32s[] = {
		{ MODEL_JOB_FILTER, ZRAM_A_JOB_FILTER, spec->filter },
		{ MODEL_JOB_MIN_AGE, ZRAM_A_JOB_MIN_AGE, spec->min_age },
		{ MODEL_JOB_PRIO, ZRAM_A_JOB_PRIO, spec->prio },
		{ MODEL_JOB_THRESHOLD, ZRAM_A_JOB_THRESHOLD, spec->threshold },
		{ MODEL_JOB_PACK_SLOTS, ZRAM_A_JOB_PACK_SLOTS,
		  spec->pack_slots },
		{ MODEL_JOB_MAX_MS, ZRAM_A_JOB_MAX_MS, spec->max_ms },
	};

	for (size_t i = 0; i < sizeof(u32s) / sizeof(u32s[0]); i++)
		if (spec->has & u32s[i].has &&
		    nla_put_u32(msg, u32s[i].attr, u32s[i].v))
			return false;
	return !nla_put_u32(msg, ZRAM_A_JOB_TYPE, spec->type) &&
	       !(spec->has & MODEL_JOB_MAX_SLOTS &&
		 nla_put_u64(msg, ZRAM_A_JOB_MAX_SLOTS, spec->max_slots)) &&
	       !(spec->has & MODEL_JOB_MAX_BYTES &&
		 nla_put_u64(msg, ZRAM_A_JOB_MAX_BYTES, spec->max_bytes)) &&
	       !(spec->has & MODEL_JOB_LEVEL &&
		 nla_put_s32(msg, ZRAM_A_JOB_LEVEL, spec->level)) &&
	       !(spec->has & MODEL_JOB_FORCE &&
		 nla_put_flag(msg, ZRAM_A_JOB_FORCE)) &&
	       put_ranges(msg, spec);
}

/* libnl's own messages are a page: room for what the spec has. */
static struct nl_msg *start_request(struct znl *nl, size_t nr_ranges)
{
	struct nl_msg *msg;

	msg = nlmsg_alloc_size(4096 + nr_ranges * (sizeof(struct zram_slot_range) + 1));
	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0,
				0, ZRAM_CMD_JOB_START, ZRAM_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/*
 * The kernel takes no message that is larger than the socket's buffer, and who
 * starts jobs may enlarge that beyond what others may.
 */
static void make_room(struct znl *nl, struct nl_msg *msg)
{
	int bytes = nlmsg_hdr(msg)->nlmsg_len + 4096;

	if (nl->sk && bytes > SMALL_REQUEST)
		setsockopt(nl_socket_get_fd(nl->sk), SOL_SOCKET,
			   SO_SNDBUFFORCE, &bytes, sizeof(bytes));
}

int znl_job_start(struct znl *nl, uint32_t id,
		  const struct model_job_spec *spec, struct model_job *job)
{
	struct nl_msg *msg = start_request(nl, spec->nr_ranges);

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZRAM_A_JOB_ID, id) || !put_spec(msg, spec)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	make_room(nl, msg);
	return znl_talk(nl, msg, read_job, job);
}

int znl_job_cancel(struct znl *nl, uint32_t id, uint32_t job)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_JOB_CANCEL, 0);

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZRAM_A_JOB_ID, id) ||
	    nla_put_u32(msg, ZRAM_A_JOB_JOB, job)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return znl_talk(nl, msg, NULL, NULL);
}

struct jobs {
	znl_job_fn fn;
	void *arg;
};

static int read_one_of_jobs(struct nlmsghdr *hdr, void *arg)
{
	struct jobs *jobs = arg;
	struct model_job job;
	int err = read_job(hdr, &job);

	return err ? err : jobs->fn(&job, jobs->arg);
}

int znl_jobs(struct znl *nl, uint32_t id, znl_job_fn fn, void *arg)
{
	struct nl_msg *msg = znl_request(nl, ZRAM_CMD_JOB_GET, NLM_F_DUMP);
	struct jobs jobs = { .fn = fn, .arg = arg };

	if (!msg)
		return -ENOMEM;
	if (id != ZNL_ALL_DEVICES && nla_put_u32(msg, ZRAM_A_JOB_ID, id)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return znl_talk(nl, msg, read_one_of_jobs, &jobs);
}

int znl_listen(struct znl *nl)
{
	int group, err;

	if (!nl->sk)
		return -EIO;
	group = genl_ctrl_resolve_grp(nl->sk, ZRAM_GENL_NAME,
				      ZRAM_GENL_GROUP_EVENTS);
	if (group < 0)
		return -ENOENT;
	nl_socket_disable_seq_check(nl->sk);
	err = nl_socket_add_membership(nl->sk, group);
	if (err)
		return err == -NLE_PERM ? -EPERM : -EIO;
	return nl_socket_set_nonblocking(nl->sk) ? -EIO : 0;
}

int znl_fd(const struct znl *nl)
{
	return nl_socket_get_fd(nl->sk);
}

static int parse_event(struct nlmsghdr *hdr, struct model_event *ev)
{
	struct nlattr *a[ZRAM_A_EVENT_MAX + 1], *job[ZRAM_A_JOB_MAX + 1];
	const struct genlmsghdr *g = nlmsg_data(hdr);

	if (g->cmd != ZRAM_CMD_EVENT ||
	    genlmsg_parse(hdr, 0, a, ZRAM_A_EVENT_MAX,
			  (struct nla_policy *)event_policy) < 0 ||
	    !a[ZRAM_A_EVENT_TYPE] || !a[ZRAM_A_EVENT_ID])
		return -EPROTO;
	*ev = (struct model_event) {
		.type = u32_of(a[ZRAM_A_EVENT_TYPE]),
		.dev = u32_of(a[ZRAM_A_EVENT_ID]),
		.generation = u32_of(a[ZRAM_A_EVENT_GENERATION]),
		.used = u64_of(a[ZRAM_A_EVENT_USED]),
		.limit = u64_of(a[ZRAM_A_EVENT_LIMIT]),
		.error = u32_of(a[ZRAM_A_EVENT_ERROR]),
		.has_job = a[ZRAM_A_EVENT_JOB],
	};
	if (!ev->has_job)
		return 0;
	if (nla_parse_nested(job, ZRAM_A_JOB_MAX, a[ZRAM_A_EVENT_JOB],
			     (struct nla_policy *)job_policy) < 0)
		return -EPROTO;
	return take_job(job, &ev->job);
}

struct events {
	znl_event_fn fn;
	void *arg;
	int stop;
};

static int on_event(struct nl_msg *msg, void *arg)
{
	struct events *events = arg;
	struct model_event ev;

	/* what a newer module says and we do not understand is no error */
	if (!parse_event(nlmsg_hdr(msg), &ev))
		events->stop = events->fn(&ev, events->arg);
	return events->stop ? NL_STOP : NL_OK;
}

/* Events answer no request, so they carry no number to check. */
static int any_number(struct nl_msg *msg, void *arg)
{
	return NL_OK;
}

/*
 * The kernel tells of a loss ahead of what the socket still holds, which is older:
 * that is handed out first. It holds some hundreds; more have come since.
 */
int znl_events(struct znl *nl, znl_event_fn fn, void *arg)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	struct events events = { .fn = fn, .arg = arg };
	unsigned int left = HELD_MAX;
	bool lost = false;
	int rc = 0;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_number, NULL);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, &events);
	while (!rc && !events.stop && left) {
		rc = nl_recvmsgs(nl->sk, cb);
		if (rc == -NLE_NOMEM) {
			lost = true;
			rc = 0;
		}
		left -= lost;
	}
	nl_cb_put(cb);
	if (events.stop)
		return events.stop;
	if (rc && rc != -NLE_AGAIN && rc != -NLE_INTR)
		return -EIO;
	return lost ? -ENOBUFS : 0;
}

uint32_t znl_lost(struct znl *nl)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 }, before = nl->dropped;
	socklen_t len = sizeof(info);

	if (getsockopt(nl_socket_get_fd(nl->sk), SOL_SOCKET, SO_MEMINFO, info, &len) ||
	    len <= SK_MEMINFO_DROPS * sizeof(info[0]))
		return 0;
	nl->dropped = info[SK_MEMINFO_DROPS];
	return nl->dropped - before;
}
