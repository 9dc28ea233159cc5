// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the daemon sees and how often it looks: records that are not whole, whose
 * observer runs, hours of return ages over a sleep, busy devices, limits.
 */

#include <unistd.h>

#include "daemon_fake.h"
#include "tap.h"

static struct daemon d;
static struct policy_snapshot snap;
static char dir[64] = "/dev/shm/daemon-XXXXXX", ledger[80], sock[80], mark[96];

static void begin(void)
{
	struct budget_clock now;

	for (size_t i = 0; i < POLICY_DEVICES; i++)
		free(d.dev[i].tally);
	if (d.client)
		budget_close(&d.budget);
	memset(&d, 0, sizeof(d));
	d.client = (struct client *)(void *)&fake;
	d.socket_path = sock;
	d.config.budget_day = d.config.budget_round = 1000 * MIB;
	d.config.interval = 60;
	d.config.observer = true;
	d.config.observer_memory = MIB;
	d.config.threshold = 64;
	d.config.rules.soft_limit = 900;
	d.config.rules.slice_bytes = 16 * MIB;
	d.config.rules.slice_ms = 1000;
	d.page = 4096;
	budget_now(&now);
	if (budget_open(&d.budget, ledger, d.config.budget_day, &now))
		abort();
}

static void fresh(void)
{
	unlink(ledger);
	unlink(mark);
	memset(&fake, 0, sizeof(fake));
	fake.ms = 1000000000;
	strcpy(fake.boot_id, "one");
	fake.cover_seeds = true;
	fake_add(0, 7);
	begin();
}

static void fill(uint32_t id, uint32_t age, uint32_t bytes)
{
	for (size_t i = 0; i < FAKE_SLOTS; i++)
		fake.slot[id][i] = zram_record_word(fake.ms / 1000 - age, 0, bytes, ZRAM_TIER_HOT);
}

static void look(void)
{
	daemon_look(&d);
	daemon_reap(&d);
	daemon_measure(&d);
	daemon_settle_old(&d);
}

static uint64_t slots_seen(size_t i)
{
	uint64_t sum = 0;

	for (unsigned int c = 0; c < POLICY_AGES; c++)
		sum += d.dev[i].tally->cell[POLICY_ROW_HOT][c].slots;
	return sum;
}

/* ---- records -------------------------------------------------------------------- */

static void test_seed(void)
{
	fresh();
	fill(0, 1000, 2000);
	fake.cover_seeds = false;
	fake.cover_result = CMD_FAILED;
	look();
	daemon_snapshot(&d, &snap);
	tap_ok(d.dev[0].is_dumped && snap.dev[0].has_records && slots_seen(0) == FAKE_SLOTS,
	       "records that were not filled in are not believed: all %u slots are seen", FAKE_SLOTS);
	tap_ok(!snap.dev[0].has_ages, "nor is how many came back");
	fake.ms += 1000;
	look();
	tap_ok(fake.covers == 1 && fake_count("not all devices are recorded") == 1, "as is told");
	fake.ms += 60000;
	look();
	tap_ok(fake.covers == 2 && fake.watch_flags & WATCH_QUIET && fake_count("not all devices are recorded") == 1,
	       "it is tried again after a minute, without another word");
	fake.cover_seeds = true;
	fake.cover_result = CMD_OK;
	fake.ms += 60000;
	look();
	daemon_snapshot(&d, &snap);
	tap_ok(fake.covers == 3 && !d.dev[0].is_dumped && slots_seen(0) == FAKE_SLOTS, "until it is done");
	fake.ms += 600000;
	look();
	tap_ok(fake.covers == 3, "and then no more");
}

static void test_none(void)
{
	fresh();
	fake.observer_refused = true;
	look();
	tap_ok(fake.observer_starts == 1 && fake_count("no observer") == 1 && !(fake.watch_flags & WATCH_QUIET), "no observer: told once");
	tap_ok(access(mark, F_OK), "and none is marked");
	fake_add(1, 8);
	look();
	tap_ok(fake.observer_starts == 2 && fake_count("no observer") == 1 && fake.watch_flags & WATCH_QUIET,
	       "another device: tried again without a word");
	fake.ms += 59000;
	look();
	tap_ok(fake.observer_starts == 2, "and else once a minute");
	fake.observer_refused = false;
	fake.ms += 2000;
	look();
	daemon_snapshot(&d, &snap);
	tap_ok(fake.observer_starts == 3 && d.started_observer && !d.dev[0].is_dumped && fake_count("the observer runs now") == 1,
	       "until it can be, which is told");
	fake.ms += 600000;
	look();
	tap_ok(fake.observer_starts == 3, "and then no more");
}

