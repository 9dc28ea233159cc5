// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts a job over netlink, waits until it has ended, and prints what it did
 * as "name=value" words.
 */
#include "genl.h"

#include <poll.h>

#include "zram/netlink.h"
#include "zram/trace_events.h"

static const char *const types[] = {
	"recompress", "pack", "writeback", "promote", "detach",
};

struct seen {
	uint32_t dev, job;
	bool found, ended;
};

static void usage(void)
{
	fputs("usage: jobrun N TYPE [-n SLOTS] [-l LEVEL] [-r FIRST:COUNT]... [-p PRIO] [-a AGE]\n"
	      "              [-m MAX_SLOTS] [-b MAX_BYTES] [-t MAX_MS] [-B] (do not wait)\n",
	      stderr);
	exit(2);
}

static uint64_t number_of(const struct nlmsghdr *nlh, int type)
{
	const struct nlattr *a = genl_find(nlh, type);
	uint64_t v = 0;

	if (a)
		memcpy(&v, genl_data(a), genl_len(a) < 8 ? genl_len(a) : 8);
	return v;
}

static void note_job(const struct nlmsghdr *nlh, void *arg)
{
	*(uint32_t *)arg = number_of(nlh, ZRAM_A_JOB_JOB);
}

static void look(const struct nlmsghdr *nlh, void *arg)
{
	struct seen *s = arg;

	if (number_of(nlh, ZRAM_A_JOB_JOB) != s->job)
		return;
	s->found = true;
	s->ended = number_of(nlh, ZRAM_A_JOB_PHASE) >= ZRAM_JOB_PHASE_DONE;
	if (!s->ended)
		return;
	printf("phase=%llu error=%llu total=%llu done=%llu moved=%llu skipped=%llu before=%llu after=%llu written=%llu failed=%llu\n",
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_PHASE),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_ERROR),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_TOTAL),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_DONE),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_MOVED),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_SKIPPED),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_BYTES_BEFORE),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_BYTES_AFTER),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_BYTES_WRITTEN),
	       (unsigned long long)number_of(nlh, ZRAM_A_JOB_FAILED));
}

static int wait_for_end(int fd, int family, struct seen *s)
{
	for (;;) {
		struct genl_ans ans;
		struct genl_req r;

		s->found = false;
		genl_begin(&r, family, ZRAM_CMD_JOB_GET, NLM_F_DUMP);
		genl_put_u32(&r, ZRAM_A_JOB_ID, s->dev);
		ans = genl_talk(fd, &r, look, s);
		if (ans.err || (!s->found && !ans.interrupted)) {
			fprintf(stderr, "jobrun: lost the job: %s\n",
				ans.err ? strerror(-ans.err) : "not listed");
			return 1;
		}
		if (s->ended)
			return 0;
		poll(NULL, 0, 20);
	}
}

static int type_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(name, types[i]))
			return i;
	usage();
	return -1;
}

static void put_range(struct zram_slot_range *r, const char *text)
{
	unsigned long long first, count;

	if (sscanf(text, "%llu:%llu", &first, &count) != 2)
		usage();
	*r = (struct zram_slot_range){ .first = first, .count = count };
}

int main(int argc, char **argv)
{
	struct zram_slot_range ranges[64];
	struct seen s = { 0 };
	struct genl_ans ans;
	struct genl_req r;
	int fd, family, option;
	size_t nr = 0;
	bool wait = true;

	if (argc < 3)
		usage();
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!family) {
		fputs("jobrun: no netlink family\n", stderr);
		return 1;
	}
	s.dev = strtoul(argv[1], NULL, 10);
	genl_begin(&r, family, ZRAM_CMD_JOB_START, 0);
	genl_put_u32(&r, ZRAM_A_JOB_ID, s.dev);
	genl_put_u32(&r, ZRAM_A_JOB_TYPE, type_of(argv[2]));
	optind = 3;
	while ((option = getopt(argc, argv, "n:l:r:p:a:m:b:t:B")) != -1) {
		switch (option) {
		case 'n':
			genl_put_u32(&r, ZRAM_A_JOB_PACK_SLOTS, atoi(optarg));
			break;
		case 'l':
			genl_put_u32(&r, ZRAM_A_JOB_LEVEL, atoi(optarg));
			break;
		case 'r':
			if (nr == sizeof(ranges) / sizeof(ranges[0]))
				usage();
			put_range(&ranges[nr++], optarg);
			break;
		case 'p':
			genl_put_u32(&r, ZRAM_A_JOB_PRIO, atoi(optarg));
			break;
		case 'a':
			genl_put_u32(&r, ZRAM_A_JOB_MIN_AGE, atoi(optarg));
			break;
		case 'm':
			genl_put_u64(&r, ZRAM_A_JOB_MAX_SLOTS, atoll(optarg));
			break;
		case 'b':
			genl_put_u64(&r, ZRAM_A_JOB_MAX_BYTES, atoll(optarg));
			break;
		case 't':
			genl_put_u32(&r, ZRAM_A_JOB_MAX_MS, atoi(optarg));
			break;
		case 'B':
			wait = false;
			break;
		default:
			usage();
		}
	}
	if (nr)
		genl_put(&r, ZRAM_A_JOB_RANGES, ranges, nr * sizeof(*ranges));
	ans = genl_talk(fd, &r, note_job, &s.job);
	if (ans.err) {
		fprintf(stderr, "jobrun: %s%s%s\n", strerror(-ans.err),
			ans.msg[0] ? ": " : "", ans.msg);
		return 1;
	}
	if (!wait) {
		printf("job=%u\n", s.job);
		return 0;
	}
	return wait_for_end(fd, family, &s);
}
