// SPDX-License-Identifier: GPL-2.0-only
/* Which backing device a zram device has: changing it, finding it. */
#include "attach.h"

#include "backing.h"
#include "event.h"

/* While it is registered, bd stays. */
static struct zram_backing *paused_one(struct zram_pauser *p)
{
	struct zram_attachment *at = container_of(p, struct zram_attachment,
						  pauser);

	return rcu_dereference_protected(at->bd, true);
}

/* While the machine sleeps, no extent is discarded or used again. */
static int pause_backing(struct zram_pauser *p, unsigned long deadline)
{
	zram_backing_freeze(paused_one(p), true);
	return 0;
}

static void resume_backing(struct zram_pauser *p)
{
	zram_backing_freeze(paused_one(p), false);
}

void zram_attach_init(struct zram_attachment *at, u32 dev)
{
	mutex_init(&at->lock);
	at->dev = dev;
	RCU_INIT_POINTER(at->bd, NULL);
	at->pauser.pause = pause_backing;
	at->pauser.resume = resume_backing;
}

struct zram_backing *zram_attach_get(struct zram_attachment *at)
{
	struct zram_backing *bd;

	rcu_read_lock();
	bd = rcu_dereference(at->bd);
	/* its owner lets go after a grace period only */
	if (bd)
		zram_backing_get(bd);
	rcu_read_unlock();
	return bd;
}

bool zram_attach_has(struct zram_attachment *at)
{
	return rcu_access_pointer(at->bd);
}

/* With lock held, so that two are told in the order in which they happened. */
static void tell(struct zram_attachment *at, enum zram_event_type type,
		 u32 generation)
{
	const struct zram_event ev = {
		.type = type,
		.dev = at->dev,
		.generation = generation,
	};

	lockdep_assert_held(&at->lock);
	zram_event(&ev);
}

static struct zram_backing *replace_locked(struct zram_attachment *at,
					   struct zram_backing *bd)
{
	struct zram_backing *old;

	old = rcu_dereference_protected(at->bd, lockdep_is_held(&at->lock));
	if (old) {
		zram_pauser_remove(&at->pauser);
		zram_backing_leave(old);
	}
	rcu_assign_pointer(at->bd, bd);
	if (bd)
		zram_pauser_add(&at->pauser);
	return old;
}

struct zram_backing *zram_attach_replace(struct zram_attachment *at,
					 struct zram_backing *bd, u32 generation)
{
	struct zram_backing *old;

	mutex_lock(&at->lock);
	old = replace_locked(at, bd);
	if (old)
		tell(at, ZRAM_EVENT_DETACH, generation);
	if (bd)
		tell(at, ZRAM_EVENT_ATTACH, generation);
	mutex_unlock(&at->lock);
	if (old)
		synchronize_rcu();
	return old;
}

struct zram_backing *zram_attach_drop(struct zram_attachment *at)
{
	struct zram_backing *old;

	mutex_lock(&at->lock);
	old = replace_locked(at, NULL);
	mutex_unlock(&at->lock);
	if (old)
		synchronize_rcu();
	return old;
}

int zram_attach_leave(struct zram_attachment *at, u32 generation)
{
	struct zram_backing *old;

	if (!mutex_trylock(&at->lock))
		return -EAGAIN;
	old = rcu_dereference_protected(at->bd, lockdep_is_held(&at->lock));
	if (old && !zram_pauser_try_remove(&at->pauser)) {
		mutex_unlock(&at->lock);
		return -EAGAIN;
	}
	RCU_INIT_POINTER(at->bd, NULL);
	if (old) {
		zram_backing_leave(old);
		tell(at, ZRAM_EVENT_DETACH, generation);
	}
	mutex_unlock(&at->lock);
	if (!old)
		return 0;
	synchronize_rcu();
	zram_backing_close(old);
	return 0;
}

bool zram_attach_defer(struct zram_attachment *at, struct bio *bio)
{
	struct zram_backing *bd;

	rcu_read_lock();
	bd = rcu_dereference(at->bd);
	if (bd)
		zram_backing_defer(bd, bio);
	rcu_read_unlock();
	return bd;
}
