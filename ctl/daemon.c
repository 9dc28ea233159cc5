// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's loop: signals, the clock, pressure, events of the module. */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

#define SLEPT_MS	1000	/* of sleep are no error of measuring it */
#define JOB_MS		250	/* between looks at a job, if its event is lost */
#define REST_MS		100	/* between a job's end and the next decision */
#define PING_MS		1000	/* between two signs of life, at least */
#define END_MS		5000	/* for jobs to end when we stop */
#define TRIGGER_MS	50	/* of a second that tasks waited for memory */

void daemon_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static uint64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

uint64_t daemon_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

/* ---- configuration ------------------------------------------------------------- */

static void reload(struct daemon *d)
{
	d->reload = false;
	daemon_notify("RELOADING=1");
	if (config_load(&d->fresh, d->config_path)) {
		daemon_say("%s; the configuration stays as it was", d->fresh.why);
	} else {
		d->config = d->fresh;
		/* Limits of the observer may have changed; ask again. */
		d->covered_sum = 0;
		d->said_observer = false;
		daemon_say("configuration read anew");
	}
	daemon_notify("READY=1");
	d->hurry = true;
}

/* ---- what wakes us --------------------------------------------------------------- */

static void take_signal(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->fd_signal, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			d->reload = true;
		else
			d->stop = true;
	}
}

static int take_event(const struct model_event *ev, void *arg)
{
	struct daemon *d = arg;

	switch (ev->type) {
	case ZRAM_EVENT_LIMIT_NEAR:
	case ZRAM_EVENT_LIMIT_REACHED:
	case ZRAM_EVENT_WRITE_FAILED:
		daemon_cancel(d, false);
		/* where nothing can be done about it, they go on and on */
		if (!d->stuck_ms)
			d->hurry = true;
		break;
	case ZRAM_EVENT_INIT:
	case ZRAM_EVENT_RESET:
	case ZRAM_EVENT_REMOVE:
	case ZRAM_EVENT_ATTACH:
	case ZRAM_EVENT_DETACH:
		d->hurry = true;
		break;
	default:
		break;	/* the end of a job wakes us, which is all it is for */
	}
	return 0;
}

/* A lost event costs nothing: everything is asked for again after any. */
static void open_events(struct daemon *d)
{
	if (d->events || !d->client)
		return;
	if (client_open(&d->events, 0) || client_listen(d->events, "listen to events")) {
		if (!d->said_events)
			daemon_say("no events of the module (%s): going by the looks at the devices alone",
				   d->events ? client_why(d->events) : "no memory");
		d->said_events = true;
		client_close(d->events);
		d->events = NULL;
		return;
	}
	d->fd_events = client_fd(d->events);
}

static void take_events(struct daemon *d)
{
	int err = client_events(d->events, take_event, d);

	if (err == -ENOBUFS) {
		if (!d->said_lost)
			daemon_say("events of the module were lost, more came than were read: looking at all devices anew");
		d->said_lost = true;
		d->lost_events += client_lost(d->events);
		d->hurry = true;
	} else if (err && err != -EAGAIN) {
		client_close(d->events);
		d->events = NULL;
		d->fd_events = -1;
	}
}

void daemon_ping(struct daemon *d)
{
	uint64_t least = d->watchdog_ms / 3 < PING_MS ? d->watchdog_ms / 3 : PING_MS;

	if (!d->watchdog_ms || daemon_ms() - d->pinged_ms < least)
		return;
	daemon_notify("WATCHDOG=1");
	d->pinged_ms = daemon_ms();
}

static void wait_for(struct daemon *d, int ms)
{
	struct pollfd p[] = {
		{ .fd = d->fd_signal, .events = POLLIN },
		{ .fd = d->fd_control, .events = POLLIN },
		{ .fd = d->fd_psi, .events = POLLPRI },
		{ .fd = d->fd_events, .events = POLLIN },
	};

	if (d->watchdog_ms && (uint64_t)ms > d->watchdog_ms / 2)
		ms = d->watchdog_ms / 2;
	if (poll(p, ARRAY_SIZE(p), ms) > 0) {
		if (p[0].revents)
			take_signal(d);
		if (p[1].revents)
			daemon_answer(d);
		if (p[2].revents & POLLPRI) {
			daemon_cancel(d, false);
			d->hurry = true;
		} else if (p[2].revents) {
			close(d->fd_psi);
			d->fd_psi = -1;
		}
		if (p[3].revents)
			take_events(d);
	}
	daemon_ping(d);
}

/* ---- sleep and clocks ---------------------------------------------------------- */

/* Since boot. Read once more where another task came between the two clocks. */
static uint64_t slept_ms(void)
{
	uint64_t before, boot, after;

	do {
		before = clock_ms(CLOCK_MONOTONIC);
		boot = clock_ms(CLOCK_BOOTTIME);
		after = clock_ms(CLOCK_MONOTONIC);
	} while (after - before > SLEPT_MS / 2);
	return boot > after ? boot - after : 0;
}

