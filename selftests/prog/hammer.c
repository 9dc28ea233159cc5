// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random writes, reads, discards and write-zeroes on the same few pages of a
 * block device, from several threads at once. Whatever is read must be a page
 * that somebody wrote there, whole, or zeroes; with one thread it must be the
 * last one. In the end it says what a correct device now holds.
 */
#include "pageset.h"

#include <linux/fs.h>
#include <pthread.h>
#include <sys/ioctl.h>

#define MOST 32u		/* pages a request */

enum kind { ZERO, FILL, RANDOM, SET };

static struct options {
	const char *device, *set;
	unsigned int threads, pages;
	unsigned long operations;
	uint64_t seed;
	bool keep;		/* leave the pages there in the end */
} options = { .threads = 1, .pages = 64, .operations = 1000, .seed = 1 };

static struct pageset set;
static uint32_t *model;		/* generation of each page, with one thread */
static unsigned long wrong;

static void usage(void)
{
	fputs("usage: hammer DEVICE SET [-t THREADS] [-p PAGES] [-n OPERATIONS] [-s SEED] [-k]\n",
	      stderr);
	exit(2);
}

/* What a generation of a page is made of; generation 0 is an empty page. */
static enum kind kind_of(uint32_t generation)
{
	if (!generation)
		return ZERO;
	switch (generation % 8) {
	case 0: return ZERO;
	case 1: return FILL;
	case 2: return RANDOM;
	default: return SET;
	}
}

static void make(uint32_t page, uint32_t generation, void *buffer)
{
	uint64_t *word = buffer, state = generation, fill;
	size_t i;

	switch (kind_of(generation)) {
	case ZERO:
		memset(buffer, 0, PAGE);
		return;
	case FILL:
		fill = (uint64_t)page << 32 | generation;
		for (i = 0; i < PAGE / sizeof(*word); i++)
			word[i] = fill;
		return;
	case RANDOM:
		for (i = 0; i < PAGE / sizeof(*word); i++)
			word[i] = random_next(&state);
		page_stamp(buffer, page, generation);
		return;
	case SET:
		page_make(&set, page + generation, false, 0, buffer);
		page_stamp(buffer, page, generation);
	}
}

/* Which generation of the page @buffer claims to be. */
static uint32_t claimed(const void *buffer)
{
	uint64_t stamp[2];

	memcpy(stamp, (const char *)buffer + STAMP_AT, sizeof(stamp));
	return stamp[0] == stamp[1] ? (uint32_t)stamp[0] : (uint32_t)stamp[1];
}

static void check(uint32_t page, const void *buffer)
{
	unsigned char right[PAGE];
	uint32_t generation = model ? model[page] : claimed(buffer);

	make(page, generation, right);
	if (!memcmp(buffer, right, PAGE))
		return;
	__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	fprintf(stderr, "hammer: page %u is not generation %u of itself\n", page,
		generation);
}

static void must(bool good, const char *what)
{
	if (!good)
		die("%s: %s", what, strerror(errno));
}

static void one_operation(int fd, unsigned char *buffer, uint64_t *state)
{
	uint64_t r = random_next(state);
	uint32_t count = r >> 32 & 1 ? 1 : 1 + (r >> 33) % MOST;
	uint32_t page = r % options.pages, i;
	uint64_t range[2];

	if (count > options.pages - page)
		count = options.pages - page;
	range[0] = (uint64_t)page * PAGE;
	range[1] = (uint64_t)count * PAGE;
	switch (r >> 40 & 15) {
	case 0:
		must(!ioctl(fd, BLKDISCARD, range), "discard");
		break;
	case 1:
		must(!ioctl(fd, BLKZEROOUT, range), "write zeroes");
		break;
	case 2: case 3: case 4: case 5: case 6:
		must(pread(fd, buffer, range[1], range[0]) == (ssize_t)range[1], "read");
		for (i = 0; i < count; i++)
			check(page + i, buffer + i * PAGE);
		return;
	default:
		for (i = 0; i < count; i++) {
			/* 31 bits: also a generation that is a multiple of 8 counts */
			uint32_t generation = random_next(state) >> 33 | 1u << 20;

			make(page + i, generation, buffer + i * PAGE);
			if (model)
				model[page + i] = generation;
		}
		must(pwrite(fd, buffer, range[1], range[0]) == (ssize_t)range[1], "write");
		return;
	}
	for (i = 0; model && i < count; i++)
		model[page + i] = 0;
}

static void *work(void *number)
{
	int fd = open(options.device, O_RDWR | O_DIRECT);
	uint64_t state = options.seed * 1000 + (uintptr_t)number;
	unsigned char *buffer = get_pages(MOST * PAGE);
	unsigned long i;

	must(fd >= 0, options.device);
	for (i = 0; i < options.operations; i++)
		one_operation(fd, buffer, &state);
	close(fd);
	return NULL;
}

/* What mm_stat must show: pages stored, filled, and incompressible. */
static void say_model(void)
{
	unsigned int count[4] = { 0 }, empty = 0, i;

	for (i = 0; i < options.pages; i++) {
		if (model[i])
			count[kind_of(model[i])]++;
		else
			empty++;
	}
	printf("stored=%u same=%u huge=%u objects=%u\n", options.pages - empty,
	       count[ZERO] + count[FILL], count[RANDOM], count[SET]);
}

static void discard_all(void)
{
	uint64_t range[2] = { 0, (uint64_t)options.pages * PAGE };
	int fd = open(options.device, O_RDWR);

	must(fd >= 0 && !ioctl(fd, BLKDISCARD, range), "discard all");
	close(fd);
}

static void parse(int argc, char **argv)
{
	int option;

	program_name = "hammer";
	while ((option = getopt(argc, argv, "t:p:n:s:k")) != -1) {
		switch (option) {
		case 't': options.threads = parse_size(optarg); break;
		case 'p': options.pages = parse_size(optarg); break;
		case 'n': options.operations = parse_size(optarg); break;
		case 's': options.seed = parse_size(optarg); break;
		case 'k': options.keep = true; break;
		default: usage();
		}
	}
	if (argc - optind != 2 || !options.threads || !options.pages)
		usage();
	options.device = argv[optind];
	options.set = argv[optind + 1];
}

int main(int argc, char **argv)
{
	pthread_t *threads;
	uintptr_t i;

	parse(argc, argv);
	pageset_load(&set, options.set);
	if (options.threads == 1)
		model = get_pages(options.pages * sizeof(*model));
	threads = get_pages(options.threads * sizeof(*threads));
	for (i = 0; i < options.threads; i++)
		must(!pthread_create(&threads[i], NULL, work, (void *)i), "thread");
	for (i = 0; i < options.threads; i++)
		pthread_join(threads[i], NULL);
	if (model)
		say_model();
	if (!options.keep)
		discard_all();
	printf("wrong=%lu\n", wrong);
	return wrong ? 1 : 0;
}
