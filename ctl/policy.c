// SPDX-License-Identifier: GPL-2.0-or-later
/* What to do now: thresholds, the soft limit, budgets, one action a device. */

#include "policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROW(r) (1u << POLICY_ROW_##r)

static const struct {
	const char *name;
	unsigned int rows;	/* that the verb takes slots from */
	/*
	 * Permille of the stored bytes that a move gives back: what packs and
	 * secondary codecs saved on heaps of Python, Node.js and Java.
	 */
	unsigned int gain;
} verbs[POLICY_VERBS] = {
	[POLICY_RECOMPRESS] = { "recompress", ROW(HOT), 100 },
	[POLICY_PACK] = { "pack", ROW(HOT) | ROW(ASIDE) | ROW(WARM), 200 },
	[POLICY_WRITEBACK] = { "writeback",
			       ROW(HOT) | ROW(ASIDE) | ROW(WARM) | ROW(COLD),
			       1000 },
	[POLICY_COMPACT] = { "compact", 0, 0 },
};

/* Deepest first: what is old enough for the disk need not be packed before. */
static const enum policy_verb deepest[POLICY_MOVES] = {
	POLICY_WRITEBACK, POLICY_PACK, POLICY_RECOMPRESS,
};

/* A disk block to each full pack is lost to rounding at most. */
#define BLOCK_BYTES	4096
#define PACK_SLOTS	32

#define DAY		86400	/* s; ages look back no longer */

#define FIRST_BACK_OFF	10	/* seconds after a failure, doubled up to */
#define LAST_BACK_OFF	3600

struct round {
	const struct policy_rules *rules;
	const struct policy_snapshot *s;
	uint64_t budget;	/* bytes that may still be written */
};

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

const char *policy_verb_name(enum policy_verb verb)
{
	return verbs[verb].name;
}

/* ---- ages ------------------------------------------------------------------ */

/*
 * The youngest age from which on few enough come back; false: not known. A
 * record shorter than max_age says nothing of who comes back after it: taken
 * by its word, a few minutes without returns would call everything cold.
 */
static bool measured_age(const struct policy_rules *rules,
			 const struct policy_move *move,
			 const struct policy_device *d, uint32_t *age)
{
	uint32_t edge, rate;

	if (!move->returns || !d->has_ages || !d->has_records ||
	    policy_returns(&d->ages) < rules->min_returns ||
	    d->watched < min_u64(move->max_age, DAY))
		return false;
	for (unsigned int b = 0; b < 28; b++) {
		edge = b ? 1u << (b - 1) : 0;
		rate = policy_return_rate(&d->ages, d->tally->resting, b);
		if (rate == UINT32_MAX)
			break;
		if (edge < rules->soft_age || rate > move->returns)
			continue;
		*age = edge < move->max_age ? edge : move->max_age;
		return true;
	}
	*age = move->max_age;
	return true;
}

static void find_ages(const struct round *r, const struct policy_device *d,
		      struct policy_verdict *v)
{
	for (int i = 0; i < POLICY_MOVES; i++) {
		const struct policy_move *move = &r->rules->move[i];

		v->measured[i] = measured_age(r->rules, move, d, &v->age[i]);
		if (!v->measured[i])
			v->age[i] = policy_rule_age(move, r->s,
						    r->rules->psi_full);
	}
	v->returns = d->has_ages ? policy_returns(&d->ages) : 0;
}

/* ---- slots that a verb may take --------------------------------------------- */

static struct policy_cell untried(const struct policy_tally *t,
				  enum policy_verb verb, unsigned int cls)
{
	unsigned int mark = t->tried_age[verb] == UINT32_MAX ? POLICY_AGES :
			    policy_age_class(t->tried_age[verb]);
	struct policy_cell sum = {};

	if (cls > mark)
		return sum;
	for (int row = 0; row < POLICY_ROWS; row++) {
		if (!(verbs[verb].rows & 1u << row))
			continue;
		sum.slots += t->cell[row][cls].slots;
		sum.bytes += t->cell[row][cls].bytes;
		if (cls == mark) {
			sum.slots -= t->tried[verb][row].slots;
			sum.bytes -= t->tried[verb][row].bytes;
		}
	}
	return sum;
}

/* What a move of these slots counts against its bound. */
static uint64_t cost(enum policy_verb verb, const struct policy_cell *c)
{
	if (verb != POLICY_WRITEBACK)
		return c->bytes;
	return c->bytes + c->slots * (BLOCK_BYTES / PACK_SLOTS);
}

/*
 * The oldest slots of at least @min_age that @max bytes allow for: whole
 * classes, or a part of the oldest one if that alone is too much.
 */
