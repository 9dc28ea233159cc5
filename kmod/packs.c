// SPDX-License-Identifier: GPL-2.0-only
/* The packs of a device: their list, and the counts. */

#include "packs.h"

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "compat/crc32c.h"
#include "trace.h"
#include "unpack.h"

#define LOOK_AT	256	/* packs, without a pause */

/* The slots of a folio mostly go together, so that it is gone by then. */
#define NOT_SOON	(HZ / 10)

/* ---- what pack.c tells ---- */

/* The bytes of a pack in (@sign 1) or out (@sign -1) of the pool's figure. */
static void count_bytes(struct zram_pack *p, int sign)
{
	zram_stat_add(p->packs->stats, ZRAM_STAT_COMPR, sign * (s64)p->len);
}

/* Onto a list, unless it is on one. */
static bool enlist(struct zram_pack *p, struct list_head *list)
{
	struct zram_packs *packs = p->packs;
	bool added = false;

	spin_lock(&packs->lock);
	/* Its last slot may have gone since: then it is not to be found. */
	if (READ_ONCE(p->live) && list_empty(&p->node)) {
		list_add_tail(&p->node, list);
		added = true;
	}
	spin_unlock(&packs->lock);
	return added;
}

static void call(const struct zram_packs_hook *hook, unsigned long delay)
{
	if (hook->call)
		hook->call(hook->arg, delay);
}

/*
 * Below half of what it holds, it is worth another try; see packing.c. Near the
 * limit a folio is as soon as that gives anything back.
 */
static bool is_sparse(const struct zram_pack *p, u32 live)
{
	unsigned int n = hweight32(live);

	return n < READ_ONCE(p->enough) ||
	       (unlikely(READ_ONCE(p->packs->tight)) && n <= READ_ONCE(p->thin));
}

static void note_sparse(struct zram_pack *p)
{
	struct zram_packs *packs = p->packs;

	if (enlist(p, p->folio ? &packs->thinned : &packs->sparse))
		call(&packs->on_sparse,
		     p->folio && !READ_ONCE(packs->tight) ? NOT_SOON : 0);
}

void zram_packs_note_read(struct zram_pack *p, u32 now)
{
	struct zram_packs *packs = p->packs;
	u32 reads = READ_ONCE(packs->promote_reads);

	if (reads && zram_pack_count_read(p, now,
			READ_ONCE(packs->promote_seconds)) >= reads &&
	    enlist(p, &packs->wanted))
		call(&packs->on_wanted, 0);
}

/* Nobody refers to it any more but readers that are at work. */
static void drop(struct zram_pack *p, bool frozen)
{
	struct zram_packs *packs = p->packs;

	xa_erase(&packs->by_id, p->id);
	spin_lock(&packs->lock);
	list_del_init(&p->node);
	spin_unlock(&packs->lock);
	if (!frozen && !READ_ONCE(p->lost))
		count_bytes(p, -1);
	trace_zram_pack(packs->dev, p->id, 0, 0);
}

void zram_packs_released(struct zram_pack *p, u32 live, bool frozen)
{
	if (frozen)
		zram_stat_add(p->packs->stats, ZRAM_STAT_FROZEN, -1);
	else if (p->folio)
		zram_stat_add(p->packs->stats, ZRAM_STAT_FOLIO, -1);
	if (!live)
		drop(p, frozen);
	else if (!frozen && is_sparse(p, live))
		note_sparse(p);
}

void zram_packs_dead(struct zram_pack *p, s32 bytes)
{
	zram_stat_add(p->packs->stats, ZRAM_STAT_DEAD, bytes);
}

void zram_packs_free(struct zram_pack *p)
{
	atomic_long_sub(zram_pack_size(p->nr, p->raw), &p->packs->bytes);
	kfree(p);
}

/* ---- the list ---- */

/*
 * Below how many live slots another one is worth a try, until one did not pay.
 * Raw pages that a remake would save nothing on stay as they are.
 */
static u8 enough_of(const struct zram_pack *p)
{
	if (p->raw)
		return 0;
	return p->folio ? p->nr / 2 + 1 : (p->nr + 1) / 2;
}

/* Not in the list yet. */
static struct zram_pack *describe(struct zram_packs *packs, const u64 *index,
				  unsigned int nr, u32 len, bool raw, gfp_t gfp)
{
	static atomic64_t last_id = ATOMIC64_INIT(0);
	struct zram_pack *p;
	unsigned int i;

	p = kzalloc(zram_pack_size(nr, raw), gfp);
	if (!p)
		return NULL;
	p->packs = packs;
	p->id = atomic64_inc_return(&last_id);
	p->first = index[0];
	p->len = len;
	p->raw = raw;
	p->nr = nr;
	p->enough = enough_of(p);
	for (i = 0; i < nr; i++)
		p->words[i] = index[i] - index[0];
	return p;
}

