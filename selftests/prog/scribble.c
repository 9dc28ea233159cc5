// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads 64 KiB of a device again and again with direct I/O into memory that lies
 * in one piece, while another thread writes to one page of it; or, with "write",
 * writes it from there and reads it back. All other pages must be those of the
 * set, from its first on.
 */
#include "pageset.h"

#include <pthread.h>

#define PAGES 16u
#define SPOILT 3u
#define HUGE ((size_t)2 << 20)

static unsigned char *buffer;
static bool done;
static size_t step = 1;		/* words; more leaves the page compressible */

static void *scribble(void *arg)
{
	uint64_t *word = (uint64_t *)(buffer + SPOILT * PAGE), state = 1;
	size_t i;

	(void)arg;
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		for (i = 0; i < PAGE / sizeof(*word); i += step)
			__atomic_store_n(&word[i], random_next(&state), __ATOMIC_RELAXED);
	return NULL;
}

/* In one piece: the kernel has huge pages of 2 MiB, if it is let. */
static void make_buffer(void)
{
	char *memory = get_pages(2 * HUGE);

	memory += -(uintptr_t)memory % HUGE;
	if (madvise(memory, HUGE, MADV_HUGEPAGE))
		die("huge pages: %s", strerror(errno));
	memset(memory, 1, HUGE);
	buffer = (unsigned char *)memory;
}

static unsigned int wrong_pages(const struct pageset *set, const unsigned char *pages)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < PAGES; i++)
		wrong += i != SPOILT &&
			 memcmp(pages + i * PAGE, set->pages + i * PAGE, PAGE);
	return wrong;
}

int main(int argc, char **argv)
{
	unsigned long passes, i, wrong = 0;
	unsigned char *into;
	bool writes;
	struct pageset set;
	pthread_t thread;
	int fd;

	program_name = "scribble";
	writes = argc == 5 && !strcmp(argv[4], "write");
	if (argc != 4 && !writes) {
		fputs("usage: scribble DEVICE SET PASSES [write]\n", stderr);
		return 2;
	}
	pageset_load(&set, argv[2]);
	passes = parse_size(argv[3]);
	make_buffer();
	into = buffer;
	fd = open(argv[1], (writes ? O_RDWR : O_RDONLY) | O_DIRECT);
	if (fd < 0 || set.count < PAGES)
		die("%s: %s", argv[1], fd < 0 ? strerror(errno) : "the set is too small");
	if (writes) {
		step = 16;
		into = (unsigned char *)get_pages(PAGES * PAGE);
		memcpy(buffer, set.pages, PAGES * PAGE);
	}
	if (pthread_create(&thread, NULL, scribble, NULL))
		die("no thread");
	for (i = 0; i < passes; i++) {
		if (writes && pwrite(fd, buffer, PAGES * PAGE, 0) != PAGES * PAGE)
			die("write: %s", strerror(errno));
		if (pread(fd, into, PAGES * PAGE, 0) != PAGES * PAGE)
			die("read: %s", strerror(errno));
		wrong += wrong_pages(&set, into);
	}
	__atomic_store_n(&done, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	printf("scribble: %lu passes, %lu pages wrong\n", passes, wrong);
	return wrong ? 1 : 0;
}
