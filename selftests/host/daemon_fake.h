/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world of the daemon's tests: a clock, devices, the module's list of jobs and
 * an observer, all of them as the test says.
 */
#ifndef DAEMON_FAKE_H
#define DAEMON_FAKE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "util.h"
#include "watch.h"

#define FAKE_DEVICES	70
#define FAKE_JOBS	128
#define FAKE_SLOTS	64
#define KIB		1024ull
#define MIB		(1024 * KIB)

static struct fake {
	uint64_t ms;			/* boottime */
	char boot_id[BUDGET_BOOT_LEN];

	struct model_dev dev[FAKE_DEVICES];
	size_t nr_dev;
	struct model_job job[FAKE_JOBS];	/* in order of their ids */
	size_t nr_jobs;
	struct model_job_spec spec;		/* of the last one that was asked for */
	uint32_t last_job;
	int refuse, lose, list_fails;	/* errnos of a start, its answer, a list */
	bool get_fails;			/* looking at a single device */
	bool lacks_compact;		/* the module is too old for it */
	size_t starts, cancels, dumps;

	uint64_t slot[FAKE_DEVICES][FAKE_SLOTS];	/* what is there, as a record */
	uint64_t word[FAKE_DEVICES][FAKE_SLOTS];	/* what the observer saw */
	struct zram_observed seen[FAKE_DEVICES];
	bool observer_runs, observer_refused;
	uint64_t instance;			/* of the observer */
	size_t covers, observer_starts;
	unsigned int watch_flags;		/* of the last start or cover */
	uint64_t dump_ms;			/* that a dump takes */
	enum cmd_result cover_result;
	bool cover_seeds;
	struct zram_ages ages;

	char log[65536];
	size_t log_len;
} fake;

static inline bool fake_said(const char *text)
{
	return strstr(fake.log, text);
}

static inline size_t fake_count(const char *text)
{
	size_t n = 0;

	for (const char *at = fake.log; (at = strstr(at, text)); at++)
		n++;
	return n;
}

/* ---- what the daemon calls ------------------------------------------------------- */

void daemon_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (fake.log_len < sizeof(fake.log) - 600)
		fake.log_len += vsnprintf(fake.log + fake.log_len, 600, fmt, ap);
	va_end(ap);
	fake.log[fake.log_len++] = '\n';
	fake.log[fake.log_len] = 0;
}

void daemon_ping(struct daemon *d) { (void)d; }

uint64_t daemon_ms(void)
{
	return fake.ms;
}

uint64_t util_boottime(void)
{
	return fake.ms / 1000;
}

int util_read_line(const char *path, char *buf, size_t len)
{
	if (!strstr(path, "boot_id"))
		return -ENOENT;
	snprintf(buf, len, "%s", fake.boot_id);
	return 0;
}

void pressure_read(struct pressure *p)
{
	*p = (struct pressure){ .total = 1000, .available = 1000, .has_psi = true };
}

int client_open(struct client **c, unsigned int flags)
{
	*c = (struct client *)(void *)&fake;
	return flags ? -EINVAL : 0;
}

bool model_job_ended(const struct model_job *job)
{
	return job->phase >= ZRAM_JOB_PHASE_DONE;
}

void client_close(struct client *c) { (void)c; }
const char *client_why(const struct client *c) { return c ? "the module says no" : ""; }
const char *client_job_reason(const struct model_job *job) { return strerror(job->error); }

int client_features(struct client *c, struct model_features *f)
{
	(void)c;
	memset(f, 0, sizeof(*f));
	f->page_size = 4096;
	return 0;
}

int client_devices(struct client *c, struct model_dev **list, size_t *nr)
{
	(void)c;
	*nr = fake.nr_dev;
	*list = malloc(sizeof(fake.dev));
	memcpy(*list, fake.dev, sizeof(fake.dev));
	return 0;
}

static inline struct model_dev *fake_dev(uint32_t id)
{
	for (size_t i = 0; i < fake.nr_dev; i++)
		if (fake.dev[i].id == id)
			return &fake.dev[i];
	return NULL;
}

int client_device(struct client *c, uint32_t id, struct model_dev *dev)
{
	(void)c;
	if (!fake_dev(id) || fake.get_fails)
		return -ENODEV;
	*dev = *fake_dev(id);
	return 0;
}

int client_compact(struct client *c, uint32_t id)
{
	(void)c;
	return !fake_dev(id) ? -ENODEV : fake.lacks_compact ? CLIENT_ENOSUPPORT : 0;
}

