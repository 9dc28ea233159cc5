/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device ought to hold and say: the model that modelrun keeps beside it.
 *
 * The shadow has every byte. Of each slot the model knows what it is made of,
 * its flags and, within a second, when it was last accessed. What it cannot
 * know (how many bytes a codec makes of a page) it takes from a slot dump, and
 * holds the device to it from then on.
 */
#ifndef MODEL_H
#define MODEL_H

#include "pageset.h"

#include "zram/netlink.h"
#include "zram/trace_events.h"

#define BLOCK PAGE		/* the smallest request */
#define MOST_BLOCKS 256u	/* of one request: still one bio */
#define PRIOS 4
#define LOG 32

enum answer { NO, YES, MAYBE };

/* ZRAM_KIND_OBJECT or ZRAM_KIND_RAW: a slot that was written in pieces */
#define KIND_EITHER 100
/* an object, raw or packed: one of several slots of a request */
#define KIND_FOLIO 101
#define FOLIO_MIN 4

/*
 * low..high: boottime seconds of the last access. csize: bytes, once seen. raw:
 * whether huge_pages counts it, in a pack as well. folio: its pack was made when
 * it was written; such a slot is hot, and may become an object at any time.
 */
struct slot_model {
	uint32_t csize, low, high;
	uint8_t kind, tier, prio, flags;
	uint8_t raw;
	bool seen;		/* in a dump, since it was written */
	bool folio;
};

struct model {
	uint64_t seed, random;
	unsigned long operations;
	unsigned long slot_operations, moved, failed, lives;
	/* the device */
	int id, fd;
	int nl, family;		/* netlink */
	size_t slot_size;
	uint32_t nr, most;	/* slots it has, and may have */
	uint32_t generation;
	char algo[PRIOS][16];	/* "": none */
	uint64_t limit;		/* bytes */
	bool zeroes_free;	/* write-zeroes empties slots */
	bool backing;
	uint32_t folio_packs;	/* enum zram_folio_mode */
	/* what it holds */
	struct pageset text;
	uint64_t stamp;		/* of the next page */
	unsigned char *shadow, *buffer, *spare;
	struct slot_model *slot;
	/* what it says */
	struct zram_slot_row *rows;
	uint32_t nr_rows;
	uint64_t huge_since[2];	/* from, to */
	uint64_t failed_writes, notify_free;
	uint64_t used_max, compacted;	/* when last seen */
	/* options */
	const char *dict, *disk;
	bool zstd_dict;		/* zstd takes dictionaries, too */
	bool folios;		/* large writes may become packs */
	/* the last operations, for who looks for a bug */
	char log[LOG][128];
};

static inline uint64_t pick(struct model *m, uint64_t below)
{
	return random_next(&m->random) % below;
}

static inline bool one_in(struct model *m, unsigned int n)
{
	return !pick(m, n);
}

/* Begin an operation, with words for the log. */
static inline void __attribute__((format(printf, 2, 3)))
say(struct model *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(m->log[m->operations++ % LOG], sizeof(m->log[0]), format, args);
	va_end(args);
}

/* Device and model differ: says where, and how to see it again. */
static inline void __attribute__((noreturn, format(printf, 2, 3)))
differ(struct model *m, const char *format, ...)
{
	unsigned long i = m->operations > LOG ? m->operations - LOG : 0;
	va_list args;

	for (; i < m->operations; i++)
		printf("operation %lu: %s\n", i + 1, m->log[i % LOG]);
	printf("difference: seed %llu, operation %lu, life %lu of zram%d (%s): ",
	       (unsigned long long)m->seed, m->operations, m->lives, m->id,
	       m->algo[0]);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}

static inline uint32_t boottime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

/* The clock of the kernel goes by ticks, which may come late. */
static inline uint32_t before_now(void)
{
	uint32_t now = boottime();

	return now ? now - 1 : 0;
}

