// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The write ledger: 24 hours, clocks that lie, damaged files; and a writer that
 * is killed 200 times at any moment, over reboots with wrong clocks, and never
 * writes more than the budget in any 24 hours of true time.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "budget.h"
#include "tap.h"

#define DAY 1000000ull
#define T0 1700000000ull

static struct budget b;
static struct budget_clock now;
/* In memory where that can be: each entry is synced. */
static char dir[64] = "/dev/shm/budget-XXXXXX", path[80];

static void boot(const char *id, uint64_t real)
{
	now = (struct budget_clock){ .real = real, .boot = 10 };
	strcpy(now.boot_id, id);
}

static void pass(uint64_t s)
{
	now.real += s;
	now.boot += s;
}

static int reopen(void)
{
	budget_close(&b);
	return budget_open(&b, path, DAY, &now);
}

static void wipe(void)
{
	budget_close(&b);
	unlink(path);
	reopen();
}

static uint64_t serial;	/* of the last reservation */

static int reserve(uint64_t bytes, uint32_t dev, uint32_t generation, uint32_t after)
{
	const struct budget_held want = {
		.bytes = bytes, .dev = dev, .generation = generation, .after = after,
	};

	return budget_reserve(&b, DAY, &want, &now, &serial);
}

static int spend(uint64_t bytes)
{
	int err = reserve(bytes, 0, 7, 100);

	return err ? err : budget_settle(&b, serial, bytes, &now);
}

static void test_day(void)
{
	uint64_t seen;

	boot("a", T0);
	tap_ok(!budget_open(&b, path, DAY, &now) && budget_left(&b, DAY, &now) == DAY, "no file: the whole budget");
	tap_ok(!spend(300000) && budget_left(&b, DAY, &now) == 700000, "what is spent is gone");
	tap_ok(reserve(700001, 1, 7, 0) == -ENOSPC && strstr(b.why, "spent"), "no more than is left");
	tap_ok(!reserve(700000, 1, 7, 0) && !budget_left(&b, DAY, &now), "a reservation counts at once");
	tap_ok(!budget_settle(&b, serial, 100000, &now) && budget_left(&b, DAY, &now) == 600000, "what was not written comes back");
	tap_ok(budget_settle(&b, serial, 1, &now) == -ENOENT && budget_write_off(&b, serial, &now) == -ENOENT, "only once");
	tap_ok(!budget_peek(path, &now, &seen) && seen == 400000, "who only looks sees the same");
	tap_ok(budget_peek("/dev/shm/none", &now, &seen) == -ENOENT, "or that there is none");
	pass(86300);
	tap_ok(budget_left(&b, DAY, &now) == 600000, "a day less 100 s later: the same");
	pass(400);
	tap_ok(budget_left(&b, DAY, &now) == DAY, "a day later: the whole budget again");
	tap_ok(budget_left(&b, 0, &now) == 0, "a budget of nothing is nothing");
	for (int i = 0; i < 2000; i++) {
		spend(100);
		pass(77);
	}
	tap_ok(budget_spent(&b, &now) >= 86400 / 77 * 100 &&
	       budget_spent(&b, &now) <= (86400 + BUDGET_GRAIN) / 77 * 100 + 200, "a rolling window: %llu",
	       (unsigned long long)budget_spent(&b, &now));
	tap_ok(!reopen() && budget_spent(&b, &now) >= 86400 / 77 * 100, "the file has it all");
}

static void test_clocks(void)
{
	boot("a", T0);
	wipe();
	spend(DAY);
	now.real -= 10 * 86400;
	tap_ok(!budget_left(&b, DAY, &now) && !reopen() && !budget_left(&b, DAY, &now), "clock set back: no free budget");
	now.real = T0 + 40 * 86400;
	tap_ok(!budget_left(&b, DAY, &now), "clock set forward: none either");
	pass(86401);
	tap_ok(budget_left(&b, DAY, &now) == DAY, "but a day of running is a day");
	spend(DAY);
	boot("b", 5);
	tap_ok(!reopen() && !budget_left(&b, DAY, &now), "a boot in 1970: no free budget");
	now.real = T0 + 60 * 86400;
	tap_ok(!budget_left(&b, DAY, &now), "and none when the clock is set then");
	boot("c", T0 + 60 * 86400 + 3600);
	tap_ok(!reopen() && !budget_left(&b, DAY, &now), "nor at the next boot within the day");
	boot("d", T0 + 62 * 86400);
	tap_ok(!reopen() && budget_left(&b, DAY, &now) == DAY, "after two days there is");
	/* written in a boot whose clock was never set */
	boot("e", 5);
	reopen();
	spend(DAY);
	boot("f", T0 + 90 * 86400);
	tap_ok(!reopen() && !budget_left(&b, DAY, &now), "nobody knows how long ago a boot in 1970 was");
	pass(86401);
	tap_ok(budget_left(&b, DAY, &now) == DAY, "a day later it does not matter");
	boot("g", 5);
	wipe();
	spend(DAY);
	boot("h", T0);
	tap_ok(!reopen() && !budget_left(&b, DAY, &now), "a first boot in 1970 is not 50 years ago");
	/* three days behind, until it shows what it has shown before */
	boot("i", T0 + 100 * 86400);
	wipe();
	spend(1);
	now.real -= 3 * 86400;
	pass(4 * 86400);
	spend(DAY);
	boot("j", T0 + 104 * 86400 + 60);
	tap_ok(!reopen() && !budget_left(&b, DAY, &now), "a clock set back is not believed for having run on");
}