/* True: the machine slept since the last look. What it uses has yet to show. */
static bool has_slept(struct daemon *d)
{
	uint64_t slept = slept_ms(), before = d->slept_ms;

	d->slept_ms = slept;
	if (slept < before + SLEPT_MS)
		return false;
	daemon_say("the machine slept for %" PRIu64 " s, which count in every age: the next decision by age comes after %" PRIu32 " s",
		   (slept - before) / 1000, d->config.interval);
	return true;
}

static void doubt_clock(struct daemon *d)
{
	if (!d->budget.believed && !d->said_clock)
		daemon_say("the wall clock shows less than it did, or was never set: the budget of 24 hours goes by the time that the machine runs");
	d->said_clock = !d->budget.believed;
}

/* ---- rounds ------------------------------------------------------------------------ */

static void round_once(struct daemon *d)
{
	struct policy_snapshot s;
	bool anew = d->hurry;

	daemon_snapshot(d, &s);
	policy_decide(&d->config.rules, &s, d->memory, &d->plan);
	d->round = s.now;
	d->rounds++;
	d->hurry = false;
	doubt_clock(d);
	daemon_note_round(d, anew);
	daemon_act(d);
}

/*
 * Limits are looked at once a second, since that costs one message, and more often
 * while one comes near; records are read when it is near, a job has ended,
 * something happened, or the interval is over.
 */
static void loop(struct daemon *d)
{
	uint64_t next = 0, last = 0;

	while (!d->stop) {
		uint64_t now = daemon_ms();
		bool there;
		int ms = d->config.interval * 1000;

		if (d->reload)
			reload(d);
		if (has_slept(d))
			d->rest = next = now + d->config.interval * 1000ull;
		there = daemon_look(d);
		if (there) {
			open_events(d);
			daemon_reap(d);
			daemon_measure(d);
			daemon_settle_old(d);
			if (now >= next ||
			    (d->hurry && now >= last + REST_MS) ||
			    now - last >= daemon_near_ms(d)) {
				round_once(d);
				last = daemon_ms();
				next = last + d->config.interval * 1000ull;
			}
		}
		if (daemon_is_busy(d) || daemon_is_unsettled(d))
			ms = JOB_MS;
		else if (d->hurry && there)
			ms = REST_MS;
		else if (daemon_has_limits(d) || !there)
			ms = daemon_look_ms(d) < (uint64_t)ms ? (int)daemon_look_ms(d) : ms;
		wait_for(d, ms);
	}
}

/* ---- start and stop ------------------------------------------------------------------ */

static int open_signals(struct daemon *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	/* A log that nobody reads any more is no reason to end. */
	signal(SIGPIPE, SIG_IGN);
	d->fd_signal = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return d->fd_signal < 0 ? -errno : 0;
}

static void find_watchdog(struct daemon *d)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	uint64_t v;

	if (usec && !util_parse_u64(usec, &v) &&
	    (!pid || strtol(pid, NULL, 10) == getpid()))
		d->watchdog_ms = v / 1000;
}

static void end_jobs(struct daemon *d)
{
	uint64_t until = daemon_ms() + END_MS;

	daemon_cancel(d, true);
	while (daemon_is_busy(d) && daemon_ms() < until) {
		daemon_reap(d);
		daemon_ping(d);
		util_sleep_ms(20);
	}
}

static void say_start(struct daemon *d)
{
	if (d->budget.was_damaged)
		daemon_say("%s was damaged: the budget of 24 hours counts as spent", d->budget.path);
	/* Whoever moves pages out of memory must not wait for its own. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		daemon_say("cannot lock the daemon's memory: %s", strerror(errno));
	d->fd_psi = pressure_trigger(TRIGGER_MS);
	daemon_say("zramctl daemon: %zu configuration %s%s", d->config.nr_files,
		   d->config.nr_files == 1 ? "file" : "files",
		   d->dry_run || d->config.dry_run ? ", dry run" : "");
}

int daemon_run(struct daemon *d)
{
	int err;

	setvbuf(stderr, NULL, _IOLBF, 0);
	d->fd_psi = d->fd_control = d->fd_events = -1;
	err = open_signals(d);
	if (!err)
		err = daemon_listen(d);
	if (err)
		return err;
	find_watchdog(d);
	d->slept_ms = slept_ms();
	say_start(d);
	daemon_notify("READY=1");
	loop(d);
	daemon_notify("STOPPING=1");
	end_jobs(d);
	unlink(d->socket_path);
	daemon_end_observer(d);
	client_close(d->events);
	client_close(d->client);
	daemon_say("zramctl daemon: stopped");
	return 0;
}
