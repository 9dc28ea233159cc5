// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LRU inversion: a process fills memory with data that it will not touch
 * again, then with data that it goes on using; what is used last finds the fast
 * swap full. Counts what the used part costs. With -g it fills memory until the kernel
 * ends it, and tells how much it held.
 */
#include "pageset.h"

#include <sys/resource.h>
#include <sys/wait.h>

#define MIB_PAGES 256u

static struct options {
	const char *set, *disk;
	size_t cold, hot;	/* pages */
	unsigned int rounds;
	unsigned int rate;	/* MiB a second at most; 0: as fast as it goes */
	unsigned int rest;	/* seconds between loading and using */
	bool grow;
} options = { .rounds = 5, .disk = "vda" };

static struct pageset set;

static void usage(void)
{
	fputs("usage: inversion -c COLD -h HOT SET [OPTION]... | -g SET [OPTION]...\n"
	      "  -r ROUNDS  over the hot part (5)\n"
	      "  -p MIB     a second to fill at most\n"
	      "  -w SECONDS between filling and using\n"
	      "  -d DISK    whose reads are counted (vda)\n", stderr);
	exit(2);
}

static void parse(int argc, char **argv)
{
	int option;

	program_name = "inversion";
	while ((option = getopt(argc, argv, "c:h:r:p:w:d:g")) != -1) {
		switch (option) {
		case 'c': options.cold = parse_size(optarg) / PAGE; break;
		case 'h': options.hot = parse_size(optarg) / PAGE; break;
		case 'r': options.rounds = parse_size(optarg); break;
		case 'p': options.rate = parse_size(optarg); break;
		case 'w': options.rest = parse_size(optarg); break;
		case 'd': options.disk = optarg; break;
		case 'g': options.grow = true; break;
		default: usage();
		}
	}
	if (argc - optind != 1 || (!options.grow && !options.hot))
		usage();
	options.set = argv[optind];
}

static uint64_t disk_reads(void)
{
	unsigned long long reads = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/block/%s/stat", options.disk);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &reads) != 1)
		die("%s: no count of reads", path);
	fclose(f);
	return reads;
}

static uint64_t major_faults(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_majflt;
}

static void fill(char *memory, size_t pages)
{
	uint64_t begin = now_ns();

	for (size_t i = 0; i < pages; i++) {
		page_make(&set, i, true, 0, memory + i * PAGE);
		keep_pace(begin, i + 1, options.rate * MIB_PAGES);
	}
}

static int use_hot(void)
{
	size_t pages = options.cold + options.hot, wrong = 0;
	uint64_t reads = disk_reads(), faults, begin;
	char *memory = get_pages(pages * PAGE);

	fill(memory, pages);
	sleep(options.rest);
	printf("filled: reads=%llu majflt=%llu\n", (unsigned long long)(disk_reads() - reads),
	       (unsigned long long)major_faults());
	fflush(stdout);
	faults = major_faults();
	begin = now_ns();
	for (unsigned int r = 1; r <= options.rounds; r++) {
		uint32_t *order = make_order(options.hot, r);

		for (size_t i = 0; i < options.hot; i++) {
			size_t page = options.cold + order[i];

			wrong += !page_check(&set, page, true, r - 1, memory + page * PAGE);
			page_stamp(memory + page * PAGE, page, r);
		}
		munmap(order, options.hot * sizeof(*order));
	}
	printf("used: reads=%llu majflt=%llu ms=%llu wrong=%zu\n",
	       (unsigned long long)(disk_reads() - reads),
	       (unsigned long long)(major_faults() - faults),
	       (unsigned long long)(now_ns() - begin) / 1000000, wrong);
	return wrong ? 1 : 0;
}

/* In a child that the kernel picks first when memory is out. */
static int grow(void)
{
	size_t *held = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t most = 1u << 20;	/* pages of address space: 4 GiB */
	uint64_t begin = now_ns();
	FILE *adj;
	char *memory;
	int code;
	pid_t pid = fork();

	if (!pid) {
		adj = fopen("/proc/self/oom_score_adj", "w");
		if (!adj || fputs("1000", adj) < 0 || fclose(adj))
			die("oom_score_adj");
		memory = mmap(NULL, most * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		for (; memory != MAP_FAILED && *held < most; ++*held) {
			page_make(&set, *held, true, 0, memory + *held * PAGE);
			keep_pace(begin, *held + 1, options.rate * MIB_PAGES);
		}
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &code, 0) != pid)
		die("no child");
	printf("held: mib=%zu ms=%llu killed=%d\n", *held / MIB_PAGES,
	       (unsigned long long)(now_ns() - begin) / 1000000, WIFSIGNALED(code));
	return !WIFSIGNALED(code);
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	pageset_load(&set, options.set);
	return options.grow ? grow() : use_hot();
}
