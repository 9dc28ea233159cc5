// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages out of packs. A pack is decoded into one of a few entries that remember
 * the packs read last: so its other pages cost a copy. The first read decodes as
 * far as it must, where the algorithm can stop early, the next one all of it.
 *
 * An entry is found by the pack's id, which is never used twice: contents
 * never change, and those of a dropped pack are just never asked for again.
 * Readers of one pack wait for each other at the entry; those of different
 * packs do not, as long as there are as many decoders. Nothing is held while
 * bytes come from a disk.
 */
#include "unpack.h"

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "codec.h"
#include "compat/crc32c.h"
#include "event.h"
#include "frame.h"
#include "packs.h"

/* One of each for each CPU, within these. */
#define ENTRIES_MIN	4
#define DECODERS_MIN	2
#define MOST		16

/*
 * id: the pack that this is for, 0: none; changes only while nobody uses it.
 * users, stamp: under zram_unpack.lock, as is id. The rest: under the mutex.
 * frame: what buf was decoded from, where that came from a disk and there was
 * memory for it; of the pack that buf was decoded for last.
 */
struct entry {
	u64 id;
	unsigned int users;
	unsigned long stamp;	/* the larger, the later it was used */
	struct mutex mutex;
	size_t ready;		/* bytes of the pack that buf holds */
	void *buf;		/* ZRAM_PACK_BYTES */
	void *frame;
	size_t frame_len;
};

/* in: the bytes of a pack in one piece; under the mutex, as is dec. */
struct decoder {
	struct mutex mutex;
	struct zram_frame_dec *dec;
	void *in;		/* ZRAM_PACK_BYTES */
};

struct zram_unpack {
	spinlock_t lock;
	unsigned long clock;		/* the last stamp; lock */
	wait_queue_head_t unused;	/* an entry has no user any more */
	atomic_long_t frames;		/* bytes of the entries' frames */
	unsigned int nr_entries, nr_decoders;
	struct entry entry[MOST];
	struct decoder decoder[MOST];
};

/* The entry of @id, or the one that nobody used for longest; NULL: all busy. */
static struct entry *try_get_entry(struct zram_unpack *u, u64 id)
{
	struct entry *e, *found = NULL;

	spin_lock(&u->lock);
	for (e = u->entry; e < u->entry + u->nr_entries; e++) {
		if (e->id == id) {
			found = e;
			break;
		}
		if (!e->users && (!found || e->stamp < found->stamp))
			found = e;
	}
	if (found) {
		if (found->id != id) {
			found->id = id;
			found->ready = 0;
		}
		found->users++;
		found->stamp = ++u->clock;
	}
	spin_unlock(&u->lock);
	return found;
}

static struct entry *get_entry(struct zram_unpack *u, u64 id)
{
	struct entry *e = try_get_entry(u, id);

	if (unlikely(!e))
		wait_event(u->unused, (e = try_get_entry(u, id)));
	return e;
}

static void put_entry(struct zram_unpack *u, struct entry *e)
{
	bool unused;

	spin_lock(&u->lock);
	unused = !--e->users;
	spin_unlock(&u->lock);
	if (unused && wq_has_sleeper(&u->unused))
		wake_up(&u->unused);
}

static struct decoder *lock_decoder(struct zram_unpack *u)
{
	struct decoder *d;

	for (d = u->decoder; d < u->decoder + u->nr_decoders; d++)
		if (mutex_trylock(&d->mutex))
			return d;
	d = &u->decoder[raw_smp_processor_id() % u->nr_decoders];
	mutex_lock(&d->mutex);
	return d;
}

static void drop_frame(struct zram_unpack *u, struct entry *e)
{
	atomic_long_sub(e->frame_len, &u->frames);
	kvfree(e->frame);
	e->frame = NULL;
	e->frame_len = 0;
}

/*
 * For zram_unpack_frame(): *@room, if there is any, goes to @e. Without memory
 * the disk is asked once more then.
 */
static void keep_frame(struct zram_unpack *u, struct entry *e,
		       const void *bytes, size_t len, void **room)
{
	if (!*room)
		return;
	e->frame = memcpy(*room, bytes, len);
	*room = NULL;
	e->frame_len = len;
	atomic_long_add(len, &u->frames);
}

/* *@part bytes of it at least; so many there are then. */
static int decode(struct decoder *d, const struct zram_pack *p,
		  const void *bytes, void *to, size_t *part)
{
	size_t len = (size_t)p->nr << PAGE_SHIFT;

	if (*part < len && p->codec && p->codec->decompress_part)
		return p->codec->decompress_part(bytes, p->len, to, *part);
	*part = len;
	if (p->codec)
		return p->codec->decompress(NULL, bytes, p->len, to, len);
	return zram_frame_decompress(d->dec, bytes, p->len, to, len);
}

/*
 * Decode @part bytes into @e, whose mutex is held; all, where some were not enough,
 * or where they come from a disk, so that it is not asked twice. @bytes: the frame,
 * NULL when it is in the pool. There it needs no check: an object of a single page
 * has none either. What came from a disk was checked by who fetched it.
 */
