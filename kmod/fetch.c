// SPDX-License-Identifier: GPL-2.0-only
/* Packs from the backing device, one at a time: into the pool, or as pages. */
#include "fetch.h"

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "attach.h"
#include "backing.h"
#include "compat/crc32c.h"
#include "frozen.h"
#include "packs.h"
#include "pool.h"
#include "store_impl.h"
#include "unpack.h"

/*
 * refs: the owner's and that of the read under way. pack, busy: the owner's.
 * stow: what is read; of who drops the last reference. on_end: lock; NULL once
 * the owner has gone.
 */
struct zram_fetch {
	refcount_t refs;
	struct zram_store *st;		/* the owner's */
	struct zram_backing *bd;
	struct zram_pack *pack;
	struct zram_stow *stow;
	bool busy;
	struct completion ended;
	struct zram_backing_io io;
	spinlock_t lock;
	void (*on_end)(void *arg);
	void *arg;
};

static void put(struct zram_fetch *f)
{
	if (!refcount_dec_and_test(&f->refs))
		return;
	if (f->stow)
		zram_stow_put(f->stow);
	zram_backing_put(f->bd);
	kvfree(f->io.buf);
	kfree(f);
}

static void on_read(struct zram_backing_io *io)
{
	struct zram_fetch *f = container_of(io, struct zram_fetch, io);

	complete(&f->ended);
	spin_lock(&f->lock);
	if (f->on_end)
		f->on_end(f->arg);
	spin_unlock(&f->lock);
	put(f);
}

struct zram_fetch *zram_fetch_create(struct zram_store *st,
				     void (*on_end)(void *arg), void *arg)
{
	struct zram_backing *bd = zram_attach_get(st->attachment);
	struct zram_fetch *f;

	if (!bd)
		return NULL;
	f = kzalloc(sizeof(*f), GFP_NOIO | __GFP_NOWARN);
	if (!f)
		goto err_put;
	f->io.buf = kvmalloc(zram_backing_buffer_bytes(bd),
			     GFP_NOIO | __GFP_NOWARN);
	if (!f->io.buf)
		goto err_free;
	refcount_set(&f->refs, 1);
	f->st = st;
	f->bd = bd;
	f->on_end = on_end;
	f->arg = arg;
	init_completion(&f->ended);
	spin_lock_init(&f->lock);
	return f;

err_free:
	kfree(f);
err_put:
	zram_backing_put(bd);
	return NULL;
}

void zram_fetch_destroy(struct zram_fetch *f)
{
	if (!f)
		return;
	spin_lock(&f->lock);
	f->on_end = NULL;
	spin_unlock(&f->lock);
	/* the pack is of the store; its extent is not, and stays for the read */
	if (f->pack) {
		zram_pack_put(f->pack);
		if (!completion_done(&f->ended) && zram_backing_revoke(&f->io))
			put(f);		/* the read's */
	}
	put(f);
}

bool zram_fetch_fits(struct zram_store *st, const struct zram_pack *p,
		     unsigned long limit)
{
	return !limit || zram_pool_pages(st->pool) +
			 DIV_ROUND_UP(p->len, PAGE_SIZE) <= limit;
}

bool zram_fetch_busy(const struct zram_fetch *f)
{
	return f->busy;
}

/* @here: its bytes are in the buffer already. */
static void begin(struct zram_fetch *f, struct zram_pack *p, bool here)
{
	f->pack = p;
	f->stow = zram_pack_stow(p);
	f->busy = true;
	reinit_completion(&f->ended);
	refcount_inc(&f->refs);
	f->io.done = on_read;
	f->io.err = 0;
	if (here)
		on_read(&f->io);
	else
		zram_frozen_read_begin(f->stow, &f->io);
}

static bool is_here(struct zram_fetch *f, struct zram_pack *p)
{
	return zram_unpack_frame(f->st->packs->unpack, p, f->io.buf);
}

void zram_fetch_begin(struct zram_fetch *f, struct zram_pack *p)
{
	begin(f, p, is_here(f, p));
}

bool zram_fetch_try_begin(struct zram_fetch *f, struct zram_pack *p,
			  unsigned long timeout)
{
	bool here = is_here(f, p);

	if (!here && !zram_backing_has_room(f->bd, timeout))
		return false;
	begin(f, p, here);
	return true;
}

bool zram_fetch_ended(struct zram_fetch *f, unsigned long timeout)
{
	return timeout ? wait_for_completion_timeout(&f->ended, timeout) :
			 try_wait_for_completion(&f->ended);
}

static bool is_intact(const struct zram_pack *p, const void *bytes)
{
	unsigned int i;

	if (!p->raw)
		return crc32c(0, bytes, p->len) == zram_pack_crc(p, 0);
	for (i = 0; i < p->nr; i++)
		if (crc32c(0, bytes + i * PAGE_SIZE, PAGE_SIZE) !=
		    zram_pack_crc(p, i))
			return false;
	return true;
}

static int keep(struct zram_fetch *f, u32 *live)
{
	struct zram_packs *packs = f->st->packs;
	struct zram_stow *stow;

	if (!READ_ONCE(f->pack->frozen))
		return 0;	/* another one was faster */
	/* writers may have been faster than the disk */
	if (!zram_fetch_fits(f->st, f->pack, READ_ONCE(f->st->limit_pages)))
		return -ENOSPC;
	stow = zram_packs_stow_in_pool(packs, f->io.buf, f->pack->len);
	if (!stow)
		return -ENOMEM;
	zram_store_note_used(f->st);
	if (zram_packs_switch(f->pack, stow, false, live)) {
		*live = 0;		/* its last slot went */
		zram_stow_put(stow);
	}
	zram_packs_settle(packs);
	return 0;
}

/* What was read, if it is what was packed; else an errno that was told. */
static int check(const struct zram_fetch *f)
{
	int err = f->io.err;

	if (!err && !is_intact(f->pack, f->io.buf))
		err = -EIO;
	if (err == -ENOSPC)
		err = -EIO;	/* the word for the limit */
	/* a disk may be short of memory as well: that passes */
	if (err && err != -ENOMEM)
		zram_unpack_tell(f->pack, err);
	return err;
}

static void let_go(struct zram_fetch *f)
{
	zram_stow_put(f->stow);
	f->stow = NULL;
	zram_pack_put(f->pack);
	f->pack = NULL;
	f->busy = false;
}

int zram_fetch_end(struct zram_fetch *f, bool lose, u32 *live, u32 *len)
{
	struct zram_pack *p = f->pack;
	int err = check(f);

	*live = 0;
	*len = p->len;
	if (err) {
		if (lose && err != -ENOMEM && READ_ONCE(p->frozen))
			zram_packs_lose(p);
	} else {
		err = keep(f, live);
		if (*live)
			zram_frozen_trace_moved(f->st, p, *live,
						ZRAM_TIER_FROZEN,
						ZRAM_TIER_COLD);
	}
	let_go(f);
	return err;
}

int zram_fetch_end_decoded(struct zram_fetch *f, void *pages)
{
	int err = check(f);

	if (!err) {
		err = zram_unpack_decode(f->st->packs->unpack, f->pack,
					 f->io.buf, pages);
		if (err)
			zram_unpack_tell(f->pack, err);
	}
	let_go(f);
	return err;
}
