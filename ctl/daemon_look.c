// SPDX-License-Identifier: GPL-2.0-or-later
/* What the daemon sees: devices, slot records, return ages, growth. */
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

#define HOUR		3600
#define MEASURE_MS	100	/* of growth, at least */
#define GROWTH_MS	1000	/* that growth is averaged over */

/* First value of the @nth column of a stat file in /sys/block/zramN. */
static bool read_sysfs(uint32_t id, const char *name, char *buf, size_t len)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/block/zram%" PRIu32 "/%s", id, name);
	return !util_read_line(path, buf, len);
}

/* ---- following devices ------------------------------------------------------- */

static void unmap(struct daemon_dev *p)
{
	if (p->map.word)
		observer_unmap(&p->map);
	memset(&p->map, 0, sizeof(p->map));
	/* The histograms begin anew with the next map. */
	p->hours = p->last_hour = p->watched_from = 0;
}

/* A new life of a device: what was learned of the old one is void. */
static void begin_life(struct daemon_dev *p, const struct model_dev *dev)
{
	struct policy_tally *tally = p->tally;

	unmap(p);
	memset(p, 0, sizeof(*p));
	p->used = true;
	p->tally = tally;
	p->id = dev->id;
	p->generation = dev->generation;
	p->memory.generation = dev->generation;
	p->dev = *dev;
	daemon_say("zram%" PRIu32 ": watched from now on (generation %" PRIu32 ")",
		   p->id, p->generation);
}

static void forget(struct daemon *d, size_t i)
{
	struct policy_tally *tally = d->dev[i].tally;
	struct budget_clock now;

	daemon_say("zram%" PRIu32 ": gone", d->dev[i].id);
	budget_now(&now);
	if (d->dev[i].job.reservation &&
	    budget_write_off(&d->budget, d->dev[i].job.reservation, &now))
		daemon_say("%s", d->budget.why);
	unmap(&d->dev[i]);
	d->nr--;
	if (i != d->nr)
		d->dev[i] = d->dev[d->nr];
	memset(&d->dev[d->nr], 0, sizeof(d->dev[0]));
	d->dev[d->nr].tally = tally;
}

void daemon_forget_all(struct daemon *d)
{
	while (d->nr)
		forget(d, d->nr - 1);
	d->covered_sum = 0;
}

static struct daemon_dev *place_of(struct daemon *d, uint32_t id)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->dev[i].id == id)
			return &d->dev[i];
	return NULL;
}


static void take_list(struct daemon *d, const struct model_dev *list, size_t nr)
{
	for (size_t i = 0; i < d->nr;) {
		size_t n;

		for (n = 0; n < nr; n++)
			if (list[n].id == d->dev[i].id && list[n].generation)
				break;
		if (n == nr)
			forget(d, i);
		else
			i++;
	}
	for (size_t n = 0; n < nr; n++) {
		struct daemon_dev *p = place_of(d, list[n].id);

		if (!list[n].generation || !model_has(&list[n], MODEL_DISKSIZE))
			continue;
		if (!p && d->nr == POLICY_DEVICES)
			continue;
		if (p && p->generation != list[n].generation) {
			forget(d, p - d->dev);
			p = NULL;
		}
		if (!p)
			begin_life(&d->dev[d->nr++], &list[n]);
		else
			p->dev = list[n];
	}
}

static bool open_client(struct daemon *d)
{
	struct model_features f;

	if (d->client)
		return true;
	if (client_open(&d->client, 0) || client_features(d->client, &f)) {
		if (!d->said_module)
			daemon_say("%s; waiting for the module",
				   d->client ? client_why(d->client) : "no memory");
		d->said_module = true;
		client_close(d->client);
		d->client = NULL;
		return false;
	}
	d->said_module = false;
	d->page = f.page_size;
	return true;
}

/*
 * A file beside the socket says that the running observer is the daemon's: after
 * a kill the next one takes it over, and ends it when it stops.
 */
static void mark_path(const struct daemon *d, char path[128])
{
	snprintf(path, 128, "%s.observer", d->socket_path);
}

static void mark_observer(const struct daemon *d, bool on)
{
	char path[128];
	int fd;

	mark_path(d, path);
	if (!on) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		close(fd);
}

static bool is_marked(const struct daemon *d)
{
	char path[128];

	mark_path(d, path);
	return !access(path, F_OK);
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
	mark_observer(d, false);
	d->started_observer = false;
}

static void drop_maps(struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		unmap(&d->dev[i]);
}

