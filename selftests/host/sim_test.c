// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The policy played over series made here: what moves, what comes back, what is
 * written; and the measured thresholds against the rule.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"
#include "tap.h"

#define SLOTS 6000u
#define BYTES 1500u

static struct config config;
static struct sim_change changes[SLOTS];

static uint64_t seed = 1;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static uint64_t touched(uint32_t now, bool read)
{
	return zram_record_word(now, read ? ZRAM_HEAT_ONE : 0, BYTES, ZRAM_TIER_HOT);
}

/* ---- series: when a slot is read again, seconds from now; 0: never ------------------ */

/* Half of the slots over and over, the other half never. */
static uint32_t halves(uint32_t i, uint32_t now)
{
	return i % 2 ? 0 : 1 + rnd(1500);
}

/* Half of them while somebody works, six hours in twelve. */
static uint32_t shifts(uint32_t i, uint32_t now)
{
	uint32_t in_shift = (now - 1000) % (12 * 3600);

	if (i % 2)
		return 0;
	return (in_shift < 6 * 3600 ? 0 : 12 * 3600 - in_shift) + 1 + rnd(1200);
}

/* Three of five come back after 5 to 9 hours, when the rule has moved them. */
static uint32_t late(uint32_t i, uint32_t now)
{
	return i % 5 < 3 ? 5 * 3600 + rnd(4 * 3600) : 0;
}

/* All are read every six hours, by a backup say. */
static uint32_t scan(uint32_t i, uint32_t now)
{
	return 6 * 3600;
}

/* What is never read comes bit by bit. */
static uint32_t born(uint32_t i, uint32_t rest, uint32_t days)
{
	return rest ? 0 : (uint64_t)i * days * 86400 / SLOTS;
}

/* @fresh: what is never read comes over all of the time, else at its beginning. */
static struct sim_totals play(uint32_t (*next)(uint32_t i, uint32_t now), uint32_t days,
			      bool fresh)
{
	static uint32_t due[SLOTS];
	struct sim_header head = { .magic = SIM_MAGIC, .slots = SLOTS, .page = 4096 };
	struct sim_totals t = {};
	struct sim *s;

	seed = 7;
	if (sim_open(&s, &head, &config))
		abort();
	for (uint32_t now = 1000; now <= 1000 + days * 86400; now += 300) {
		struct sim_frame f = { .now = now, .mem_total = 100, .mem_available = 50 };

		for (uint32_t i = 0; i < SLOTS; i++) {
			bool first = now == 1000;
			uint32_t rest;

			if (first && fresh && (rest = born(i, next(i, now), days))) {
				due[i] = now + rest;
				continue;
			}
			if (!first && (!due[i] || due[i] > now))
				continue;
			rest = next(i, now);
			first |= !rest;
			due[i] = rest ? now + rest : 0;
			changes[f.changes].index = i;
			changes[f.changes++].word = touched(now, !first);
		}
		if (sim_step(s, &f, changes))
			abort();
	}
	t = *sim_result(s);
	sim_close(s);
	return t;
}

static void basic(uint32_t returns)
{
	config_init(&config);
	config.budget_day = 100ull << 20;
	config.rules.move[POLICY_WRITEBACK].min_bytes = 0;
	for (int v = 0; v < POLICY_MOVES; v++)
		config.rules.move[v].returns = v == POLICY_RECOMPRESS ? 0 : returns;
}

/* Slots that came back out of packs or off the disk. */
static uint64_t back(const struct sim_totals *t)
{
	return t->came_back[POLICY_ROW_COLD] + t->came_back[POLICY_ROW_FROZEN];
}

/*
 * The measured thresholds beat the rule: where nothing that it moves comes back
 * they save more memory, and hardly anything comes back; where something does,
 * they let less come back.
 */
static void test_series(const char *name, uint32_t (*next)(uint32_t i, uint32_t now))
{
	struct sim_totals rule, measured;
	bool good;

	basic(0);
	rule = play(next, 3, true);
	basic(50);
	measured = play(next, 3, true);
	printf("# %s: rule %.0f MiB-hours saved, %llu slots came back; measured %.0f, %llu\n",
	       name, rule.saved / 3600 / (1 << 20), (unsigned long long)back(&rule),
	       measured.saved / 3600 / (1 << 20), (unsigned long long)back(&measured));
	if (back(&rule))
		good = back(&measured) * 10 < back(&rule) * 8;
	else
		good = measured.saved > 1.2 * rule.saved && back(&measured) < SLOTS / 20;
	tap_ok(good && measured.written <= 3 * config.budget_day, "%s: the measured thresholds beat the rule", name);
}

static void test_day(void)
{
	struct sim_totals rule;

	basic(0);
	rule = play(halves, 1, false);
	tap_ok(rule.slots[POLICY_ROW_FROZEN] == SLOTS / 2, "by the rule the half that is never read ends on the disk");
	tap_ok(rule.written <= config.budget_day, "within the budget");
	tap_ok(rule.memory < rule.would_be && rule.frames == 289 && rule.seconds == 86400, "totals");
	config.budget_day = 4 << 20;
	config.budget_round = 1 << 20;
	rule = play(halves, 1, false);
	tap_ok(rule.written <= 4 << 20 && rule.written > 3 << 20, "a small budget is kept, and used: %llu",
	       (unsigned long long)rule.written);
}

static void test_files(void)
{
	struct sim_header head = { .magic = SIM_MAGIC, .slots = 10, .page = 4096 };
	struct sim_frame frame = { .now = 100, .changes = 1 };
	struct sim_change c = { .index = 3, .word = touched(90, false) };
	struct sim_totals t;
	char why[128];
	FILE *f = tmpfile();

	config_init(&config);
	tap_ok(sim_play(f, &config, &t, NULL, NULL, why, sizeof(why)) == -EINVAL && strstr(why, "is no series"), "an empty file");
	fwrite(&head, sizeof(head), 1, f);
	fwrite(&frame, sizeof(frame), 1, f);
	fwrite(&c, sizeof(c), 1, f);
	rewind(f);
	tap_ok(!sim_play(f, &config, &t, NULL, NULL, why, sizeof(why)) && t.frames == 1 && t.slots[POLICY_ROW_HOT] == 1, "a frame");
	frame.now = 50;
	fwrite(&frame, sizeof(frame), 1, f);
	fwrite(&c, sizeof(c), 1, f);
	rewind(f);
	tap_ok(sim_play(f, &config, &t, NULL, NULL, why, sizeof(why)) == -EINVAL && strstr(why, "frame 2"), "time that goes back");
	rewind(f);
	frame.now = 100;
	c.index = 10;
	fwrite(&head, sizeof(head), 1, f);
	fwrite(&frame, sizeof(frame), 1, f);
	fwrite(&c, sizeof(c), 1, f);
	rewind(f);
	tap_ok(sim_play(f, &config, &t, NULL, NULL, why, sizeof(why)) == -EINVAL && strstr(why, "frame 1"), "a slot that is not there");
	rewind(f);
	head.magic++;
	fwrite(&head, sizeof(head), 1, f);
	rewind(f);
	tap_ok(sim_play(f, &config, &t, NULL, NULL, why, sizeof(why)) == -EINVAL, "another magic");
	fclose(f);
}

int main(void)
{
	test_day();
	test_series("halves", halves);
	test_series("shifts", shifts);
	test_series("late", late);
	test_series("scan", scan);
	test_files();
	return tap_done();
}