static int fill_entry(struct zram_unpack *u, struct entry *e,
		      struct zram_pack *p, struct zram_stow *stow,
		      const void *bytes, void **room, size_t part)
{
	struct decoder *d;
	int err;

	if (e->ready || bytes)
		part = (size_t)p->nr << PAGE_SHIFT;
	drop_frame(u, e);
	d = lock_decoder(u);
	if (!bytes) {
		zram_packs_copy(p->packs, stow, 0, p->len, d->in);
		bytes = d->in;
	}
	err = decode(d, p, bytes, e->buf, &part);
	mutex_unlock(&d->mutex);
	e->ready = err ? 0 : part;
	if (room && !err)
		keep_frame(u, e, bytes, p->len, room);
	return err;
}

/* Memory of direct I/O need not be aligned. */
static inline void copy_out(void *page, const struct entry *e, unsigned int i)
{
	void *from = e->buf + ((size_t)i << PAGE_SHIFT);

	if (likely(PAGE_ALIGNED(page) && PAGE_ALIGNED(from)))
		copy_page(page, from);
	else
		memcpy(page, from, PAGE_SIZE);
}

/*
 * -EAGAIN when the pack is not decoded and @stow is NULL: nothing to decode it
 * from. @room: with @bytes, memory to keep them in.
 */
static int read_entry(struct zram_unpack *u, struct zram_pack *p,
		      struct zram_stow *stow, const void *bytes, void **room,
		      struct zram_pack_want *want)
{
	struct entry *e = get_entry(u, p->id);
	unsigned int i, last = 0;
	int err = 0;
	size_t part;

	for (i = 0; i < want->nr; i++)
		last = max_t(unsigned int, last, want->which[i]);
	part = (last + 1ul) << PAGE_SHIFT;
	mutex_lock(&e->mutex);
	if (e->ready < part) {
		err = stow ? fill_entry(u, e, p, stow, bytes, room, part) :
			     -EAGAIN;
		want->decoded = e->ready >> PAGE_SHIFT;
	}
	for (i = 0; !err && i < want->nr; i++)
		copy_out(want->page[i], e, want->which[i]);
	mutex_unlock(&e->mutex);
	put_entry(u, e);
	return err;
}

/*
 * Nobody else writes to the page before the read has ended: it is of swap or of
 * a file, locked and not yet valid. Memory of direct I/O may change, and as
 * matches are copied from what was decoded before, that would spoil others.
 */
static bool is_quiet(const void *page)
{
	struct folio *f = page_folio(virt_to_page(page));

	return folio_test_locked(f) && !folio_test_uptodate(f);
}

/* The whole pack is wanted, in order, in one piece of quiet memory. */
static bool is_whole(const struct zram_pack *p,
		     const struct zram_pack_want *want)
{
	unsigned int i;

	if (want->nr != p->nr || !PAGE_ALIGNED(want->page[0]))
		return false;
	for (i = 0; i < want->nr; i++)
		if (want->which[i] != i ||
		    want->page[i] != want->page[0] + i * PAGE_SIZE ||
		    !is_quiet(want->page[i]))
			return false;
	return true;
}

/* Straight into the pages, past the entries; the bytes are in the pool. */
static int read_whole(struct zram_unpack *u, struct zram_pack *p,
		      struct zram_stow *stow, void *pages)
{
	size_t part = (size_t)p->nr << PAGE_SHIFT;
	struct decoder *d = lock_decoder(u);
	int err;

	zram_packs_copy(p->packs, stow, 0, p->len, d->in);
	err = decode(d, p, d->in, pages, &part);
	mutex_unlock(&d->mutex);
	return err;
}

/* @len bytes of a frozen stow in one piece, found to be what was packed. */
static const void *fetch(struct zram_pack *p, struct zram_stow *stow,
			 size_t off, size_t len, unsigned int i)
{
	const void *bytes = stow->ops->begin_read(stow, off, len);

	if (IS_ERR(bytes))
		return bytes;
	if (crc32c(0, bytes, len) == zram_pack_crc(p, i))
		return bytes;
	stow->ops->end_read(stow, bytes);
	return ERR_PTR(-EIO);
}

/* Pages of a raw pack have a checksum each, and come one by one. */
static int read_raw(struct zram_pack *p, struct zram_stow *stow,
		    struct zram_pack_want *want)
{
	unsigned int k;

	for (k = 0; k < want->nr; k++) {
		size_t off = (size_t)want->which[k] << PAGE_SHIFT;
		const void *bytes;

		if (likely(!stow->ops->begin_read)) {
			zram_packs_copy(p->packs, stow, off, PAGE_SIZE,
					want->page[k]);
			continue;
		}
		bytes = fetch(p, stow, off, PAGE_SIZE, want->which[k]);
		if (IS_ERR(bytes))
			return PTR_ERR(bytes);
		memcpy(want->page[k], bytes, PAGE_SIZE);
		stow->ops->end_read(stow, bytes);
	}
	return 0;
}

static int read_frozen(struct zram_unpack *u, struct zram_pack *p,
		       struct zram_stow *stow, struct zram_pack_want *want)
{
	const void *bytes;
	void *room;
	int err = read_entry(u, p, NULL, NULL, NULL, want);