/* A pack that begins (@sign 1), or does not after all. */
static void count_pack(struct zram_pack *p, bool frozen, int sign)
{
	struct zram_packs *packs = p->packs;

	atomic_long_add(sign * (long)zram_pack_size(p->nr, p->raw),
			&packs->bytes);
	if (frozen)
		zram_stat_add(packs->stats, ZRAM_STAT_FROZEN, sign * p->nr);
	else
		count_bytes(p, sign);
	if (p->folio)
		zram_stat_add(packs->stats, ZRAM_STAT_FOLIO, sign * p->nr);
}

/*
 * Counted first: once it is in the list, the worker may switch it, and the
 * stow is no longer the caller's.
 */
static bool enter(struct zram_pack *p, struct zram_stow *stow, gfp_t gfp)
{
	struct zram_packs *packs = p->packs;
	bool frozen = stow->frozen;

	zram_pack_init(p, stow);
	count_pack(p, frozen, 1);
	if (xa_err(xa_store(&packs->by_id, p->id, p, gfp))) {
		count_pack(p, frozen, -1);
		kfree(p);
		return false;
	}
	trace_zram_pack(packs->dev, p->id, p->nr, p->len);
	return true;
}

struct zram_pack *zram_packs_add(struct zram_packs *packs, const u64 *index,
				 unsigned int nr, u32 len, const u32 *crc,
				 bool raw, s32 level, struct zram_stow *stow)
{
	struct zram_pack *p = describe(packs, index, nr, len, raw, ZRAM_GFP_PACK);

	if (!p)
		return NULL;
	memcpy(&p->words[nr], crc, (raw ? nr : 1) * sizeof(*crc));
	p->level = level;
	p->sealed = true;
	return enter(p, stow, ZRAM_GFP_PACK) ? p : NULL;
}

struct zram_pack *zram_packs_add_folio(struct zram_packs *packs,
				       const u64 *index, unsigned int nr,
				       u32 len,
				       const struct zram_codec_ops *codec,
				       s32 level, struct zram_stow *stow)
{
	struct zram_pack *p = describe(packs, index, nr, len, false,
				       ZRAM_GFP_AT_ONCE);

	if (!p)
		return NULL;
	p->folio = true;
	p->enough = enough_of(p);
	/* Three quarters of its pages take as much by themselves. */
	p->thin = nr * 3 / 4;
	p->codec = codec;
	p->level = level;
	return enter(p, stow, ZRAM_GFP_AT_ONCE) ? p : NULL;
}

void zram_packs_seal(struct zram_pack *p, const void *bytes)
{
	if (p->sealed)
		return;
	p->words[p->nr] = crc32c(0, bytes, p->len);
	p->sealed = true;
}

int zram_packs_switch(struct zram_pack *p, struct zram_stow *stow,
		      bool if_unread, u32 *live)
{
	bool frozen = stow->frozen, was = READ_ONCE(p->frozen);
	int err = zram_pack_switch(p, stow, if_unread, live);

	/* Only the worker switches, so nobody else did in between. */
	if (err || was == frozen)
		return err;
	if (!stow->lost) {
		count_bytes(p, frozen ? -1 : 1);
		/*
		 * What did not pay where it was may pay here. With the lock,
		 * so that a release sees it, or what it left is seen below.
		 */
		spin_lock(&p->lock);
		WRITE_ONCE(p->enough, enough_of(p));
		spin_unlock(&p->lock);
	}
	zram_stat_add(p->packs->stats, ZRAM_STAT_FROZEN,
		      (frozen ? 1 : -1) * (s64)hweight32(*live));
	if (p->folio)
		zram_stat_add(p->packs->stats, ZRAM_STAT_FOLIO,
			      (frozen ? -1 : 1) * (s64)hweight32(*live));
	if (!frozen && is_sparse(p, READ_ONCE(p->live)))
		note_sparse(p);
	return 0;
}

/* One for all; its first reference stays. */
static const struct zram_stow_ops lost_ops = { 0 };
static struct zram_stow lost_stow = {
	.refs = REFCOUNT_INIT(1),
	.lost = true,
	.ops = &lost_ops,
};

void zram_packs_lose(struct zram_pack *p)
{
	u32 live;

	WRITE_ONCE(p->enough, 0);	/* there is nothing to remake it from */
	refcount_inc(&lost_stow.refs);
	if (zram_packs_switch(p, &lost_stow, false, &live))
		zram_stow_put(&lost_stow);
}

/* Under the lock of by_id whatever is found is live, hence has references. */
struct zram_pack *zram_packs_next(struct zram_packs *packs, u64 from)
{
	unsigned long id = from;
	struct zram_pack *p;

	for (;;) {
		p = xa_find(&packs->by_id, &id, ULONG_MAX, XA_PRESENT);
		if (!p)
			return NULL;
		xa_lock(&packs->by_id);
		p = xa_load(&packs->by_id, id);
		if (p)
			zram_pack_get(p);
		xa_unlock(&packs->by_id);
		if (p)
			return p;
	}
}