int client_slots(struct client *c, uint32_t id, uint64_t first, uint64_t count,
		 client_slots_fn fn, void *arg)
{
	struct zram_slot_row row[FAKE_SLOTS] = {};
	size_t nr = 0;

	(void)c;
	if (first || count || !fake_dev(id))
		return -EINVAL;
	fake.dumps++;
	fake.ms += fake.dump_ms;
	for (size_t i = 0; i < FAKE_SLOTS; i++) {
		uint64_t w = fake.slot[id][i];

		if ((w & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
			continue;
		row[nr].atime = w >> ZRAM_RECORD_SECONDS_SHIFT;
		row[nr].csize = w >> ZRAM_RECORD_BYTES_SHIFT & 0x1ffff;
		row[nr++].tier = w >> ZRAM_RECORD_TIER_SHIFT & 3;
	}
	return fn(row, nr, fake_dev(id)->generation, arg);
}

int client_job_start(struct client *c, uint32_t id, const struct model_job_spec *spec,
		     struct model_job *job)
{
	(void)c;
	if (fake.refuse)
		return fake.refuse;
	if (fake.nr_jobs == FAKE_JOBS || !fake_dev(id))
		return -ENODEV;
	fake.starts++;
	fake.spec = *spec;
	if (!++fake.last_job)
		++fake.last_job;
	fake.job[fake.nr_jobs++] = (struct model_job){
		.dev = id, .id = fake.last_job, .type = spec->type,
		.phase = ZRAM_JOB_PHASE_RUNNING, .queued = fake.ms * 1000000 + 999999,
	};
	if (fake.lose)
		return fake.lose;
	*job = fake.job[fake.nr_jobs - 1];
	return 0;
}

int client_job_cancel(struct client *c, uint32_t id, uint32_t job)
{
	(void)c;
	(void)id;
	(void)job;
	fake.cancels++;
	return 0;
}

int client_jobs(struct client *c, uint32_t id, client_job_fn fn, void *arg)
{
	int err = fake.list_fails;

	(void)c;
	for (size_t i = 0; i < fake.nr_jobs && !err; i++)
		if (fake.job[i].dev == id)
			err = fn(&fake.job[i], arg);
	return err;
}

int client_job(struct client *c, uint32_t id, uint32_t job_id, struct model_job *job)
{
	(void)c;
	for (size_t i = 0; i < fake.nr_jobs; i++)
		if (fake.job[i].dev == id && fake.job[i].id == job_id) {
			*job = fake.job[i];
			return 0;
		}
	return -ENOENT;
}

int observer_open(struct observer **o)
{
	*o = fake.observer_runs ? (struct observer *)(void *)&fake : NULL;
	return *o ? 0 : -ENOENT;
}

void observer_close(struct observer *o) { (void)o; }
const char *observer_why(const struct observer *o) { (void)o; return "no observer"; }
bool observer_is_current(const struct observer *o) { return o && fake.observer_runs; }
uint64_t observer_instance(const struct observer *o) { return o ? fake.instance : 0; }
uint64_t observer_map_bytes(uint64_t slots) { return slots * 8; }

int observer_stop(struct observer **o)
{
	*o = NULL;
	fake.observer_runs = false;
	return 0;
}

bool observer_device(const struct observer *o, uint32_t id, struct zram_observed *seen)
{
	(void)o;
	*seen = fake.seen[id];
	return true;
}

int observer_map(struct observer *o, uint32_t id, struct observer_slots *s)
{
	(void)o;
	if (!fake.seen[id].covered)
		return -ENOENT;
	*s = (struct observer_slots){ fake.word[id], FAKE_SLOTS, fake.seen[id].covered,
				      sizeof(fake.word[id]) };
	return 0;
}

void observer_unmap(struct observer_slots *s) { (void)s; }

int observer_ages(struct observer *o, uint32_t id, struct zram_ages *sum)
{
	(void)o;
	(void)id;
	*sum = fake.ages;
	return 0;
}

enum cmd_result watch_start(struct client *c, double half_life, const struct model_dev *list,
			    size_t nr, unsigned int flags, struct observer **o)
{
	(void)c;
	(void)half_life;
	(void)list;
	(void)nr;
	fake.watch_flags = flags;
	fake.observer_starts++;
	*o = NULL;
	if (fake.observer_refused)
		return CMD_NO_SUPPORT;
	fake.observer_runs = true;
	fake.instance++;
	return observer_open(o) ? CMD_FAILED : CMD_OK;
}

enum cmd_result watch_cover(struct client *c, struct observer *o, const struct model_dev *list,
			    size_t nr, bool all, unsigned int flags)
{
	(void)c;
	(void)o;
	(void)all;
	fake.watch_flags = flags;
	fake.covers++;
	for (size_t i = 0; i < nr; i++) {
		fake.seen[list[i].id].covered = list[i].generation;
		if (!fake.cover_seeds)
			continue;
		fake.seen[list[i].id].seeded = list[i].generation;
		memcpy(fake.word[list[i].id], fake.slot[list[i].id], sizeof(fake.word[0]));
	}
	return fake.cover_result;
}

/* ---- what the test does ------------------------------------------------------------ */

static inline struct model_dev *fake_add(uint32_t id, uint32_t generation)
{
	struct model_dev *dev = &fake.dev[fake.nr_dev++];

	*dev = (struct model_dev){
		.has = MODEL_GENERATION | MODEL_DISKSIZE | MODEL_MEM_LIMIT | MODEL_BACKING,
		.id = id, .generation = generation, .disksize = FAKE_SLOTS * 4096,
	};
	return dev;
}

/* A job of somebody else. */
static inline __attribute__((unused)) uint32_t fake_job(uint32_t dev, uint32_t type, enum zram_job_phase phase)
{
	fake.job[fake.nr_jobs++] = (struct model_job){
		.dev = dev, .id = ++fake.last_job, .type = type, .phase = phase,
		.queued = fake.ms * 1000000 + 999999,
	};
	return fake.last_job;
}

static inline struct model_job *fake_last(void)
{
	return &fake.job[fake.nr_jobs - 1];
}

/* Those that ended first go, as in the module. */
static inline void fake_forget(void)
{
	size_t ended = 0;

	for (size_t i = 0; i < fake.nr_jobs; i++)
		ended += model_job_ended(&fake.job[i]);
	for (size_t i = 0; ended > ZRAM_JOB_HISTORY && i < fake.nr_jobs;) {
		if (!model_job_ended(&fake.job[i])) {
			i++;
			continue;
		}
		memmove(&fake.job[i], &fake.job[i + 1],
			(fake.nr_jobs - i - 1) * sizeof(fake.job[0]));
		fake.nr_jobs--;
		ended--;
	}
}

#endif
