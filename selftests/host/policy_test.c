// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy by example: every branch of it, both ways. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"
#include "tap.h"

/* ---- ages -------------------------------------------------------------------- */

static void test_classes(void)
{
	bool mono = true, inside = true, edge = true;
	unsigned int last = 0;

	for (uint32_t age = 0; age < 1u << 20; age++) {
		unsigned int c = policy_age_class(age);

		mono &= c == last || c == last + 1;
		inside &= policy_class_age(c) <= age && policy_class_age(c + 1) > age;
		last = c;
	}
	for (unsigned int c = 0; c < POLICY_AGES; c++)
		edge &= policy_age_class(policy_class_age(c)) == c;
	tap_ok(mono && inside && edge, "age classes follow each other and hold their ages");
	tap_ok(policy_age_class((1u << 28) - 1) == POLICY_AGES - 1, "the oldest age has the last class");
}

static void test_rule(void)
{
	struct policy_move m = { .min_age = 72000, .max_age = 90000 };
	struct policy_snapshot s = { .mem_total = 1000, .mem_available = 1000 };
	/* The published table of the rule: used 0, .25, .5, .75, 1. */
	static const double hours[] = { 25, 21.43, 20.41, 20.12, 20.03 };
	bool right = true;

	for (int i = 0; i < 5; i++) {
		s.mem_available = 1000 - 250 * i;
		right &= fabs(policy_rule_age(&m, &s, 100) / 3600.0 - hours[i]) < 0.006;
	}
	tap_ok(right, "the rule gives the ages of its table");
	s.mem_available = 1000;
	s.psi_some = 50;
	tap_ok(policy_rule_age(&m, &s, 100) == 81000, "half the pressure takes half of what is above min");
	s.psi_some = 500;
	tap_ok(policy_rule_age(&m, &s, 100) == 72000, "full pressure gives min");
	tap_ok(policy_rule_age(&m, &s, 0) == 90000, "pressure can be left out");
	s.mem_total = 0;
	tap_ok(policy_rule_age(&m, &s, 100) == 90000, "no memory figures: max");
	s.mem_total = 500;
	tap_ok(policy_rule_age(&m, &s, 100) == 90000, "impossible memory figures: max");
}

static void test_returns(void)
{
	struct zram_ages a = {};
	uint64_t rest[ZRAM_AGE_BUCKETS] = {};

	tap_ok(policy_return_rate(&a, rest, 0) == UINT32_MAX, "nothing seen: no rate");
	a.back[3] = 50;
	a.left[5] = 50;
	tap_ok(policy_return_rate(&a, rest, 0) == 500, "half came back");
	tap_ok(policy_return_rate(&a, rest, 4) == 0, "after bucket 3 none does");
	tap_ok(policy_return_rate(&a, rest, 6) == UINT32_MAX, "none rested longer");
	/*
	 * By hand: 100 at risk; bucket 2: 10 back of 100, 20 still rest there
	 * (half watched: 10/90); bucket 4: 7 back of the 70 left.
	 */
	memset(&a, 0, sizeof(a));
	a.back[2] = 10;
	rest[2] = 20;
	a.back[4] = 7;
	a.left[9] = 63;
	tap_ok(policy_return_rate(&a, rest, 0) == 200, "those still resting count half (%u)",
	       policy_return_rate(&a, rest, 0));
	tap_ok(policy_returns(&a) == 17, "returns are counted");
}

/* ---- examples of decisions ---------------------------------------------------- */

static bool acts(enum policy_verb verb, enum policy_why why)
{
	return decide() == why && plan.nr >= 1 && plan.action[0].verb == verb &&
	       plan.action[0].why == why;
}

