// SPDX-License-Identifier: GPL-2.0-only
/* Jobs over netlink: starting, cancelling, listing, and the events. */

#include "genl_internal.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include "control.h"
#include "event.h"
#include "zram/netlink.h"

static int put_u64(struct sk_buff *skb, int attr, u64 v)
{
	return nla_put_u64_64bit(skb, attr, v, ZRAM_A_JOB_PAD);
}

static bool is_time(int attr)
{
	return attr >= ZRAM_A_JOB_QUEUED && attr <= ZRAM_A_JOB_ENDED;
}

static int put_job(struct sk_buff *skb, const struct zram_job_info *job)
{
	const struct zram_job_progress *p = &job->progress;
	const struct {
		int attr;
		u64 v;
	} numbers[] = {
		{ ZRAM_A_JOB_TOTAL, p->total },
		{ ZRAM_A_JOB_DONE, p->done },
		{ ZRAM_A_JOB_MOVED, p->moved },
		{ ZRAM_A_JOB_SKIPPED, p->skipped },
		{ ZRAM_A_JOB_BYTES_BEFORE, p->bytes_before },
		{ ZRAM_A_JOB_BYTES_AFTER, p->bytes_after },
		{ ZRAM_A_JOB_BYTES_WRITTEN, p->bytes_written },
		{ ZRAM_A_JOB_FAILED, p->failed },
		{ ZRAM_A_JOB_QUEUED, job->queued },
		{ ZRAM_A_JOB_STARTED, job->started },
		{ ZRAM_A_JOB_ENDED, job->ended },
	};
	unsigned int i;

	if (nla_put_u32(skb, ZRAM_A_JOB_ID, job->dev) ||
	    nla_put_u32(skb, ZRAM_A_JOB_JOB, job->id) ||
	    nla_put_u32(skb, ZRAM_A_JOB_TYPE, job->type) ||
	    nla_put_u32(skb, ZRAM_A_JOB_PHASE, job->phase) ||
	    nla_put_u32(skb, ZRAM_A_JOB_ERROR, -job->err))
		return -EMSGSIZE;
	/* a time of 0 has not come yet */
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if ((numbers[i].v || !is_time(numbers[i].attr)) &&
		    put_u64(skb, numbers[i].attr, numbers[i].v))
			return -EMSGSIZE;
	return 0;
}

static int fill_job(struct sk_buff *skb, u32 portid, u32 seq, int flags,
		    u8 cmd, const struct zram_job_info *job)
{
	void *hdr = genlmsg_put(skb, portid, seq, &zram_genl_family, flags,
				cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (put_job(skb, job)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* The device that a request names, with a reference. ERR_PTR. */
static struct zram_device *device_of(struct nlattr **attrs,
				     struct netlink_ext_ack *extack)
{
	struct zram_device *dev;

	if (!attrs[ZRAM_A_JOB_ID]) {
		NL_SET_ERR_MSG(extack, "the request names no device (id)");
		return ERR_PTR(-EINVAL);
	}
	dev = zram_control_get(nla_get_u32(attrs[ZRAM_A_JOB_ID]));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[ZRAM_A_JOB_ID],
				    "there is no device of this id");
		return ERR_PTR(-ENODEV);
	}
	return dev;
}

static u32 u32_of(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static void read_spec(struct nlattr **a, struct zram_job_spec *spec)
{
	spec->type = nla_get_u32(a[ZRAM_A_JOB_TYPE]);
	spec->filter = u32_of(a[ZRAM_A_JOB_FILTER]);
	spec->min_age = u32_of(a[ZRAM_A_JOB_MIN_AGE]);
	spec->prio = u32_of(a[ZRAM_A_JOB_PRIO]);
	spec->threshold = u32_of(a[ZRAM_A_JOB_THRESHOLD]);
	spec->pack_slots = u32_of(a[ZRAM_A_JOB_PACK_SLOTS]);
	spec->max_ms = u32_of(a[ZRAM_A_JOB_MAX_MS]);
	if (a[ZRAM_A_JOB_MAX_SLOTS]) {
		spec->slots_limited = true;
		spec->max_slots = nla_get_u64(a[ZRAM_A_JOB_MAX_SLOTS]);
	}
	if (a[ZRAM_A_JOB_MAX_BYTES])
		spec->max_bytes = nla_get_u64(a[ZRAM_A_JOB_MAX_BYTES]);
	if (a[ZRAM_A_JOB_LEVEL]) {
		spec->has_level = true;
		spec->level = nla_get_s32(a[ZRAM_A_JOB_LEVEL]);
	}
	spec->force = nla_get_flag(a[ZRAM_A_JOB_FORCE]);
}

/* Every attribute of ranges adds to the list. */
static int read_ranges(struct genl_info *info, struct zram_job_spec *spec)
{
	const struct nlattr *nla;
	u64 nr = 0;
	int rem;

	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != ZRAM_A_JOB_RANGES)
			continue;
		if (!nla_len(nla) ||
		    nla_len(nla) % sizeof(struct zram_slot_range)) {
			NL_SET_ERR_MSG_ATTR(info->extack, nla,
					    "these are no whole ranges");
			return -EINVAL;
		}
		nr += nla_len(nla) / sizeof(struct zram_slot_range);
	}
	if (!nr)
		return 0;
	if (nr > ZRAM_JOB_RANGES_MAX) {
		NL_SET_ERR_MSG(info->extack, "too many ranges");
		return -E2BIG;
	}
	spec->ranges = kvmalloc_array(nr, sizeof(*spec->ranges), GFP_KERNEL);
	if (!spec->ranges)
		return -ENOMEM;
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != ZRAM_A_JOB_RANGES)
			continue;
		memcpy(&spec->ranges[spec->nr_ranges], nla_data(nla),
		       nla_len(nla));
		spec->nr_ranges += nla_len(nla) / sizeof(*spec->ranges);
	}
	return 0;
}