static struct zram_pack *delist(struct zram_packs *packs,
				struct list_head *list)
{
	struct zram_pack *p;

	spin_lock(&packs->lock);
	p = list_first_entry_or_null(list, struct zram_pack, node);
	if (p) {
		/* On the list it is live, or its release waits for this lock. */
		list_del_init(&p->node);
		zram_pack_get(p);
	}
	spin_unlock(&packs->lock);
	return p;
}

struct zram_pack *zram_packs_sparse(struct zram_packs *packs)
{
	return delist(packs, &packs->sparse);
}

struct zram_pack *zram_packs_thinned(struct zram_packs *packs)
{
	return delist(packs, &packs->thinned);
}

/* While it was on that list it could not go onto the other one. */
struct zram_pack *zram_packs_wanted(struct zram_packs *packs)
{
	struct zram_pack *p = delist(packs, &packs->wanted);

	if (p && !READ_ONCE(p->frozen) && is_sparse(p, READ_ONCE(p->live)))
		note_sparse(p);
	return p;
}

void zram_packs_tighten(struct zram_packs *packs)
{
	if (READ_ONCE(packs->tight) || xa_empty(&packs->by_id))
		return;
	WRITE_ONCE(packs->tight, true);
	call(&packs->on_sparse, 0);
}

bool zram_packs_list_thin(struct zram_packs *packs, u64 *from)
{
	unsigned int i;

	for (i = 0; i < LOOK_AT; i++) {
		struct zram_pack *p = zram_packs_next(packs, *from);

		if (!p)
			return false;
		*from = p->id + 1;
		if (zram_pack_is_thin(p) && !READ_ONCE(p->frozen) &&
		    !READ_ONCE(p->lost))
			enlist(p, &packs->thinned);
		zram_pack_put(p);
	}
	return true;
}

void zram_packs_keep(struct zram_pack *p, u32 bytes)
{
	zram_pack_keep(p, bytes);
	WRITE_ONCE(p->enough, min(p->enough, p->thin + 1));
}

void zram_packs_sparse_again(struct zram_pack *p)
{
	struct zram_packs *packs = p->packs;

	spin_lock(&packs->lock);
	if (READ_ONCE(p->live) && list_empty(&p->node))
		list_add(&p->node, &packs->sparse);
	spin_unlock(&packs->lock);
}

void zram_packs_postpone(struct zram_pack *p)
{
	enlist(p, &p->packs->postponed);
}

void zram_packs_resume(struct zram_packs *packs)
{
	spin_lock(&packs->lock);
	list_splice_tail_init(&packs->postponed, &packs->thinned);
	spin_unlock(&packs->lock);
}

/* ---- reading ---- */

int zram_packs_read_some(struct zram_pack *p, struct zram_stow *stow,
			 struct zram_pack_want *want)
{
	return zram_unpack_some(p->packs->unpack, p, stow, want);
}

int zram_packs_read(struct zram_pack *p, struct zram_stow *stow,
		    unsigned int i, void *page)
{
	struct zram_pack_want want;

	want.nr = 1;
	want.which[0] = i;
	want.page[0] = page;
	return zram_packs_read_some(p, stow, &want);
}

/* ---- life ---- */

int zram_packs_prepare(struct zram_packs *packs)
{
	struct zram_unpack *unpack;

	if (READ_ONCE(packs->unpack))
		return 0;
	unpack = zram_unpack_create();
	if (IS_ERR(unpack))
		return PTR_ERR(unpack);
	/* A job and the maker of folios may both come here first. */
	if (cmpxchg(&packs->unpack, NULL, unpack))
		zram_unpack_destroy(unpack);
	return 0;
}

size_t zram_packs_bytes(const struct zram_packs *packs)
{
	size_t bytes = atomic_long_read(&packs->bytes);

	if (READ_ONCE(packs->unpack))
		bytes += zram_unpack_bytes(packs->unpack);
	return bytes;
}

struct zram_packs *zram_packs_create(u32 dev, struct zram_pool *pool,
				     struct zram_stats __percpu *stats,
				     struct zram_codec *primary)
{
	struct zram_packs *packs = kzalloc(sizeof(*packs), GFP_KERNEL);

	if (!packs)
		return NULL;
	packs->pool = pool;
	packs->stats = stats;
	packs->primary = primary;
	packs->dev = dev;
	xa_init(&packs->by_id);
	spin_lock_init(&packs->lock);
	INIT_LIST_HEAD(&packs->sparse);
	INIT_LIST_HEAD(&packs->thinned);
	INIT_LIST_HEAD(&packs->postponed);
	INIT_LIST_HEAD(&packs->wanted);
	return packs;
}

void zram_packs_destroy(struct zram_packs *packs)
{
	WARN_ON_ONCE(!xa_empty(&packs->by_id));
	xa_destroy(&packs->by_id);
	if (packs->unpack)
		zram_unpack_destroy(packs->unpack);
	kfree(packs);
}
