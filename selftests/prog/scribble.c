// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads 64 KiB of a device again and again with direct I/O into memory that lies
 * in one piece, while another thread writes to one page of it. All other pages
 * must be those of the set, from its first on.
 */
#include "pageset.h"

#include <pthread.h>

#define PAGES 16u
#define SPOILT 3u
#define HUGE ((size_t)2 << 20)

static unsigned char *buffer;
static bool done;

static void *scribble(void *arg)
{
	uint64_t *word = (uint64_t *)(buffer + SPOILT * PAGE), state = 1;
	size_t i;

	(void)arg;
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		for (i = 0; i < PAGE / sizeof(*word); i++)
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

static unsigned int wrong_pages(const struct pageset *set)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < PAGES; i++)
		wrong += i != SPOILT &&
			 memcmp(buffer + i * PAGE, set->pages + i * PAGE, PAGE);
	return wrong;
}

int main(int argc, char **argv)
{
	unsigned long passes, i, wrong = 0;
	struct pageset set;
	pthread_t thread;
	int fd;

	program_name = "scribble";
	if (argc != 4) {
		fputs("usage: scribble DEVICE SET PASSES\n", stderr);
		return 2;
	}
	pageset_load(&set, argv[2]);
	passes = parse_size(argv[3]);
	make_buffer();
	fd = open(argv[1], O_RDONLY | O_DIRECT);
	if (fd < 0 || set.count < PAGES)
		die("%s: %s", argv[1], fd < 0 ? strerror(errno) : "the set is too small");
	if (pthread_create(&thread, NULL, scribble, NULL))
		die("no thread");
	for (i = 0; i < passes; i++) {
		if (pread(fd, buffer, PAGES * PAGE, 0) != PAGES * PAGE)
			die("read: %s", strerror(errno));
		wrong += wrong_pages(&set);
	}
	__atomic_store_n(&done, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	printf("scribble: %lu passes, %lu pages wrong\n", passes, wrong);
	return wrong ? 1 : 0;
}