static inline unsigned char *shadow_of(struct model *m, uint32_t slot)
{
	return m->shadow + (size_t)slot * m->slot_size;
}

static inline uint32_t blocks_a_slot(const struct model *m)
{
	return m->slot_size / BLOCK;
}

static inline bool repeats_a_word(const struct model *m, const unsigned char *p)
{
	return !memcmp(p, p + 8, m->slot_size - 8);
}

/* ---- contents ---- */

enum class { CLASS_ZERO, CLASS_WORD, CLASS_RANDOM, CLASS_HALF, CLASS_TEXT };

static inline enum class pick_class(struct model *m)
{
	unsigned int r = pick(m, 100);

	return r < 12 ? CLASS_ZERO : r < 22 ? CLASS_WORD :
	       r < 34 ? CLASS_RANDOM : r < 44 ? CLASS_HALF : CLASS_TEXT;
}

static inline void make_random(uint64_t state, void *to, size_t bytes)
{
	uint64_t *word = to;

	for (; bytes; bytes -= sizeof(*word))
		*word++ = random_next(&state);
}

/* A slot of that class that never was before. */
static inline void make_slot(struct model *m, enum class class, unsigned char *to)
{
	uint64_t stamp = m->stamp++, *word = (uint64_t *)to;
	size_t i;

	switch (class) {
	case CLASS_ZERO:
		memset(to, 0, m->slot_size);
		return;
	case CLASS_WORD:
		for (i = 0; i < m->slot_size / sizeof(*word); i++)
			word[i] = stamp << 20 | 1;
		return;
	case CLASS_RANDOM:
		make_random(m->seed ^ stamp << 20, to, m->slot_size);
		return;
	case CLASS_HALF:
		make_random(m->seed ^ stamp << 20, to, m->slot_size / 2);
		memset(to + m->slot_size / 2, 0, m->slot_size / 2);
		break;
	case CLASS_TEXT:
		for (i = 0; i < m->slot_size; i += PAGE)
			page_make(&m->text, stamp + i / PAGE, false, 0, to + i);
		break;
	}
	page_stamp(to, stamp, m->seed);
}

/* ---- slots ---- */

static inline void slot_empty(struct slot_model *s)
{
	*s = (struct slot_model){ .kind = ZRAM_KIND_EMPTY };
}

/* Any access: no longer idle, and when. */
static inline void slot_touch(struct slot_model *s, uint32_t began)
{
	if (s->kind == ZRAM_KIND_EMPTY)
		return;
	s->flags &= ~ZRAM_ROW_IDLE;
	s->low = began;
	s->high = boottime();
}

/*
 * The slot has what its shadow has; @class when all of it was written at once,
 * @folio when others were, too.
 */
static inline void slot_written(struct model *m, uint32_t index, bool whole,
				bool folio, enum class class, uint32_t began)
{
	struct slot_model *s = &m->slot[index];

	slot_empty(s);
	if (repeats_a_word(m, shadow_of(m, index)))
		s->kind = ZRAM_KIND_FILL;
	else if (!whole)
		s->kind = KIND_EITHER;
	else
		s->kind = folio ? KIND_FOLIO :
			  class == CLASS_RANDOM ? ZRAM_KIND_RAW :
						  ZRAM_KIND_OBJECT;
	s->folio = s->kind == KIND_FOLIO;
	/* a few random pages pass the probe, and go into a pack with others */
	s->raw = s->kind == ZRAM_KIND_RAW ? YES :
		 s->kind == KIND_EITHER ||
		 (s->folio && class == CLASS_RANDOM) ? MAYBE : NO;
	m->huge_since[0] += s->raw == YES;
	m->huge_since[1] += s->raw != NO;
	slot_touch(s, began);
}

static inline bool in_memory(const struct slot_model *s)
{
	return s->kind != ZRAM_KIND_EMPTY && s->kind != ZRAM_KIND_FILL &&
	       s->tier != ZRAM_TIER_FROZEN;
}

#endif