	if (err != -EAGAIN)
		return err;
	bytes = fetch(p, stow, 0, p->len, 0);
	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	/* the reader waits for no memory that it can do without */
	room = kvmalloc(p->len, GFP_NOWAIT | __GFP_NOWARN);
	err = read_entry(u, p, stow, bytes, &room, want);
	kvfree(room);
	stow->ops->end_read(stow, bytes);
	return err;
}

void zram_unpack_tell(struct zram_pack *p, int err)
{
	const struct zram_event ev = {
		.type = ZRAM_EVENT_BACKING_FAILING,
		.dev = p->packs->dev,
		.generation = p->packs->generation,
		.err = err,
	};

	if (xchg(&p->told, true))
		return;
	pr_err_ratelimited("zram%u: a pack of %u slots cannot be read (%d)\n",
			   p->packs->dev, p->nr, err);
	if (READ_ONCE(p->frozen))
		zram_event(&ev);
}

int zram_unpack_some(struct zram_unpack *u, struct zram_pack *p,
		     struct zram_stow *stow, struct zram_pack_want *want)
{
	int err;

	want->decoded = 0;
	if (unlikely(stow->lost))
		return -EIO;
	if (unlikely(p->raw)) {
		err = read_raw(p, stow, want);
	} else if (unlikely(stow->ops->begin_read)) {
		err = read_frozen(u, p, stow, want);
	} else if (is_whole(p, want)) {
		want->decoded = p->nr;
		err = read_whole(u, p, stow, want->page[0]);
	} else {
		err = read_entry(u, p, stow, NULL, NULL, want);
	}
	if (unlikely(err))
		zram_unpack_tell(p, err);
	return err;
}

bool zram_unpack_frame(struct zram_unpack *u, const struct zram_pack *p,
		       void *to)
{
	struct entry *e;
	bool found;

	spin_lock(&u->lock);
	for (e = u->entry; e < u->entry + u->nr_entries; e++)
		if (e->id == p->id)
			break;
	found = e < u->entry + u->nr_entries;
	if (found)
		e->users++;
	spin_unlock(&u->lock);
	if (!found)
		return false;
	mutex_lock(&e->mutex);
	found = e->ready && e->frame;
	if (found) {
		memcpy(to, e->frame, e->frame_len);
		drop_frame(u, e);
	}
	mutex_unlock(&e->mutex);
	put_entry(u, e);
	return found;
}

int zram_unpack_decode(struct zram_unpack *u, const struct zram_pack *p,
		       const void *bytes, void *pages)
{
	size_t all = (size_t)p->nr << PAGE_SHIFT;
	struct decoder *d = lock_decoder(u);
	int err = decode(d, p, bytes, pages, &all);

	mutex_unlock(&d->mutex);
	return err;
}

size_t zram_unpack_bytes(const struct zram_unpack *u)
{
	return sizeof(*u) + atomic_long_read(&u->frames) +
	       u->nr_entries * ZRAM_PACK_BYTES +
	       u->nr_decoders * (ZRAM_PACK_BYTES + zram_frame_dec_bytes());
}

static int make_parts(struct zram_unpack *u)
{
	unsigned int i;

	for (i = 0; i < u->nr_entries; i++) {
		u->entry[i].buf = kvmalloc(ZRAM_PACK_BYTES,
					   GFP_NOIO | __GFP_NOWARN);
		if (!u->entry[i].buf)
			return -ENOMEM;
	}
	for (i = 0; i < u->nr_decoders; i++) {
		struct zram_frame_dec *dec;

		u->decoder[i].in = kvmalloc(ZRAM_PACK_BYTES,
					    GFP_NOIO | __GFP_NOWARN);
		if (!u->decoder[i].in)
			return -ENOMEM;
		dec = zram_frame_dec_create();
		if (IS_ERR(dec))
			return PTR_ERR(dec);
		u->decoder[i].dec = dec;
	}
	return 0;
}

struct zram_unpack *zram_unpack_create(void)
{
	struct zram_unpack *u = kzalloc(sizeof(*u), GFP_NOIO | __GFP_NOWARN);
	unsigned int i, cpus = num_online_cpus();
	int err;

	if (!u)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&u->lock);
	init_waitqueue_head(&u->unused);
	u->nr_entries = clamp_t(unsigned int, cpus, ENTRIES_MIN, MOST);
	u->nr_decoders = clamp_t(unsigned int, cpus, DECODERS_MIN, MOST);
	for (i = 0; i < MOST; i++) {
		mutex_init(&u->entry[i].mutex);
		mutex_init(&u->decoder[i].mutex);
	}
	err = make_parts(u);
	if (err) {
		zram_unpack_destroy(u);
		return ERR_PTR(err);
	}
	return u;
}

void zram_unpack_destroy(struct zram_unpack *u)
{
	int i;

	for (i = 0; i < MOST; i++) {
		kvfree(u->entry[i].frame);
		kvfree(u->entry[i].buf);
		kvfree(u->decoder[i].in);
		zram_frame_dec_destroy(u->decoder[i].dec);
	}
	kfree(u);
}
