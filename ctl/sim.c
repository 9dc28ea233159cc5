// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy played over a recorded series. */
#include "sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SHARE	128	/* bytes a slot that rounding on the disk costs */
#define DAY		86400
#define LEDGER		4096	/* writebacks of a day, at most */
#define MAX_SLOTS	(1ull << 32)
#define JOBS		16	/* between two frames, at most */

struct sim {
	struct config config;
	struct sim_header head;
	uint64_t *word;		/* as they would be */
	uint32_t *size;		/* bytes as they were recorded */
	uint64_t *order;	/* room to sort candidates: age and index */
	uint32_t now;
	struct zram_ages ages;
	struct policy_memory memory;
	struct policy_tally tally;
	struct { uint32_t time; uint64_t bytes; } wrote[LEDGER];
	size_t nr_wrote;
	struct sim_totals t;
};

static unsigned int tier_of(uint64_t w)
{
	return w >> ZRAM_RECORD_TIER_SHIFT & 3;
}

static uint32_t bytes_of(uint64_t w)
{
	return w >> ZRAM_RECORD_BYTES_SHIFT & 0x1ffff;
}

static bool is_used(uint64_t w)
{
	return (w & ZRAM_RECORD_STATE_MASK) == ZRAM_RECORD_USED;
}

int sim_open(struct sim **sp, const struct sim_header *h, const struct config *c)
{
	struct sim *s;

	*sp = NULL;
	if (h->magic != SIM_MAGIC || !h->slots || h->slots > MAX_SLOTS || !h->page)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->config = *c;
	s->head = *h;
	s->word = calloc(h->slots, sizeof(*s->word));
	s->size = calloc(h->slots, sizeof(*s->size));
	s->order = calloc(h->slots, sizeof(*s->order));
	if (!s->word || !s->size || !s->order) {
		sim_close(s);
		return -ENOMEM;
	}
	*sp = s;
	return 0;
}

void sim_close(struct sim *s)
{
	if (!s)
		return;
	free(s->word);
	free(s->size);
	free(s->order);
	free(s);
}

const struct sim_totals *sim_result(const struct sim *s)
{
	return &s->t;
}

/* ---- what was recorded ----------------------------------------------------------- */

static enum policy_row row_of(const struct sim *s, uint64_t w)
{
	static const enum policy_row rows[] = {
		POLICY_ROW_HOT, POLICY_ROW_WARM, POLICY_ROW_COLD, POLICY_ROW_FROZEN,
	};

	if (!tier_of(w) && (bytes_of(w) < s->config.threshold || bytes_of(w) >= s->head.page))
		return POLICY_ROW_ASIDE;
	return rows[tier_of(w)];
}

/* A record changed: the slot was read, written or freed; its rest ended. */
static void change(struct sim *s, uint64_t index, uint64_t word)
{
	uint64_t old = s->word[index];
	unsigned int bucket;

	if (is_used(old)) {
		uint32_t age = zram_record_age(old, s->now);

		if (is_used(word)) {
			age -= zram_record_age(word, s->now);
			/* Moved by somebody's job while it was recorded. */
			if (!age && tier_of(word) != ZRAM_TIER_HOT)
				return;
		}
		bucket = zram_age_bucket(age, 0);
		if (is_used(word) && zram_record_heat(word)) {
			s->ages.back[bucket]++;
			s->t.came_back[row_of(s, old)]++;
		} else {
			s->ages.left[bucket]++;
		}
	}
	s->size[index] = bytes_of(word);
	s->word[index] = is_used(word) ?
		zram_record_word(word >> ZRAM_RECORD_SECONDS_SHIFT, zram_record_heat(word),
				 bytes_of(word), ZRAM_TIER_HOT) : word;
}

/* ---- what would have been done ----------------------------------------------------- */

static bool takes(const struct sim *s, enum policy_verb verb, uint64_t w)
{
	if (!is_used(w) || !bytes_of(w))
		return false;
	if (verb == POLICY_RECOMPRESS)
		return row_of(s, w) == POLICY_ROW_HOT;
	return tier_of(w) < (unsigned int)verb + 1;
}

/* Oldest first: the words hold the age above the index. */
static int older(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a > b ? -1 : a < b;
}

static void move(struct sim *s, const struct policy_action *a, struct policy_result *r)
{
	static const unsigned int left[POLICY_MOVES] = { 90, 80, 100 };	/* percent */
	uint64_t nr = 0, cost = 0;

	for (uint64_t i = 0; i < s->head.slots; i++)
		if (takes(s, a->verb, s->word[i]) &&
		    zram_record_age(s->word[i], s->now) >= a->min_age)
			s->order[nr++] = (uint64_t)zram_record_age(s->word[i], s->now) << 32 | i;
	qsort(s->order, nr, sizeof(*s->order), older);
	for (uint64_t n = 0; n < nr; n++) {
		uint64_t *w = &s->word[(uint32_t)s->order[n]];
		uint32_t bytes = bytes_of(*w);

		cost += bytes + (a->verb == POLICY_WRITEBACK ? BLOCK_SHARE : 0);
		if (cost > a->max_bytes) {
			r->cut = true;
			break;
		}
		if (a->verb == POLICY_WRITEBACK)
			s->t.written += bytes + BLOCK_SHARE;
		r->slots++;
		r->bytes += bytes;
		bytes = bytes * left[a->verb] / 100;
		*w = zram_record_word(*w >> ZRAM_RECORD_SECONDS_SHIFT, zram_record_heat(*w),
				      bytes ? bytes : 1, a->verb + 1);
	}
	s->t.moved[a->verb] += r->slots;
	r->ms = 1000;
}

