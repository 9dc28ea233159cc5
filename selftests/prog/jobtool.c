// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs by hand, over netlink:
 *
 *   jobtool start DEV TYPE [ATTR=VALUE]...  prints the job's number
 *   jobtool cancel DEV JOB
 *   jobtool list [DEV]	a line a job: DEV JOB TYPE PHASE ERRNO TOTAL DONE MOVED
 *			SKIPPED BEFORE AFTER WRITTEN
 *   jobtool wait DEV JOB	until it has ended; prints its line
 *   jobtool flood DEV COUNT	so many recompressions of no slot: two events each
 *   jobtool flags DEV	how many slots are: IDLE INCOMPRESSIBLE PICKED
 *   jobtool sigwrite FILE TEXT MS	write(2) that a signal hits after MS;
 *			prints the errno's name (or 0) and how long it took
 *
 * ATTR is a number of set "job", in words: filter age prio threshold slots ms
 * range (FIRST+COUNT). TYPE is a number, or a word. Exit 1 with the errno's name
 * and the sentence when the kernel refuses.
 */
#include "genl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "zram/netlink.h"
#include "zram/trace_events.h"

static int fd, family;

static const char *const type_names[] = {
	"recompress", "pack", "writeback", "promote", "detach",
};

static const char *const phase_names[] = {
	"queued", "running", "paused", "done", "bounded", "cancelled", "failed",
};

static int refused(const struct genl_ans *ans)
{
	if (!ans->err)
		return 0;
	printf("%s %s\n", strerrorname_np(-ans->err), ans->msg);
	return 1;
}

static uint64_t number_of(const struct nlmsghdr *nlh,
			  int type)
{
	const struct nlattr *a = genl_find(nlh, type);
	uint64_t v = 0;

	if (a)
		memcpy(&v, genl_data(a), genl_len(a) < 8 ? genl_len(a) : 8);
	return v;
}

struct line {
	uint32_t want;		/* print only this job; 0: all */
	uint32_t id;		/* of the last one seen */
	uint32_t phase;
	bool quiet;
};

static void print_job(const struct nlmsghdr *nlh, void *arg)
{
	static const int attrs[] = {
		ZRAM_A_JOB_TOTAL, ZRAM_A_JOB_DONE, ZRAM_A_JOB_MOVED,
		ZRAM_A_JOB_SKIPPED, ZRAM_A_JOB_BYTES_BEFORE,
		ZRAM_A_JOB_BYTES_AFTER, ZRAM_A_JOB_BYTES_WRITTEN,
	};
	struct line *line = arg;
	uint32_t id = number_of(nlh, ZRAM_A_JOB_JOB);
	uint32_t type = number_of(nlh, ZRAM_A_JOB_TYPE);
	uint32_t phase = number_of(nlh, ZRAM_A_JOB_PHASE);
	uint32_t error = number_of(nlh, ZRAM_A_JOB_ERROR);

	if (line->want && line->want != id)
		return;
	line->id = id;
	line->phase = phase;
	if (line->quiet)
		return;
	printf("%u %u %s %s %s", (unsigned int)number_of(nlh, ZRAM_A_JOB_ID),
	       id, type < 5 ? type_names[type] : "?",
	       phase < 7 ? phase_names[phase] : "?",
	       error ? strerrorname_np(error) : "0");
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		printf(" %llu",
		       (unsigned long long)number_of(nlh, attrs[i]));
	putchar('\n');
}

static uint32_t type_of(const char *word)
{
	for (uint32_t i = 0; i < 5; i++)
		if (!strcmp(word, type_names[i]))
			return i;
	return strtoul(word, NULL, 0);
}

static void put_attr(struct genl_req *r, char *word)
{
	static const struct {
		const char *name;
		int attr;
		bool wide;
	} names[] = {
		{ "filter", ZRAM_A_JOB_FILTER, false },
		{ "age", ZRAM_A_JOB_MIN_AGE, false },
		{ "prio", ZRAM_A_JOB_PRIO, false },
		{ "threshold", ZRAM_A_JOB_THRESHOLD, false },
		{ "slots", ZRAM_A_JOB_MAX_SLOTS, true },
		{ "per", ZRAM_A_JOB_PACK_SLOTS, false },
		{ "level", ZRAM_A_JOB_LEVEL, false },
		{ "bytes", ZRAM_A_JOB_MAX_BYTES, true },
		{ "ms", ZRAM_A_JOB_MAX_MS, false },
	};
	char *value = strchr(word, '=');
	struct zram_slot_range range;

	if (!strcmp(word, "force")) {
		genl_put(r, ZRAM_A_JOB_FORCE, NULL, 0);
		return;
	}
	if (!value) {
		fprintf(stderr, "jobtool: %s has no value\n", word);
		exit(2);
	}
	*value++ = 0;
	if (!strcmp(word, "range")) {
		range.first = strtoull(value, &value, 0);
		range.count = *value ? strtoull(value + 1, NULL, 0) : 0;
		genl_put(r, ZRAM_A_JOB_RANGES, &range, sizeof(range));
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i].name))
			continue;
		if (names[i].wide)
			genl_put_u64(r, names[i].attr, strtoull(value, NULL, 0));
		else
			genl_put_u32(r, names[i].attr, strtoul(value, NULL, 0));
		return;
	}
	fprintf(stderr, "jobtool: no attribute %s\n", word);
	exit(2);
}

