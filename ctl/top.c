// SPDX-License-Identifier: GPL-2.0-or-later
/* One look at the devices for top. */
#include "top.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "util.h"

#define SECTOR 512

static double boottime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The block layer's own counters; the third is sectors read, the seventh written. */
static void read_io(struct top_dev *t)
{
	unsigned long long f[7];
	char path[64], line[256];

	snprintf(path, sizeof(path), "/sys/block/zram%u/stat", t->dev.id);
	if (util_read_line(path, line, sizeof(line)) ||
	    sscanf(line, "%llu %llu %llu %llu %llu %llu %llu", &f[0], &f[1],
		   &f[2], &f[3], &f[4], &f[5], &f[6]) != 7)
		return;
	t->has_io = true;
	t->read_bytes = f[2] * SECTOR;
	t->write_bytes = f[6] * SECTOR;
}

static void make_rates(struct top_dev *t, const struct top_dev *before,
		       size_t nr)
{
	size_t i;
	double dt;

	for (i = 0; i < nr; i++) {
		const struct top_dev *b = &before[i];

		dt = t->when - b->when;
		if (b->dev.id != t->dev.id || !b->has_io || !t->has_io ||
		    dt <= 0 || b->read_bytes > t->read_bytes ||
		    b->write_bytes > t->write_bytes)
			continue;
		t->has_rates = true;
		t->read_rate = (t->read_bytes - b->read_bytes) / dt;
		t->write_rate = (t->write_bytes - b->write_bytes) / dt;
	}
}

static void count_records(struct top_dev *t, const struct observer_slots *s)
{
	uint32_t now = t->when;
	uint64_t i;

	for (i = 0; i < s->nr; i++) {
		uint64_t w = s->word[i];
		uint32_t age;

		if ((w & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
			continue;
		age = zram_record_age(w, now);
		/* Half the range and more: an event ahead of our clock. */
		if (age >> (ZRAM_RECORD_SECONDS_BITS - 1))
			age = 0;
		t->used++;
		t->by_age[(age >= 60) + (age >= 600) + (age >= 3600)]++;
		t->by_tier[w >> ZRAM_RECORD_TIER_SHIFT & 3]++;
	}
}

static void read_records(struct top_dev *t, struct observer *o)
{
	struct observer_slots slots;
	struct zram_observed seen;
	struct zram_sizes sizes;
	unsigned int prio, i;

	if (!observer_device(o, t->dev.id, &seen) || !t->dev.generation ||
	    seen.covered != t->dev.generation ||
	    observer_map(o, t->dev.id, &slots))
		return;
	t->dropped = seen.dropped;
	t->has_records = !observer_ages(o, t->dev.id, &t->ages);
	for (prio = 0; prio < ZRAM_OBSERVE_PRIOS; prio++) {
		if (observer_sizes(o, t->dev.id, prio, &sizes))
			continue;
		for (i = 0; i < ZRAM_SIZE_BUCKETS; i++)
			t->sizes.slots[i] += sizes.slots[i];
	}
	count_records(t, &slots);
	observer_unmap(&slots);
}

void top_look(struct top_dev *now, const struct model_dev *list, size_t nr,
	      const struct top_dev *before, size_t nr_before,
	      struct observer *o)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct top_dev *t = &now[i];

		memset(t, 0, sizeof(*t));
		t->dev = list[i];
		t->when = boottime();
		read_io(t);
		make_rates(t, before, nr_before);
		if (o)
			read_records(t, o);
	}
}
