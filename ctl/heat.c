// SPDX-License-Identifier: GPL-2.0-or-later
/* One pass over slot records: tables, strip, both ends. */
#include "heat.h"

#include <math.h>
#include <stdlib.h>

unsigned int heat_row(uint32_t heat)
{
	uint32_t whole = heat / ZRAM_HEAT_ONE;
	unsigned int row = 1;

	if (!heat)
		return 0;
	while (whole > 1) {
		whole >>= 1;
		row++;
	}
	return row + (heat >= ZRAM_HEAT_ONE);
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int heat_compare(const struct heat_slot *a, const struct heat_slot *b,
		 enum heat_order order)
{
	int by_age = compare_u32(b->age, a->age);
	int by_heat = compare_u32(a->heat, b->heat);
	int first = order == HEAT_BY_AGE ? by_age : by_heat;
	int second = order == HEAT_BY_AGE ? by_heat : by_age;

	if (first)
		return first;
	if (second)
		return second;
	return (a->index > b->index) - (a->index < b->index);
}

/* Does @a come before @b in the list? */
static bool before(const struct heat_list *l, const struct heat_slot *a,
		   const struct heat_slot *b)
{
	int c = heat_compare(a, b, l->order);

	return l->hottest ? c > 0 : c < 0;
}

/* Let the slot at @i sink below those that are listed after it. */
static void sink(struct heat_list *l, size_t i, size_t nr)
{
	struct heat_slot s = l->slot[i];
	size_t child;

	while ((child = 2 * i + 1) < nr) {
		if (child + 1 < nr &&
		    before(l, &l->slot[child], &l->slot[child + 1]))
			child++;
		if (!before(l, &s, &l->slot[child]))
			break;
		l->slot[i] = l->slot[child];
		i = child;
	}
	l->slot[i] = s;
}

static void rise(struct heat_list *l, size_t i)
{
	struct heat_slot s = l->slot[i];

	while (i && before(l, &l->slot[(i - 1) / 2], &s)) {
		l->slot[i] = l->slot[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	l->slot[i] = s;
}

static void list_add(struct heat_list *l, const struct heat_slot *s)
{
	if (l->nr < l->max) {
		l->slot[l->nr] = *s;
		rise(l, l->nr++);
	} else if (l->max && before(l, s, &l->slot[0])) {
		l->slot[0] = *s;
		sink(l, 0, l->nr);
	}
}

/* Take the last one off the top again and again: in order afterwards. */
static void list_sort(struct heat_list *l)
{
	struct heat_slot last;
	size_t n;

	for (n = l->nr; n > 1; n--) {
		last = l->slot[0];
		l->slot[0] = l->slot[n - 1];
		l->slot[n - 1] = last;
		sink(l, 0, n - 1);
	}
}

static void row_add(struct heat_row *row, uint32_t bytes)
{
	row->slots++;
	row->stored += bytes;
}

static void add_slot(struct heat *h, const struct heat_slot *s)
{
	h->used++;
	h->stored += s->bytes;
	h->reread += s->heat != 0;
	if (s->age > h->oldest)
		h->oldest = s->age;
	row_add(&h->by_age[zram_age_bucket(s->age, 0)], s->bytes);
	row_add(&h->by_heat[heat_row(s->heat)], s->bytes);
	row_add(&h->by_tier[s->tier], s->bytes);
	list_add(&h->hottest, s);
	list_add(&h->coldest, s);
}

/* An event may be a second ahead of @now: that is age 0, not 2^28. */
static uint32_t slot_age(uint64_t word, uint32_t now)
{
	uint32_t age = zram_record_age(word, now);

	return age >> (ZRAM_RECORD_SECONDS_BITS - 1) ? 0 : age;
}

void heat_scan(struct heat *h, const volatile uint64_t *word, uint64_t nr,
	       uint32_t now, uint32_t shift)
{
	struct heat_cell none = {}, *cell = &none;
	uint64_t i;

	h->slots = nr;
	for (i = 0; i < nr; i++) {
		uint64_t w = word[i];
		struct heat_slot s = { .index = i };

		if (h->nr_cells)
			cell = &h->cell[(unsigned __int128)i * h->nr_cells / nr];
		cell->slots++;
		if ((w & ZRAM_RECORD_STATE_MASK) != ZRAM_RECORD_USED)
			continue;
		s.age = slot_age(w, now);
		s.heat = zram_heat_decay(zram_record_heat(w), now - s.age, now,
					 shift);
		s.bytes = w >> ZRAM_RECORD_BYTES_SHIFT & 0x1ffff;
		s.tier = w >> ZRAM_RECORD_TIER_SHIFT & 3;
		add_slot(h, &s);
		cell->used++;
		cell->age_sum += s.age;
		cell->heat_sum += s.heat;
	}
	list_sort(&h->hottest);
	list_sort(&h->coldest);
}

int heat_cell_level(const struct heat_cell *cell, enum heat_order order,
		    uint32_t oldest, int levels)
{
	double share;
	int level;

	if (!cell->used)
		return -1;
	if (oldest < 60)
		oldest = 60;
	if (order == HEAT_BY_AGE)
		share = 1 - log1p((double)cell->age_sum / cell->used) /
			    log1p(oldest);
	else
		share = log1p((double)cell->heat_sum / cell->used) /
			log1p(ZRAM_HEAT_MAX);
	level = share * levels;
	return level < 0 ? 0 : level < levels ? level : levels - 1;
}
