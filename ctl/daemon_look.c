// SPDX-License-Identifier: GPL-2.0-or-later
/* What the daemon sees: devices, slot records, return ages, growth. */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define HOUR		3600
#define DAY		86400

/* ---- following devices ------------------------------------------------------- */

void daemon_unmap(struct daemon_dev *p)
{
	if (p->map.word)
		observer_unmap(&p->map);
	memset(&p->map, 0, sizeof(p->map));
	/* The histograms begin anew with the next map. */
	p->hours = p->watched_from = 0;
}

/* A new life of a device: what was learned of the old one is void. */
static void begin_life(struct daemon_dev *p, const struct model_dev *dev)
{
	struct policy_tally *tally = p->tally;

	daemon_unmap(p);
	memset(p, 0, sizeof(*p));
	p->used = true;
	p->tally = tally;
	if (tally)
		memset(tally, 0, sizeof(*tally));
	p->id = dev->id;
	p->generation = dev->generation;
	p->memory.generation = dev->generation;
	p->dev = *dev;
	daemon_say("zram%" PRIu32 ": watched from now on", p->id);
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
	daemon_unmap(&d->dev[i]);
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
		if (!p && d->nr == POLICY_DEVICES) {
			if (!d->said_many)
				daemon_say("zram%" PRIu32 ": not watched, nor is what comes after it: the daemon has room for %d devices",
					   list[n].id, POLICY_DEVICES);
			d->said_many = true;
			continue;
		}
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
	daemon_cover(d, list, nr);
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

static bool tally(struct daemon *d, struct daemon_dev *p, uint32_t now)
{
	struct dump dump = { .d = d, .p = p, .now = now };

	if (!p->tally)
		p->tally = malloc(sizeof(*p->tally));
	if (!p->tally)
		return false;
	p->is_dumped = !daemon_map(d, p);
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
	uint32_t hours = p->hours < DAEMON_HOURS ? p->hours : DAEMON_HOURS;
	struct daemon_hour *last = &p->past[(p->hours - 1) % DAEMON_HOURS];
	struct zram_ages all;

	if (!d->observer || p->is_dumped || observer_ages(d->observer, p->id, &all))
		return false;
	*ages = all;
	if (!p->watched_from)
		p->watched_from = now;
	/* The last counts that are a day old, however long the machine slept. */
	for (uint32_t n = 1; n <= hours; n++) {
		const struct daemon_hour *h = &p->past[(p->hours - n) % DAEMON_HOURS];

		if (now - h->time < DAY)
			continue;
		subtract(ages, &h->ages);
		break;
	}
	if (!p->hours || now - last->time >= HOUR)
		p->past[p->hours++ % DAEMON_HOURS] = (struct daemon_hour){ now, all };
	return true;
}

static bool has_second_codec(const struct model_dev *dev)
{
	for (int prio = 1; prio < MODEL_CODECS; prio++)
		if (dev->codec[prio].has & MODEL_CODEC_ALGO)
			return true;
	return false;
}

static void find_abilities(const struct daemon_dev *p, struct policy_device *v)
{
	v->can[POLICY_PACK] = true;
	v->can[POLICY_RECOMPRESS] = has_second_codec(&p->dev);
	v->can[POLICY_WRITEBACK] = model_has(&p->dev, MODEL_BACKING);
	v->can[POLICY_COMPACT] = true;
	for (int i = 0; i < POLICY_VERBS; i++)
		v->can[i] = v->can[i] && !p->lacks[i];
}

void daemon_snapshot(struct daemon *d, struct policy_snapshot *s)
{
	uint64_t begun = daemon_ms();
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
		.has_slept = daemon_ms() < d->rest,
		.round_budget = d->config.budget_round,
		.day_budget = budget_left(&d->budget, d->config.budget_day, &clock),
		.dev = d->view,
		.nr = d->nr,
	};
	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];
		struct policy_device *v = &d->view[i];

		daemon_ping(d);
		memset(v, 0, sizeof(*v));
		v->id = p->id;
		v->generation = p->generation;
		v->is_busy = p->job.runs || p->unsettled;
		v->has_records = tally(d, p, s->now);
		v->tally = p->tally;
		v->has_ages = v->has_records && recent_ages(d, p, s->now, &v->ages);
		v->watched = v->has_ages ? s->now - p->watched_from : 0;
		v->mem_used = p->dev.mem_used_total;
		v->mem_limit = model_has(&p->dev, MODEL_MEM_LIMIT) ? p->dev.mem_limit : 0;
		v->compr_bytes = p->dev.compr_data_size;
		v->growth = p->growth;
		find_abilities(p, v);
		d->memory[i] = p->memory;
	}
	d->tally_ms = daemon_ms() - begun;
}
