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

#define SLOTS 20000u
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

/*
 * A day: half of the slots are read again after up to @back seconds, over and
 * over, the other half never.
 */
static struct sim_totals a_day(uint32_t back)
{
	static uint32_t due[SLOTS];
	struct sim_header head = { .magic = SIM_MAGIC, .slots = SLOTS, .page = 4096 };
	struct sim_totals t = {};
	struct sim *s;

	seed = 7;
	if (sim_open(&s, &head, &config))
		abort();
	for (uint32_t now = 1000; now <= 1000 + 86400; now += 60) {
		struct sim_frame f = { .now = now, .mem_total = 100, .mem_available = 50 };

		for (uint32_t i = 0; i < SLOTS; i++) {
			bool first = now == 1000;

			if (!first && (i % 2 || due[i] > now))
				continue;
			due[i] = now + 1 + rnd(back);
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

static void test_day(void)
{
	struct sim_totals rule, measured;
	uint64_t rule_back, measured_back;

	config_init(&config);
	config.budget_day = 100ull << 20;
	config.rules.move[POLICY_WRITEBACK].min_bytes = 0;
	config.rules.move[POLICY_PACK].returns = 0;
	config.rules.move[POLICY_WRITEBACK].returns = 0;
	rule = a_day(1500);
	for (int v = 0; v < POLICY_MOVES; v++)
		config.rules.move[v].returns = 50;
	measured = a_day(1500);
	rule_back = rule.came_back[POLICY_ROW_COLD] + rule.came_back[POLICY_ROW_FROZEN];
	measured_back = measured.came_back[POLICY_ROW_COLD] + measured.came_back[POLICY_ROW_FROZEN];
	printf("# rule: %.0f MiB-hours saved, %llu came back; measured: %.0f, %llu\n",
	       rule.saved / 3600 / (1 << 20), (unsigned long long)rule_back,
	       measured.saved / 3600 / (1 << 20), (unsigned long long)measured_back);
	tap_ok(rule.slots[POLICY_ROW_FROZEN] == SLOTS / 2, "by the rule the half that is never read ends on the disk");
	tap_ok(rule.written <= config.budget_day && measured.written <= config.budget_day, "within the budget");
	tap_ok(measured.saved > 1.2 * rule.saved, "measured thresholds save at least 1.2 times as much");
	tap_ok(measured_back * 50 < 24 * 3600 / 1500 * SLOTS, "and few of what they moved come back");
	tap_ok(rule.memory < rule.would_be && rule.frames == 1441 && rule.seconds == 86400, "totals");
	config.budget_day = 4 << 20;
	config.budget_round = 1 << 20;
	rule = a_day(1500);
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
	test_files();
	return tap_done();
}