static void test_by_age(void)
{
	basic();
	tap_ok(decide() == POLICY_WHY_REST && !plan.nr, "empty device: rest");
	put_cell(0, POLICY_ROW_HOT, 150, 10, 20000);
	tap_ok(decide() == POLICY_WHY_REST, "younger than the rule's age: rest");
	put_cell(0, POLICY_ROW_HOT, 300, 10, 20000);
	tap_ok(acts(POLICY_RECOMPRESS, POLICY_WHY_AGE) && plan.action[0].slots == 10 &&
	       plan.action[0].min_age > 200 && plan.action[0].whole, "older: recompress those only");
	put_cell(0, POLICY_ROW_ASIDE, 300, 10, 40960);
	tap_ok(acts(POLICY_RECOMPRESS, POLICY_WHY_AGE) && plan.action[0].slots == 10, "raw slots stay out of that");
	put_cell(0, POLICY_ROW_ASIDE, 3000, 5, 5000);
	tap_ok(acts(POLICY_PACK, POLICY_WHY_AGE) && plan.action[0].slots == 5, "older still: pack, raw ones too");
	put_cell(0, POLICY_ROW_COLD, 30000, 64, 64 * 1000);
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_AGE) && plan.action[0].slots == 64 &&
	       plan.action[0].max_bytes >= 64 * 1000 + 64 * 128, "oldest: to the disk");
	dev[0].can[POLICY_WRITEBACK] = false;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_AGE), "without a disk: pack");
	dev[0].can[POLICY_PACK] = dev[0].can[POLICY_RECOMPRESS] = false;
	tap_ok(decide() == POLICY_WHY_OFF, "without any ability: off");
	basic();
	put_cell(0, POLICY_ROW_HOT, 3000, 10, 1000);
	rules.move[POLICY_RECOMPRESS].enabled = rules.move[POLICY_PACK].enabled = false;
	tap_ok(decide() == POLICY_WHY_REST, "a disabled verb does not act");
	rules.move[POLICY_RECOMPRESS].enabled = true;
	rules.move[POLICY_RECOMPRESS].min_bytes = 2000;
	tap_ok(decide() == POLICY_WHY_FEW, "too little to be worth a job");
	dev[0].has_records = false;
	tap_ok(decide() == POLICY_WHY_BLIND, "no records: no decision by age");
	dev[0].has_records = true;
	rules.pause_on_battery = true;
	tap_ok(decide() == POLICY_WHY_FEW, "mains: as ever");
	snap.on_battery = true;
	tap_ok(decide() == POLICY_WHY_BATTERY, "battery: pause");
}

static void test_slept(void)
{
	basic();
	snap.nr = 2;
	snap.has_slept = true;
	put_cell(0, POLICY_ROW_HOT, 40000, 100, MIB);
	put_cell(1, POLICY_ROW_HOT, 40000, 100, MIB);
	dev[1].mem_limit = dev[1].mem_used = dev[1].compr_bytes = 10 * MIB;
	tap_ok(decide() == POLICY_WHY_SLEPT && plan.nr == 1 && plan.action[0].id == 1 &&
	       plan.action[0].why == POLICY_WHY_SOFT, "after a sleep limits are kept, and no other device goes by age");
	snap.has_slept = false;
	tap_ok(decide() == POLICY_WHY_AGE && plan.nr == 2, "later it does");
}

static void test_busy(void)
{
	basic();
	snap.nr = 2;
	put_cell(0, POLICY_ROW_COLD, 40000, 1000, 8 * MIB);
	put_cell(1, POLICY_ROW_COLD, 30000, 1000, 8 * MIB);
	snap.round_budget = 9 * MIB;
	dev[0].is_busy = true;
	tap_ok(decide() == POLICY_WHY_BUSY && plan.nr == 1 && plan.action[0].id == 1 && plan.action[0].whole &&
	       plan.verdict[1].why == POLICY_WHY_AGE, "a busy device takes nothing of the budget");
	dev[0].mem_limit = dev[0].mem_used = 10 * MIB;
	tap_ok(decide() == POLICY_WHY_BUSY && plan.nr == 1, "also when it is above its limit");
}

static void test_budget(void)
{
	basic();
	for (uint32_t age = 20001; age < 60000; age += 1000)
		put_cell(0, POLICY_ROW_COLD, age, 1000, 3 * MIB);
	snap.round_budget = 10 * MIB;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_AGE) && plan.action[0].max_bytes == 10 * MIB &&
	       plan.action[0].slots == 3000 && plan.action[0].whole, "the round's budget cuts at an age");
	snap.day_budget = MIB;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_AGE) && plan.action[0].max_bytes == MIB &&
	       !plan.action[0].whole && plan.action[0].slots < 400, "the day's cuts an age in two");
	snap.day_budget = 1000;
	tap_ok(decide() == POLICY_WHY_BUDGET, "less than a pack's worth: spent");
	snap.day_budget = 0;
	tap_ok(decide() == POLICY_WHY_BUDGET && !plan.nr, "no budget: no write");
	put_cell(0, POLICY_ROW_WARM, 5000, 100, 100000);
	tap_ok(acts(POLICY_PACK, POLICY_WHY_AGE), "what costs no budget goes on");
	basic();
	put_cell(0, POLICY_ROW_COLD, 30000, 1, 10);
	snap.day_budget = 200;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_AGE), "a small rest may go with a small budget");
	basic();
	put_cell(0, POLICY_ROW_COLD, 30000, 32, 60000);
	snap.day_budget = 60000 + 4096;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_AGE) && plan.action[0].max_bytes == 64096 && plan.action[0].whole,
	       "and a budget may fit to the byte");
}

