// SPDX-License-Identifier: GPL-2.0-only
/* Runs that become one pack as they are written, and runs read out of packs. */
#include "store.h"

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>

#include "fill.h"
#include "folio.h"
#include "pool.h"
#include "probe.h"
#include "select.h"
#include "store_impl.h"
#include "trace.h"

/* ---- writing ---- */

/*
 * A part of a run. todo: pages that neither a fill nor a pack has, as bits.
 * packed: those that go into the pack, ascending.
 */
struct batch {
	struct zram_store *st;
	size_t index;			/* of the first page */
	unsigned int nr;
	bool stable;			/* nobody writes to the pages now */
	u32 now;
	void *const *page;
	u32 todo;
	unsigned long transit;		/* pages that it gives back; see reserve */
	unsigned int nr_packed;
	u8 packed[ZRAM_FOLIO_SLOTS];
};

/* The leaf of the slot is there. */
static void put_slot(struct batch *fo, unsigned int i,
		     const struct zram_slot *new)
{
	struct zram_store *st = fo->st;
	size_t index = fo->index + i;
	struct zram_slot *s = zram_table_slot(&st->table, index), old;

	zram_store_count(st, new, 1);
	zram_slot_lock(&st->table, s);
	old = zram_slot_replace(s, new->ref, new->state, fo->now);
	trace_zram_slot_write(st->dev, index, zram_slot_csize(new),
			      zram_slot_kind(new), 0, fo->now, old.atime,
			      st->generation);
	zram_slot_unlock(&st->table, index, s);
	zram_store_release(st, &old);
	fo->todo &= ~(1u << i);
}

/* Fills are put into their slots; the rest is told apart. */
static void sort_pages(struct batch *fo)
{
	struct zram_slot fill = {
		.state = zram_slot_state(ZRAM_KIND_FILL, 0, 0),
	};
	unsigned int i;

	for (i = 0; i < fo->nr; i++) {
		if (!zram_table_slot_make(&fo->st->table, fo->index + i))
			continue;
		if (zram_fill_scan(fo->page[i], PAGE_SIZE, &fill.ref))
			put_slot(fo, i, &fill);
		else if (!zram_probe_incompressible(fo->page[i], PAGE_SIZE))
			fo->packed[fo->nr_packed++] = i;
	}
}

/*
 * The pages in one piece: as they lie, or gathered. Pages of direct I/O may
 * change while they are compressed, and of a frame that could spoil what comes
 * after them; so such are always gathered.
 */
static const void *one_piece(struct batch *fo, struct zram_folio_enc *enc)
{
	void *first = fo->page[fo->packed[0]];
	unsigned int i;

	for (i = 1; fo->stable && i < fo->nr_packed; i++)
		if (fo->page[fo->packed[i]] != first + i * PAGE_SIZE)
			break;
	if (i == fo->nr_packed)
		return first;
	for (i = 0; i < fo->nr_packed; i++)
		memcpy(enc->in + i * PAGE_SIZE, fo->page[fo->packed[i]],
		       PAGE_SIZE);
	return enc->in;
}

/*
 * Slot @i of the batch: if it is to be written yet, and of a folio in memory
 * that lies within the batch, hence goes with it, that adds to @bytes. Returns
 * where to look on.
 */
static unsigned int look_at(struct batch *fo, unsigned int i, size_t *bytes)
{
	struct zram_table *t = &fo->st->table;
	struct zram_slot *s = zram_table_slot(t, fo->index + i);
	unsigned int next = i + 1;
	struct zram_pack *p;
	size_t last;

	if (!s || !(fo->todo & (1u << i)))
		return next;
	zram_slot_lock(t, s);
	if (zram_slot_kind(s) == ZRAM_KIND_PACKED) {
		p = zram_slot_pack(s);
		last = zram_pack_index(p, p->nr - 1);
		if (p->first >= fo->index && last < fo->index + fo->nr &&
		    !READ_ONCE(p->frozen)) {
			*bytes += p->len;
			next = last + 1 - fo->index;
		}
	}
	zram_slot_unlock(t, fo->index + i, s);
	return next;
}

/*
 * Near the limit: what goes with the batch is left out of it until it has gone,
 * so that no page needs room beside it; and again, as it goes.
 */
static void reserve(struct batch *fo)
{
	unsigned long was = fo->transit;
	size_t bytes = 0;
	unsigned int i = 0;

	while (i < fo->nr)
		i = look_at(fo, i, &bytes);
	fo->transit = DIV_ROUND_UP(bytes, PAGE_SIZE);
	atomic_long_add((long)fo->transit - (long)was,
			&fo->st->packs->transit);
}

static void unreserve(struct batch *fo)
{
	if (unlikely(fo->transit))
		atomic_long_sub(fo->transit, &fo->st->packs->transit);
}

/* Whether @more pages would come into the last sixteenth of the limit. */
static bool is_near(struct batch *fo, unsigned long more)
{
	unsigned long limit = READ_ONCE(fo->st->limit_pages);

	return unlikely(limit) &&
	       zram_store_counted_pages(fo->st) + more > limit - limit / 16;
}

