// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random requests of whole blocks (4 KiB) to a device whose pages may be
 * larger, beside a model in memory: writes, reads, discards and write-zeroes of
 * any alignment, from several threads that share pages but no block. Prints
 * "pages=N" (device pages that hold something by the model) and "wrong=N".
 *
 * A page that a write touches first is there afterwards, whole; a discard
 * empties the pages that it covers whole and leaves the others alone.
 */
#include "pageset.h"

#include <linux/fs.h>
#include <pthread.h>
#include <sys/ioctl.h>

#define BLOCK 4096u
#define REQUEST_BLOCKS 32u	/* the largest request */

static struct {
	const char *device;
	size_t blocks;		/* of the device that are used */
	unsigned long operations;
	unsigned int threads;
	uint64_t seed;
	size_t misalign;	/* bytes off a page boundary that buffers lie */
	bool overlap;		/* threads interleave block by block */
} options = { .blocks = 1024, .operations = 1000, .threads = 1, .seed = 1 };

static size_t page_size, per_page;	/* bytes, blocks */
static unsigned char *model;		/* what each block should read as */
static unsigned char *occupied;		/* one a page, for one thread only */
static int fd;
static unsigned long wrong;

struct worker {
	pthread_t thread;
	unsigned int number;
	uint64_t random;
	unsigned char *buffer;
};

/* Threads that overlap own every n-th block, else a range of pages. */
static bool mine(const struct worker *w, size_t block)
{
	if (options.threads == 1)
		return true;
	if (options.overlap)
		return block % options.threads == w->number;
	return block / per_page % options.threads == w->number;
}

static size_t pick_request(struct worker *w, size_t *blocks)
{
	size_t first, n = 0, want = 1 + random_next(&w->random) % REQUEST_BLOCKS;

	do
		first = random_next(&w->random) % options.blocks;
	while (!mine(w, first));
	while (n < want && first + n < options.blocks && mine(w, first + n))
		n++;
	*blocks = n;
	return first;
}

/* A block of text, a repeated word or noise: object, fill and raw. */
static void fill_block(struct worker *w, unsigned char *p)
{
	uint64_t r = random_next(&w->random), *words = (uint64_t *)p;
	size_t i;

	switch (r % 4) {
	case 0:
		memset(p, r >> 8 & 1 ? 0 : 0xa5, BLOCK);
		break;
	case 1:
		for (i = 0; i < BLOCK / 8; i++)
			words[i] = random_next(&w->random);
		break;
	default:
		for (i = 0; i < BLOCK / 8; i++)
			words[i] = r + i / 16;
	}
}

static void check(int64_t got, size_t want, const char *what)
{
	if (got < 0 || (size_t)got != want)
		die("%s: %s", what, got < 0 ? strerror(errno) : "short");
}

static void do_write(struct worker *w, size_t first, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		fill_block(w, w->buffer + i * BLOCK);
	check(pwrite(fd, w->buffer, n * BLOCK, first * BLOCK), n * BLOCK,
	      "write");
	memcpy(model + first * BLOCK, w->buffer, n * BLOCK);
	for (i = first; i < first + n; i++)
		occupied[i / per_page] = 1;
}

static void do_read(struct worker *w, size_t first, size_t n)
{
	memset(w->buffer, 0x5c, n * BLOCK);
	check(pread(fd, w->buffer, n * BLOCK, first * BLOCK), n * BLOCK, "read");
	if (memcmp(w->buffer, model + first * BLOCK, n * BLOCK)) {
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
		fprintf(stderr, "blocks: %zu blocks at %zu are not what was written (seed %llu)\n",
			n, first, (unsigned long long)options.seed);
	}
}

static void do_discard(size_t first, size_t n)
{
	uint64_t range[2] = { first * BLOCK, n * BLOCK };
	size_t page, from = (first + per_page - 1) / per_page;
	size_t to = (first + n) / per_page;

	if (ioctl(fd, BLKDISCARD, range))
		die("discard: %s", strerror(errno));
	for (page = from; page < to; page++) {
		occupied[page] = 0;
		memset(model + page * page_size, 0, page_size);
	}
}

static void do_zero(size_t first, size_t n)
{
	uint64_t range[2] = { first * BLOCK, n * BLOCK };
	size_t i;

	if (ioctl(fd, BLKZEROOUT, range))
		die("write zeroes: %s", strerror(errno));
	memset(model + first * BLOCK, 0, n * BLOCK);
	/* with pages of one block the device empties them, else it writes */
	for (i = first; i < first + n; i++)
		occupied[i / per_page] = per_page > 1;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	unsigned long i;

	for (i = 0; i < options.operations; i++) {
		size_t n, first = pick_request(w, &n);

		switch (random_next(&w->random) % 8) {
		case 0 ... 3:
			do_write(w, first, n);
			break;
		case 4 ... 5:
			do_read(w, first, n);
			break;
		case 6:
			do_discard(first, n);
			break;
		default:
			do_zero(first, n);
		}
	}
	return NULL;
}

static void run_workers(void)
{
	struct worker *w = calloc(options.threads, sizeof(*w));
	unsigned int i;

	for (i = 0; i < options.threads; i++) {
		w[i].number = i;
		w[i].random = options.seed * 1000 + i;
		w[i].buffer = (unsigned char *)get_pages((REQUEST_BLOCKS + 16) * BLOCK) +
			      options.misalign;
		if (pthread_create(&w[i].thread, NULL, work, &w[i]))
			die("no thread");
	}
	for (i = 0; i < options.threads; i++)
		pthread_join(w[i].thread, NULL);
	/* everything once more, by one thread that may read all blocks */
	for (i = 0; i < options.blocks; i += REQUEST_BLOCKS)
		do_read(&w[0], i, options.blocks - i < REQUEST_BLOCKS ?
			options.blocks - i : REQUEST_BLOCKS);
}

int main(int argc, char **argv)
{
	size_t i, pages = 0;
	int option;

	program_name = "blocks";
	while ((option = getopt(argc, argv, "b:n:t:s:m:o")) != -1) {
		switch (option) {
		case 'b': options.blocks = strtoul(optarg, NULL, 0); break;
		case 'n': options.operations = strtoul(optarg, NULL, 0); break;
		case 't': options.threads = strtoul(optarg, NULL, 0); break;
		case 's': options.seed = strtoull(optarg, NULL, 0); break;
		case 'm': options.misalign = strtoul(optarg, NULL, 0); break;
		case 'o': options.overlap = true; break;
		default: optind = argc;
		}
	}
	if (optind != argc - 1 || !options.threads || options.misalign >= 16 * BLOCK) {
		fputs("usage: blocks [-b BLOCKS] [-n OPERATIONS] [-t THREADS] [-s SEED]\n"
		      "              [-m BYTES off alignment] [-o (threads share pages)] DEVICE\n", stderr);
		return 2;
	}
	options.device = argv[optind];
	page_size = sysconf(_SC_PAGESIZE);
	per_page = page_size / BLOCK;
	options.blocks -= options.blocks % per_page;
	model = get_pages(options.blocks * BLOCK);
	occupied = calloc(options.blocks / per_page, 1);
	fd = open(options.device, O_RDWR | O_DIRECT);
	if (fd < 0)
		die("%s: %s", options.device, strerror(errno));
	run_workers();
	for (i = 0; i < options.blocks / per_page; i++)
		pages += occupied[i];
	printf("pages=%zu wrong=%lu\n", pages, wrong);
	return wrong != 0;
}