/* Records of all devices that the observer may keep, without asking again and again. */
static void cover(struct daemon *d, const struct model_dev *list, size_t nr)
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
	if (sum == d->covered_sum)
		return;
	d->covered_sum = sum;
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
	if (!d->observer) {
		bool ran = !observer_open(&d->observer);

		d->started_observer = ran && is_marked(d);

		if (!ran) {
			observer_close(d->observer);
			d->observer = NULL;
			if (!d->config.observer ||
			    watch_start(d->client, 0, list, nr, WATCH_YES | WATCH_OWN,
					&d->observer) != CMD_OK) {
				observer_close(d->observer);
				d->observer = NULL;
				if (!d->said_observer)
					daemon_say("no observer: ages come from slot dumps, return rates are not known");
				d->said_observer = true;
				return;
			}
			d->started_observer = true;
			mark_observer(d, true);
		}
	}
	watch_cover(d->client, d->observer, list, nr, true, 0);
}

bool daemon_look(struct daemon *d)
{
	struct model_dev *list = NULL;
	size_t nr = 0;
	int err;

	if (!open_client(d)) {
		daemon_forget_all(d);
		return false;
	}
	err = client_devices(d->client, &list, &nr);
	/* What was seen last will do for the moment. */
	if (err == -EAGAIN || err == -ENOMEM || err == -ENOBUFS)
		return true;
	if (err) {
		/* Unloaded, or loaded anew: find the family again. */
		daemon_say("%s", client_why(d->client));
		client_close(d->client);
		client_close(d->events);
		d->client = d->events = NULL;
		d->fd_events = -1;
		daemon_forget_all(d);
		return false;
	}
	take_list(d, list, nr);
	cover(d, list, nr);
	free(list);
	return true;
}

/* ---- the snapshot ---------------------------------------------------------------- */

struct dump {
	struct daemon *d;
	struct daemon_dev *p;
	uint32_t now;
};

static int tally_rows(const struct zram_slot_row *rows, size_t nr,
		      uint32_t generation, void *arg)
{
	struct dump *dump = arg;
	uint64_t word[256];

	while (nr) {
		size_t n = nr < ARRAY_SIZE(word) ? nr : ARRAY_SIZE(word);

		for (size_t i = 0; i < n; i++)
			word[i] = zram_record_word(rows[i].atime, 0,
						   rows[i].csize < 1 << 17 ? rows[i].csize : (1 << 17) - 1,
						   rows[i].tier);
		policy_tally_add(dump->p->tally, word, n, dump->now,
				 dump->d->config.threshold, dump->d->page);
		rows += n;
		nr -= n;
	}
	return generation == dump->p->generation ? 0 : -EAGAIN;
}

static bool map_records(struct daemon *d, struct daemon_dev *p)
{
	if (!d->observer)
		return false;
	if (p->map.word)
		return true;
	if (observer_map(d->observer, p->id, &p->map))
		memset(&p->map, 0, sizeof(p->map));
	else if (p->map.generation != p->generation)
		unmap(p);
	return p->map.word;
}

static bool tally(struct daemon *d, struct daemon_dev *p, uint32_t now)
{
	struct dump dump = { .d = d, .p = p, .now = now };

	if (!p->tally)
		p->tally = malloc(sizeof(*p->tally));
	if (!p->tally)
		return false;
	p->is_dumped = !map_records(d, p);
	policy_tally_begin(p->tally, now, &p->memory);
	if (!p->is_dumped)
		policy_tally_add(p->tally, p->map.word, p->map.nr, now,
				 d->config.threshold, d->page);
	else if (client_slots(d->client, p->id, 0, 0, tally_rows, &dump))
		return false;
	policy_tally_end(p->tally);
	return true;
}

static void subtract(struct zram_ages *a, const struct zram_ages *b)
{
	for (int i = 0; i < ZRAM_AGE_BUCKETS; i++) {
		a->back[i] -= a->back[i] < b->back[i] ? a->back[i] : b->back[i];
		a->left[i] -= a->left[i] < b->left[i] ? a->left[i] : b->left[i];
	}
}

/* What came back and left within the last 24 hours. */
static bool recent_ages(struct daemon *d, struct daemon_dev *p, uint32_t now,
			struct zram_ages *ages)
{
	struct zram_ages all;

	if (!d->observer || p->is_dumped || observer_ages(d->observer, p->id, &all))
		return false;
	*ages = all;
	if (!p->watched_from)
		p->watched_from = now;
	/* The place for the next hour holds the counts of a day ago. */
	if (p->hours >= DAEMON_HOURS)
		subtract(ages, &p->past[p->hours % DAEMON_HOURS]);
	if (!p->last_hour || now - p->last_hour >= HOUR) {
		p->past[p->hours++ % DAEMON_HOURS] = all;
		p->last_hour = now;
	}
	return true;
}