static uint64_t spent(struct sim *s)
{
	uint64_t sum = 0;
	size_t kept = 0;

	for (size_t i = 0; i < s->nr_wrote; i++)
		if (s->now - s->wrote[i].time < DAY) {
			sum += s->wrote[i].bytes;
			s->wrote[kept++] = s->wrote[i];
		}
	s->nr_wrote = kept;
	return sum;
}

/* False: nothing was to be done. */
static bool decide(struct sim *s, const struct sim_frame *f, uint64_t memory)
{
	static struct policy_plan plan;
	struct policy_device dev = {
		.generation = 1, .has_records = true, .has_ages = true,
		.can = { true, true, true, false }, .tally = &s->tally,
		.ages = s->ages, .watched = s->t.seconds, .mem_used = memory, .compr_bytes = memory,
		.mem_limit = f->mem_limit,
	};
	uint64_t day = spent(s), before = s->t.written;
	struct policy_snapshot snap = {
		.now = s->now, .mem_total = f->mem_total,
		.mem_available = f->mem_available, .psi_some = f->psi_some,
		.round_budget = s->nr_wrote < LEDGER ? s->config.budget_round : 0,
		.day_budget = day < s->config.budget_day ? s->config.budget_day - day : 0,
		.dev = &dev, .nr = 1,
	};

	policy_tally(&s->tally, s->word, s->head.slots, s->now, s->config.threshold,
		     s->head.page, &s->memory);
	policy_decide(&s->config.rules, &snap, &s->memory, &plan);
	for (size_t i = 0; i < plan.nr; i++) {
		struct policy_result r = {};

		move(s, &plan.action[i], &r);
		policy_done(&s->memory, &plan.action[i], &r, s->now);
		s->t.actions++;
	}
	if (s->t.written > before) {
		s->wrote[s->nr_wrote].time = s->now;
		s->wrote[s->nr_wrote++].bytes = s->t.written - before;
	}
	return plan.nr;
}

static void count(struct sim *s)
{
	struct sim_totals *t = &s->t;

	memset(t->slots, 0, sizeof(t->slots));
	t->fills = t->memory = t->would_be = 0;
	for (uint64_t i = 0; i < s->head.slots; i++) {
		uint64_t w = s->word[i];

		if (!is_used(w))
			continue;
		t->would_be += s->size[i];
		if (!bytes_of(w)) {
			t->fills++;
			continue;
		}
		t->slots[row_of(s, w)]++;
		if (tier_of(w) != ZRAM_TIER_FROZEN)
			t->memory += bytes_of(w);
	}
}

int sim_step(struct sim *s, const struct sim_frame *f, const struct sim_change *c)
{
	if (s->t.frames && f->now < s->now)
		return -EINVAL;
	if (s->t.frames) {
		s->t.seconds += f->now - s->now;
		s->t.saved += (double)(s->t.would_be - s->t.memory) * (f->now - s->now);
	}
	s->now = f->now;
	for (uint64_t i = 0; i < f->changes; i++) {
		if (c[i].index >= s->head.slots)
			return -EINVAL;
		change(s, c[i].index, c[i].word);
	}
	count(s);
	/* The daemon's next decision follows the end of a job, a second at most. */
	for (int n = 0; n < JOBS && decide(s, f, s->t.memory); n++)
		count(s);
	s->t.frames++;
	return 0;
}

int sim_play(FILE *file, const struct config *c, struct sim_totals *totals,
	     sim_frame_fn fn, void *arg, char *why, size_t len)
{
	struct sim_change *changes = NULL;
	struct sim_header head;
	struct sim_frame frame;
	struct sim *s = NULL;
	int err = -EINVAL;

	if (fread(&head, sizeof(head), 1, file) == 1)
		err = sim_open(&s, &head, c);
	if (err) {
		snprintf(why, len, err == -ENOMEM ? "no memory for so many slots" :
			 "is no series of 'zramctl policy record'");
		return err;
	}
	changes = calloc(head.slots, sizeof(*changes));
	while (changes && fread(&frame, sizeof(frame), 1, file) == 1) {
		if (frame.changes > head.slots ||
		    fread(changes, sizeof(*changes), frame.changes, file) != frame.changes ||
		    sim_step(s, &frame, changes)) {
			snprintf(why, len, "is damaged in frame %llu",
				 (unsigned long long)s->t.frames + 1);
			err = -EINVAL;
			break;
		}
		if (fn)
			fn(&s->t, arg);
	}
	if (!changes) {
		snprintf(why, len, "no memory for so many slots");
		err = -ENOMEM;
	}
	*totals = s->t;
	free(changes);
	sim_close(s);
	return err;
}