static void test_devices(void)
{
	basic();
	snap.nr = 3;
	snap.round_budget = 10 * MIB;
	put_cell(0, POLICY_ROW_COLD, 30000, 1000, 8 * MIB);
	put_cell(1, POLICY_ROW_COLD, 40000, 1000, 8 * MIB);
	put_cell(2, POLICY_ROW_COLD, 30000, 1000, 9 * MIB);
	decide();
	tap_ok(plan.nr == 2 && plan.action[0].id == 1 && plan.action[1].id == 2,
	       "the colder device has the budget first, then the larger");
	tap_ok(plan.verdict[0].why == POLICY_WHY_BUDGET || plan.action[1].max_bytes < 2 * MIB,
	       "and the rest is all that the others have");
	dev[0].mem_limit = 10 * MIB;
	dev[0].mem_used = 10 * MIB;
	dev[0].compr_bytes = 10 * MIB;
	decide();
	tap_ok(plan.action[0].id == 0 && plan.action[0].why == POLICY_WHY_SOFT, "a device above its limit goes first");
	snap.round_budget = 1000 * MIB;
	tap_ok(decide() == POLICY_WHY_SOFT && plan.nr == 3, "with enough for all, all act");
	dev[1].has_records = false;
	decide();
	tap_ok(plan.nr == 2 && plan.verdict[1].why == POLICY_WHY_BLIND, "a device without records is passed over");
}

static void test_soft(void)
{
	basic();
	put_cell(0, POLICY_ROW_HOT, 3, 1000, MIB);
	put_cell(0, POLICY_ROW_HOT, 20, 1000, MIB);
	dev[0].compr_bytes = dev[0].mem_used = 9 * MIB;
	tap_ok(decide() == POLICY_WHY_REST, "no limit: nothing to keep");
	dev[0].mem_limit = 10 * MIB;
	tap_ok(decide() == POLICY_WHY_REST, "at the soft limit: rest");
	dev[0].growth = MIB / 4;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_SOFT) && plan.verdict[0].over == MIB / 2 &&
	       plan.action[0].min_age == 20, "soon above: the oldest to the disk");
	rules.soft_limit = 0;
	tap_ok(decide() == POLICY_WHY_REST, "soft limit switched off");
	rules.soft_limit = 900;
	snap.on_battery = rules.pause_on_battery = true;
	tap_ok(acts(POLICY_WRITEBACK, POLICY_WHY_SOFT), "on battery, too");
	snap.round_budget = 0;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_SOFT), "no budget: pack");
	dev[0].can[POLICY_PACK] = false;
	tap_ok(acts(POLICY_RECOMPRESS, POLICY_WHY_SOFT), "no pack: recompress");
	mem[0].rate[POLICY_RECOMPRESS] = MIB;
	decide();
	tap_ok(plan.verdict[0].missing == (uint64_t)(MIB / 4 - MIB * 0.1), "and the rate that is missing is named");
	mem[0].rate[POLICY_RECOMPRESS] = 100 * MIB;
	decide();
	tap_ok(plan.verdict[0].missing == 0, "unless it is enough");
	dev[0].can[POLICY_RECOMPRESS] = false;
	tap_ok(decide() == POLICY_WHY_STUCK && plan.verdict[0].missing == MIB / 4, "nothing to be done: that is said");
	snap.on_battery = false;
	tap_ok(decide() == POLICY_WHY_STUCK, "on mains as well");
	dev[0].compr_bytes = 5 * MIB;
	tap_ok(acts(POLICY_COMPACT, POLICY_WHY_SOFT), "waste: compact first");
	mem[0].waste = 9 * MIB;
	dev[0].can[POLICY_PACK] = true;
	rules.soft_age = 0;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_SOFT) && plan.action[0].min_age == 3, "without a soft age the youngest go, too");
	rules.soft_age = 5;
	dev[0].growth = MIB;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_SOFT) && plan.action[0].min_age == 20, "a second that ends at the limit itself: the old ones");
	dev[0].growth = MIB + 1;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_SOFT) && plan.action[0].min_age == 3, "beyond it: those just used as well");
	dev[0].growth = MIB / 4;
	mem[0].waste = 0;
	dev[0].compr_bytes = 9 * MIB;
	dev[0].has_records = false;
	dev[0].can[POLICY_PACK] = true;
	tap_ok(decide() == POLICY_WHY_STUCK, "no records: nothing to choose from");
}