static int start(int argc, char **argv)
{
	struct line line = { .quiet = true };
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_JOB_START, 0);
	genl_put_u32(&r, ZRAM_A_JOB_ID, strtoul(argv[0], NULL, 0));
	genl_put_u32(&r, ZRAM_A_JOB_TYPE, type_of(argv[1]));
	for (int i = 2; i < argc; i++)
		put_attr(&r, argv[i]);
	ans = genl_talk(fd, &r, print_job, &line);
	if (refused(&ans))
		return 1;
	printf("%u\n", line.id);
	return 0;
}

static int flood(char **argv)
{
	unsigned long count = strtoul(argv[1], NULL, 0), done = 0;
	struct line line = { .quiet = true };

	while (done < count) {
		struct genl_ans ans;
		struct genl_req r;

		genl_begin(&r, family, ZRAM_CMD_JOB_START, 0);
		genl_put_u32(&r, ZRAM_A_JOB_ID, strtoul(argv[0], NULL, 0));
		genl_put_u32(&r, ZRAM_A_JOB_TYPE, ZRAM_JOB_TYPE_RECOMPRESS);
		genl_put_u64(&r, ZRAM_A_JOB_MAX_SLOTS, 0);
		ans = genl_talk(fd, &r, print_job, &line);
		if (ans.err == -EBUSY)
			usleep(1000);	/* the queue is full */
		else if (refused(&ans))
			return 1;
		else
			done++;
	}
	return 0;
}

static int cancel(char **argv)
{
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_JOB_CANCEL, 0);
	genl_put_u32(&r, ZRAM_A_JOB_ID, strtoul(argv[0], NULL, 0));
	genl_put_u32(&r, ZRAM_A_JOB_JOB, strtoul(argv[1], NULL, 0));
	ans = genl_talk(fd, &r, NULL, NULL);
	return refused(&ans);
}

static int list(const char *dev, struct line *line)
{
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_JOB_GET, NLM_F_DUMP);
	if (dev)
		genl_put_u32(&r, ZRAM_A_JOB_ID, strtoul(dev, NULL, 0));
	ans = genl_talk(fd, &r, print_job, line);
	return refused(&ans);
}

static int wait_end(char **argv)
{
	struct line line = { .want = strtoul(argv[1], NULL, 0), .quiet = true };

	do {
		usleep(10000);
		line.id = 0;
		if (list(argv[0], &line) || !line.id)
			return 1;
	} while (line.phase < ZRAM_JOB_PHASE_DONE);
	line.quiet = false;
	return list(argv[0], &line);
}

static void count_flags(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a = genl_find(nlh, ZRAM_A_SLOT_ROWS);
	unsigned long *counts = arg;
	struct zram_slot_row row;

	for (size_t at = 0; a && at + sizeof(row) <= genl_len(a);
	     at += sizeof(row)) {
		memcpy(&row, (const char *)genl_data(a) + at, sizeof(row));
		for (int bit = 0; bit < 3; bit++)
			counts[bit] += row.flags >> bit & 1;
	}
}

static int flags(const char *dev)
{
	unsigned long counts[3] = { 0 };
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, strtoul(dev, NULL, 0));
	ans = genl_talk(fd, &r, count_flags, counts);
	if (refused(&ans))
		return 1;
	printf("%lu %lu %lu\n", counts[0], counts[1], counts[2]);
	return 0;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* SA_RESTART, so that only a real EINTR comes through. */
static int sigwrite(char **argv)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	unsigned long ms = strtoul(argv[2], NULL, 0);
	struct itimerval timer = {
		.it_value = { ms / 1000, ms % 1000 * 1000 },
	};
	int file = open(argv[0], O_WRONLY);
	struct timespec from, to;
	int err;

	if (file < 0 || sigaction(SIGALRM, &sa, NULL)) {
		perror(argv[0]);
		return 1;
	}
	setitimer(ITIMER_REAL, &timer, NULL);
	clock_gettime(CLOCK_MONOTONIC, &from);
	err = write(file, argv[1], strlen(argv[1])) < 0 ? errno : 0;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%s %ld\n", err ? strerrorname_np(err) : "0",
	       (to.tv_sec - from.tv_sec) * 1000 +
	       (to.tv_nsec - from.tv_nsec) / 1000000);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct line line = { 0 };

	if (argc == 5 && !strcmp(verb, "sigwrite"))
		return sigwrite(argv + 2);
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (argc >= 4 && !strcmp(verb, "start"))
		return start(argc - 2, argv + 2);
	if (argc == 4 && !strcmp(verb, "cancel"))
		return cancel(argv + 2);
	if (argc <= 3 && !strcmp(verb, "list"))
		return list(argv[2], &line);
	if (argc == 4 && !strcmp(verb, "wait"))
		return wait_end(argv + 2);
	if (argc == 4 && !strcmp(verb, "flood"))
		return flood(argv + 2);
	if (argc == 3 && !strcmp(verb, "flags"))
		return flags(argv[2]);
	fputs("usage: jobtool start|cancel|list|wait|flood|flags|sigwrite ...\n", stderr);
	return 2;
}
