// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes the pages of a mapped file as fast as it can while the file is being
 * written back, so that a driver that reads a page twice sees two contents.
 * When the writers are done the file is synced, dropped from the page cache,
 * and compared with a copy that went through the same changes.
 */
#include "pageset.h"

#include <pthread.h>

#define THREADS 2u

static unsigned char *mapped, *shadow;
static unsigned long pages, rounds;
static bool done;

/* Each thread has the pages of its own parity, so the shadow needs no lock. */
static void *thrash(void *number)
{
	uint64_t state = 1 + (uintptr_t)number, r;
	unsigned long i, page, at;

	for (i = 0; i < rounds * pages; i++) {
		r = random_next(&state);
		page = r % (pages / THREADS) * THREADS + (uintptr_t)number;
		at = page * PAGE + (r >> 32) % (PAGE - 64);
		/* half text, half noise: compressed sizes keep changing */
		memset(mapped + at, r >> 56, r >> 48 & 63);
		memset(shadow + at, r >> 56, r >> 48 & 63);
		memcpy(mapped + at, &r, r >> 40 & 7);
		memcpy(shadow + at, &r, r >> 40 & 7);
	}
	return NULL;
}

static void *write_back(void *fd)
{
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		if (fdatasync((intptr_t)fd))
			die("fdatasync: %s", strerror(errno));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS], flusher;
	unsigned long wrong = 0, i;
	unsigned char page[PAGE];
	intptr_t fd;
	uintptr_t n;

	program_name = "mmapthrash";
	if (argc != 4) {
		fputs("usage: mmapthrash FILE SIZE ROUNDS\n", stderr);
		return 2;
	}
	pages = parse_size(argv[2]) / PAGE;
	rounds = parse_size(argv[3]);
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, pages * PAGE))
		die("%s: %s", argv[1], strerror(errno));
	mapped = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	shadow = get_pages(pages * PAGE);
	pthread_create(&flusher, NULL, write_back, (void *)fd);
	for (n = 0; n < THREADS; n++)
		pthread_create(&threads[n], NULL, thrash, (void *)n);
	for (n = 0; n < THREADS; n++)
		pthread_join(threads[n], NULL);
	__atomic_store_n(&done, true, __ATOMIC_RELAXED);
	pthread_join(flusher, NULL);
	munmap(mapped, pages * PAGE);
	if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		die("fsync: %s", strerror(errno));
	for (i = 0; i < pages; i++)
		if (pread(fd, page, PAGE, i * PAGE) != PAGE ||
		    memcmp(page, shadow + i * PAGE, PAGE))
			wrong++;
	printf("mmapthrash: %lu pages, %lu wrong\n", pages, wrong);
	return wrong ? 1 : 0;
}