static void pick(struct policy_action *a, const struct policy_tally *t,
		 uint32_t min_age, uint64_t max)
{
	uint64_t spent = 0;

	a->slots = a->bytes = 0;
	a->whole = true;
	a->max_bytes = max;
	for (unsigned int cls = POLICY_AGES; cls-- > 0;) {
		struct policy_cell c;
		uint64_t price;

		if (policy_class_age(cls) < min_age)
			break;
		c = untried(t, a->verb, cls);
		if (!c.slots)
			continue;
		price = cost(a->verb, &c);
		if (spent + price > max) {
			if (a->slots)
				break;
			a->whole = false;
			c.slots = (double)c.slots * max / price;
			c.bytes = (double)c.bytes * max / price;
		}
		spent += price;
		a->min_age = policy_class_age(cls);
		a->slots += c.slots;
		a->bytes += c.bytes;
		if (!a->whole)
			break;
	}
	/* A little more: the slots go on changing until the job comes. */
	if (a->whole && spent < max)
		a->max_bytes = min_u64(max, spent + spent / 8 + BLOCK_BYTES * PACK_SLOTS);
}

/* Bytes that one job may take, so that it lasts a slice. */
static uint64_t slice(const struct policy_rules *rules,
		      const struct policy_memory *m, enum policy_verb verb)
{
	uint64_t bytes = m->rate[verb] * rules->slice_ms / 1000;

	/* Slow for once is not slow for ever: never less than a 16th. */
	if (bytes < rules->slice_bytes / 16)
		bytes = m->rate[verb] ? rules->slice_bytes / 16 :
			rules->slice_bytes;
	return bytes;
}

static bool is_able(const struct round *r, const struct policy_device *d,
		    enum policy_verb verb)
{
	bool on = verb == POLICY_COMPACT ? r->rules->compact :
		  r->rules->move[verb].enabled;

	return on && d->can[verb];
}

static bool is_blocked(const struct round *r, const struct policy_memory *m,
		       enum policy_verb verb)
{
	return m->blocked[verb] > r->s->now;
}

/* ---- one device --------------------------------------------------------------- */

/* Bytes that are above the soft limit, or soon will be. */
static uint64_t over_limit(const struct policy_rules *rules,
			   const struct policy_device *d)
{
	uint64_t limit, soon = d->mem_used + POLICY_LOOK_AHEAD * d->growth;

	if (!rules->soft_limit || !d->mem_limit)
		return 0;
	limit = (double)d->mem_limit * rules->soft_limit / 1000;
	return soon > limit ? soon - limit : 0;
}

static uint64_t waste_of(const struct policy_device *d)
{
	return d->mem_used > d->compr_bytes ? d->mem_used - d->compr_bytes : 0;
}

/* Compaction that found nothing is not tried again until waste has grown. */
static bool pays_to_compact(const struct round *r,
			    const struct policy_device *d,
			    const struct policy_memory *m, bool urgent)
{
	uint64_t waste = waste_of(d), min = r->rules->compact_min;

	if (!is_able(r, d, POLICY_COMPACT) ||
	    is_blocked(r, m, POLICY_COMPACT))
		return false;
	if (urgent)
		return waste > m->waste + min / 4;
	return waste > m->waste + min &&
	       waste * 1000 > d->mem_used * r->rules->compact_share;
}

static void begin_action(const struct round *r, struct policy_action *a,
			 const struct policy_device *d, enum policy_verb verb,
			 enum policy_why why)
{
	memset(a, 0, sizeof(*a));
	a->id = d->id;
	a->generation = d->generation;
	a->verb = verb;
	a->why = why;
	a->max_ms = r->rules->slice_ms;
}

/*
 * One verb on one device: the oldest slots of @min_age or more, at most @want
 * stored bytes. Returns why not, or the action's why.
 */
static enum policy_why try_verb(struct round *r, const struct policy_device *d,
				const struct policy_memory *m,
				enum policy_verb verb, uint32_t min_age,
				uint64_t want, uint64_t few,
				enum policy_why why, struct policy_action *a)
{
	struct policy_action all;
	uint64_t max = min_u64(slice(r->rules, m, verb), want);

	if (is_blocked(r, m, verb))
		return POLICY_WHY_BLOCKED;
	begin_action(r, &all, d, verb, why);
	pick(&all, d->tally, min_age, UINT64_MAX);
	if (!all.slots)
		return POLICY_WHY_REST;
	if (all.bytes < few)
		return POLICY_WHY_FEW;
	if (verb == POLICY_WRITEBACK) {
		max = min_u64(max, r->budget);
		if (max < min_u64(BLOCK_BYTES * PACK_SLOTS, all.bytes))
			return POLICY_WHY_BUDGET;
	}
	*a = all;
	pick(a, d->tally, min_age, max);
	if (verb == POLICY_WRITEBACK)
		r->budget -= a->max_bytes;
	return why;
}

