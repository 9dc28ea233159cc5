// SPDX-License-Identifier: GPL-2.0-only
/* How a page is kept and found again: fill, object or raw. */
#include "store.h"

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "clock.h"
#include "event.h"
#include "fill.h"
#include "folio.h"
#include "pool.h"
#include "probe.h"
#include "store_impl.h"
#include "trace.h"

/*
 * Memory for the page path. It runs inside reclaim: it may wait for clean
 * memory but not for I/O, and a failure is an answer, not a log entry.
 */
#define GFP_STORE	(GFP_NOIO | __GFP_NOWARN)
/* While a stream is held: take what is there, wake kswapd, wait for nothing. */
#define GFP_STORE_FAST	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

/* Count the contents @s in (@sign 1) or out (@sign -1). */
static void count_contents(struct zram_store *st, const struct zram_slot *s,
			   int sign)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_EMPTY:
		return;
	case ZRAM_KIND_FILL:
		zram_stat_add(st->stats, ZRAM_STAT_SAME, sign);
		break;
	case ZRAM_KIND_RAW:
		zram_stat_add(st->stats, ZRAM_STAT_RAW, sign);
		zram_stat_add(st->stats, ZRAM_STAT_COMPR,
			      sign * (s64)PAGE_SIZE);
		break;
	case ZRAM_KIND_PACKED:
		/* packs.c counts the bytes, of each pack as a whole */
		zram_stat_add(st->stats, ZRAM_STAT_PACKED, sign);
		if (zram_slot_has(s, ZRAM_SLOT_WAS_RAW))
			zram_stat_add(st->stats, ZRAM_STAT_PACKED_RAW, sign);
		break;
	default:
		zram_stat_add(st->stats, ZRAM_STAT_COMPR,
			      sign * (s64)zram_slot_size(s));
		if (unlikely(zram_slot_prio(s)))
			zram_stat_add(st->stats, ZRAM_STAT_WARM +
				      zram_slot_prio(s) - 1, sign);
		break;
	}
	zram_stat_add(st->stats, ZRAM_STAT_PAGES, sign);
}

static void release_contents(struct zram_store *st,
			     const struct zram_slot *old)
{
	enum zram_kind kind = zram_slot_kind(old);

	count_contents(st, old, -1);
	if (kind == ZRAM_KIND_OBJECT || kind == ZRAM_KIND_RAW)
		zram_pool_free(st->pool, old->ref);
	else if (unlikely(kind == ZRAM_KIND_PACKED))
		zram_pack_release((struct zram_pack *)old->ref,
				  zram_slot_size(old));
}

void zram_store_count(struct zram_store *st, const struct zram_slot *s, int sign)
{
	count_contents(st, s, sign);
}

void zram_store_release(struct zram_store *st, const struct zram_slot *old)
{
	release_contents(st, old);
}

static void trace_freed(struct zram_store *st, size_t index,
			const struct zram_slot *old, u32 now)
{
	trace_zram_slot_free(st->dev, index, zram_slot_csize(old), zram_slot_tier(old),
			     zram_slot_prio(old), now, old->atime,
			     st->generation);
}

static void on_freed(struct zram_table *t, size_t index,
		     const struct zram_slot *old)
{
	struct zram_store *st = container_of(t, struct zram_store, table);

	if (trace_zram_slot_free_enabled())
		trace_freed(st, index, old, zram_clock_now());
}

static void on_release(struct zram_table *t, const struct zram_slot *old)
{
	release_contents(container_of(t, struct zram_store, table), old);
}

const struct zram_table_ops zram_store_table_ops = {
	.freed = on_freed,
	.release = on_release,
};

static void tell_limit(struct zram_store *st, enum zram_event_type type,
		       unsigned long pages, unsigned long limit)
{
	const struct zram_event ev = {
		.type = type,
		.dev = st->dev,
		.generation = st->generation,
		.used = (u64)pages << PAGE_SHIFT,
		.limit = (u64)limit << PAGE_SHIFT,
	};

	zram_event(&ev);
}

static void limit_hit(struct zram_store *st, unsigned long pages,
		      unsigned long limit)
{
	trace_zram_limit(st->dev, (u64)pages << PAGE_SHIFT,
			 (u64)limit << PAGE_SHIFT);
	if (zram_event_due(&st->told_limit))
		tell_limit(st, ZRAM_EVENT_LIMIT_REACHED, pages, limit);
}

/* The limit holds, but less than a sixteenth of it is left. */
static noinline void limit_near(struct zram_store *st, unsigned long pages,
				unsigned long limit)
{
	zram_packs_tighten(st->packs);
	if (zram_event_due(&st->told_near))
		tell_limit(st, ZRAM_EVENT_LIMIT_NEAR, pages, limit);
}

