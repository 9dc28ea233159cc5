// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's reservations: whatever becomes of it, of the answer to a start and of
 * the device, the ledger has at least what its jobs wrote.
 */

#include <unistd.h>

#include "daemon_fake.h"
#include "tap.h"

#define DAY (1000 * MIB)

static struct daemon d;
static char dir[64] = "/dev/shm/daemon-XXXXXX", path[80];

static uint64_t spent(void)
{
	struct budget_clock now;

	budget_now(&now);
	return budget_spent(&d.budget, &now);
}

/* A daemon that has just started, on the ledger as it is. */
static bool begin(void)
{
	struct budget_clock now;

	memset(&d, 0, sizeof(d));
	d.client = (struct client *)(void *)&fake;
	d.socket_path = "/nonexistent/socket";
	d.config.budget_day = DAY;
	d.page = 4096;
	budget_now(&now);
	if (budget_open(&d.budget, path, DAY, &now) || !daemon_look(&d))
		return false;
	daemon_settle_old(&d);
	return true;
}

static void kill_it(void)
{
	budget_close(&d.budget);
	for (size_t i = 0; i < POLICY_DEVICES; i++)
		free(d.dev[i].tally);
}

/* A fresh world: one device, no ledger. */
static void fresh(void)
{
	if (d.client)
		kill_it();
	unlink(path);
	memset(&fake, 0, sizeof(fake));
	fake.ms = 1000000;
	strcpy(fake.boot_id, "one");
	fake.cover_seeds = true;
	fake_add(0, 7);
	if (!begin())
		abort();
}

static void write_back(uint32_t id, uint32_t generation, uint64_t bytes)
{
	d.plan.nr = 1;
	memset(d.plan.verdict, 0, sizeof(d.plan.verdict));
	d.plan.action[0] = (struct policy_action){
		.id = id, .generation = generation, .verb = POLICY_WRITEBACK,
		.why = POLICY_WHY_AGE, .max_bytes = bytes, .max_ms = 1000, .whole = true,
	};
	daemon_act(&d);
}

static void end_job(struct model_job *job, enum zram_job_phase phase, uint64_t wrote)
{
	job->phase = phase;
	job->bytes_written = wrote;
	job->ended = fake.ms * 1000000;
}

static void turn(uint64_t ms)
{
	fake.ms += ms;
	fake_forget();
	daemon_look(&d);
	daemon_reap(&d);
	daemon_settle_old(&d);
}

static void test_kill(void)
{
	fresh();
	write_back(0, 7, 16 * MIB);
	tap_ok(spent() == 16 * MIB && fake.starts == 1 && fake.spec.max_bytes == 16 * MIB, "reserved before it starts");
	fake_last()->bytes_written = 2 * MIB;
	kill_it();
	begin();
	tap_ok(daemon_is_unsettled(&d) && spent() == 16 * MIB, "killed: the reservation stays while the job runs");
	write_back(0, 7, MIB);
	tap_ok(fake.starts == 1, "and no other one starts beside it");
	/* Half a megabyte of these is on its way still, and in no counter of the disk. */
	end_job(fake_last(), ZRAM_JOB_PHASE_CANCELLED, 5 * MIB);
	turn(100);
	tap_ok(!daemon_is_unsettled(&d) && spent() == 5 * MIB && !d.budget.nr_held,
	       "then all that it had sent counts, landed or not (%llu)", (unsigned long long)spent());
	tap_ok(!fake.cancels, "it is not cancelled");
	write_back(0, 7, MIB);
	tap_ok(fake.starts == 2, "and work goes on");
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, MIB / 2);
	turn(100);
	tap_ok(spent() == 5 * MIB + MIB / 2 && fake_said("5120 of 16384 KiB that an earlier run reserved"), "as ever");
	/* with nothing but the reservation made */
	fresh();
	fake.refuse = -EBUSY;
	write_back(0, 7, 16 * MIB);
	tap_ok(!spent() && !d.budget.nr_held, "what the module refused was not written");
}

static void test_before_start(void)
{
	struct budget_held want = { .bytes = 16 * MIB, .dev = 0, .generation = 7 };
	struct budget_clock now;
	uint64_t serial;

	fresh();
	fake_job(0, POLICY_WRITEBACK, ZRAM_JOB_PHASE_RUNNING);
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 3 * MIB);
	want.after = fake.last_job;
	budget_now(&now);
	budget_reserve(&d.budget, DAY, &want, &now, &serial);
	kill_it();
	begin();
	tap_ok(!spent() && !d.budget.nr_held, "killed before the start: nothing was written by it");
	/* The same, and then more jobs than the module remembers. */
	budget_reserve(&d.budget, DAY, &want, &now, &serial);
	kill_it();
	for (int i = 0; i < 40; i++) {
		fake_job(0, POLICY_PACK, ZRAM_JOB_PHASE_RUNNING);
		end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 0);
	}
	fake_forget();
	begin();
	tap_ok(spent() == 16 * MIB, "a history that does not reach back: all of it counts");
}