/*
 * Whether the limit leaves room for the frames that are in the making, and for
 * pages that the end of one may take besides, or what this one replaces does. Else
 * it is for each page to say whether it fits, and to tell of it.
 */
static bool fits(struct batch *fo)
{
	struct zram_store *st = fo->st;
	unsigned long limit = READ_ONCE(st->limit_pages);
	unsigned long more;

	if (likely(!limit))
		return true;
	more = atomic_long_read(&st->packs->claimed) +
	       (fo->transit ? 0 : ZRAM_POOL_GROUP_PAGES);
	return zram_store_fits(st, zram_store_counted_pages(st) + more, limit);
}

static struct zram_stow *stow_frame(struct batch *fo, const void *frame,
				    size_t len)
{
	struct zram_packs *packs = fo->st->packs;
	long pages = DIV_ROUND_UP(len, PAGE_SIZE);
	struct zram_stow *stow = NULL;

	if (likely(!READ_ONCE(fo->st->limit_pages)))
		return zram_packs_stow_at_once(packs, frame, len);
	atomic_long_add(pages, &packs->claimed);
	if (fits(fo))
		stow = zram_packs_stow_at_once(packs, frame, len);
	atomic_long_sub(pages, &packs->claimed);
	return stow;
}

/*
 * The frame in the pool, if it is worth that and there is memory at once. Only
 * the gain of whole pages counts: what is larger goes page by page.
 */
static struct zram_stow *make_frame(struct batch *fo, size_t *len)
{
	struct zram_store *st = fo->st;
	struct zram_folio_enc *enc = fits(fo) ?
				     zram_folio_enc_get(st->folio) : NULL;
	struct zram_stow *stow = NULL;

	if (!enc)
		return NULL;
	*len = zram_folio_compress(st->folio, enc, one_piece(fo, enc),
				   fo->nr_packed * PAGE_SIZE,
				   fo->nr_packed * st->huge_size);
	if (*len)
		stow = stow_frame(fo, enc->out, *len);
	zram_folio_enc_put(enc);
	if (stow)
		zram_store_note_stored(st);
	else
		zram_folio_tried(st->folio, fo->nr_packed);
	return stow;
}

static void pack_pages(struct batch *fo)
{
	struct zram_store *st = fo->st;
	struct zram_slot new = { 0 };
	u64 index[ZRAM_FOLIO_SLOTS];
	struct zram_stow *stow;
	struct zram_pack *p;
	unsigned int i;
	size_t len;

	stow = make_frame(fo, &len);
	if (!stow)
		return;
	for (i = 0; i < fo->nr_packed; i++)
		index[i] = fo->index + fo->packed[i];
	p = zram_packs_add_folio(st->packs, index, fo->nr_packed, len,
				 zram_folio_codec(st->folio), st->folio->level,
				 stow);
	if (!p) {
		zram_stow_put(stow);
		zram_folio_tried(st->folio, fo->nr_packed);
		return;
	}
	new.ref = (unsigned long)p;
	for (i = 0; i < fo->nr_packed; i++) {
		new.state = zram_slot_state(ZRAM_KIND_PACKED, i, 0) |
			    ZRAM_SLOT_FOLIO;
		put_slot(fo, fo->packed[i], &new);
	}
	zram_pack_put(p);
	zram_stat_add(st->stats, ZRAM_STAT_FOLIO_WRITTEN, fo->nr_packed);
	zram_folio_wrote(st->folio, fo->nr_packed);
}

/* Page by page, what is left to do. */
static int write_rest(struct batch *fo)
{
	struct zram_run one __uninitialized;
	unsigned int i;
	int err;

	one.nr = 1;
	for (i = 0; fo->todo; i++) {
		if (!(fo->todo & (1u << i)))
			continue;
		if (unlikely(fo->transit))
			reserve(fo);
		fo->todo &= ~(1u << i);
		one.index = fo->index + i;
		one.page[0] = fo->page[i];
		err = zram_store_write(fo->st, &one, fo->now);
		if (unlikely(err))
			return err;
	}
	return 0;
}

int zram_store_write_folios(struct zram_store *st, const struct zram_run *run,
			    u32 now, bool pack)
{
	unsigned int i;
	int err;

	for (i = 0; i < run->nr; i += ZRAM_FOLIO_SLOTS) {
		struct batch fo = {
			.st = st, .index = run->index + i, .now = now,
			.stable = run->swap,
			.nr = min_t(unsigned int, run->nr - i, ZRAM_FOLIO_SLOTS),
			.page = run->page + i,
		};

		fo.todo = GENMASK(fo.nr - 1, 0);
		if (is_near(&fo, ZRAM_FOLIO_SLOTS + ZRAM_POOL_GROUP_PAGES))
			reserve(&fo);
		if (pack && fo.nr >= ZRAM_FOLIO_MIN)
			sort_pages(&fo);
		if (fo.nr_packed >= ZRAM_FOLIO_MIN)
			pack_pages(&fo);
		err = write_rest(&fo);
		unreserve(&fo);
		if (unlikely(err))
			return err;
	}
	return 0;
}

