/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of the page path: writes, reads, discards and write-zeroes of all
 * sizes, from memory of any alignment.
 */
#ifndef MODEL_IO_H
#define MODEL_IO_H

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "model_kernel.h"

struct range {
	uint32_t first, count;	/* blocks */
};

/* Most requests are small, and some as large as one bio can be. */
static inline struct range pick_range(struct model *m)
{
	uint32_t blocks = m->nr * blocks_a_slot(m);
	uint32_t most = one_in(m, 32) ? MOST_BLOCKS : one_in(m, 4) ? 32 : 4;
	struct range r = { pick(m, blocks), 1 + pick(m, most) };

	/* now and then up to the very end */
	if (one_in(m, 16) && r.count <= blocks)
		r.first = blocks - r.count;
	if (r.count > blocks - r.first)
		r.count = blocks - r.first;
	m->slot_operations += r.count / blocks_a_slot(m) ?: 1;
	return r;
}

/* Slots that the range has all of, and those that it touches. */
static inline void slots_of(const struct model *m, struct range r, bool whole,
			    uint32_t *first, uint32_t *end)
{
	uint32_t a_slot = blocks_a_slot(m);

	*first = (r.first + (whole ? a_slot - 1 : 0)) / a_slot;
	*end = (r.first + r.count + (whole ? 0 : a_slot - 1)) / a_slot;
}

static inline bool has_all(const struct model *m, struct range r, uint32_t slot)
{
	uint32_t first, end;

	slots_of(m, r, true, &first, &end);
	return slot >= first && slot < end;
}

/* Whether slots of such a request may become a pack at once. */
static inline bool makes_folio(const struct model *m, struct range r)
{
	uint32_t first, end;

	slots_of(m, r, true, &first, &end);
	return m->folio_packs == ZRAM_FOLIO_MODE_ALL && end >= first + FOLIO_MIN;
}

/*
 * One request, from or to @memory, which need not be aligned to a page; in two
 * pieces at times.
 */
static inline int transfer(struct model *m, bool write, struct range r,
			   unsigned char *memory)
{
	uint32_t cut = one_in(m, 4) && r.count > 1 ? 1 + pick(m, r.count - 1) : 0;
	off_t at = (off_t)r.first * BLOCK;
	struct iovec v[2] = {
		{ memory, (cut ?: r.count) * BLOCK },
		{ memory + cut * BLOCK, (r.count - cut) * BLOCK },
	};
	ssize_t done = write ? pwritev(m->fd, v, cut ? 2 : 1, at) :
			       preadv(m->fd, v, cut ? 2 : 1, at);

	if (done < 0)
		return errno;
	if (done != (ssize_t)r.count * (ssize_t)BLOCK)
		differ(m, "%zd bytes of %u blocks", done, r.count);
	return 0;
}

/* Large requests from an odd place, and in two pieces, would be two bios. */
static inline unsigned char *pick_memory(struct model *m, struct range r)
{
	return m->buffer + (one_in(m, 4) && r.count < MOST_BLOCKS - 1 ?
			    512 * pick(m, 8) : 0);
}

static inline void compare(struct model *m, struct range r,
			   const unsigned char *memory)
{
	const unsigned char *right = m->shadow + (size_t)r.first * BLOCK;
	size_t at = 0;

	if (!memcmp(memory, right, (size_t)r.count * BLOCK))
		return;
	while (memory[at] == right[at])
		at++;
	differ(m, "block %zu reads wrong from byte %zu on: %02x, not %02x",
	       r.first + at / BLOCK, at % BLOCK, memory[at], right[at]);
}

static inline void op_read(struct model *m)
{
	struct range r = pick_range(m);
	unsigned char *memory = pick_memory(m, r);
	uint32_t began = before_now(), i, end;
	int err;

	say(m, "read %u+%u at %zu", r.first, r.count, memory - m->buffer);
	err = transfer(m, false, r, memory);
	if (err)
		differ(m, "reading: %s", strerror(err));
	compare(m, r, memory);
	slots_of(m, r, false, &i, &end);
	for (; i < end; i++)
		slot_touch(&m->slot[i], began);
}

