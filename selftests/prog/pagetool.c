// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes, reads, verifies and discards page sets on a block device with direct
 * I/O, in order or shuffled, and says how long it took per page. With a clock
 * that counts instructions (-icount) nanoseconds are instructions.
 */
#include "pageset.h"

#include <linux/fs.h>
#include <sys/ioctl.h>

enum verb { WRITE, READ, VERIFY, DISCARD, ZEROOUT, HEAT };

static const char *const verbs[] = {
	[WRITE] = "write", [READ] = "read", [VERIFY] = "verify",
	[DISCARD] = "discard", [ZEROOUT] = "zeroout", [HEAT] = "heat",
};

static struct options {
	enum verb verb;
	const char *device, *set, *truth;
	size_t block;		/* bytes a request */
	size_t count;		/* pages; 0: as many as the set has */
	size_t first;		/* page of the device where it starts */
	unsigned int passes;
	uint64_t seed;		/* of the shuffle; 0: in order */
	bool stamped;
	uint64_t generation;	/* of the stamps */
	size_t misalign;	/* bytes off a page boundary that buffers lie */
	bool expect_eio;	/* go on after EIO and count them */
	size_t pace;		/* pages a second at most; 0: no bound */
	unsigned int idle_ms;	/* let other work of the kernel end first */
} options = { .block = PAGE, .passes = 1 };

static struct pageset set;
static unsigned long failed;

static void usage(void)
{
	fputs("usage: pagetool VERB DEVICE [SET] [OPTION]...\n"
	      "verbs: write, read, verify, discard, zeroout,\n"
	      "       heat (reads a tenth of the pages 100 times, a tenth once, the rest 10 times)\n"
	      "SET: file of pages, zero, word or random\n"
	      "  -b SIZE  bytes a request (4K)     -c COUNT  pages (as many as the set has)\n"
	      "  -f PAGE  first page of the device -n PASSES do it so often\n"
	      "  -s SEED  shuffled                 -g NUMBER stamp pages with this generation\n"
	      "  -m BYTES misalign the buffers     -e        count EIO instead of ending\n"
	      "  -w MS    idle before the clock starts\n"
	      "  -p PAGES a second at most\n"
	      "  -t FILE  heat: write 'PAGE READS' lines there\n", stderr);
	exit(2);
}

static void parse(int argc, char **argv)
{
	int option;
	size_t i;

	program_name = "pagetool";
	while ((option = getopt(argc, argv, "b:c:f:n:s:g:m:et:w:p:")) != -1) {
		switch (option) {
		case 'b': options.block = parse_size(optarg); break;
		case 'c': options.count = parse_size(optarg); break;
		case 'f': options.first = parse_size(optarg); break;
		case 'n': options.passes = parse_size(optarg); break;
		case 's': options.seed = parse_size(optarg); break;
		case 'g':
			options.stamped = true;
			options.generation = parse_size(optarg);
			break;
		case 'm': options.misalign = parse_size(optarg); break;
		case 'e': options.expect_eio = true; break;
		case 't': options.truth = optarg; break;
		case 'w': options.idle_ms = parse_size(optarg); break;
		case 'p': options.pace = parse_size(optarg); break;
		default: usage();
		}
	}
	if (argc - optind < 2 || argc - optind > 3)
		usage();
	for (i = 0; strcmp(argv[optind], verbs[i]); i++)
		if (i == HEAT)
			usage();
	options.verb = i;
	options.device = argv[optind + 1];
	options.set = argv[optind + 2];
	if ((options.verb == WRITE || options.verb == VERIFY) && !options.set)
		usage();
	if (!options.set && !options.count)
		usage();
}

/* One request of @pages pages; a failure that is asked for is counted: false. */
static bool request(int fd, enum verb verb, char *buffer, size_t page, size_t pages)
{
	uint64_t range[2] = { (options.first + page) * PAGE, pages * PAGE };
	ssize_t done = 0;

	switch (verb) {
	case WRITE:
		done = pwrite(fd, buffer, range[1], range[0]);
		break;
	case DISCARD:
		done = ioctl(fd, BLKDISCARD, range) ? -1 : (ssize_t)range[1];
		break;
	case ZEROOUT:
		done = ioctl(fd, BLKZEROOUT, range) ? -1 : (ssize_t)range[1];
		break;
	default:
		done = pread(fd, buffer, range[1], range[0]);
	}
	if (done == (ssize_t)range[1])
		return true;
	if (!(done < 0 && errno == EIO && options.expect_eio))
		die("%s of %zu pages at page %zu: %s", verbs[verb], pages, page,
		    done < 0 ? strerror(errno) : "short");
	failed++;
	return false;
}