/* ---- reading ---- */

static void note_folio(struct zram_store *st, const struct zram_pack *p,
		       unsigned int pages, unsigned int decoded)
{
	if (2 * pages >= p->nr) {
		zram_stat_add(st->stats, ZRAM_STAT_FOLIO_READ_WHOLE, pages);
	} else {
		zram_stat_add(st->stats, ZRAM_STAT_FOLIO_READ_SINGLE, pages);
		if (decoded)
			zram_stat_add(st->stats, ZRAM_STAT_FOLIO_DECODED, 1);
	}
	zram_folio_was_read(st->folio, p->nr, pages, decoded);
}

void zram_store_was_read(struct zram_store *st, struct zram_pack *p,
			 const struct zram_stow *stow, unsigned int pages,
			 unsigned int decoded, u32 now)
{
	if (p->folio)
		note_folio(st, p, pages, decoded);
	while (unlikely(stow->frozen) && pages--)
		zram_packs_note_read(p, now);
}

static noinline void trace_read(struct zram_store *st, size_t index,
				const struct zram_slot *s, u32 now)
{
	trace_zram_slot_read(st->dev, index, zram_slot_csize(s),
			     zram_slot_tier(s), 0, now, s->atime,
			     st->generation);
}

/*
 * The slot at @index as a page of @p, if it is one (of any pack, where @p is
 * NULL; then *stow is taken). The read of it is noted.
 */
static struct zram_pack *take_page(struct zram_store *st, size_t index,
				   struct zram_pack *p, struct zram_stow **stow,
				   struct zram_pack_want *want, u32 now,
				   unsigned int flags)
{
	struct zram_slot *s = zram_table_slot(&st->table, index);
	struct zram_pack *of = NULL;
	u32 clear = 0;

	if (!s)
		return NULL;
	zram_slot_lock(&st->table, s);
	if (zram_slot_kind(s) == ZRAM_KIND_PACKED &&
	    (!p || zram_slot_pack(s) == p))
		of = zram_slot_pack(s);
	if (of && !p) {
		*stow = zram_pack_read_begin(of, now, flags & ZRAM_READ_WAIT);
		if (*stow)
			zram_pack_get(of);
		else
			of = NULL;
	}
	if (of) {
		want->which[want->nr] = zram_slot_size(s);
		if (trace_zram_slot_read_enabled())
			trace_read(st, index, s, now);
		s->atime = now;
		clear = ZRAM_SLOT_UNTOUCHED;
	}
	zram_slot_unlock_clear(&st->table, index, s, clear);
	return of;
}

static bool is_packed(struct zram_store *st, size_t index)
{
	struct zram_slot *s = zram_table_slot(&st->table, index);

	return s && zram_slot_kind(s) == ZRAM_KIND_PACKED;
}

static int read_one(struct zram_store *st, size_t index, void *page, u32 now,
		    unsigned int flags)
{
	struct zram_run one __uninitialized;

	one.index = index;
	one.nr = 1;
	one.page[0] = page;
	return zram_store_read(st, &one, now, flags);
}

/*
 * From page @i of the run on, what one pack has, and what lies between that
 * needs none. Returns how many pages of the run that is: 0 when the first is not
 * to be had that way. *err: the pack cannot be read.
 */
static unsigned int read_pack(struct zram_store *st, struct zram_run *run,
			      unsigned int i, u32 now, unsigned int flags,
			      int *err)
{
	struct zram_pack_want want;
	struct zram_stow *stow;
	struct zram_pack *p;
	unsigned int n = 1;

	want.nr = 0;
	p = take_page(st, run->index + i, NULL, &stow, &want, now, flags);
	if (!p)
		return 0;
	want.page[want.nr++] = run->page[i];
	for (; i + n < run->nr && want.nr < p->nr; n++) {
		void *page = run->page[i + n];

		if (take_page(st, run->index + i + n, p, NULL, &want, now, 0))
			want.page[want.nr++] = page;
		else if (is_packed(st, run->index + i + n) ||
			 read_one(st, run->index + i + n, page, now, 0))
			break;
	}
	*err = zram_packs_read_some(p, stow, &want);
	if (likely(!*err))
		zram_store_was_read(st, p, stow, want.nr, want.decoded, now);
	zram_stow_put(stow);
	zram_pack_put(p);
	return n;
}

int zram_store_read_packs(struct zram_store *st, struct zram_run *run, u32 now,
			  unsigned int flags)
{
	unsigned int i = 0, n;
	int err = 0;

	while (i < run->nr) {
		n = 0;
		if (is_packed(st, run->index + i))
			n = read_pack(st, run, i, now, flags, &err);
		if (!n) {
			err = read_one(st, run->index + i, run->page[i], now,
				       flags);
			n = 1;
		}
		if (unlikely(err)) {
			run->done = i;
			return err;
		}
		i += n;
	}
	return 0;
}