static void test_compact(void)
{
	struct policy_result res = { .waste = 4 * MIB };

	basic();
	dev[0].mem_used = 16 * MIB;
	dev[0].compr_bytes = 13 * MIB;
	tap_ok(decide() == POLICY_WHY_REST, "little waste: rest");
	dev[0].compr_bytes = 11 * MIB;
	tap_ok(acts(POLICY_COMPACT, POLICY_WHY_WASTE), "much waste: compact");
	policy_done(&mem[0], &plan.action[0], &res, snap.now);
	tap_ok(mem[0].waste == 4 * MIB, "what compaction leaves is remembered");
	dev[0].compr_bytes = 12 * MIB;
	tap_ok(decide() == POLICY_WHY_REST, "while waste does not grow: rest");
	dev[0].compr_bytes = 10 * MIB;
	tap_ok(acts(POLICY_COMPACT, POLICY_WHY_WASTE), "when it has grown: again");
	res.error = -5;
	policy_done(&mem[0], &plan.action[0], &res, snap.now);
	tap_ok(decide() == POLICY_WHY_REST, "after a failure not at once");
	snap.now += 11;
	tap_ok(acts(POLICY_COMPACT, POLICY_WHY_WASTE), "but after the back-off");
	rules.compact = false;
	tap_ok(decide() == POLICY_WHY_REST, "compaction switched off");
	rules.compact = true;
	dev[0].can[POLICY_COMPACT] = false;
	tap_ok(decide() == POLICY_WHY_REST, "or not possible");
	dev[0].can[POLICY_COMPACT] = true;
	dev[0].compr_bytes = 20 * MIB;
	tap_ok(decide() == POLICY_WHY_REST, "no waste at all");
}

static void test_measured(void)
{
	basic();
	rules.move[POLICY_PACK].returns = 50;
	put_cell(0, POLICY_ROW_HOT, 70, 100, 100000);
	dev[0].ages.back[2] = 80;
	dev[0].ages.back[4] = 19;
	dev[0].ages.left[9] = 900;
	dev[0].has_ages = true;
	dev[0].watched = 100000;
	tap_ok(decide() == POLICY_WHY_REST && !plan.verdict[0].measured[POLICY_PACK], "99 returns of 100: the rule");
	dev[0].ages.back[4] = 20;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_RETURNS) && plan.verdict[0].age[POLICY_PACK] == 8,
	       "with enough returns the youngest age of few: %u s", plan.verdict[0].age[POLICY_PACK]);
	tap_ok(plan.verdict[0].returns == 100, "and it is said how many");
	dev[0].watched = 1999;
	tap_ok(decide() == POLICY_WHY_REST, "a record shorter than max_age: the rule");
	dev[0].watched = 2000;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_RETURNS), "as long as that: it is believed");
	rules.move[POLICY_PACK].max_age = 200000;
	dev[0].watched = 86399;
	decide();
	tap_ok(!plan.verdict[0].measured[POLICY_PACK], "a max_age of days:");
	dev[0].watched = 86400;
	decide();
	tap_ok(plan.verdict[0].measured[POLICY_PACK], "a day is enough");
	rules.move[POLICY_PACK].max_age = 2000;
	dev[0].has_ages = false;
	tap_ok(decide() == POLICY_WHY_REST && !plan.verdict[0].returns, "no histogram: the rule");
	dev[0].has_ages = true;
	dev[0].has_records = false;
	decide();
	tap_ok(!plan.verdict[0].measured[POLICY_PACK], "no records: the rule");
	dev[0].has_records = true;
	rules.move[POLICY_PACK].returns = 0;
	decide();
	tap_ok(!plan.verdict[0].measured[POLICY_PACK], "unless the rule is asked for");
	rules.move[POLICY_PACK].returns = 50;
	dev[0].ages.back[20] = 100000;
	decide();
	tap_ok(plan.verdict[0].age[POLICY_PACK] == 2000, "most come back however old: max");
	dev[0].ages.left[27] = 1000000;
	dev[0].ages.back[20] = 0;
	dev[0].ages.back[26] = 1000000;
	decide();
	tap_ok(plan.verdict[0].age[POLICY_PACK] == 2000, "also when some rest for years");
	dev[0].ages.left[31] = 1000000;
	dev[0].ages.back[27] = dev[0].ages.back[28] = dev[0].ages.back[29] = 1000000;
	decide();
	tap_ok(plan.verdict[0].age[POLICY_PACK] == 2000 && plan.verdict[0].measured[POLICY_PACK],
	       "and when ages are beyond all reason");
	memset(&dev[0].ages, 0, sizeof(dev[0].ages));
	dev[0].ages.back[15] = 30;
	dev[0].ages.back[14] = 470;
	dev[0].ages.left[16] = 500;
	decide();
	tap_ok(plan.verdict[0].age[POLICY_PACK] == 2000, "never above max");
}

