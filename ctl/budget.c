// SPDX-License-Identifier: GPL-2.0-or-later
/* The write ledger: time, entries, reservations. */
#include "budget.h"
#include "budget_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util.h"

/* A clock that shows less was never set: 2020-01-01. */
#define BELIEVABLE 1577836800u
/* Seconds that a clock may be set back to be right, and not be doubted. */
#define SLACK 600

void budget_now(struct budget_clock *now)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	now->real = ts.tv_sec > 0 ? ts.tv_sec : 0;
	now->boot = util_boottime();
	if (util_read_line("/proc/sys/kernel/random/boot_id", now->boot_id,
			   sizeof(now->boot_id)))
		strcpy(now->boot_id, "unknown");
}

/*
 * Let the ledger's time follow the clocks. newest is the latest believable real
 * time, carried on by what the machine ran since: a clock that was set back
 * does not become believable by running until it shows that time again.
 */
static void advance(struct budget *b, const struct budget_clock *now)
{
	uint64_t ran = 0;

	if (!strcmp(b->clock.boot_id, now->boot_id)) {
		if (now->boot > b->clock.boot)
			ran = now->boot - b->clock.boot;
		b->time += ran;
		if (b->newest)
			b->newest += ran;
	} else if (b->believed && now->real >= BELIEVABLE &&
		   now->real > b->newest) {
		b->time += now->real - b->newest;
	}
	/*
	 * While the clock cannot be believed, newest stays; and as nobody can
	 * tell how long ago such a boot was, the next one starts from there.
	 */
	b->believed = now->real >= BELIEVABLE && now->real + SLACK >= b->newest;
	if (b->believed && now->real > b->newest)
		b->newest = now->real;
	b->clock = *now;
}

static void expire(struct budget *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->nr; i++)
		if (b->entry[i].time + BUDGET_DAY > b->time)
			b->entry[kept++] = b->entry[i];
	b->nr = kept;
}

/* Entries close together become one, at its later time: on the safe side. */
static void enter(struct budget *b, uint64_t time, uint64_t bytes)
{
	struct budget_entry *last = b->nr ? &b->entry[b->nr - 1] : NULL;

	if (!bytes)
		return;
	if (last && (last->time / BUDGET_GRAIN == time / BUDGET_GRAIN ||
		     b->nr == BUDGET_ENTRIES)) {
		last->bytes += bytes;
		if (time > last->time)
			last->time = time;
		return;
	}
	b->entry[b->nr++] = (struct budget_entry){ time, bytes };
}

int budget_open(struct budget *b, const char *path, uint64_t day,
		const struct budget_clock *now)
{
	int err;

	memset(b, 0, sizeof(*b));
	b->lock = -1;
	if ((size_t)snprintf(b->path, sizeof(b->path), "%s", path) >=
	    sizeof(b->path) - 8) {
		snprintf(b->why, sizeof(b->why), "the path of the budget is too long");
		return -ENAMETOOLONG;
	}
	err = budget_lock(b);
	if (err)
		return err;
	err = budget_load(b);
	if (err == -ENOENT || err == -EBADMSG) {
		b->nr = b->nr_held = 0;
		b->time = BUDGET_DAY;
		b->clock = *now;
		b->newest = 0;
		b->was_damaged = err == -EBADMSG;
		if (b->was_damaged)
			enter(b, b->time, day);
		err = 0;
	}
	if (!err) {
		advance(b, now);
		expire(b);
		err = budget_save(b);
	}
	if (err)
		budget_close(b);
	return err;
}

uint64_t budget_spent(struct budget *b, const struct budget_clock *now)
{
	uint64_t sum = 0;

	advance(b, now);
	expire(b);
	for (size_t i = 0; i < b->nr; i++)
		sum += b->entry[i].bytes;
	for (size_t i = 0; i < b->nr_held; i++)
		sum += b->held[i].bytes;
	return sum;
}

int budget_peek(const char *path, const struct budget_clock *now, uint64_t *spent)
{
	struct budget *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return -ENOMEM;
	snprintf(b->path, sizeof(b->path), "%s", path);
	err = budget_load(b);
	if (!err)
		*spent = budget_spent(b, now);
	free(b);
	return err;
}

uint64_t budget_left(struct budget *b, uint64_t day,
		     const struct budget_clock *now)
{
	uint64_t spent = budget_spent(b, now);

	return b->nr_held < BUDGET_HELD && spent < day ? day - spent : 0;
}

int budget_reserve(struct budget *b, uint64_t day, const struct budget_held *want,
		   const struct budget_clock *now, uint64_t *serial)
{
	struct budget_held *h;
	int err;

	if (want->bytes > budget_left(b, day, now)) {
		snprintf(b->why, sizeof(b->why), "the write budget of 24 hours is spent");
		return -ENOSPC;
	}
	h = &b->held[b->nr_held++];
	*h = *want;
	h->serial = ++b->serial;
	h->time = b->time;
	memcpy(h->boot_id, now->boot_id, sizeof(h->boot_id));
	*serial = h->serial;
	err = budget_save(b);
	if (err)
		b->nr_held--;
	return err;
}

static int release(struct budget *b, size_t i, uint64_t bytes)
{
	enter(b, b->time, bytes);
	memmove(&b->held[i], &b->held[i + 1],
		(b->nr_held - i - 1) * sizeof(b->held[0]));
	b->nr_held--;
	return budget_save(b);
}

static struct budget_held *find(struct budget *b, uint64_t serial)
{
	for (size_t i = 0; i < b->nr_held; i++)
		if (b->held[i].serial == serial)
			return &b->held[i];
	return NULL;
}

int budget_settle(struct budget *b, uint64_t serial, uint64_t bytes,
		  const struct budget_clock *now)
{
	struct budget_held *h = find(b, serial);

	if (!h)
		return -ENOENT;
	advance(b, now);
	expire(b);
	return release(b, h - b->held, bytes);
}

int budget_write_off(struct budget *b, uint64_t serial,
		     const struct budget_clock *now)
{
	struct budget_held *h = find(b, serial);

	return h ? budget_settle(b, serial, h->bytes, now) : -ENOENT;
}

bool budget_is_of_boot(const struct budget *b, const struct budget_held *h)
{
	return !strcmp(h->boot_id, b->clock.boot_id);
}
