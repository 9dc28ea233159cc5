/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page sets for the test programs: where contents come from, the stamp that
 * tells every page from every other, and pseudo-random order.
 *
 * Page n of a run is page n % count of its set; when stamped, 16 bytes in the
 * middle hold n and a generation, so that a page that turns up in the wrong
 * place, or an old version of it, never passes for the right one.
 */
#ifndef PAGESET_H
#define PAGESET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE		/* O_DIRECT */
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096u
#define STAMP_AT 2040u		/* offset of the stamp in a page */
#define RANDOM_PAGES 2048u	/* size of the set "random" */
#define FILL_PAGES 64u		/* of "zero" and "word": as many as a request has */

struct pageset {
	unsigned char *pages;
	size_t count;
};

static const char *program_name = "?";

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* splitmix64: a stream of good 64-bit numbers from any seed */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Waits until @done things are due at @per_second since @begin; 0: never. */
static inline void keep_pace(uint64_t begin, uint64_t done, uint64_t per_second)
{
	uint64_t now = now_ns(), due = begin;

	if (per_second)
		due += done * 1000000000ull / per_second;
	if (due > now)
		usleep((due - now) / 1000);
}

/* Zeroed, page-aligned memory. */
static inline void *get_pages(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("no memory for %zu bytes", bytes);
	return p;
}

/* Mapped, so that under memory pressure the set itself costs nothing. */
static inline void pageset_map_file(struct pageset *set, const char *path)
{
	int fd = open(path, O_RDONLY);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (size < (off_t)PAGE)
		die("%s: %s", path, size < 0 ? strerror(errno) : "holds no page");
	set->count = size / PAGE;
	set->pages = mmap(NULL, set->count * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	if (set->pages == MAP_FAILED)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

/* Has every page of the set in memory, so that no fault is measured later. */
static inline void pageset_touch(const struct pageset *set)
{
	volatile unsigned char sum = 0;
	size_t i;

	for (i = 0; i < set->count; i++)
		sum += set->pages[i * PAGE];
}

/* Lines of words: every page compresses, none to nothing. */
static inline void pageset_make_text(struct pageset *set)
{
	static const char *const words[] = {
		"slot", "page", "object", "pool", "codec", "device", "write", "read",
		"cold", "hot", "swap", "memory", "limit", "age", "heat", "\n",
	};
	uint64_t state = 7;
	size_t at = 0, room;

	set->count = 256;
	room = set->count * PAGE;
	set->pages = get_pages(room + 64);
	while (at < room)
		at += sprintf((char *)set->pages + at, "%s%llu ",
			      words[random_next(&state) % 16],
			      (unsigned long long)random_next(&state) % 100);
}

/*
 * @name is a file of pages, or "text", "zero", "word" (one repeated word that is not
 * zero), or "random" (does not compress).
 */
static inline void pageset_load(struct pageset *set, const char *name)
{
	uint64_t state = 1, *word;
	size_t i;

	set->count = FILL_PAGES;
	if (!strcmp(name, "zero")) {
		set->pages = get_pages(FILL_PAGES * PAGE);
	} else if (!strcmp(name, "word")) {
		word = get_pages(FILL_PAGES * PAGE);
		for (i = 0; i < FILL_PAGES * PAGE / sizeof(*word); i++)
			word[i] = 0x5a5a0123456789ffu;
		set->pages = (void *)word;
	} else if (!strcmp(name, "text")) {
		pageset_make_text(set);
	} else if (!strcmp(name, "random")) {
		set->count = RANDOM_PAGES;
		word = get_pages(RANDOM_PAGES * PAGE);
		for (i = 0; i < RANDOM_PAGES * PAGE / sizeof(*word); i++)
			word[i] = random_next(&state);
		set->pages = (void *)word;
	} else {
		pageset_map_file(set, name);
	}
}

static inline void page_stamp(void *page, uint64_t index, uint64_t generation)
{
	uint64_t stamp[2] = { index, generation };

	memcpy((char *)page + STAMP_AT, stamp, sizeof(stamp));
}

/* Page @index as it ought to be. */
static inline void page_make(const struct pageset *set, uint64_t index,
			     bool stamped, uint64_t generation, void *page)
{
	memcpy(page, set->pages + index % set->count * PAGE, PAGE);
	if (stamped)
		page_stamp(page, index, generation);
}

/* Whether @page is page @index; says on stderr what is wrong with it. */
static inline bool page_check(const struct pageset *set, uint64_t index,
			      bool stamped, uint64_t generation, const void *page)
{
	unsigned char right[PAGE];
	uint64_t stamp[2];
	unsigned int at = 0;

	page_make(set, index, stamped, generation, right);
	if (!memcmp(page, right, PAGE))
		return true;
	memcpy(stamp, (const char *)page + STAMP_AT, sizeof(stamp));
	while (((const unsigned char *)page)[at] == right[at])
		at++;
	fprintf(stderr,
		"%s: page %llu is wrong from byte %u on; its stamp says page %llu of generation %llu\n",
		program_name, (unsigned long long)index, at,
		(unsigned long long)stamp[0], (unsigned long long)stamp[1]);
	return false;
}

/* The numbers 0 to @count - 1 in an order that @seed decides; 0: ascending. */
static inline uint32_t *make_order(size_t count, uint64_t seed)
{
	uint32_t *order = get_pages(count * sizeof(*order)), swap;
	size_t i, j;

	for (i = 0; i < count; i++)
		order[i] = i;
	for (i = count; seed && i > 1; i--) {
		j = random_next(&seed) % i;
		swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
	return order;
}

/* A size with an optional K, M or G. */
static inline uint64_t parse_size(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 0);

	switch (*end) {
	case 'G': case 'g':
		n <<= 10; /* fall through */
	case 'M': case 'm':
		n <<= 10; /* fall through */
	case 'K': case 'k':
		n <<= 10;
		end++;
	}
	if (end == text || *end)
		die("'%s' is not a size", text);
	return n;
}

#endif
