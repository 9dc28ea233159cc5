// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory in pieces of 64 kB, or of another size, goes to swap whole, because it is
 * told to, and comes back: in order, or page by page in an order that keeps
 * neighbours apart. Prints the
 * nanoseconds a page that each way took, in each of several rounds, and in the end
 * how many pages were wrong.
 */
#include "pageset.h"

#define SETTING "/sys/kernel/mm/transparent_hugepage/hugepages-%zukB/enabled"

static struct options {
	const char *set;
	size_t pages, reads;
	size_t piece;		/* bytes */
	unsigned int rounds;
	bool whole, blind;
} options = { .rounds = 1, .piece = 64 << 10 };

static struct pageset set;

static void usage(void)
{
	fputs("usage: foliotrip -m SIZE SET [OPTION]...\n"
	      "  -n ROUNDS   of writing and reading (1)\n"
	      "  -r COUNT    pages to read in the first round (all)\n"
	      "  -k SIZE     of the pieces, in kB (64)\n"
	      "  -w          read in order, in pieces\n"
	      "  -x          and leave the comparing out, which reads all\n", stderr);
	exit(2);
}

static size_t number(const char *text)
{
	char *end;
	size_t n = strtoull(text, &end, 10);

	if (*end == 'M')
		n <<= 20;
	return n;
}

static void parse(int argc, char **argv)
{
	int option;

	program_name = "foliotrip";
	while ((option = getopt(argc, argv, "m:n:r:k:wx")) != -1) {
		switch (option) {
		case 'm': options.pages = number(optarg) / PAGE; break;
		case 'n': options.rounds = number(optarg); break;
		case 'r': options.reads = number(optarg); break;
		case 'k': options.piece = number(optarg) << 10; break;
		case 'w': options.whole = true; break;
		case 'x': options.blind = true; break;
		default: usage();
		}
	}
	if (argc - optind != 1 || options.piece < PAGE)
		usage();
	options.pages -= options.pages % (options.piece / PAGE);
	if (!options.pages)
		usage();
	options.set = argv[optind];
}

static void choose(const char *what)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), SETTING, options.piece >> 10);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, what, strlen(what)) < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

/* New memory, as new pieces, out to swap; nanoseconds a page. */
static uint64_t put_away(char *memory, unsigned int round)
{
	size_t bytes = options.pages * PAGE, i;
	uint64_t begin;

	choose("always");
	madvise(memory, bytes, MADV_DONTNEED);
	for (i = 0; i < options.pages; i++)
		page_make(&set, i, true, round, memory + i * PAGE);
	begin = now_ns();
	if (madvise(memory, bytes, MADV_PAGEOUT))
		die("cannot put pages into swap: %s", strerror(errno));
	return (now_ns() - begin) / options.pages;
}

/* @count pages, the next one always in another part; nanoseconds a page. */
static uint64_t fetch(const volatile char *memory, size_t count)
{
	size_t step = options.whole ? 1 : (size_t)(options.pages * 0.6180339887) | 1;
	uint64_t begin;
	size_t i, at = 0;

	choose(options.whole ? "always" : "never");
	begin = now_ns();
	for (i = 0; i < count; i++) {
		(void)memory[at * PAGE];
		at = (at + step) % options.pages;
	}
	return (now_ns() - begin) / count;
}

int main(int argc, char **argv)
{
	size_t wrong = 0, count, i;
	unsigned int round;
	char *memory;

	parse(argc, argv);
	pageset_load(&set, options.set);
	pageset_touch(&set);
	memory = get_pages(options.pages * PAGE + options.piece);
	memory += -(uintptr_t)memory % options.piece;
	for (round = 1; round <= options.rounds; round++) {
		uint64_t out = put_away(memory, round), in;

		count = round == 1 && options.reads ? options.reads : options.pages;
		in = fetch(memory, count);
		printf("round %u out %llu in %llu\n", round, (unsigned long long)out,
		       (unsigned long long)in);
		fflush(stdout);
	}
	for (i = 0; !options.blind && i < options.pages; i++)
		wrong += !page_check(&set, i, true, options.rounds, memory + i * PAGE);
	printf("wrong %zu\n", wrong);
	return wrong ? 1 : 0;
}