/*
 * Pages that the limit is about. Those of the pack in the making come on top of
 * what it replaces for a moment, and must make no write fail.
 */
unsigned long zram_store_counted_pages(struct zram_store *st)
{
	unsigned long pages = zram_pool_pages(st->pool);
	unsigned long more = READ_ONCE(st->packs->unpublished) +
			     atomic_long_read(&st->packs->transit);

	return pages - min(pages, more);
}

/*
 * What dead slots of folios hold comes back soon, and makes no write fail; but no
 * more than half of the limit, whatever the worker is busy with.
 */
static noinline bool fits_without_dead(struct zram_store *st,
				       unsigned long pages, unsigned long limit)
{
	unsigned long dead = zram_stat_sum(st->stats, ZRAM_STAT_DEAD) >>
			     PAGE_SHIFT;

	if (pages <= limit + min(dead, limit / 2)) {
		limit_near(st, pages, limit);
		return true;
	}
	zram_packs_tighten(st->packs);
	return false;
}

bool zram_store_fits(struct zram_store *st, unsigned long pages,
		     unsigned long limit)
{
	return likely(pages <= limit) || fits_without_dead(st, pages, limit);
}

/*
 * Whether the limit is passed already, so that compressing is in vain: a write is
 * refused for that.
 */
static bool above_limit(struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);
	unsigned long pages;

	if (!limit)
		return false;
	pages = zram_store_counted_pages(st);
	if (zram_store_fits(st, pages, limit))
		return false;
	limit_hit(st, pages, limit);
	return true;
}

/* After an allocation: move the high-water mark, and test the limit. */
static bool fits_limit(struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);
	unsigned long pages = zram_store_note_used(st);

	if (likely(!limit))
		return true;
	pages = zram_store_counted_pages(st);
	if (likely(pages <= limit)) {
		if (unlikely(limit - pages < limit / 16))
			limit_near(st, pages, limit);
		return true;
	}
	if (fits_without_dead(st, pages, limit))
		return true;
	limit_hit(st, pages, limit);
	return false;
}

void zram_store_note_stored(struct zram_store *st)
{
	unsigned long limit = READ_ONCE(st->limit_pages);
	unsigned long pages = zram_store_note_used(st);

	if (likely(!limit))
		return;
	pages = zram_store_counted_pages(st);
	if (pages <= limit && limit - pages < limit / 16)
		limit_near(st, pages, limit);
}

/* In doubt, because of the pages before it: whether to compress @page is in vain. */
static bool is_in_vain(struct zram_store *st, struct zram_stream *stream,
		       const void *page)
{
	if (!zram_probe_doubted(&stream->doubt, page, PAGE_SIZE))
		return false;
	zram_stat_add(st->stats, ZRAM_STAT_PROBED_RAW, 1);
	return true;
}

/*
 * To compress @page was in vain. That raises doubt if the probe would have known.
 * Of pages that merely this codec makes no smaller it would not, nor of the next.
 */
static void raise_doubt(struct zram_codec *codec, struct zram_stream *stream,
			const void *page)
{
	if (!stream->doubt && !zram_codec_ops(codec)->probe)
		zram_probe_doubted(&stream->doubt, page, PAGE_SIZE);
}

/*
 * Compress @page into an object. 0 with *len >= huge_size and no object when
 * the page is better kept raw.
 *
 * The output lives in a stream of this CPU, over which nothing may wait. When
 * memory cannot be had at once, the stream is given back, memory is awaited,
 * and the page is compressed again; its size may differ by then, since pages
 * of direct I/O can change under us.
 */
static int make_object(struct zram_store *st, const void *page,
		       unsigned long *handle, size_t *len)
{
	struct zram_codec *codec = st->codec[0];
	struct zram_stream *stream;
	size_t room = 0;
	int err;

	*handle = 0;
	for (;;) {
		stream = zram_stream_get(codec);
		if (unlikely(stream->doubt) && is_in_vain(st, stream, page)) {
			*len = PAGE_SIZE;
			err = 0;
			break;
		}
		err = zram_codec_compress(codec, stream, page, len);
		if (unlikely(err))
			break;
		if (unlikely(*handle)) {
			if (room == *len)
				goto copy;
			zram_pool_free(st->pool, *handle);
			*handle = 0;
		}
		if (*len >= st->huge_size) {
			raise_doubt(codec, stream, page);
			break;
		}
		*handle = zram_pool_alloc(st->pool, *len, GFP_STORE_FAST);
		if (likely(*handle))
			goto copy;
		zram_stream_put(stream);
		room = *len;
		*handle = zram_pool_alloc(st->pool, room, GFP_STORE);
		if (!*handle)
			return -ENOMEM;
	}
	if (*handle)
		zram_pool_free(st->pool, *handle);
	zram_stream_put(stream);
	return err;

copy:
	zram_pool_write(st->pool, *handle, stream->buf, *len);
	zram_stream_put(stream);
	return 0;
}

