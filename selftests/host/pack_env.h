/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kmod/pack.c uses of the kernel, for user space.
 *
 * MUTATE_* weaken one primitive each, the way a hasty author of the protocol
 * would. The pack test must notice every one of them.
 */
#ifndef PACK_ENV_H
#define PACK_ENV_H

#include "extent_env.h"

typedef struct { u32 n; } refcount_t;

/* Counted: what the kernel's refcounts would warn of. */
extern long env_bad_refs;

static inline void refcount_set(refcount_t *r, u32 n)
{
	__atomic_store_n(&r->n, n, __ATOMIC_RELAXED);
}

static inline void refcount_inc(refcount_t *r)
{
	if (!__atomic_fetch_add(&r->n, 1, __ATOMIC_RELAXED))
		__atomic_add_fetch(&env_bad_refs, 1, __ATOMIC_RELAXED);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	u32 n = __atomic_fetch_sub(&r->n, 1, __ATOMIC_ACQ_REL);

	if (!n)
		__atomic_add_fetch(&env_bad_refs, 1, __ATOMIC_RELAXED);
	return n == 1;
}

/*
 * The program may set this: called once, right before the next lock is taken,
 * where another CPU could come in between. NULL while threads run.
 */
extern void (*env_before_lock)(void);

static inline void env_spin_lock(spinlock_t *l)
{
	void (*before)(void) = env_before_lock;

	if (before) {
		env_before_lock = NULL;
		before();
	}
	pthread_mutex_lock(l);
}

#undef spin_lock
#define spin_lock(l)	env_spin_lock(l)

#define hweight32(word) ((unsigned int)__builtin_popcount(word))

#define GENMASK(high, low) \
	((~0u >> (31 - (high))) & ~0u << (low))

struct list_head { struct list_head *next, *prev; };
static inline void INIT_LIST_HEAD(struct list_head *l)
{
	l->next = l->prev = l;
}

#endif
