/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the policy share: a quiet machine to begin from. */
#ifndef POLICY_FIXTURE_H
#define POLICY_FIXTURE_H

#include <string.h>

#include "policy.h"

#define PAGE 4096
#define SMALL 1024
#define MIB (1ull << 20)
#define ALL UINT64_MAX

static uint64_t seed;

static inline uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static struct policy_rules rules;
static struct policy_tally tally[4];
static struct policy_device dev[4];
static struct policy_memory mem[4];
static struct policy_snapshot snap;
static struct policy_plan plan;

static inline void basic(void)
{
	static const struct policy_move moves[POLICY_MOVES] = {
		{ true, 100, 200, 0, 0 }, { true, 1000, 2000, 0, 0 },
		{ true, 10000, 20000, 0, 0 },
	};

	memset(&rules, 0, sizeof(rules));
	memcpy(rules.move, moves, sizeof(moves));
	rules.slice_bytes = 64 * MIB;
	rules.slice_ms = 1000;
	rules.soft_limit = 900;
	rules.soft_age = 5;
	rules.psi_full = 100;
	rules.min_returns = 100;
	rules.compact = true;
	rules.compact_share = 250;
	rules.compact_min = MIB;
	memset(tally, 0, sizeof(tally));
	memset(mem, 0, sizeof(mem));
	memset(dev, 0, sizeof(dev));
	for (int i = 0; i < 4; i++) {
		dev[i] = (struct policy_device){
			.id = i, .generation = 7, .has_records = true,
			.can = { true, true, true, true }, .tally = &tally[i],
		};
		for (int v = 0; v < POLICY_MOVES; v++)
			tally[i].tried_age[v] = UINT32_MAX;
	}
	snap = (struct policy_snapshot){
		.now = 1000000, .mem_total = 100, .mem_available = 100,
		.round_budget = 100 * MIB, .day_budget = 1000 * MIB,
		.dev = dev, .nr = 1,
	};
}

static inline void put_cell(int d, enum policy_row row, uint32_t age, uint64_t slots, uint64_t bytes)
{
	struct policy_cell *c = &tally[d].cell[row][policy_age_class(age)];

	c->slots += slots;
	c->bytes += bytes;
}

static inline enum policy_why decide(void)
{
	policy_decide(&rules, &snap, mem, &plan);
	return plan.verdict[0].why;
}

#endif
