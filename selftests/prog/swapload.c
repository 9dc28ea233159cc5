// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that holds real pages: fills anonymous memory with a page set,
 * stamped so that every page is different, never touches a part of it again,
 * rewrites the rest a few times, and in the end compares every page with what
 * it ought to be.
 */
#include "pageset.h"

#define BLOCK 64u		/* pages that are cold or warm together */

static struct options {
	const char *set, *slots, *gate;
	size_t pages;
	size_t lone;		/* pages to read one by one */
	unsigned int seconds;	/* to fill at most; 0: any time */
	unsigned int cold;	/* per cent never touched again */
	unsigned int passes;
	uint64_t seed;
} options = { .cold = 25, .passes = 1, .seed = 1 };

static struct pageset set;
static char *memory;

static void usage(void)
{
	fputs("usage: swapload -m SIZE SET [OPTION]...\n"
	      "  -u PERCENT  never touched again (25)\n"
	      "  -k PASSES   rewrite the rest so often (1)\n"
	      "  -t SECONDS  fill no longer, and hold what was filled by then\n"
	      "  -o FILE     then write 'SLOT cold|warm' of the pages that are in swap\n"
	      "  -w FILE     then wait for a line of that file (a fifo) before comparing\n"
	      "  -r COUNT    then read so many pages, each from another place, and wait again\n"
	      "  -s SEED     order of the passes; 0: ascending (1)\n", stderr);
	exit(2);
}

static void parse(int argc, char **argv)
{
	int option;

	program_name = "swapload";
	while ((option = getopt(argc, argv, "m:u:k:t:o:w:r:s:")) != -1) {
		switch (option) {
		case 'm': options.pages = parse_size(optarg) / PAGE / BLOCK * BLOCK; break;
		case 'u': options.cold = parse_size(optarg); break;
		case 'k': options.passes = parse_size(optarg); break;
		case 't': options.seconds = parse_size(optarg); break;
		case 'o': options.slots = optarg; break;
		case 'w': options.gate = optarg; break;
		case 'r': options.lone = parse_size(optarg); break;
		case 's': options.seed = parse_size(optarg); break;
		default: usage();
		}
	}
	if (argc - optind != 1 || !options.pages || options.cold > 100)
		usage();
	options.set = argv[optind];
}

/* Cold blocks are spread evenly over the memory. */
static bool is_cold(size_t page)
{
	size_t block = page / BLOCK;

	return (block + 1) * options.cold / 100 != block * options.cold / 100;
}

static unsigned int generation_of(size_t page)
{
	return is_cold(page) ? 0 : options.passes;
}

static void say(const char *what, size_t pages)
{
	printf("swapload: %s %zu pages (%zu MiB)\n", what, pages, pages * PAGE >> 20);
	fflush(stdout);
}

static void fill(void)
{
	time_t began = time(NULL);
	size_t i;

	for (i = 0; i < options.pages; i++) {
		if (options.seconds && i && !(i % BLOCK) &&
		    time(NULL) - began >= options.seconds)
			options.pages = i;
		else
			page_make(&set, i, true, 0, memory + i * PAGE);
	}
	say("filled", options.pages);
}

/* One pass over the warm part, block by block in the order of the seed. */
static void rewrite_warm(unsigned int generation)
{
	size_t blocks = options.pages / BLOCK, i, page, warm = 0;
	uint32_t *order = make_order(blocks, options.seed ? options.seed + generation : 0);

	for (i = 0; i < blocks; i++) {
		for (page = order[i] * BLOCK; page < (order[i] + 1) * BLOCK; page++) {
			if (is_cold(page))
				break;
			page_stamp(memory + page * PAGE, page, generation);
			warm++;
		}
	}
	munmap(order, blocks * sizeof(*order));
	say("rewrote", warm);
}

/* The swap slot of each page that is in swap now. */
static void write_slots(void)
{
	int map = open("/proc/self/pagemap", O_RDONLY);
	FILE *out = fopen(options.slots, "w");
	size_t i, swapped = 0;
	uint64_t entry;

	if (!out || map < 0)
		die("%s or pagemap: %s", options.slots, strerror(errno));
	for (i = 0; i < options.pages; i++) {
		if (pread(map, &entry, sizeof(entry),
			  ((uintptr_t)memory / PAGE + i) * sizeof(entry)) != sizeof(entry))
			die("pagemap: %s", strerror(errno));
		if (!(entry >> 62 & 1))
			continue;
		swapped++;
		/* bits 0-4: swap area, 5-54: slot in it */
		fprintf(out, "%llu %s\n",
			(unsigned long long)(entry & ((1ull << 55) - 1)) >> 5,
			is_cold(i) ? "cold" : "warm");
	}
	if (fclose(out))
		die("%s: %s", options.slots, strerror(errno));
	close(map);
	say("has in swap", swapped);
}

static void wait_at_gate(void)
{
	char line[16];
	FILE *in = fopen(options.gate, "r");

	if (!in)
		die("%s: %s", options.gate, strerror(errno));
	if (!fgets(line, sizeof(line), in))
		say("nobody opened the gate for", options.pages);
	fclose(in);
}

/* The golden section keeps any of them far from those just before. */
static void read_lone(void)
{
	const volatile char *page = memory;
	size_t step = options.pages * 0.6180339887, i, at = 0;

	for (i = 0; i < options.lone; i++) {
		(void)page[at * PAGE];
		at = (at + step) % options.pages;
	}
	say("read one by one", options.lone);
}

int main(int argc, char **argv)
{
	size_t i, wrong = 0;
	unsigned int pass;

	parse(argc, argv);
	pageset_load(&set, options.set);
	/* 64 kB folios must be able to form: start at such a boundary */
	memory = get_pages(options.pages * PAGE + 16 * PAGE);
	memory += -(uintptr_t)memory % (16 * PAGE);
	fill();
	for (pass = 1; pass <= options.passes; pass++)
		rewrite_warm(pass);
	if (options.slots)
		write_slots();
	if (options.gate)
		wait_at_gate();
	if (options.lone) {
		read_lone();
		wait_at_gate();
	}
	for (i = 0; i < options.pages; i++)
		wrong += !page_check(&set, i, true, generation_of(i), memory + i * PAGE);
	say("compared", options.pages);
	printf("swapload: %zu wrong\n", wrong);
	return wrong ? 1 : 0;
}