static void test_done(void)
{
	struct policy_action a = { .verb = POLICY_PACK, .min_age = 100, .whole = true };
	struct policy_result ok = { .slots = 10, .bytes = 1000, .ms = 500 }, r;
	struct policy_memory m = {};

	policy_done(&m, &a, &ok, 1000);
	tap_ok(m.tried[POLICY_PACK] == 900 && m.rate[POLICY_PACK] == 2000, "a whole job is remembered, and its rate");
	a.max_ms = 1000;
	r = ok;
	r.ms = 499;
	r.bytes = 10;
	policy_done(&m, &a, &r, 900);
	tap_ok(m.rate[POLICY_PACK] == 2000, "a short job does not make it slower");
	r.bytes = 1996;
	policy_done(&m, &a, &r, 900);
	tap_ok(m.rate[POLICY_PACK] == 2500, "but faster");
	r.ms = 1000;
	r.bytes = 500;
	policy_done(&m, &a, &r, 900);
	tap_ok(m.rate[POLICY_PACK] == 2000, "a long one slower, too");
	r = ok;
	r.bytes = 3000;
	policy_done(&m, &a, &r, 950);
	tap_ok(m.tried[POLICY_PACK] == 900 && m.rate[POLICY_PACK] == 3000, "the mark never goes back; rates are smoothed");
	r.cut = true;
	policy_done(&m, &a, &r, 2000);
	tap_ok(m.tried[POLICY_PACK] == 900, "a job that was cut leaves the mark");
	a.whole = false;
	r.cut = false;
	policy_done(&m, &a, &r, 2000);
	tap_ok(m.tried[POLICY_PACK] == 900, "and so does a part of an age");
	r.slots = r.bytes = 0;
	policy_done(&m, &a, &r, 2000);
	tap_ok(m.tried[POLICY_PACK] == 1900, "but nothing moved is all refused");
	a.min_age = 0;
	policy_done(&m, &a, &r, 2000);
	tap_ok(m.tried[POLICY_PACK] == 1999, "of any age: but for what came in that very second");
	m.tried[POLICY_PACK] = 1900;
	a.min_age = 100;
	r.bytes = 10;
	r.ms = 0;
	m.waste = 5;
	r.waste = 9;
	policy_done(&m, &a, &r, 50);
	tap_ok(m.tried[POLICY_PACK] == 1900 && m.waste == 5, "a machine just booted");
	r.waste = 3;
	policy_done(&m, &a, &r, 50);
	tap_ok(m.waste == 3, "waste that went away by itself");
	r.error = -5;
	for (int i = 0; i < 12; i++)
		policy_done(&m, &a, &r, 100);
	tap_ok(m.blocked[POLICY_PACK] == 100 + 3600 && m.failures[POLICY_PACK] == 12, "failures wait longer, an hour at most");
	policy_done(&m, &a, &ok, 5000);
	tap_ok(!m.failures[POLICY_PACK], "until one succeeds");
	basic();
	put_cell(0, POLICY_ROW_HOT, 3000, 10, 1000);
	mem[0].blocked[POLICY_PACK] = mem[0].blocked[POLICY_RECOMPRESS] = snap.now + 10;
	tap_ok(decide() == POLICY_WHY_BLOCKED, "and meanwhile nothing is done");
	basic();
	put_cell(0, POLICY_ROW_HOT, 3000, 1000, 100 * MIB);
	mem[0].rate[POLICY_PACK] = MIB;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_AGE) && plan.action[0].max_bytes == 4 * MIB, "a slow verb gets a 16th of a slice at least");
	mem[0].rate[POLICY_PACK] = 10 * MIB;
	tap_ok(acts(POLICY_PACK, POLICY_WHY_AGE) && plan.action[0].max_bytes == 10 * MIB, "a measured one what it does in a slice");
}