/* Where the limit itself is about to be reached, what was just used moves, too. */
static uint32_t least_age(const struct policy_rules *rules,
			  const struct policy_device *d)
{
	return d->mem_used + d->growth > d->mem_limit ? 0 : rules->soft_age;
}

/* Above the soft limit: what frees the most for each byte moved comes first. */
static enum policy_why hold_limit(struct round *r,
				  const struct policy_device *d,
				  const struct policy_memory *m,
				  struct policy_verdict *v,
				  struct policy_action *a)
{
	double gained = 0;

	if (pays_to_compact(r, d, m, true)) {
		begin_action(r, a, d, POLICY_COMPACT, POLICY_WHY_SOFT);
		return POLICY_WHY_SOFT;
	}
	for (int i = 0; i < POLICY_MOVES; i++) {
		enum policy_verb verb = deepest[i];
		uint64_t want = (double)v->over * 1000 / verbs[verb].gain;
		uint64_t rate = m->rate[verb];

		if (!d->has_records || !is_able(r, d, verb))
			continue;
		/* A pack's worth at least, or rounding eats the gain. */
		if (want < BLOCK_BYTES * PACK_SLOTS)
			want = BLOCK_BYTES * PACK_SLOTS;
		if (try_verb(r, d, m, verb, least_age(r->rules, d), want, 0,
			     POLICY_WHY_SOFT, a) != POLICY_WHY_SOFT)
			continue;
		gained = (double)rate * verbs[verb].gain / 1000;
		if (rate && gained < d->growth)
			v->missing = d->growth - gained;
		return POLICY_WHY_SOFT;
	}
	v->missing = d->growth;
	return POLICY_WHY_STUCK;
}

/* By age: the deepest tier first. */
static enum policy_why go_by_age(struct round *r, const struct policy_device *d,
				 const struct policy_memory *m,
				 const struct policy_verdict *v,
				 struct policy_action *a)
{
	enum policy_why why = POLICY_WHY_OFF, now;

	for (int i = 0; i < POLICY_MOVES; i++) {
		enum policy_verb verb = deepest[i];
		enum policy_why good = v->measured[verb] ?
				       POLICY_WHY_RETURNS : POLICY_WHY_AGE;

		if (!is_able(r, d, verb))
			continue;
		now = try_verb(r, d, m, verb, v->age[verb], UINT64_MAX,
			       r->rules->move[verb].min_bytes, good, a);
		if (now == good)
			return now;
		/* What kept a deeper tier from acting is worth more to say. */
		if (why == POLICY_WHY_OFF || why == POLICY_WHY_REST)
			why = now;
	}
	return why;
}

static enum policy_why treat(struct round *r, const struct policy_device *d,
			     const struct policy_memory *m,
			     struct policy_verdict *v, struct policy_action *a)
{
	enum policy_why why = POLICY_WHY_OFF;

	if (d->is_busy)
		return POLICY_WHY_BUSY;
	if (v->over) {
		why = hold_limit(r, d, m, v, a);
		if (why == POLICY_WHY_SOFT)
			return why;
	}
	if (r->rules->pause_on_battery && r->s->on_battery)
		return v->over ? why : POLICY_WHY_BATTERY;
	if (pays_to_compact(r, d, m, false)) {
		begin_action(r, a, d, POLICY_COMPACT, POLICY_WHY_WASTE);
		return POLICY_WHY_WASTE;
	}
	/* Above the limit all that soft_age allows was asked for already. */
	if (v->over)
		return why;
	if (!d->has_records)
		return POLICY_WHY_BLIND;
	if (r->s->has_slept)
		return POLICY_WHY_SLEPT;
	return go_by_age(r, d, m, v, a);
}

/* ---- all of them ---------------------------------------------------------------- */

/* The age of the oldest slot that a writeback could take, and their bytes. */
static void oldest(const struct policy_device *d, uint32_t *age,
		   uint64_t *bytes)
{
	*age = 0;
	*bytes = 0;
	for (unsigned int cls = POLICY_AGES; d->has_records && cls-- > 0;) {
		struct policy_cell c = untried(d->tally, POLICY_WRITEBACK, cls);

		if (c.slots && !*bytes)
			*age = policy_class_age(cls);
		*bytes += c.bytes;
	}
}

/* Who may spend the budget first: above its limit, then colder, then larger. */
static void put_in_order(const struct policy_snapshot *s,
			 const struct policy_plan *plan,
			 unsigned char order[POLICY_DEVICES])
{
	uint64_t over[POLICY_DEVICES], bytes[POLICY_DEVICES];
	uint32_t age[POLICY_DEVICES];

	for (size_t i = 0; i < s->nr; i++) {
		size_t at = i;

		over[i] = plan->verdict[i].over;
		oldest(&s->dev[i], &age[i], &bytes[i]);
		for (; at > 0; at--) {
			size_t o = order[at - 1];

			if (over[o] != over[i] ? over[o] > over[i] :
			    age[o] != age[i] ? age[o] > age[i] :
			    bytes[o] >= bytes[i])
				break;
			order[at] = o;
		}
		order[at] = i;
	}
}