static void test_left_over(void)
{
	const struct budget_held *h = &b.held[0];

	boot("a", T0);
	wipe();
	reserve(5000, 3, 9, 42);
	tap_ok(!reopen() && budget_spent(&b, &now) == 5000, "a reservation outlives its daemon");
	tap_ok(b.nr_held == 1 && budget_is_of_boot(&b, h) && h->dev == 3 && h->generation == 9 &&
	       h->after == 42 && h->bytes == 5000, "and all that is needed to settle it");
	reserve(6000, 3, 9, 43);
	tap_ok(!budget_settle(&b, serial, 10, &now) && b.nr_held == 1 && h->bytes == 5000,
	       "of two for one device each is settled by itself");
	boot("b", T0 + 100);
	tap_ok(!reopen() && !budget_is_of_boot(&b, h), "after a reboot nobody can");
	tap_ok(!budget_write_off(&b, h->serial, &now) && budget_spent(&b, &now) == 5010 && !b.nr_held, "then it counts as written");
	for (int i = 0; i < BUDGET_HELD; i++)
		reserve(1, i, 1, 0);
	tap_ok(!budget_left(&b, DAY, &now), "no more jobs than there is room for");
	tap_ok(!reopen() && b.nr_held == BUDGET_HELD, "and all of them are in the file");
	for (int i = 0; i < BUDGET_HELD; i++)
		budget_write_off(&b, b.held[i % b.nr_held].serial, &now);
	tap_ok(!b.nr_held, "with a name for each");
}

static void put_file(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, strlen(text)) < 0)
		abort();
	fchmod(fd, mode);
	close(fd);
}

static void test_files(void)
{
	static const char *const bad[] = {
		"", "x", "\n", "zram-budget 1\n", "sum 0\n", "zram-budget 1\nsum 1\n",
		"zram-budget 1\ntime 1 2 3 4 1 a\nwrote 1 100\nsum 123\n",
	};
	static struct budget other;
	char text[4096];
	bool all = true;
	ssize_t len;
	int fd;

	boot("a", T0);
	wipe();
	tap_ok(budget_open(&other, path, DAY, &now) == -EBUSY && strstr(other.why, "another daemon"), "one daemon at a time");
	spend(1000);
	budget_close(&b);
	fd = open(path, O_RDONLY);
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = 0;
	for (ssize_t cut = 0; cut < len; cut++) {
		char half[4096];

		memcpy(half, text, cut);
		half[cut] = 0;
		put_file(half, 0600);
		all &= !reopen() && b.was_damaged && !budget_left(&b, DAY, &now);
		budget_close(&b);
	}
	tap_ok(all && len > 50, "a file cut anywhere counts as a day spent");
	all = true;
	for (ssize_t at = 0; at < len; at++) {
		char one[4096];

		memcpy(one, text, len + 1);
		one[at] ^= 1;
		put_file(one, 0600);
		all &= !reopen() && b.was_damaged;
		budget_close(&b);
	}
	tap_ok(all, "so does one with any bit wrong");
	all = true;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file(bad[i], 0600);
		all &= !reopen() && b.was_damaged && !budget_left(&b, DAY, &now);
		budget_close(&b);
	}
	tap_ok(all, "and what is none");
	put_file(text, 0622);
	tap_ok(reopen() == -EPERM && strstr(b.why, "only its owner"), "a file that others may write is refused");
	unlink(path);
	if (symlink("/dev/null", path))
		abort();
	tap_ok(reopen() == -ELOOP, "and a symbolic link");
	unlink(path);
	strcpy(b.path, "x");
	tap_ok(budget_open(&b, "/proc/nowhere/budget", DAY, &now) < 0 && strstr(b.why, "cannot"), "a folder that cannot be");
	memset(text, 'a', 400);
	text[400] = 0;
	tap_ok(budget_open(&b, text, DAY, &now) == -ENAMETOOLONG, "a path too long");
}

/* ---- killed at any moment ------------------------------------------------------ */

#define LOG 2000000

static struct shared {
	volatile uint64_t true_time;	/* s */
	volatile uint64_t boot_at;	/* true time of the boot */
	volatile int64_t lie;		/* real time less true time */
	volatile uint64_t nr_boots;
	volatile uint64_t job, wrote;	/* the last one, and its bytes */
	volatile uint64_t nr;
	volatile uint64_t failed;
	volatile uint64_t rounds, turns;
	struct { uint64_t time, bytes; } log[LOG];
} *sh;

