// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events of the module, printed as they come. When some were lost, a line says
 * so and the state of all devices and jobs follows, so a reader can go on.
 */

#include "monitor.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "dev_cols.h"
#include "job_cols.h"
#include "out.h"
#include "util.h"

/* How often to see whether the module is still the one that was joined. */
#define CHECK_MS 2000

struct monitor {
	const struct monitor_opts *opts;
	struct client *ask;
	struct client *events;
	uint32_t printed;
};

static bool is_job_event(uint32_t type)
{
	return type == ZRAM_EVENT_JOB_START ||
	       type == ZRAM_EVENT_JOB_PROGRESS || type == ZRAM_EVENT_JOB_END;
}

static void print_clock(void)
{
	struct timespec ts;
	struct tm tm;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03ld ", text, ts.tv_nsec / 1000000);
}

/* What every line of JSON begins with. */
static struct json_object *json_line(const char *event)
{
	struct json_object *obj = json_object_new_object();
	struct timespec ts;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	snprintf(text, sizeof(text), "%lld.%03ld", (long long)ts.tv_sec,
		 ts.tv_nsec / 1000000);
	json_object_object_add(obj, "time",
		json_object_new_double_s(ts.tv_sec + ts.tv_nsec / 1e9, text));
	json_object_object_add(obj, "event", json_object_new_string(event));
	return obj;
}

/* One object, one line; puts it. */
static void end_line(struct json_object *obj)
{
	puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(obj);
}

static struct json_object *number_or_null(uint64_t v)
{
	return v ? json_object_new_uint64(v) : NULL;
}

static void print_json(const struct model_event *ev)
{
	struct json_object *obj = json_line(model_event_type(ev->type));
	bool limits = ev->type == ZRAM_EVENT_LIMIT_NEAR ||
		      ev->type == ZRAM_EVENT_LIMIT_REACHED;
	char name[32];

	snprintf(name, sizeof(name), "/dev/zram%u", ev->dev);
	json_object_object_add(obj, "name", json_object_new_string(name));
	json_object_object_add(obj, "id", json_object_new_int64(ev->dev));
	json_object_object_add(obj, "generation",
			       number_or_null(ev->generation));
	json_object_object_add(obj, "used", limits ?
			       json_object_new_uint64(ev->used) : NULL);
	json_object_object_add(obj, "limit", limits ?
			       json_object_new_uint64(ev->limit) : NULL);
	json_object_object_add(obj, "error", ev->error ?
			       json_object_new_string(strerror(ev->error)) :
			       NULL);
	json_object_object_add(obj, "job", ev->has_job ?
			       out_object(job_cols, &ev->job) : NULL);
	end_line(obj);
}

static void print_text(const struct model_event *ev)
{
	char a[UTIL_SIZE_LEN], b[UTIL_SIZE_LEN];

	print_clock();
	printf("/dev/zram%u %s", ev->dev, model_event_type(ev->type));
	if (ev->has_job)
		printf(" %s job %u %s %" PRIu64 " of %" PRIu64 " slots, %"
		       PRIu64 " moved", model_job_type(ev->job.type),
		       ev->job.id, model_job_phase(ev->job.phase),
		       ev->job.done, ev->job.total, ev->job.moved);
	if (ev->type == ZRAM_EVENT_LIMIT_NEAR ||
	    ev->type == ZRAM_EVENT_LIMIT_REACHED)
		printf(" %s of %s used", util_format_size(a, ev->used),
		       util_format_size(b, ev->limit));
	if (ev->error)
		printf(": %s", strerror(ev->error));
	else if (ev->has_job && ev->job.error && ev->job.phase != ZRAM_JOB_PHASE_CANCELLED)
		printf(": %s", client_job_reason(&ev->job));
	putchar('\n');
}

/* 1: enough, -EIO: nobody reads. */
static int on_event(const struct model_event *ev, void *arg)
{
	struct monitor *m = arg;

	if ((m->opts->device != CLIENT_ALL_DEVICES &&
	     m->opts->device != ev->dev) ||
	    (m->opts->jobs_only && !is_job_event(ev->type)))
		return 0;
	if (m->opts->json)
		print_json(ev);
	else
		print_text(ev);
	if (fflush(stdout))
		return -EIO;
	return m->opts->number && ++m->printed >= m->opts->number;
}

static void print_note(const struct monitor *m, const char *event,
		       const char *text)
{
	if (m->opts->json) {
		end_line(json_line(event));
	} else {
		print_clock();
		puts(text);
	}
}