/* ---- writing ---- */

/* The blocks of @r, slot by slot; class[] for each slot. */
static inline void make_blocks(struct model *m, struct range r, unsigned char *to,
			       uint8_t *class)
{
	uint32_t i, end, a_slot = blocks_a_slot(m);

	slots_of(m, r, false, &i, &end);
	for (; i < end; i++) {
		uint32_t from = i * a_slot, till = from + a_slot;

		if (from < r.first)
			from = r.first;
		if (till > r.first + r.count)
			till = r.first + r.count;
		*class = pick_class(m);
		make_slot(m, *class++, m->spare);
		memcpy(to + (size_t)(from - r.first) * BLOCK,
		       m->spare + (size_t)(from - i * a_slot) * BLOCK,
		       (size_t)(till - from) * BLOCK);
	}
}

/* The part of @r in slot @i is as @memory has it now. */
static inline void take_over(struct model *m, struct range r, uint32_t i,
			     const unsigned char *memory, enum class class,
			     uint32_t began)
{
	uint32_t a_slot = blocks_a_slot(m), from = i * a_slot, till = from + a_slot;

	if (from < r.first)
		from = r.first;
	if (till > r.first + r.count)
		till = r.first + r.count;
	memcpy(m->shadow + (size_t)from * BLOCK,
	       memory + (size_t)(from - r.first) * BLOCK,
	       (size_t)(till - from) * BLOCK);
	slot_written(m, i, has_all(m, r, i), makes_folio(m, r), class, began);
}

static inline bool has_row(struct model *m, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < m->nr_rows && m->rows[i].index < index; i++)
		;
	return i < m->nr_rows && m->rows[i].index == index;
}

/*
 * A write above the limit: the slots before the one that failed are written,
 * the others untouched; but fills, and what became a pack, are written where
 * folios do. What stands there now tells which they were; for zeroes over
 * nothing the rows do.
 */
static inline void write_failed(struct model *m, struct range r,
				const unsigned char *memory,
				const uint8_t *class, uint32_t began)
{
	uint32_t i, first, end, a_slot = blocks_a_slot(m);
	bool failed = false, folio = makes_folio(m, r);
	unsigned char *now = m->spare;
	struct expected e;
	uint64_t mm[MM];

	m->failed_writes++;
	m->failed++;
	if (!m->limit)
		differ(m, "a write fails without a limit");
	read_numbers(m, "mm_stat", mm, MM);
	expect(m, &e);
	/* what it would have added is a group of pages of the pool at most */
	if (!e.packed)
		must_be(m, "mem_used_total of a write above the limit",
			mm[TOTAL] + 8 * m->slot_size, m->limit, UINT64_MAX);
	take_rows(m);
	if (transfer(m, false, r, now))
		differ(m, "reading after a failed write");
	slots_of(m, r, false, &first, &end);
	for (i = first; i < end; i++) {
		uint32_t from = i * a_slot < r.first ? 0 : i * a_slot - r.first;
		uint32_t till = (i + 1) * a_slot - r.first;
		size_t at = (size_t)from * BLOCK, bytes;
		bool is_new, is_old;

		if (till > r.count)
			till = r.count;
		bytes = (size_t)(till - from) * BLOCK;
		is_new = !memcmp(now + at, memory + at, bytes) && has_row(m, i);
		is_old = !memcmp(now + at, m->shadow + (size_t)r.first * BLOCK + at,
				 bytes);
		if (!is_new && !is_old)
			differ(m, "after a failed write slot %u is neither old nor new", i);
		if (is_new && !is_old && failed && !folio)
			differ(m, "slot %u is written, after one that failed", i);
		/* zeroes over nothing are both */
		if (m->slot[i].kind == ZRAM_KIND_EMPTY && is_new)
			is_old = false;
		if (is_new && (!failed || (folio && !is_old)))
			take_over(m, r, i, memory, class[i - first], began);
		else if (!failed && class[i - first] <= CLASS_WORD && has_all(m, r, i))
			differ(m, "slot %u, which takes no memory, is not written", i);
		else
			failed = true;
		/* the reading just now */
		slot_touch(&m->slot[i], began);
	}
	if (!failed)
		differ(m, "a write failed, and all of it is there");
}

