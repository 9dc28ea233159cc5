// SPDX-License-Identifier: GPL-2.0-or-later
/* Slot records for the screen: a bounded part of them at each look. */
#include "top_screen_impl.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"

/*
 * At some 25 instructions a slot this is 3 million a look, whatever the size of
 * the devices. Blocks are small, so that each lane has some in every cell.
 */
#define SLOTS_A_LOOK	(128u << 10)
#define BLOCK		64u	/* slots */
#define LANES_MAX	512u

static void forget(struct scan_dev *d)
{
	if (d->slots.word)
		observer_unmap(&d->slots);
	free(d->lane);
	*d = (struct scan_dev){ 0 };
}

/* Records that somebody else covered anew are another map. */
static bool is_mapped(const struct scan_dev *d, uint32_t generation)
{
	return d->lane && d->generation == generation;
}

static bool begin(struct scan_dev *d, struct observer *o,
		  const struct top_dev *t, uint64_t share)
{
	forget(d);
	if (observer_map(o, t->dev.id, &d->slots))
		return false;
	d->id = t->dev.id;
	d->generation = t->dev.generation;
	d->lanes = d->slots.nr / share + 1;
	if (d->lanes > LANES_MAX)
		d->lanes = LANES_MAX;
	d->lane = calloc(d->lanes, sizeof(*d->lane));
	if (!d->lane)
		forget(d);
	return d->lane;
}

static void add_slot(struct scan_sum *s, struct heat_cell *cell, uint64_t w,
		     uint32_t now, uint32_t shift)
{
	uint32_t age;

	cell->slots++;
	if ((w & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
		return;
	age = zram_record_age(w, now);
	/* Half the range and more: an event ahead of our clock. */
	if (age >> (ZRAM_RECORD_SECONDS_BITS - 1))
		age = 0;
	if (age > s->oldest)
		s->oldest = age;
	s->used++;
	s->by_age[(age >= 60) + (age >= 600) + (age >= 3600)]++;
	s->by_tier[w >> ZRAM_RECORD_TIER_SHIFT & 3]++;
	cell->used++;
	cell->age_sum += age;
	if (w >> ZRAM_RECORD_HEAT_SHIFT & 0x7fff)
		cell->heat_sum += zram_heat_decay(w >> ZRAM_RECORD_HEAT_SHIFT & 0x7fff,
						  now - age, now, shift);
}

static void read_lane(struct scan_dev *d, uint32_t now, uint32_t shift)
{
	struct scan_sum *s = &d->lane[d->next];
	uint64_t nr = d->slots.nr, i, end;

	memset(s, 0, sizeof(*s));
	for (i = (uint64_t)d->next * BLOCK; i < nr;
	     i += (uint64_t)d->lanes * BLOCK) {
		end = i + BLOCK < nr ? i + BLOCK : nr;
		s->slots += end - i;
		for (uint64_t k = i; k < end; k++)
			add_slot(s, &s->cell[k * SCAN_CELLS / nr],
				 d->slots.word[k], now, shift);
	}
	d->next = (d->next + 1) % d->lanes;
}

static void add_sum(struct scan_sum *to, const struct scan_sum *s)
{
	to->slots += s->slots;
	to->used += s->used;
	for (size_t i = 0; i < TOP_AGES; i++)
		to->by_age[i] += s->by_age[i];
	for (size_t i = 0; i < 4; i++)
		to->by_tier[i] += s->by_tier[i];
	if (s->oldest > to->oldest)
		to->oldest = s->oldest;
	for (size_t i = 0; i < SCAN_CELLS; i++) {
		to->cell[i].slots += s->cell[i].slots;
		to->cell[i].used += s->cell[i].used;
		to->cell[i].age_sum += s->cell[i].age_sum;
		to->cell[i].heat_sum += s->cell[i].heat_sum;
	}
}

static void sub_sum(struct scan_sum *from, const struct scan_sum *s)
{
	from->slots -= s->slots;
	from->used -= s->used;
	for (size_t i = 0; i < TOP_AGES; i++)
		from->by_age[i] -= s->by_age[i];
	for (size_t i = 0; i < 4; i++)
		from->by_tier[i] -= s->by_tier[i];
	for (size_t i = 0; i < SCAN_CELLS; i++) {
		from->cell[i].slots -= s->cell[i].slots;
		from->cell[i].used -= s->cell[i].used;
		from->cell[i].age_sum -= s->cell[i].age_sum;
		from->cell[i].heat_sum -= s->cell[i].heat_sum;
	}
}

static void look_at(struct scan_dev *d, struct observer *o)
{
	unsigned int lane = d->next;

	sub_sum(&d->sum, &d->lane[lane]);
	read_lane(d, util_boottime(), observer_settings(o)->half_life_shift);
	/* The oldest of all lanes cannot be taken back; it only grows by time. */
	if (d->lanes == 1)
		d->sum.oldest = 0;
	add_sum(&d->sum, &d->lane[lane]);
}

void scan_look(struct scan *s, struct observer *o, const struct top_dev *dev,
	       size_t nr)
{
	uint64_t share = SLOTS_A_LOOK / (nr ? nr : 1);
	struct zram_observed seen;

	if (o != s->o)
		scan_drop(s);
	s->o = o;
	for (size_t i = 0; i < ZRAM_OBSERVE_DEVICES; i++)
		s->dev[i].live = false;
	for (size_t i = 0; o && i < nr; i++) {
		uint32_t id = dev[i].dev.id, generation = dev[i].dev.generation;
		struct scan_dev *d = &s->dev[id % ZRAM_OBSERVE_DEVICES];

		if (id >= ZRAM_OBSERVE_DEVICES || !generation ||
		    !observer_device(o, id, &seen) || seen.covered != generation)
			continue;
		if (!is_mapped(d, generation) && !begin(d, o, &dev[i], share))
			continue;
		d->live = true;
		look_at(d, o);
	}
	for (size_t i = 0; i < ZRAM_OBSERVE_DEVICES; i++)
		if (!s->dev[i].live)
			forget(&s->dev[i]);
}

const struct scan_sum *scan_of(const struct scan *s, uint32_t id)
{
	const struct scan_dev *d = &s->dev[id % ZRAM_OBSERVE_DEVICES];

	return d->live && d->id == id ? &d->sum : NULL;
}

void scan_drop(struct scan *s)
{
	for (size_t i = 0; i < ZRAM_OBSERVE_DEVICES; i++)
		forget(&s->dev[i]);
	s->o = NULL;
}