/* Which attribute is to blame for a refusal. */
static void blame(struct genl_info *info, int err, const char *why)
{
	const struct nlattr *bad = NULL;

	if (info->extack && why)
		info->extack->_msg = why;
	if (err == -EOPNOTSUPP)
		bad = info->attrs[ZRAM_A_JOB_TYPE];
	else if (err == -EINVAL)
		bad = info->attrs[ZRAM_A_JOB_RANGES];
	if (bad)
		NL_SET_BAD_ATTR(info->extack, bad);
}

static int start_job(struct genl_info *info, struct zram_device *dev,
		     struct sk_buff *reply)
{
	struct zram_job_spec spec = {};
	struct zram_job_info job_info;
	const char *why = NULL;
	struct zram_job *job;
	int err;

	read_spec(info->attrs, &spec);
	err = read_ranges(info, &spec);
	if (err)
		return err;
	err = zram_control_job_start(dev, &spec, &job, &why);
	if (err) {
		blame(info, err, why);
		zram_job_spec_free(&spec);
		return err;
	}
	zram_job_info(job, &job_info);
	zram_job_put(job);
	return fill_job(reply, info->snd_portid, info->snd_seq, 0,
			ZRAM_CMD_JOB_START, &job_info);
}

int zram_genl_job_start(struct sk_buff *skb, struct genl_info *info)
{
	struct zram_device *dev;
	struct sk_buff *reply;
	int err;

	err = zram_genl_check_twice(info->nlhdr, BIT_ULL(ZRAM_A_JOB_RANGES),
				    info->extack);
	if (err)
		return err;
	if (!info->attrs[ZRAM_A_JOB_TYPE]) {
		GENL_SET_ERR_MSG(info, "the request names no type of job");
		return -EINVAL;
	}
	/* before the job, so that nothing can fail after it */
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	dev = device_of(info->attrs, info->extack);
	if (IS_ERR(dev)) {
		nlmsg_free(reply);
		return PTR_ERR(dev);
	}
	err = start_job(info, dev, reply);
	zram_control_put(dev);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

int zram_genl_job_cancel(struct sk_buff *skb, struct genl_info *info)
{
	const char *why = NULL;
	struct zram_device *dev;
	int err;

	err = zram_genl_check_twice(info->nlhdr, 0, info->extack);
	if (err)
		return err;
	if (!info->attrs[ZRAM_A_JOB_JOB]) {
		GENL_SET_ERR_MSG(info, "the request names no job");
		return -EINVAL;
	}
	dev = device_of(info->attrs, info->extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = zram_control_job_cancel(dev,
				      nla_get_u32(info->attrs[ZRAM_A_JOB_JOB]),
				      &why);
	zram_control_put(dev);
	if (err) {
		if (info->extack)
			info->extack->_msg = why;
		NL_SET_BAD_ATTR(info->extack, info->attrs[ZRAM_A_JOB_JOB]);
	}
	return err;
}

/* Where a dump of jobs stands; lives in cb->ctx. */
struct jobs_cursor {
	u32 dev;	/* smallest device id that has not been sent whole */
	u32 job;	/* last job sent of it */
	bool one;	/* only this device */
	bool begun;	/* the request was checked */
};

static int begin_jobs(struct netlink_callback *cb)
{
	struct jobs_cursor *at = (struct jobs_cursor *)cb->ctx;
	struct nlattr **attrs = zram_dump_attrs(cb);
	struct zram_device *dev;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	err = zram_genl_check_twice(cb->nlh, 0, cb->extack);
	if (err)
		return err;
	if (attrs[ZRAM_A_JOB_ID]) {
		dev = device_of(attrs, cb->extack);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
		at->dev = zram_control_id(dev);
		at->one = true;
		zram_control_put(dev);
	}
	at->begun = true;
	return 0;
}

/* Where start has no extended ack (6.1), the first piece checks the request. */
int zram_genl_jobs_start(struct netlink_callback *cb)
{
	return cb->extack ? begin_jobs(cb) : 0;
}

static int dump_device(struct sk_buff *skb, struct netlink_callback *cb,
		       struct zram_device *dev)
{
	struct jobs_cursor *at = (struct jobs_cursor *)cb->ctx;
	struct zram_job_info job;

	while (zram_control_job_next(dev, at->job, &job)) {
		if (fill_job(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, NLM_F_MULTI,
			     ZRAM_CMD_JOB_GET, &job))
			return -EMSGSIZE;
		at->job = job.id;
	}
	return 0;
}

int zram_genl_jobs_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct jobs_cursor *at = (struct jobs_cursor *)cb->ctx;
	struct zram_device *dev;
	int err = 0;

	if (!at->begun)
		err = begin_jobs(cb);
	if (err)
		return err;
	while (!err && (dev = zram_control_next(at->dev))) {
		u32 id = zram_control_id(dev);

		if (at->one && id != at->dev) {
			zram_control_put(dev);
			break;
		}
		if (id != at->dev)
			at->job = 0;
		at->dev = id;
		err = dump_device(skb, cb, dev);
		zram_control_put(dev);
		if (!err) {
			at->dev = id + 1;
			at->job = 0;
			if (at->one)
				break;
		}
	}
	return skb->len ?: err;
}

static int put_event(struct sk_buff *skb, const struct zram_event *ev)
{
	struct nlattr *nest;

	if (nla_put_u32(skb, ZRAM_A_EVENT_TYPE, ev->type) ||
	    nla_put_u32(skb, ZRAM_A_EVENT_ID, ev->dev) ||
	    (ev->generation &&
	     nla_put_u32(skb, ZRAM_A_EVENT_GENERATION, ev->generation)) ||
	    (ev->err && nla_put_u32(skb, ZRAM_A_EVENT_ERROR, -ev->err)))
		return -EMSGSIZE;
	if (ev->limit &&
	    (nla_put_u64_64bit(skb, ZRAM_A_EVENT_USED, ev->used,
			       ZRAM_A_EVENT_PAD) ||
	     nla_put_u64_64bit(skb, ZRAM_A_EVENT_LIMIT, ev->limit,
			       ZRAM_A_EVENT_PAD)))
		return -EMSGSIZE;
	if (!ev->job)
		return 0;
	nest = nla_nest_start(skb, ZRAM_A_EVENT_JOB);
	if (!nest || put_job(skb, ev->job))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * Events come from the way out of a memory shortage as well: when there is no
 * memory at once, the event is lost, as netlink may lose any.
 */
void zram_genl_send_event(const struct zram_event *ev)
{
	struct sk_buff *skb;
	void *hdr;

	if (!genl_has_listeners(&zram_genl_family, &init_net, 0))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_NOWAIT | __GFP_NOWARN);
	if (!skb) {
		/* As when a socket has no room: who listens has to ask again. */
		genl_set_err(&zram_genl_family, &init_net, 0, 0, -ENOBUFS);
		return;
	}
	hdr = genlmsg_put(skb, 0, 0, &zram_genl_family, 0, ZRAM_CMD_EVENT);
	if (!hdr || put_event(skb, ev)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast(&zram_genl_family, skb, 0, 0,
			  GFP_NOWAIT | __GFP_NOWARN);
}
