// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults on swapped pages that get in each other's way: pairs of threads that
 * touch the same page at the same moment, and threads that throw pages away
 * while they are being written out. MADV_PAGEOUT takes the place of memory
 * pressure. Every page is compared with what it ought to be.
 */
#include "pageset.h"

#include <pthread.h>

#define PAGES 64u

static struct pageset set;
static unsigned long rounds = 100, wrong;
static char *shared;
static pthread_barrier_t barrier;
static unsigned int generation;

static void note(bool right)
{
	if (!right)
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
}

static void page_out(char *memory)
{
	if (madvise(memory, PAGES * PAGE, MADV_PAGEOUT))
		die("MADV_PAGEOUT: %s", strerror(errno));
}

/* Both threads of the pair read all pages in the same order, one writes. */
static void *fault_together(void *number)
{
	unsigned int i;
	unsigned long round;

	for (round = 1; round <= rounds; round++) {
		if (!number) {
			for (i = 0; i < PAGES; i++)
				page_make(&set, i, true, round, shared + i * PAGE);
			generation = round;
			page_out(shared);
		}
		pthread_barrier_wait(&barrier);
		for (i = 0; i < PAGES; i++)
			note(page_check(&set, i, true, generation, shared + i * PAGE));
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

/* Writes, pages out, drops half: what is dropped must come back as zeroes. */
static void *drop_while_written(void *number)
{
	static const unsigned char zeroes[PAGE];
	char *memory = get_pages(PAGES * PAGE);
	unsigned long round;
	unsigned int i;

	for (round = 1; round <= rounds; round++) {
		for (i = 0; i < PAGES; i++)
			page_make(&set, i, true, round, memory + i * PAGE);
		page_out(memory);
		for (i = 0; i < PAGES; i += 2)
			if (madvise(memory + i * PAGE, PAGE, MADV_DONTNEED))
				die("MADV_DONTNEED: %s", strerror(errno));
		for (i = 0; i < PAGES; i++) {
			if (i % 2)
				note(page_check(&set, i, true, round, memory + i * PAGE));
			else
				note(!memcmp(memory + i * PAGE, zeroes, PAGE));
		}
	}
	munmap(memory, PAGES * PAGE);
	return number;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];
	uintptr_t i;

	program_name = "swaprace";
	if (argc != 3) {
		fputs("usage: swaprace SET ROUNDS\n", stderr);
		return 2;
	}
	pageset_load(&set, argv[1]);
	rounds = parse_size(argv[2]);
	shared = get_pages(PAGES * PAGE);
	pthread_barrier_init(&barrier, NULL, 2);
	for (i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL,
				   i < 2 ? fault_together : drop_while_written, (void *)i))
			die("cannot start a thread");
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	printf("swaprace: %lu rounds, %lu wrong\n", rounds, wrong);
	return wrong ? 1 : 0;
}