static int make_raw(struct zram_store *st, const void *page,
		    unsigned long *handle)
{
	/* Without leave to wait, the allocators do not even ask whether to. */
	*handle = zram_pool_alloc(st->pool, PAGE_SIZE, GFP_STORE_FAST);
	if (unlikely(!*handle))
		*handle = zram_pool_alloc(st->pool, PAGE_SIZE, GFP_STORE);
	if (unlikely(!*handle))
		return -ENOMEM;
	zram_pool_write(st->pool, *handle, page, PAGE_SIZE);
	return 0;
}

/*
 * Bring a page that is no fill into the pool; @write: for one, and within the
 * limit, not for a job that makes memory free with it.
 */
static __always_inline int keep_page(struct zram_store *st, const void *page,
				     struct zram_slot *new, bool write)
{
	const struct zram_codec_ops *ops = zram_codec_ops(st->codec[0]);
	size_t len = PAGE_SIZE;
	int err;

	if (write && above_limit(st))
		return -ENOMEM;

	if (ops->probe && zram_probe_incompressible(page, PAGE_SIZE)) {
		zram_stat_add(st->stats, ZRAM_STAT_PROBED_RAW, 1);
	} else {
		err = make_object(st, page, &new->ref, &len);
		if (err)
			return err;
	}
	if (len >= st->huge_size) {
		err = make_raw(st, page, &new->ref);
		if (err)
			return err;
		new->state = zram_slot_state(ZRAM_KIND_RAW, 0, 0);
	} else {
		new->state = zram_slot_state(ZRAM_KIND_OBJECT, len, 0);
	}
	if (!write) {
		zram_store_note_used(st);
	} else if (unlikely(!fits_limit(st))) {
		zram_pool_free(st->pool, new->ref);
		return -ENOMEM;
	}
	return 0;
}

static int write_page(struct zram_store *st, size_t index, const void *page,
		      u32 now)
{
	struct zram_slot new, old;
	struct zram_slot *s;
	int err;

	s = zram_table_slot_make(&st->table, index);
	if (unlikely(!s))
		return -ENOMEM;
	if (zram_fill_scan(page, PAGE_SIZE, &new.ref)) {
		new.state = zram_slot_state(ZRAM_KIND_FILL, 0, 0);
	} else {
		err = keep_page(st, page, &new, true);
		if (unlikely(err))
			return err;
	}

	count_contents(st, &new, 1);
	if (zram_slot_kind(&new) == ZRAM_KIND_RAW)
		zram_stat_add(st->stats, ZRAM_STAT_RAW_SINCE, 1);

	zram_slot_lock(&st->table, s);
	old = zram_slot_replace(s, new.ref, new.state, now);
	trace_zram_slot_write(st->dev, index, zram_slot_csize(&new),
			      zram_slot_kind(&new), 0, now, old.atime,
			      st->generation);
	zram_slot_unlock(&st->table, index, s);
	release_contents(st, &old);
	return 0;
}

/* And within a limit, which is to leave out what goes. */
static bool may_replace_folios(const struct zram_store *st)
{
	return READ_ONCE(st->limit_pages) && READ_ONCE(st->packs->unpack);
}

int zram_store_write(struct zram_store *st, const struct zram_run *run,
		     u32 now)
{
	unsigned int i;
	int err;

	if (run->nr >= ZRAM_FOLIO_MIN) {
		bool pack = zram_folio_wants(st->folio, run->swap, run->huge);

		if (unlikely(pack || may_replace_folios(st)))
			return zram_store_write_folios(st, run, now, pack);
	}
	for (i = 0; i < run->nr; i++) {
		err = write_page(st, run->index + i, run->page[i], now);
		if (unlikely(err))
			return err;
	}
	return 0;
}

/* Under the slot lock, so that nobody frees the object meanwhile. */
static int decode_object(struct zram_store *st, const struct zram_slot *s,
			 void *page)
{
	struct zram_codec *codec = st->codec[zram_slot_prio(s)];
	size_t len = zram_slot_size(s);
	const void *mem;
	int err;

	mem = zram_pool_read_begin(st->pool, s->ref, len,
				   zram_codec_scratch(codec));
	err = zram_codec_decompress(codec, mem, len, page);
	zram_pool_read_end(st->pool, s->ref, len, mem);
	return err;
}