static void test_mark(void)
{
	FILE *f;

	fresh();
	look();
	tap_ok(d.started_observer && !access(mark, F_OK), "an observer that it started is marked");
	begin();
	look();
	tap_ok(d.started_observer && fake.observer_starts == 1, "after a kill it is taken over");
	daemon_end_observer(&d);
	tap_ok(!fake.observer_runs && access(mark, F_OK), "and ended with the daemon");
	begin();
	look();
	fake.instance++;
	begin();
	look();
	tap_ok(!d.started_observer, "one that somebody else has started since is not");
	daemon_end_observer(&d);
	tap_ok(fake.observer_runs, "it stays");
	f = fopen(mark, "w");
	fputs("0\n", f);
	fclose(f);
	begin();
	look();
	tap_ok(d.started_observer, "killed while it started one: that is its own");
	daemon_end_observer(&d);
	tap_ok(!fake.observer_runs, "and ends");
}

static uint64_t returns(void)
{
	look();
	daemon_snapshot(&d, &snap);
	return policy_returns(&snap.dev[0].ages);
}

static void test_hours(void)
{
	bool right = true;

	fresh();
	fake.ages.back[3] = 100;
	tap_ok(returns() == 100, "returns count from the beginning");
	for (int i = 0; i < 40; i++) {
		fake.ms += 3600000;
		fake.ages.back[3] += 10;
		right &= returns() == (i < 23 ? 100 + 10ull * (i + 1) : 240);
	}
	tap_ok(right, "and for 24 hours");
	fake.ms += 30 * 3600000;
	fake.ages.back[3] += 7;
	tap_ok(returns() == 7, "hours that the machine slept are among those");
	fake.ms += 12 * 3600000;
	tap_ok(returns() == 7, "for a day");
	fake.ms += 13 * 3600000;
	tap_ok(returns() == 0, "and no longer");
}

static void test_many(void)
{
	fresh();
	for (uint32_t i = 1; i < FAKE_DEVICES - 2; i++)
		fake_add(i, 100 + i);
	look();
	look();
	tap_ok(d.nr == POLICY_DEVICES && fake_count("has room for 64 devices") == 1, "more devices than it has room for are told of, once");
}

/* ---- decisions -------------------------------------------------------------------- */

static void decide(void)
{
	daemon_snapshot(&d, &snap);
	policy_decide(&d.config.rules, &snap, d.memory, &d.plan);
	daemon_note_round(&d, false);
	daemon_act(&d);
}

static void test_busy(void)
{
	fresh();
	fake_add(1, 8);
	d.config.rules.move[POLICY_PACK] = (struct policy_move){ true, 100, 100, 0, 0 };
	fill(0, 1000, 2000);
	fill(1, 10, 2000);
	look();
	decide();
	tap_ok(fake.starts == 1 && d.dev[0].job.runs && d.decided[POLICY_WHY_AGE] == 1 && d.decided[POLICY_WHY_REST] == 1, "one acts, one rests");
	decide();
	tap_ok(fake.starts == 1 && d.decided[POLICY_WHY_AGE] == 1 && d.decided[POLICY_WHY_REST] == 2 && d.plan.nr == 0 &&
	       d.dev[0].verdict.why == POLICY_WHY_AGE, "while its job runs nothing is decided of it, nor counted");
	fake.job[0].phase = ZRAM_JOB_PHASE_DONE;
	look();
	decide();
	tap_ok(d.decided[POLICY_WHY_AGE] + d.decided[POLICY_WHY_REST] == 5, "afterwards it is");
}