static inline void write_blocks(struct model *m, struct range r,
				unsigned char *memory, const uint8_t *class)
{
	uint32_t began = before_now(), i, first, end;
	int err = transfer(m, true, r, memory);

	if (err == EIO) {
		write_failed(m, r, memory, class, began);
		return;
	}
	if (err)
		differ(m, "writing: %s", strerror(err));
	slots_of(m, r, false, &first, &end);
	for (i = first; i < end; i++)
		take_over(m, r, i, memory, class[i - first], began);
}

/*
 * Of a part of a slot that has what it is written already, nobody can say
 * whether the write failed: up to a limit, whole slots only.
 */
static inline struct range whole_slots(const struct model *m, struct range r)
{
	uint32_t first, end, a_slot = blocks_a_slot(m);

	slots_of(m, r, false, &first, &end);
	if (end - first > MOST_BLOCKS / a_slot)
		end--;
	return (struct range){ first * a_slot, (end - first) * a_slot };
}

static inline void op_write(struct model *m)
{
	struct range r = pick_range(m);
	uint8_t class[MOST_BLOCKS + 1];
	unsigned char *memory;

	if (m->limit)
		r = whole_slots(m, r);
	memory = pick_memory(m, r);
	say(m, "write %u+%u at %zu", r.first, r.count, memory - m->buffer);
	make_blocks(m, r, memory, class);
	write_blocks(m, r, memory, class);
}

/* ---- emptying ---- */

static inline void emptied(struct model *m, struct range r)
{
	uint32_t i, end;

	slots_of(m, r, true, &i, &end);
	if (i < end)
		m->notify_free += end - i;
	for (; i < end; i++) {
		memset(shadow_of(m, i), 0, m->slot_size);
		slot_empty(&m->slot[i]);
	}
}

static inline void discard(struct model *m, struct range r)
{
	uint64_t bytes[2] = { (uint64_t)r.first * BLOCK, (uint64_t)r.count * BLOCK };

	if (ioctl(m->fd, BLKDISCARD, bytes))
		differ(m, "discard: %s", strerror(errno));
	emptied(m, r);
}

static inline void op_discard(struct model *m)
{
	struct range r = pick_range(m);

	say(m, "discard %u+%u", r.first, r.count);
	discard(m, r);
}

/* Where the device has no write-zeroes, the kernel writes pages of zeroes. */
static inline void op_zeroes(struct model *m)
{
	struct range r = pick_range(m);
	uint64_t bytes[2] = { (uint64_t)r.first * BLOCK, (uint64_t)r.count * BLOCK };
	uint32_t began = before_now(), i, end;

	if (!m->zeroes_free && m->limit)
		return;
	say(m, "write zeroes %u+%u", r.first, r.count);
	if (ioctl(m->fd, BLKZEROOUT, bytes))
		differ(m, "write zeroes: %s", strerror(errno));
	if (m->zeroes_free) {
		emptied(m, r);
		return;
	}
	memset(m->buffer, 0, (size_t)r.count * BLOCK);
	slots_of(m, r, false, &i, &end);
	for (; i < end; i++)
		take_over(m, r, i, m->buffer, CLASS_ZERO, began);
}

/* After that every counter is 0. */
static inline void op_discard_all(struct model *m)
{
	struct range all = { 0, m->nr * blocks_a_slot(m) };

	say(m, "discard all");
	m->slot_operations += m->nr;
	discard(m, all);
	check_counters(m);
	check_slots(m);
}

#endif