void policy_decide(const struct policy_rules *rules,
		   const struct policy_snapshot *s,
		   const struct policy_memory *m, struct policy_plan *plan)
{
	struct round r = {
		.rules = rules, .s = s,
		.budget = min_u64(s->round_budget, s->day_budget),
	};
	unsigned char order[POLICY_DEVICES];

	memset(plan, 0, sizeof(*plan));
	for (size_t i = 0; i < s->nr; i++) {
		plan->verdict[i].id = s->dev[i].id;
		plan->verdict[i].over = over_limit(rules, &s->dev[i]);
		find_ages(&r, &s->dev[i], &plan->verdict[i]);
	}
	put_in_order(s, plan, order);
	for (size_t n = 0; n < s->nr; n++) {
		size_t i = order[n];
		struct policy_verdict *v = &plan->verdict[i];

		v->why = treat(&r, &s->dev[i], &m[i], v, &plan->action[plan->nr]);
		if (v->why >= POLICY_WHY_AGE)
			plan->nr++;
	}
}

static void note_failure(struct policy_memory *m, enum policy_verb verb,
			 uint32_t now)
{
	uint32_t wait = FIRST_BACK_OFF;

	for (uint32_t n = m->failures[verb]; n > 0 && wait < LAST_BACK_OFF; n--)
		wait *= 2;
	m->failures[verb]++;
	m->blocked[verb] = now + (wait < LAST_BACK_OFF ? wait : LAST_BACK_OFF);
}

void policy_done(struct policy_memory *m, const struct policy_action *a,
		 const struct policy_result *r, uint32_t now)
{
	/* Of those last used in the very second of the round some came too late. */
	uint32_t age = a->min_age ? a->min_age : 1, mark = now > age ? now - age : 0;

	if (r->error) {
		note_failure(m, a->verb, now);
		return;
	}
	m->failures[a->verb] = 0;
	if (a->verb == POLICY_COMPACT || r->waste < m->waste)
		m->waste = r->waste;
	if (a->verb == POLICY_COMPACT)
		return;
	if (r->bytes && r->ms) {
		uint64_t rate = r->bytes * 1000 / r->ms, old = m->rate[a->verb];

		/* What a short job does is the least that a long one could. */
		if (rate > old || 2 * r->ms >= a->max_ms)
			m->rate[a->verb] = old ? (3 * old + rate) / 4 : rate;
	}
	/* Nothing moved: all that were offered were refused. */
	if (((a->whole && !r->cut) || !r->slots) && mark > m->tried[a->verb])
		m->tried[a->verb] = mark;
}

const char *policy_reason(enum policy_why why)
{
	static const char *const text[POLICY_WHYS] = {
		[POLICY_WHY_REST] = "nothing is old enough",
		[POLICY_WHY_FEW] = "too little is old enough",
		[POLICY_WHY_BUDGET] = "the write budget is spent",
		[POLICY_WHY_BATTERY] = "on battery",
		[POLICY_WHY_BLIND] = "no slot records",
		[POLICY_WHY_BLOCKED] = "waiting after a failure",
		[POLICY_WHY_OFF] = "nothing is enabled that the device can do",
		[POLICY_WHY_STUCK] = "above the soft limit with nothing to move",
		[POLICY_WHY_SLEPT] = "ages grew while the machine slept",
		[POLICY_WHY_BUSY] = "a job runs",
		[POLICY_WHY_AGE] = "old enough by the rule",
		[POLICY_WHY_RETURNS] = "few of that age come back",
		[POLICY_WHY_SOFT] = "above the soft limit, or soon",
		[POLICY_WHY_WASTE] = "the pool is fragmented",
	};

	return text[why];
}

char *policy_action_line(char buf[POLICY_LINE_LEN],
			 const struct policy_action *a)
{
	if (a->verb == POLICY_COMPACT)
		snprintf(buf, POLICY_LINE_LEN, "zram%" PRIu32 ": compact: %s",
			 a->id, policy_reason(a->why));
	else
		snprintf(buf, POLICY_LINE_LEN,
			 "zram%" PRIu32 ": %s %" PRIu64 " slots (%" PRIu64
			 " KiB) unused for %" PRIu32 " s or more: %s",
			 a->id, policy_verb_name(a->verb), a->slots,
			 a->bytes / 1024, a->min_age, policy_reason(a->why));
	return buf;
}
