// SPDX-License-Identifier: GPL-2.0-or-later
/* The observer that the daemon has: started, marked as its own, covering, ended. */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"
#include "watch.h"

#define COVER_MS	60000	/* between two tries to start it, or cover what could not be */

/*
 * A file beside the socket says that the running observer is the daemon's: after
 * a kill the next one takes it over, and ends it when it stops.
 */
static void mark_path(const struct daemon *d, char path[128])
{
	snprintf(path, 128, "%s.observer", d->socket_path);
}

/* @instance 0: one that is about to start, whichever that will be. */
static void mark_observer(const struct daemon *d, uint64_t instance)
{
	char path[128], text[24];
	int fd;

	mark_path(d, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 "\n", instance);
	/* Empty is as good as 0. */
	if (write(fd, text, strlen(text)) < 0)
		daemon_say("cannot write %s: %s", path, strerror(errno));
	close(fd);
}

static void unmark_observer(const struct daemon *d)
{
	char path[128];

	mark_path(d, path);
	unlink(path);
}

/* Another one may have been started since by somebody else. */
static bool is_marked(const struct daemon *d)
{
	char path[128], text[24] = "";
	uint64_t instance;
	ssize_t len;
	int fd;

	mark_path(d, path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	instance = len > 0 ? strtoull(text, NULL, 10) : 0;
	return !instance || instance == observer_instance(d->observer);
}

void daemon_end_observer(struct daemon *d)
{
	struct observer *o = NULL;

	observer_close(d->observer);
	d->observer = NULL;
	if (!d->started_observer)
		return;
	observer_stop(&o);
	observer_close(o);
	unmark_observer(d);
	d->started_observer = false;
}

static void drop_maps(struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		daemon_unmap(&d->dev[i]);
}

static void say_back(struct daemon *d)
{
	if (d->said_observer)
		daemon_say("the observer runs now: ages come from its records");
	d->said_observer = false;
}

/* False: there is none, as is told once. */
static bool open_observer(struct daemon *d, const struct model_dev *list, size_t nr)
{
	unsigned int quiet = d->said_observer ? WATCH_QUIET : 0;

	if (!observer_open(&d->observer)) {
		d->started_observer = is_marked(d);
		say_back(d);
		return true;
	}
	observer_close(d->observer);
	d->observer = NULL;
	if (d->config.observer) {
		/* Before, so that one which a kill leaves is known for ours. */
		mark_observer(d, 0);
		if (watch_start(d->client, 0, list, nr, WATCH_YES | WATCH_OWN | quiet,
				&d->observer) == CMD_OK) {
			d->started_observer = true;
			mark_observer(d, observer_instance(d->observer));
			say_back(d);
			return true;
		}
		unmark_observer(d);
		observer_close(d->observer);
		d->observer = NULL;
	}
	if (!d->said_observer)
		daemon_say("no observer: ages come from slot dumps, return rates are not known");
	d->said_observer = true;
	return false;
}

/* What could not be covered, or filled in, is dumped until it can be. */
static void cover_all(struct daemon *d, const struct model_dev *list, size_t nr)
{
	if (watch_cover(d->client, d->observer, list, nr, true,
			d->said_cover ? WATCH_QUIET : 0) == CMD_OK) {
		d->said_cover = false;
		return;
	}
	if (!d->said_cover)
		daemon_say("not all devices are recorded: ages of the others come from slot dumps; trying again each minute");
	d->said_cover = true;
	d->cover_after = daemon_ms() + COVER_MS;
}

/* Records of all devices that the observer may keep, without asking again and again. */
void daemon_cover(struct daemon *d, const struct model_dev *list, size_t nr)
{
	uint64_t sum = 1, bytes = 0;

	for (size_t i = 0; i < nr; i++) {
		sum = sum * 31 + list[i].generation * 64ull + list[i].id;
		if (list[i].generation)
			bytes += observer_map_bytes(list[i].disksize / d->page);
	}
	if (d->observer && d->started_observer && !d->config.observer) {
		drop_maps(d);
		daemon_end_observer(d);
	}
	if (d->observer && !observer_is_current(d->observer)) {
		drop_maps(d);
		observer_close(d->observer);
		d->observer = NULL;
		d->covered_sum = 0;
	}
	if (sum == d->covered_sum && (!d->cover_after || daemon_ms() < d->cover_after))
		return;
	d->covered_sum = sum;
	d->cover_after = 0;
	if (bytes > d->config.observer_memory) {
		if (!d->said_observer)
			daemon_say("records of all slots would take %" PRIu64 " KiB, more than observer.max_memory: ages come from slot dumps, return rates are not known",
				   bytes / 1024);
		d->said_observer = true;
		if (d->started_observer) {
			drop_maps(d);
			daemon_end_observer(d);
		}
		return;
	}
	daemon_ping(d);
	if (d->observer || open_observer(d, list, nr))
		cover_all(d, list, nr);
	else
		d->cover_after = daemon_ms() + COVER_MS;
	daemon_ping(d);
}

/* Slots that were not filled in would look as if nothing was in them. */
static bool is_seeded(const struct daemon *d, const struct daemon_dev *p)
{
	struct zram_observed seen;

	return observer_device(d->observer, p->id, &seen) &&
	       seen.seeded == p->generation;
}

bool daemon_map(struct daemon *d, struct daemon_dev *p)
{
	if (!d->observer)
		return false;
	if (p->map.word)
		return true;
	if (!is_seeded(d, p))
		return false;
	if (observer_map(d->observer, p->id, &p->map))
		memset(&p->map, 0, sizeof(p->map));
	else if (p->map.generation != p->generation)
		daemon_unmap(p);
	return p->map.word;
}