static void find_abilities(struct daemon *d, struct daemon_dev *p,
			   struct policy_device *v)
{
	char line[256];

	v->can[POLICY_PACK] = true;
	v->can[POLICY_RECOMPRESS] = read_sysfs(p->id, "recomp_algorithm", line, sizeof(line)) && *line;
	v->can[POLICY_WRITEBACK] = read_sysfs(p->id, "backing_dev", line, sizeof(line)) &&
				   strcmp(line, "none");
	v->can[POLICY_COMPACT] = true;
	for (int i = 0; i < POLICY_VERBS; i++)
		v->can[i] = v->can[i] && !p->lacks[i];
}

void daemon_snapshot(struct daemon *d, struct policy_snapshot *s)
{
	struct budget_clock clock;

	pressure_read(&d->pressure);
	if (!d->pressure.has_psi && !d->said_psi)
		daemon_say("the kernel tells no memory pressure (psi=1 on its command line brings it): going by free memory alone");
	d->said_psi |= !d->pressure.has_psi;
	budget_now(&clock);
	*s = (struct policy_snapshot){
		.now = util_boottime(),
		.mem_total = d->pressure.total,
		.mem_available = d->pressure.available,
		.psi_some = d->pressure.some,
		.on_battery = d->pressure.on_battery,
		.round_budget = d->config.budget_round,
		.day_budget = budget_left(&d->budget, d->config.budget_day, &clock),
		.dev = d->view,
		.nr = d->nr,
	};
	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];
		struct policy_device *v = &d->view[i];

		memset(v, 0, sizeof(*v));
		v->id = p->id;
		v->generation = p->generation;
		v->has_records = tally(d, p, s->now);
		v->tally = p->tally;
		v->has_ages = v->has_records && recent_ages(d, p, s->now, &v->ages);
		v->watched = v->has_ages ? s->now - p->watched_from : 0;
		v->mem_used = p->dev.mem_used_total;
		v->mem_limit = model_has(&p->dev, MODEL_MEM_LIMIT) ? p->dev.mem_limit : 0;
		v->compr_bytes = p->dev.compr_data_size;
		v->growth = p->growth;
		find_abilities(d, p, v);
		d->memory[i] = p->memory;
	}
}

/* ---- limits ------------------------------------------------------------------------ */

/*
 * While a job takes out what comes in, the pool stays as it is, and grows all the
 * faster when the job has ended: then the stored bytes tell what came in.
 */
static void measure(struct daemon_dev *p)
{
	uint64_t now = daemon_ms(), ms = now - p->then.ms;
	int64_t grown = p->dev.mem_used_total - p->then.used;
	int64_t came = p->dev.compr_data_size + p->freed - p->then.stored - p->then.freed;
	uint64_t rate, weight = ms < GROWTH_MS ? ms : GROWTH_MS;

	if (p->then.ms && ms < MEASURE_MS)
		return;
	if (p->then.ms) {
		if (p->freed != p->then.freed && came > grown)
			grown = came;
		rate = grown > 0 ? (uint64_t)grown * 1000 / ms : 0;
		p->growth = (p->growth * (GROWTH_MS - weight) + rate * weight) / GROWTH_MS;
	}
	p->then.ms = now;
	p->then.used = p->dev.mem_used_total;
	p->then.stored = p->dev.compr_data_size;
	p->then.freed = p->freed;
}

void daemon_measure(struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		measure(&d->dev[i]);
}

bool daemon_has_limits(const struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->config.rules.soft_limit && d->dev[i].dev.mem_limit)
			return true;
	return false;
}

bool daemon_is_near(const struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		const struct daemon_dev *p = &d->dev[i];
		uint64_t soon = p->dev.mem_used_total + POLICY_LOOK_AHEAD * p->growth;

		if (d->config.rules.soft_limit && p->dev.mem_limit && !p->job.runs &&
		    soon > (double)p->dev.mem_limit * d->config.rules.soft_limit / 1000)
			return true;
	}
	return false;
}

uint64_t daemon_time_left(const struct daemon *d)
{
	uint64_t left = UINT64_MAX;

	for (size_t i = 0; i < d->nr; i++) {
		const struct daemon_dev *p = &d->dev[i];
		uint64_t room = p->dev.mem_limit > p->dev.mem_used_total ?
				p->dev.mem_limit - p->dev.mem_used_total : 0;
		double ms = p->growth ? room * 1000.0 / p->growth : left;

		if (d->config.rules.soft_limit && p->dev.mem_limit && ms < left)
			left = ms;
	}
	return left;
}