static uint64_t seed = 12345;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static void look(void)
{
	int64_t real = (int64_t)sh->true_time + sh->lie;

	now.real = real > 0 ? real : 0;
	now.boot = sh->true_time - sh->boot_at;
	sprintf(now.boot_id, "boot-%llu", (unsigned long long)sh->nr_boots);
}

static void start_daemon(void)
{
	look();
	if (budget_open(&b, path, DAY, &now)) {
		sh->failed++;
		_exit(1);
	}
	while (b.nr_held) {
		const struct budget_held *h = &b.held[0];

		if (budget_is_of_boot(&b, h) ?
		    budget_settle(&b, h->serial, sh->job > h->after ? sh->wrote : 0, &now) :
		    budget_write_off(&b, h->serial, &now))
			sh->failed++;
	}
}

/* What the disk is sent counts, whatever becomes of the daemon. */
static void daemon_loop(void)
{
	start_daemon();
	for (;;) {
		uint64_t left, want, done = 0;

		sh->turns++;
		sh->true_time += rnd(2000);
		look();
		left = budget_left(&b, DAY, &now);
		want = 1 + rnd(DAY / 20);
		if (want > left)
			want = left;
		if (!want || reserve(want, 2, sh->nr_boots, sh->job))
			continue;
		sh->wrote = 0;
		sh->job++;
		while (done < want && sh->nr < LOG) {
			uint64_t piece = 1 + rnd(want - done), at = sh->nr;

			sh->log[at].time = sh->true_time;
			sh->log[at].bytes = piece;
			sh->wrote += piece;
			sh->nr = at + 1;
			done += piece;
			if (!rnd(8))
				break;
		}
		look();
		budget_settle(&b, serial, done, &now);
		sh->rounds++;
	}
}

static uint64_t worst_day(void)
{
	uint64_t sum = 0, worst = 0, first = 0;

	for (uint64_t i = 0; i < sh->nr; i++) {
		sum += sh->log[i].bytes;
		while (sh->log[first].time + BUDGET_DAY <= sh->log[i].time)
			sum -= sh->log[first++].bytes;
		if (sum > worst)
			worst = sum;
	}
	return worst;
}

static void reboot(bool lies)
{
	uint32_t off = rnd(40000);

	sh->true_time += off;
	sh->boot_at = sh->true_time - 5;
	sh->nr_boots++;
	sh->lie = 0;
	/* Not to a time while it was off, which nobody could tell from a shorter rest. */
	if (lies)
		sh->lie = rnd(3) ? 0 : rnd(2) ? -(int64_t)sh->true_time :
			  -(int64_t)off - 2 - (int64_t)rnd(10 * 86400);
}

static void test_kills(bool lies)
{
	uint64_t total = 0, worst, start;

	budget_close(&b);
	unlink(path);
	memset(sh, 0, offsetof(struct shared, log));
	sh->true_time = start = T0;
	for (int n = 0; n < 200; n++) {
		pid_t pid = fork();

		if (!pid) {
			seed = n + 1;
			daemon_loop();
		}
		/* By what it did, not by time: the machine may be busy with others. */
		for (uint64_t until = sh->turns + 1 + rnd(12); sh->turns < until && !sh->failed;)
			usleep(20);
		usleep(rnd(500));
		if (lies && !rnd(4))
			sh->lie = rnd(2) ? 0 : -(int64_t)rnd(1u << 30);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (!rnd(lies ? 4 : 20))
			reboot(lies);
	}
	worst = worst_day();
	for (uint64_t i = 0; i < sh->nr; i++)
		total += sh->log[i].bytes;
	tap_ok(!sh->failed && worst <= DAY && sh->nr < LOG, "killed 200 times%s: at most %llu of %llu bytes in a day",
	       lies ? " under clocks that lie" : "", (unsigned long long)worst, DAY);
	printf("# %llu rounds over %.1f days used %.0f %% of the budget\n", (unsigned long long)sh->rounds,
	       (sh->true_time - start) / 86400.0,
	       100.0 * total / ((sh->true_time - start) / 86400.0 * DAY));
	tap_ok(sh->rounds > 100 && total * 86400 > (sh->true_time - start) * DAY / (lies ? 4 : 2),
	       "and the budget is used");
}

int main(void)
{
	if (!mkdtemp(dir) && !mkdtemp(strcpy(dir, "/tmp/budget-XXXXXX")))
		return 1;
	snprintf(path, sizeof(path), "%s/budget", dir);
	b.lock = -1;
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sh == MAP_FAILED)
		return 1;
	test_day();
	test_clocks();
	test_left_over();
	test_files();
	test_kills(false);
	test_kills(true);
	budget_close(&b);
	unlink(path);
	strcat(path, ".lock");
	unlink(path);
	strcpy(strrchr(path, 0) - 5, ".new");
	unlink(path);
	rmdir(dir);
	return tap_done();
}