static void test_text(void)
{
	char buf[POLICY_LINE_LEN];
	struct policy_action a = { .id = 3, .verb = POLICY_PACK, .why = POLICY_WHY_AGE,
				   .slots = 5, .bytes = 2048, .min_age = 60 };
	bool all = true;

	tap_ok(!strcmp(policy_action_line(buf, &a), "zram3: pack 5 slots (2 KiB) unused for 60 s or more: old enough by the rule"),
	       "a decision in one line");
	a.verb = POLICY_COMPACT;
	a.why = POLICY_WHY_WASTE;
	tap_ok(!strcmp(policy_action_line(buf, &a), "zram3: compact: the pool is fragmented"), "a compaction, too");
	for (int i = 0; i < POLICY_WHYS; i++)
		all &= policy_reason(i) && *policy_reason(i);
	for (int i = 0; i < POLICY_VERBS; i++)
		all &= policy_verb_name(i) && *policy_verb_name(i);
	tap_ok(all, "every reason and verb has words");
}

/* ---- records ------------------------------------------------------------------- */

static void test_tally(void)
{
	struct policy_memory m = {};
	struct policy_tally *t = &tally[0];
	uint64_t w[11] = {
		0, ZRAM_RECORD_EMPTY,
		zram_record_word(1000, 0, 0, ZRAM_TIER_HOT),
		zram_record_word(1000, 0, 2000, ZRAM_TIER_HOT),
		zram_record_word(1000, 0, 500, ZRAM_TIER_HOT),
		zram_record_word(1000, 0, 4096, ZRAM_TIER_HOT),
		zram_record_word(1000, 0, 1500, ZRAM_TIER_WARM),
		zram_record_word(1000, 0, 100, ZRAM_TIER_COLD),
		zram_record_word(900, 0, 100, ZRAM_TIER_FROZEN),
		zram_record_word(1101, 0, 100, ZRAM_TIER_COLD),
		zram_record_word(900, 0, 0, ZRAM_TIER_FROZEN),
	};
	unsigned int c = policy_age_class(100);

	policy_tally(t, w, 11, 1100, SMALL, PAGE, &m);
	tap_ok(t->cell[POLICY_ROW_HOT][c].slots == 1 && t->cell[POLICY_ROW_HOT][c].bytes == 2000 &&
	       t->cell[POLICY_ROW_ASIDE][c].slots == 2 && t->cell[POLICY_ROW_WARM][c].bytes == 1500 &&
	       t->cell[POLICY_ROW_COLD][c].bytes == 100, "records come into their rows");
	policy_tally(t, w, 11, 1100, 2 * PAGE, PAGE, &m);
	tap_ok(!t->cell[POLICY_ROW_HOT][c].slots && t->cell[POLICY_ROW_ASIDE][c].slots == 3, "above a page all are too small");
	policy_tally(t, w, 11, 1100, SMALL, PAGE, &m);
	tap_ok(t->fills == 1 && t->cell[POLICY_ROW_FROZEN][policy_age_class(200)].bytes == 100, "fills and frozen ones are counted");
	tap_ok(t->cell[POLICY_ROW_COLD][0].slots == 1, "a record from just after the clock was read is new");
	tap_ok(t->resting[zram_age_bucket(100, 0)] == 5 && t->resting[zram_age_bucket(200, 0)] == 2, "what rests, by age");
	m.tried[POLICY_PACK] = 1000;
	m.tried[POLICY_WRITEBACK] = 999;
	policy_tally(t, w, 11, 1100, SMALL, PAGE, &m);
	tap_ok(t->tried[POLICY_PACK][POLICY_ROW_HOT].slots == 1 && t->tried[POLICY_WRITEBACK][POLICY_ROW_HOT].slots == 0,
	       "a mark is exact to the second");
}
int main(void)
{
	test_classes();
	test_rule();
	test_returns();
	test_by_age();
	test_slept();
	test_busy();
	test_budget();
	test_devices();
	test_soft();
	test_compact();
	test_measured();
	test_done();
	test_text();
	test_tally();
	return tap_done();
}