static void test_lost(void)
{
	static const int lost[] = { -ENOBUFS, -EIO, -EPROTO, -EAGAIN };

	for (int i = 0; i < 4; i++) {
		fresh();
		fake.lose = lost[i];
		write_back(0, 7, 16 * MIB);
		fake.lose = 0;
		fake.ms += 20000;
		daemon_settle_old(&d);
		tap_ok(fake.starts == 1 && spent() == 16 * MIB && daemon_is_unsettled(&d), "no answer (%d): the reservation stays", lost[i]);
		write_back(0, 7, MIB);
		tap_ok(fake.starts == 1, "and no other job starts");
		end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 9 * MIB);
		turn(100);
		tap_ok(spent() == 9 * MIB && !d.budget.nr_held, "until its own has ended");
	}
	fresh();
	fake_add(1, 8);
	daemon_look(&d);
	write_back(0, 7, 16 * MIB);
	fake.lose = -ENOBUFS;
	write_back(1, 8, 4 * MIB);
	fake.lose = 0;
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, MIB);
	turn(100);
	tap_ok(spent() == 17 * MIB && d.dev[0].job.runs, "that of one device is settled while another is busy");
	end_job(&fake.job[0], ZRAM_JOB_PHASE_DONE, 2 * MIB);
	turn(100);
	tap_ok(spent() == 3 * MIB && !d.budget.nr_held, "and each by what its own job wrote");
}

static void test_unknown(void)
{
	fresh();
	write_back(0, 7, 16 * MIB);
	kill_it();
	fake.dev[0].generation = 8;
	begin();
	tap_ok(spent() == 16 * MIB && !d.budget.nr_held, "the device was reset: all of it counts");
	fresh();
	write_back(0, 7, 16 * MIB);
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, MIB);
	kill_it();
	strcpy(fake.boot_id, "two");
	begin();
	tap_ok(spent() == 16 * MIB && !d.budget.nr_held, "another boot: all of it counts");
	fresh();
	write_back(0, 7, 16 * MIB);
	kill_it();
	begin();
	turn(4000);
	tap_ok(daemon_is_unsettled(&d), "a job that goes on is waited for");
	turn(60000);
	tap_ok(daemon_is_unsettled(&d) && d.budget.nr_held && !fake.cancels, "however long others keep it waiting");
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 7 * MIB);
	turn(100);
	tap_ok(spent() == 7 * MIB && !daemon_is_unsettled(&d), "and counted when it has ended");
	fresh();
	write_back(0, 7, 16 * MIB);
	kill_it();
	fake.list_fails = -ENOBUFS;
	begin();
	turn(1000);
	tap_ok(daemon_is_unsettled(&d), "jobs that cannot be listed are asked for again");
	fake.list_fails = 0;
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, MIB);
	turn(1000);
	tap_ok(spent() == MIB, "and counted");
	fake.list_fails = -ENOBUFS;
	write_back(0, 7, MIB);
	tap_ok(fake.starts == 1 && spent() == MIB, "nothing is written while they cannot be");
	fresh();
	write_back(0, 7, 16 * MIB);
	kill_it();
	fake.list_fails = -ENOBUFS;
	begin();
	turn(4000);
	tap_ok(daemon_is_unsettled(&d), "jobs that cannot be listed for long:");
	turn(1500);
	tap_ok(spent() == 16 * MIB && !daemon_is_unsettled(&d), "after 5 s all counts");
	fresh();
	write_back(0, 7, 16 * MIB);
	fake.nr_jobs = 0;
	turn(100);
	tap_ok(spent() == 16 * MIB && !d.dev[0].job.runs, "a job that is not listed any more: all of it counts");
	fresh();
	write_back(0, 7, 16 * MIB);
	fake.nr_dev = 0;
	turn(100);
	tap_ok(spent() == 16 * MIB && !d.nr, "a device that is gone: all of it counts");
}

static void test_others(void)
{
	fresh();
	fake_job(0, POLICY_WRITEBACK, ZRAM_JOB_PHASE_RUNNING);
	write_back(0, 7, 16 * MIB);
	kill_it();
	begin();
	end_job(&fake.job[1], ZRAM_JOB_PHASE_DONE, 4 * MIB);
	turn(3000);
	tap_ok(spent() == 4 * MIB && !fake.cancels, "an earlier job of somebody else is neither counted nor cancelled");
	fresh();
	write_back(0, 7, 16 * MIB);
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 4 * MIB);
	kill_it();
	fake_job(0, POLICY_WRITEBACK, ZRAM_JOB_PHASE_RUNNING);
	begin();
	turn(6000);
	tap_ok(spent() == 16 * MIB && !fake.cancels, "one that came before the daemon is not cancelled, and may be its own");
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 64 * MIB);
	turn(100);
	tap_ok(spent() == 16 * MIB && !d.budget.nr_held, "it counts at most as the reservation");
	fresh();
	write_back(0, 7, 16 * MIB);
	kill_it();
	begin();
	fake.ms += 100;
	fake_job(0, POLICY_WRITEBACK, ZRAM_JOB_PHASE_RUNNING);
	end_job(&fake.job[0], ZRAM_JOB_PHASE_DONE, 4 * MIB);
	turn(100);
	tap_ok(spent() == 4 * MIB && !d.budget.nr_held, "one that came after it is neither waited for nor counted");
	fresh();
	fake.last_job = UINT32_MAX - 1;
	fake_job(0, POLICY_WRITEBACK, ZRAM_JOB_PHASE_RUNNING);
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 8 * MIB);
	write_back(0, 7, 16 * MIB);
	tap_ok(fake.last_job == 1, "ids begin anew:");
	kill_it();
	end_job(fake_last(), ZRAM_JOB_PHASE_DONE, 3 * MIB);
	begin();
	tap_ok(spent() == 3 * MIB, "and are told apart all the same");
}