/* How many, where the kernel tells. */
static void print_lost(const struct monitor *m)
{
	uint32_t lost = client_lost(m->events);
	char text[96];

	if (m->opts->json) {
		struct json_object *obj = json_line("lost");

		json_object_object_add(obj, "lost", number_or_null(lost));
		end_line(obj);
		return;
	}
	if (lost)
		snprintf(text, sizeof(text), "%" PRIu32 " event%s lost; this is how things stand:",
			 lost, lost == 1 ? " was" : "s were");
	else
		snprintf(text, sizeof(text), "events were lost; this is how things stand:");
	print_note(m, "lost", text);
}

static void print_state(const struct monitor *m, const char *event,
			const struct out_col *cols, const void *row)
{
	struct json_object *obj;

	if (m->opts->json) {
		obj = json_line(event);
		json_object_object_add(obj, event, out_object(cols, row));
		end_line(obj);
		return;
	}
	print_clock();
	printf("%s", event);
	for (; cols->name; cols++) {
		struct out_val v;

		if (cols->get(row, &v) && cols->type == OUT_STRING)
			printf(" %s", v.s);
		else if (cols->type == OUT_UINT && cols->get(row, &v) &&
			 (!strcmp(cols->key, "disksize") ||
			  !strcmp(cols->key, "job")))
			printf(" %" PRIu64, v.u);
	}
	putchar('\n');
}

static int print_all_states(struct monitor *m)
{
	struct model_dev *devs = NULL;
	struct model_job *jobs = NULL;
	size_t nr = 0, nr_jobs = 0;
	int err = client_devices(m->ask, &devs, &nr);

	if (!err)
		err = client_job_list(m->ask, m->opts->device, &jobs, &nr_jobs);
	for (size_t i = 0; !err && i < nr && !m->opts->jobs_only; i++)
		if (m->opts->device == CLIENT_ALL_DEVICES ||
		    m->opts->device == devs[i].id)
			print_state(m, "device", dev_cols, &devs[i]);
	for (size_t i = 0; !err && i < nr_jobs; i++)
		print_state(m, "job", job_cols, &jobs[i]);
	free(devs);
	free(jobs);
	return err;
}

static void leave(struct monitor *m)
{
	client_close(m->ask);
	client_close(m->events);
	m->ask = m->events = NULL;
}

static int join(struct monitor *m)
{
	int err;

	leave(m);
	err = client_open(&m->ask, 0);
	if (!err)
		err = client_open(&m->events, 0);
	if (!err)
		err = client_listen(m->events, "listen to events");
	return err;
}

/* rmmod takes the group along without a word. */
static bool is_gone(struct monitor *m)
{
	struct model_features f;

	return client_features(m->ask, &f);
}

static int wait_for_module(struct monitor *m)
{
	print_note(m, "module-gone", "the zram module went away");
	fflush(stdout);
	while (join(m))
		util_sleep_ms(CHECK_MS);
	print_note(m, "module-back", "the zram module is back");
	return print_all_states(m);
}

static int step(struct monitor *m)
{
	struct pollfd p = { .fd = client_fd(m->events), .events = POLLIN };
	int n = poll(&p, 1, CHECK_MS), err = 0;

	if (n > 0)
		err = client_events(m->events, on_event, m);
	if (err == -ENOBUFS) {
		print_lost(m);
		err = print_all_states(m);
	}
	if (n == 0 && is_gone(m))
		err = wait_for_module(m);
	/* a reader that has had enough is no failure */
	return fflush(stdout) ? -EPIPE : err;
}

/* One without jobs is a mistake in its name; else it may come yet. */
static int look_for_device(struct monitor *m, enum cmd_result *res)
{
	struct model_dev dev;
	int err = client_device(m->ask, m->opts->device, &dev);

	if (err == -ENODEV && !m->opts->jobs_only) {
		util_note("there is no /dev/zram%" PRIu32 " yet; waiting for it", m->opts->device);
		return 0;
	}
	if (err)
		*res = cmd_client_failed(m->ask, err);
	return err;
}

enum cmd_result monitor_run(const struct monitor_opts *opts)
{
	struct monitor m = { .opts = opts };
	enum cmd_result res = CMD_OK;
	int err = join(&m);

	if (err)
		res = cmd_client_failed(m.events ? m.events : m.ask, err);
	else if (opts->device != CLIENT_ALL_DEVICES)
		err = look_for_device(&m, &res);
	while (!err)
		err = step(&m);
	if (!res && err < 0 && err != -EPIPE)
		res = cmd_client_failed(m.ask, err);
	leave(&m);
	return res;
}