static char *request_buffer(void)
{
	return (char *)get_pages(options.block + PAGE) + options.misalign;
}

/*
 * One pass; returns the nanoseconds that it took. Pages without a stamp are
 * written right out of the set, so that nothing but requests is measured then;
 * stamping and verifying are inside the clock.
 */
static uint64_t pass(int fd, const uint32_t *order, size_t requests, size_t per,
		     uint64_t *wrong)
{
	bool direct = options.verb == WRITE && !options.stamped &&
		      !options.misalign && set.count >= per;
	static char *own;
	size_t i, page, k;
	uint64_t begin;
	char *buffer;
	bool came;

	if (!own) {
		own = request_buffer();
		memset(own, 0, options.block);
	}
	usleep(options.idle_ms * 1000);
	begin = now_ns();
	for (i = 0; i < requests; i++) {
		page = order[i] * per;
		buffer = own;
		if (direct)
			buffer = (char *)set.pages + page % (set.count / per * per) * PAGE;
		else if (options.verb == WRITE)
			for (k = 0; k < per; k++)
				page_make(&set, page + k, options.stamped,
					  options.generation, own + k * PAGE);
		came = request(fd, options.verb, buffer, page, per);
		keep_pace(begin, (i + 1) * per, options.pace);
		if (came && options.verb == VERIFY)
			for (k = 0; k < per; k++)
				*wrong += !page_check(&set, page + k, options.stamped,
						      options.generation, own + k * PAGE);
	}
	return now_ns() - begin;
}

/* How often the heat model reads the page that the order has at @rank. */
static unsigned int heat_reads(size_t rank, size_t pages)
{
	if (rank < pages / 10)
		return 100;
	return rank < pages / 10 * 2 ? 1 : 10;
}

static void write_truth(const uint32_t *order, size_t pages)
{
	FILE *out = fopen(options.truth, "w");
	size_t i;

	if (!out)
		die("%s: %s", options.truth, strerror(errno));
	for (i = 0; i < pages; i++)
		fprintf(out, "%zu %u\n", options.first + order[i],
			heat_reads(i, pages));
	if (fclose(out))
		die("%s: %s", options.truth, strerror(errno));
}

/* Reads pages by the model, all reads together in one shuffled order. */
static size_t heat(int fd, size_t pages)
{
	uint32_t *order = make_order(pages, options.seed ? options.seed : 1);
	char *buffer = request_buffer();
	uint32_t *reads, *mixed;
	size_t total = 0, i, k;

	for (i = 0; i < pages; i++)
		total += heat_reads(i, pages);
	reads = get_pages(total * sizeof(*reads));
	for (i = 0, total = 0; i < pages; i++)
		for (k = 0; k < heat_reads(i, pages); k++)
			reads[total++] = order[i];
	mixed = make_order(total, 77);
	for (i = 0; i < total; i++)
		request(fd, READ, buffer, reads[mixed[i]], 1);
	if (options.truth)
		write_truth(order, pages);
	return total;
}

int main(int argc, char **argv)
{
	size_t per, requests, total = 0;
	uint64_t ns = 0, wrong = 0;
	unsigned int i;
	uint32_t *order;
	int fd;

	parse(argc, argv);
	if (options.set) {
		pageset_load(&set, options.set);
		pageset_touch(&set);
	}
	if (!options.count)
		options.count = set.count;
	per = options.block / PAGE;
	if (!per || options.block % PAGE || options.count % per)
		die("%zu pages do not divide into requests of %zu bytes",
		    options.count, options.block);
	fd = open(options.device, O_DIRECT |
		  (options.verb == READ || options.verb == VERIFY ||
		   options.verb == HEAT ? O_RDONLY : O_RDWR));
	if (fd < 0)
		die("%s: %s", options.device, strerror(errno));
	requests = options.count / per;
	if (options.verb == HEAT) {
		total = heat(fd, options.count);
		printf("reads=%zu\n", total);
		return 0;
	}
	order = make_order(requests, options.seed);
	for (i = 0; i < options.passes; i++, total += options.count)
		ns += pass(fd, order, requests, per, &wrong);
	printf("pages=%zu wrong=%llu failed=%lu ns_per_page=%.1f\n", total,
	       (unsigned long long)wrong, failed, (double)ns / total);
	return wrong ? 1 : 0;
}