/* ---- all of it at random ------------------------------------------------------- */

static uint64_t seed;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static struct { uint32_t id; uint64_t wrote, max; } own[4096];
static size_t nr_own;

/* Bytes that jobs of daemons wrote, whatever the list of jobs still has. */
static uint64_t written(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < nr_own; i++)
		sum += own[i].wrote;
	return sum;
}

static void go_on(bool to_the_end)
{
	for (size_t i = 0; i < fake.nr_jobs; i++) {
		struct model_job *job = &fake.job[i];
		size_t o;

		if (model_job_ended(job))
			continue;
		for (o = 0; o < nr_own && own[o].id != job->id; o++)
			;
		if (o < nr_own) {
			own[o].wrote += rnd(own[o].max - own[o].wrote + 1);
			job->bytes_written = own[o].wrote;
		} else {
			job->bytes_written += rnd(MIB);
		}
		if (to_the_end || !rnd(4))
			end_job(job, rnd(4) ? ZRAM_JOB_PHASE_DONE : ZRAM_JOB_PHASE_CANCELLED,
				job->bytes_written);
	}
}

static void start_some(void)
{
	uint32_t n = rnd(fake.nr_dev), last = fake.last_job;
	uint64_t max = 1 + rnd(64 * KIB);

	fake.lose = rnd(6) ? 0 : -ENOBUFS;
	fake.refuse = rnd(6) ? 0 : -EBUSY;
	write_back(fake.dev[n].id, fake.dev[n].generation, max);
	fake.lose = fake.refuse = 0;
	if (fake.last_job != last && nr_own < 4096) {
		own[nr_own].id = fake.last_job;
		own[nr_own].wrote = 0;
		own[nr_own++].max = max;
	}
}

/* What ran or waited ends, and nobody can ask for it any more. */
static void reset(struct model_dev *dev, uint32_t generation)
{
	size_t kept = 0;

	go_on(false);
	for (size_t i = 0; i < fake.nr_jobs; i++)
		if (fake.job[i].dev != dev->id)
			fake.job[kept++] = fake.job[i];
	fake.nr_jobs = kept;
	dev->generation = generation;
}

static void one_step(uint32_t *generation)
{
	switch (rnd(12)) {
	case 0:
		kill_it();
		go_on(false);
		begin();
		break;
	case 1:
		reset(&fake.dev[rnd(fake.nr_dev)], ++*generation);
		break;
	case 2:
		if (fake.nr_jobs < FAKE_JOBS / 2)
			fake_job(fake.dev[rnd(fake.nr_dev)].id, 1 + rnd(2), ZRAM_JOB_PHASE_RUNNING);
		break;
	case 3:
		fake.list_fails = rnd(2) ? -ENOBUFS : 0;
		break;
	case 4:
	case 5:
		go_on(false);
		break;
	case 6:
		fake.ms += rnd(3000);
		break;
	default:
		start_some();
	}
	if (fake.nr_jobs > FAKE_JOBS / 2)
		go_on(true);
	turn(10);
}

static void test_random(void)
{
	bool held = true;
	uint64_t steps = 0;

	for (uint64_t n = 1; n <= 60 && held; n++) {
		uint32_t generation = 100;

		fresh();
		seed = n;
		nr_own = 0;
		fake_add(1, 8);
		for (int i = 0; i < 400 && held; i++, steps++) {
			one_step(&generation);
			held = spent() >= written();
		}
	}
	tap_ok(held && steps > 20000, "%llu random steps (kills, lost answers, resets, others' jobs): never more written than the ledger has",
	       (unsigned long long)steps);
}

int main(void)
{
	if (!mkdtemp(dir) && !mkdtemp(strcpy(dir, "/tmp/daemon-XXXXXX")))
		return 1;
	snprintf(path, sizeof(path), "%s/budget", dir);
	test_kill();
	test_before_start();
	test_lost();
	test_unknown();
	test_others();
	test_random();
	kill_it();
	unlink(path);
	strcat(path, ".lock");
	unlink(path);
	rmdir(dir);
	return tap_done();
}
