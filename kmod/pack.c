// SPDX-License-Identifier: GPL-2.0-only
/* Who refers to a pack and to its bytes, and the exchange of these. */

#include "pack.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#endif

/* What taking it apart would let go, besides; all of it, until that is done. */
static u32 dead_bytes(const struct zram_pack *p)
{
	unsigned int n;

	if (!p->thin || p->frozen || p->lost)
		return 0;
	n = hweight32(p->live);
	return n <= p->thin ? p->len * (p->nr - n) / p->nr : 0;
}

/* It was @was before. */
static void count_dead(struct zram_pack *p, u32 was)
{
	u32 now = dead_bytes(p);

	if (now != was)
		zram_packs_dead(p, (s32)(now - was));
}

void zram_pack_init(struct zram_pack *p, struct zram_stow *stow)
{
	spin_lock_init(&p->lock);
	INIT_LIST_HEAD(&p->node);
	p->live = GENMASK(p->nr - 1, 0);
	refcount_set(&p->refs, p->nr + 1);
	p->stow = stow;
	p->frozen = stow->frozen;
	p->lost = false;
	p->touched = false;
	p->told = false;
}

void zram_stow_put(struct zram_stow *stow)
{
	if (refcount_dec_and_test(&stow->refs))
		stow->ops->release(stow);
}

void zram_pack_put(struct zram_pack *p)
{
	u32 dead;

	if (!refcount_dec_and_test(&p->refs))
		return;
	/* Nobody is left who could switch it. */
	zram_stow_put(p->stow);
	dead = dead_bytes(p);
	if (dead)
		zram_packs_dead(p, -(s32)dead);
	zram_packs_free(p);
}

void zram_pack_release(struct zram_pack *p, unsigned int i)
{
	bool frozen;
	u32 live, dead;

	spin_lock(&p->lock);
	dead = dead_bytes(p);
	live = p->live & ~(1u << i);
	WRITE_ONCE(p->live, live);
	count_dead(p, dead);
	frozen = p->frozen;
	spin_unlock(&p->lock);
	zram_packs_released(p, live, frozen);
	zram_pack_put(p);
}

struct zram_stow *zram_pack_stow(struct zram_pack *p)
{
	struct zram_stow *stow;

	spin_lock(&p->lock);
	stow = p->stow;
	refcount_inc(&stow->refs);
	spin_unlock(&p->lock);
	return stow;
}

struct zram_stow *zram_pack_read_begin(struct zram_pack *p, u32 now, bool wait)
{
	struct zram_stow *stow = NULL;

	spin_lock(&p->lock);
	if (wait || !p->stow->frozen) {
		stow = p->stow;
		refcount_inc(&stow->refs);
		p->touched = true;
		p->last_read = now;
	}
	spin_unlock(&p->lock);
	return stow;
}

u32 zram_pack_count_read(struct zram_pack *p, u32 now, u32 seconds)
{
	u32 reads;

	spin_lock(&p->lock);
	if (!p->reads || now - p->since > seconds) {
		p->since = now;
		p->reads = 0;
	}
	reads = ++p->reads;
	spin_unlock(&p->lock);
	return reads;
}

void zram_pack_watch(struct zram_pack *p)
{
	spin_lock(&p->lock);
	p->touched = false;
	spin_unlock(&p->lock);
}

int zram_pack_switch(struct zram_pack *p, struct zram_stow *stow,
		     bool if_unread, u32 *live)
{
	struct zram_stow *old = NULL;
	u32 dead;
	int err = 0;

	spin_lock(&p->lock);
	dead = dead_bytes(p);
	*live = p->live;
	if (!p->live) {
		err = -ENOENT;
	} else if (if_unread && p->touched) {
		err = -EAGAIN;
	} else {
		old = p->stow;
		p->stow = stow;
		WRITE_ONCE(p->frozen, stow->frozen);
		WRITE_ONCE(p->lost, stow->lost);
		p->reads = 0;
		count_dead(p, dead);
	}
	spin_unlock(&p->lock);
	if (old)
		zram_stow_put(old);
	return err;
}

void zram_pack_keep(struct zram_pack *p, u32 bytes)
{
	unsigned int n;
	u32 dead;

	spin_lock(&p->lock);
	dead = dead_bytes(p);
	n = hweight32(p->live);
	/* so many of the same size would be smaller */
	if (n && bytes >= p->len)
		n = min(n - 1, n * p->len / bytes);
	WRITE_ONCE(p->thin, n);
	count_dead(p, dead);
	spin_unlock(&p->lock);
}
