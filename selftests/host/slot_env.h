/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kmod/slot.c, fill.c and probe.c use of the kernel, for user space.
 *
 * MUTATE_* weaken one primitive each, the way a hasty author of the slot
 * protocol would. The slot test must notice every one of them.
 */
#ifndef SLOT_ENV_H
#define SLOT_ENV_H

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef uint8_t u8;
typedef int32_t s32;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef struct { long counter; } atomic_long_t;

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute__((noinline))
#define ____cacheline_aligned_in_smp
#define barrier()	__asm__ volatile("" ::: "memory")
#define OPTIMIZER_HIDE_VAR(x)	__asm__("" : "+r" (x))
#define min(a, b)	((a) < (b) ? (a) : (b))

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_long_read(v)	READ_ONCE((v)->counter)
#define atomic_long_set(v, n)	WRITE_ONCE((v)->counter, (n))
#define atomic_long_inc(v) \
	((void)__atomic_add_fetch(&(v)->counter, 1, __ATOMIC_RELAXED))

#define strong_cmpxchg(p, old, new, order) \
	__atomic_compare_exchange_n((p), (old), (new), false, (order), \
				    __ATOMIC_RELAXED)
#define try_cmpxchg_acquire(p, old, new) \
	strong_cmpxchg(p, old, new, __ATOMIC_ACQUIRE)

/* A test, then a store: what the other side did in between is lost. */
static inline bool test_then_store(u32 *p, u32 *old, u32 new)
{
	u32 now = __atomic_load_n(p, __ATOMIC_RELAXED);
	int patience = 8;

	if (now != *old) {
		*old = now;
		return false;
	}
	while (patience-- && READ_ONCE(*p) == now)
		sched_yield();
	__atomic_store_n(p, new, __ATOMIC_RELEASE);
	return true;
}

/* Only unlocking uses release. */
#ifdef MUTATE_UNLOCK
#define try_cmpxchg_release(p, old, new) test_then_store(p, old, new)
#else
#define try_cmpxchg_release(p, old, new) \
	strong_cmpxchg(p, old, new, __ATOMIC_RELEASE)
#endif

/* Only changes under the lock use relaxed. */
#ifdef MUTATE_REPLACE
#define try_cmpxchg_relaxed(p, old, new) test_then_store(p, old, new)
#else
#define try_cmpxchg_relaxed(p, old, new) \
	strong_cmpxchg(p, old, new, __ATOMIC_RELAXED)
#endif

/* Only notify uses the full one: 1 is the lock, 2 the mark that comes late. */
#ifdef MUTATE_MARK
static inline bool or_the_mark(u32 *p, u32 *old, u32 new)
{
	int patience = 64;

	if (!(new & 2))
		return strong_cmpxchg(p, old, new, __ATOMIC_SEQ_CST);
	while (patience-- && READ_ONCE(*p) & 1)
		sched_yield();
	__atomic_fetch_or(p, 2, __ATOMIC_SEQ_CST);
	return true;
}
#define try_cmpxchg(p, old, new) or_the_mark(p, old, new)
#else
#define try_cmpxchg(p, old, new) strong_cmpxchg(p, old, new, __ATOMIC_SEQ_CST)
#endif

static inline void memset_l(unsigned long *p, unsigned long v, size_t n)
{
	while (n--)
		*p++ = v;
}

/* For pointers that start as NULL: the former value, NULL when it worked. */
#define cmpxchg(p, expected, new) ({					\
	__typeof__(*(p)) old_ = (expected);				\
	strong_cmpxchg(p, &old_, new, __ATOMIC_ACQ_REL);		\
	old_; })

#define preempt_disable()	((void)0)
#define preempt_enable()	((void)0)
#define cpu_relax()		sched_yield()
/* how often others might have run */
unsigned long env_rescheds __attribute__((weak));
#define cond_resched()							\
	((void)__atomic_add_fetch(&env_rescheds, 1, __ATOMIC_RELAXED))

struct lock_class_key { char unused; };
#define lockdep_init_map(map, name, key, sub)	((void)(key))
#define spin_acquire(map, sub, try, ip)		((void)(t))
#define spin_release(map, ip)			((void)(t))

/* The program may refuse allocations by setting this. */
extern bool env_no_memory;

#define GFP_KERNEL	0
#define GFP_NOIO	0
#define __GFP_NOWARN	0
#define __GFP_RETRY_MAYFAIL 0
#define __GFP_ZERO	1

static inline void *kmalloc(size_t size, int gfp)
{
	if (env_no_memory)
		return NULL;
	return gfp & __GFP_ZERO ? calloc(1, size) : malloc(size);
}

static inline void *kvcalloc(size_t n, size_t size, int gfp)
{
	(void)gfp;
	return env_no_memory ? NULL : calloc(n, size);
}

#define kfree(p)	free(p)
#define kvfree(p)	free(p)

#endif