static void test_compact(void)
{
	const struct policy_action a = { .id = 0, .generation = 7, .verb = POLICY_COMPACT, .why = POLICY_WHY_WASTE };

	fresh();
	look();
	daemon_snapshot(&d, &snap);
	policy_decide(&d.config.rules, &snap, d.memory, &d.plan);
	d.plan.action[0] = a;
	d.plan.nr = 1;
	fake.get_fails = true;
	daemon_act(&d);
	tap_ok(d.failed[POLICY_COMPACT] == 1 && d.dev[0].memory.waste != UINT64_MAX, "a compaction that nobody knows the outcome of");
	fake.get_fails = false;
	fake.dev[0].mem_used_total = 3 * MIB;
	daemon_act(&d);
	tap_ok(d.done[POLICY_COMPACT] == 1 && d.dev[0].memory.waste == 3 * MIB, "and one whose is remembered");
	fake.lacks_compact = true;
	daemon_act(&d);
	daemon_snapshot(&d, &snap);
	tap_ok(d.failed[POLICY_COMPACT] == 1 && !snap.dev[0].can[POLICY_COMPACT], "one that the module cannot do is no failure, nor tried again");
}

static void test_slept(void)
{
	fresh();
	d.config.rules.move[POLICY_PACK] = (struct policy_move){ true, 100, 100, 0, 0 };
	fill(0, 1000, 2000);
	look();
	d.rest = fake.ms + 60000;
	decide();
	tap_ok(!fake.starts && d.decided[POLICY_WHY_SLEPT] == 1, "after a sleep no decision by age");
	fake.ms += 60000;
	decide();
	tap_ok(fake.starts == 1, "for an interval");
}

/* Rounds in @s seconds, as the loop makes them for the sake of limits. */
static unsigned int rounds(unsigned int s, uint64_t growth)
{
	uint64_t last = fake.ms, until = fake.ms + s * 1000;
	unsigned int n = 0;

	while (fake.ms < until) {
		fake.ms += 100;
		fake.dev[0].mem_used_total += growth / 10;
		look();
		if (fake.ms - last < daemon_near_ms(&d))
			continue;
		decide();
		last = fake.ms;
		n++;
	}
	return n;
}

static void test_stuck(void)
{
	unsigned int n;

	fresh();
	fake.dev[0].mem_limit = 100 * MIB;
	fake.dev[0].mem_used_total = fake.dev[0].compr_data_size = 50 * MIB;
	look();
	tap_ok(daemon_near_ms(&d) == UINT64_MAX && !rounds(10, 0), "below the limit: no round for its sake");
	fake.dev[0].mem_used_total = fake.dev[0].compr_data_size = 99 * MIB;
	n = rounds(100, 0);
	tap_ok(n >= 10 && n <= 20, "above it with nothing to do: %u rounds in 100 s", n);
	fake.dev[0].mem_used_total += 2 * MIB;
	n = rounds(3, 0);
	tap_ok(n >= 2, "when more comes in it looks again: %u rounds in 3 s", n);
	rounds(60, 0);
	daemon_note_round(&d, true);
	tap_ok(daemon_near_ms(&d) <= 1000, "and when something happened");
	d.config.interval = 1;
	n = rounds(60, 0);
	tap_ok(n >= 50, "at least once an interval: %u rounds in 60 s", n);
	d.config.interval = 60;
	n = rounds(10, 4 * MIB);
	tap_ok(n >= 9, "while it grows it goes on looking: %u rounds in 10 s", n);
	/* without records in the maps */
	d.config.observer = false;
	d.covered_sum = 0;
	look();
	fake.dump_ms = 1000;
	fake.dumps = 0;
	n = rounds(100, 4 * MIB);
	tap_ok(n >= 7 && n <= 11 && fake.dumps == n, "a dump of 1 s is made every 10 s at most: %u in 100 s", n);
}

int main(void)
{
	if (!mkdtemp(dir) && !mkdtemp(strcpy(dir, "/tmp/daemon-XXXXXX")))
		return 1;
	snprintf(ledger, sizeof(ledger), "%s/budget", dir);
	snprintf(sock, sizeof(sock), "%s/sock", dir);
	snprintf(mark, sizeof(mark), "%s.observer", sock);
	test_seed();
	test_none();
	test_mark();
	test_hours();
	test_many();
	test_busy();
	test_compact();
	test_slept();
	test_stuck();
	fresh();
	budget_close(&d.budget);
	unlink(ledger);
	strcat(ledger, ".lock");
	unlink(ledger);
	rmdir(dir);
	return tap_done();
}
