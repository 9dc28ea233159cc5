// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting for a job, with a bar on a terminal; an interrupt cancels it. */

#include "job_wait.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

/* Events can get lost, and with them the end: look now and then. */
#define LOOK_MS		1000
#define BAR_WIDTH	40

struct job_wait {
	struct client *events;
	struct model_job *job;
	struct sigaction before;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = 1;
}

enum cmd_result job_wait_open(struct job_wait **wp)
{
	struct sigaction act = { .sa_handler = on_interrupt };
	struct job_wait *w = *wp = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return cmd_client_failed(NULL, -ENOMEM);
	sigaction(SIGINT, &act, &w->before);
	err = client_open(&w->events, 0);
	if (!err)
		err = client_listen(w->events, "start jobs");
	return err ? cmd_client_failed(w->events, err) : CMD_OK;
}

void job_wait_close(struct job_wait *w)
{
	if (!w)
		return;
	sigaction(SIGINT, &w->before, NULL);
	client_close(w->events);
	free(w);
}

static int on_event(const struct model_event *ev, void *arg)
{
	struct job_wait *w = arg;

	if (ev->has_job && ev->job.id == w->job->id)
		*w->job = ev->job;
	return 0;
}

/* A device that goes takes its jobs along, and so does a reset. */
static int look(struct client *c, struct model_job *job)
{
	struct model_job *list;
	bool found = false;
	size_t nr;
	int err;

	err = client_job_list(c, job->dev, &list, &nr);
	if (err)
		return err;
	for (size_t i = 0; i < nr; i++)
		if (list[i].id == job->id) {
			*job = list[i];
			found = true;
		}
	if (!found)
		job->phase = ZRAM_JOB_PHASE_CANCELLED;
	free(list);
	return 0;
}

static void draw(const struct model_job *job)
{
	unsigned int full = job->total ? BAR_WIDTH * job->done / job->total : 0;
	char bar[BAR_WIDTH + 1];

	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', full < BAR_WIDTH ? full : BAR_WIDTH);
	bar[BAR_WIDTH] = 0;
	fprintf(stderr, "\r%s /dev/zram%u [%s] %llu of %llu slots ",
		model_job_type(job->type), job->dev, bar,
		(unsigned long long)job->done, (unsigned long long)job->total);
}

static enum cmd_result verdict(const struct model_job *job)
{
	if (job->phase == ZRAM_JOB_PHASE_CANCELLED)
		util_error("job %u of /dev/zram%u was cancelled", job->id,
			   job->dev);
	else if (job->phase == ZRAM_JOB_PHASE_FAILED)
		util_error("job %u of /dev/zram%u failed: %s", job->id,
			   job->dev, client_job_reason(job));
	else
		return CMD_OK;
	return CMD_FAILED;
}

/* 0, or what makes waiting pointless. */
static int wait_once(struct job_wait *w, struct client *c)
{
	struct pollfd p = { .fd = client_fd(w->events), .events = POLLIN };
	int n = poll(&p, 1, LOOK_MS), err = 0;

	if (interrupted == 1) {
		interrupted = 2;
		client_job_cancel(c, w->job->dev, w->job->id);
	}
	if (n > 0)
		err = client_events(w->events, on_event, w);
	if (n == 0 || err == -ENOBUFS)
		err = look(c, w->job);
	return err;
}

enum cmd_result job_wait(struct job_wait *w, struct client *c,
			 struct model_job *job)
{
	bool tty = isatty(STDERR_FILENO);
	int err = 0;

	w->job = job;
	while (!err && !model_job_ended(job)) {
		if (tty)
			draw(job);
		err = wait_once(w, c);
	}
	if (tty)
		fputs("\r\033[K", stderr);
	return err ? cmd_client_failed(c, err) : verdict(job);
}
