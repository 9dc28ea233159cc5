// SPDX-License-Identifier: GPL-2.0-or-later
/* Jobs as commands and the daemon see them. */

#include "client.h"
#include "client_impl.h"
#include "nl.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What gives a device what the module says that it lacks. */
static const char *way_out(const char *msg)
{
	if (strstr(msg, "no backing device"))
		return "; 'zramctl attach' gives it one";
	if (strstr(msg, "no algorithm is configured"))
		return "; 'zramctl create --recomp ALGO' makes a device with one";
	return "";
}

static int fail_job(struct client *c, int err, const char *doing, uint32_t id)
{
	const char *msg = znl_msg(c->nl);

	if (err == -EPERM)
		return client_fail_plainly(c, err, doing);
	if (err == -ENODEV && strstr(msg, "no device"))
		return client_fail(c, err, "there is no /dev/zram%u; "
				   "'zramctl list' shows what there is", id);
	return client_fail(c, err == -EOPNOTSUPP ? CLIENT_ENOSUPPORT : err,
			   "cannot %s on zram%u: %s%s", doing, id,
			   *msg ? msg : strerror(-err), way_out(msg));
}

int client_job_start(struct client *c, uint32_t id,
		     const struct model_job_spec *spec, struct model_job *job)
{
	int err = znl_job_start(c->nl, id, spec, job);

	if (err && spec->type == ZRAM_JOB_TYPE_DETACH && strstr(znl_msg(c->nl), "no backing device"))
		return client_fail(c, err, "there is no disk behind /dev/zram%u", id);
	return err ? fail_job(c, err, "start a job", id) : 0;
}

int client_job_cancel(struct client *c, uint32_t id, uint32_t job)
{
	int err = znl_job_cancel(c->nl, id, job);

	if (err == -ENOENT)
		return client_fail(c, err, "job %u of /dev/zram%u neither waits "
				   "nor runs; 'zramctl jobs' lists them", job,
				   id);
	return err ? fail_job(c, err, "cancel a job", id) : 0;
}

/* What a pack of writeback may need, in the 4 KiB blocks of the limit. */
#define PACK_BLOCKS (32 * sysconf(_SC_PAGESIZE) / 4096)

/* The module says EIO in either case. */
static bool limit_is_used_up(uint32_t id)
{
	char path[64], text[32];
	uint64_t left;

	snprintf(path, sizeof(path), "/sys/block/zram%u/writeback_limit_enable", id);
	if (util_read_line(path, text, sizeof(text)) || strcmp(text, "1"))
		return false;
	snprintf(path, sizeof(path), "/sys/block/zram%u/writeback_limit", id);
	return !util_read_line(path, text, sizeof(text)) && !util_parse_u64(text, &left) &&
	       left < (uint64_t)PACK_BLOCKS;
}

static const char *writeback_reason(const struct model_job *job)
{
	switch (job->error) {
	case ENOSPC:
		return "the backing device is full";
	case EBUSY:
		return "the backing device is being detached";
	case EIO:
		if (limit_is_used_up(job->dev))
			return "the writeback limit leaves no room for the next pack "
			       "('zramctl set --writeback-limit none' lifts it)";
		return "the disk fails, or a slot cannot be read";
	}
	return strerror(job->error);
}

const char *client_job_reason(const struct model_job *job)
{
	bool detach = job->type == ZRAM_JOB_TYPE_DETACH;

	if (job->type == ZRAM_JOB_TYPE_WRITEBACK)
		return writeback_reason(job);
	if (detach || job->type == ZRAM_JOB_TYPE_PROMOTE) {
		if (job->error == ENOSPC)
			return "the memory limit leaves no room for the rest";
		if (job->error == EIO)
			return detach ? "the disk does not give everything "
					"back; --force gives that up" :
					"the disk does not give everything back";
	}
	return strerror(job->error);
}

struct wanted {
	uint32_t id;
	struct model_job *job;
	bool found;
};

static int match(const struct model_job *job, void *arg)
{
	struct wanted *w = arg;

	if (job->id == w->id) {
		*w->job = *job;
		w->found = true;
	}
	return 0;
}

int client_job(struct client *c, uint32_t id, uint32_t job_id,
	       struct model_job *job)
{
	struct wanted w = { .id = job_id, .job = job };
	int err = znl_jobs(c->nl, id, match, &w);

	if (!err && !w.found)
		return client_fail(c, -ENOENT, "zram%u has no job %u", id, job_id);
	return err ? fail_job(c, err, "look at jobs", id) : 0;
}

int client_jobs(struct client *c, uint32_t id, client_job_fn fn, void *arg)
{
	int err = znl_jobs(c->nl, id, fn, arg);

	return err ? fail_job(c, err, "look at jobs", id) : 0;
}

struct list {
	struct model_job *job;
	size_t nr, room;
};

static int append(const struct model_job *job, void *arg)
{
	struct list *list = arg;

	if (list->nr == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		void *more = realloc(list->job, room * sizeof(*list->job));

		if (!more)
			return -ENOMEM;
		list->job = more;
		list->room = room;
	}
	list->job[list->nr++] = *job;
	return 0;
}

int client_job_list(struct client *c, uint32_t id, struct model_job **jobs,
		    size_t *nr)
{
	struct list list = { 0 };
	int err, tries = 0;

	do {
		list.nr = 0;
		err = client_jobs(c, id, append, &list);
	} while (err == -EAGAIN && ++tries < CLIENT_DUMP_TRIES);
	if (err) {
		free(list.job);
		return err;
	}
	*jobs = list.job;
	*nr = list.nr;
	return 0;
}

int client_listen(struct client *c, const char *what)
{
	int err = znl_listen(c->nl);

	return err ? client_fail_plainly(c, err, what) : 0;
}

int client_fd(const struct client *c)
{
	return znl_fd(c->nl);
}

int client_events(struct client *c, client_event_fn fn, void *arg)
{
	return znl_events(c->nl, fn, arg);
}

uint32_t client_lost(struct client *c)
{
	return znl_lost(c->nl);
}