static void copy_raw(struct zram_store *st, const struct zram_slot *s,
		     void *page)
{
	const void *mem;

	mem = zram_pool_read_begin(st->pool, s->ref, PAGE_SIZE,
				   zram_codec_scratch(st->codec[0]));
	if (likely(IS_ALIGNED((unsigned long)page, PAGE_SIZE)))
		copy_page(page, (void *)mem);
	else
		memcpy(page, mem, PAGE_SIZE);
	zram_pool_read_end(st->pool, s->ref, PAGE_SIZE, mem);
}

static int read_page(struct zram_store *st, size_t index, void *page, u32 now,
		     unsigned int flags)
{
	struct zram_slot *s = zram_table_slot(&st->table, index);
	unsigned long word = 0;
	bool expand = true;
	int err = 0;

	if (!s)
		goto expand;

	zram_slot_lock(&st->table, s);
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_EMPTY:
		goto unlock;
	case ZRAM_KIND_FILL:
		word = s->ref;
		break;
	case ZRAM_KIND_RAW:
		expand = false;
		copy_raw(st, s, page);
		break;
	case ZRAM_KIND_OBJECT:
		expand = false;
		err = decode_object(st, s, page);
		break;
	case ZRAM_KIND_PACKED:
		return zram_store_read_packed(st, index, s, page, now, flags);
	default:
		expand = false;
		err = -EIO;
		break;
	}
	if (likely(!err)) {
		trace_zram_slot_read(st->dev, index, zram_slot_csize(s),
				     zram_slot_tier(s), zram_slot_prio(s), now,
				     s->atime, st->generation);
		s->atime = now;
	}
unlock:
	zram_slot_unlock_clear(&st->table, index, s, ZRAM_SLOT_UNTOUCHED);
expand:
	if (expand)
		zram_fill_expand(page, PAGE_SIZE, word);
	return err;
}

int zram_store_keep(struct zram_store *st, const void *page,
		    struct zram_slot *new)
{
	return keep_page(st, page, new, false);
}

int zram_store_decode_locked(struct zram_store *st, const struct zram_slot *s,
			     void *page)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_RAW:
		copy_raw(st, s, page);
		return 0;
	case ZRAM_KIND_OBJECT:
		return decode_object(st, s, page);
	default:
		return -EIO;
	}
}

/* Not of the header of a swap area, with what lies empty behind it. */
static noinline void note_large_read(struct zram_store *st,
				     const struct zram_run *run)
{
	const struct zram_slot *s = zram_table_slot(&st->table,
						    run->index + run->nr - 1);

	if (s && zram_slot_kind(s) != ZRAM_KIND_EMPTY)
		WRITE_ONCE(st->folio->reads, true);
}

int zram_store_read(struct zram_store *st, struct zram_run *run, u32 now,
		    unsigned int flags)
{
	unsigned int i;
	int err;

	if (unlikely(run->nr >= ZRAM_FOLIO_MIN && run->index &&
		     !READ_ONCE(st->folio->reads)))
		note_large_read(st, run);
	if (run->nr > 1 && unlikely(READ_ONCE(st->packs->unpack)))
		return zram_store_read_packs(st, run, now, flags);
	for (i = 0; i < run->nr; i++) {
		err = read_page(st, run->index + i, run->page[i], now, flags);
		if (unlikely(err)) {
			run->done = i;
			return err;
		}
	}
	return 0;
}

static void discard_slot(struct zram_store *st, size_t index,
			 struct zram_slot *s, u32 now)
{
	struct zram_slot old;

	zram_slot_lock(&st->table, s);
	old = zram_slot_replace(s, 0, 0, 0);
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		trace_freed(st, index, &old, now);
	zram_slot_unlock(&st->table, index, s);
	release_contents(st, &old);
}

void zram_store_discard(struct zram_store *st, size_t index, size_t nr,
			u32 now)
{
	size_t end = index + nr;

	zram_stat_add(st->stats, ZRAM_STAT_NOTIFY_FREE, nr);
	while (index < end) {
		size_t leaf_end = round_down(index, ZRAM_LEAF_SLOTS) +
				  ZRAM_LEAF_SLOTS;
		struct zram_slot *s = zram_table_slot(&st->table, index);

		leaf_end = min(leaf_end, end);
		if (s) {
			for (; index < leaf_end; index++, s++)
				discard_slot(st, index, s, now);
		}
		index = leaf_end;
		cond_resched();
	}
}

void zram_store_notify_free(struct zram_store *st, size_t index)
{
	zram_stat_add(st->stats, ZRAM_STAT_NOTIFY_FREE, 1);
	zram_slot_notify_free(&st->table, index);
}
