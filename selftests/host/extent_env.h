/* SPDX-License-Identifier: GPL-2.0-only */
/* What kmod/extent.c uses of the kernel, for user space. */
#ifndef EXTENT_ENV_H
#define EXTENT_ENV_H

#include <pthread.h>

#include "slot_env.h"

#define BITS_PER_LONG	64

typedef pthread_mutex_t spinlock_t;
#define spin_lock_init(l)	pthread_mutex_init(l, NULL)
#define spin_lock(l)		pthread_mutex_lock(l)
#define spin_unlock(l)		pthread_mutex_unlock(l)

/* The program counts what the kernel would complain about. */
extern long env_warnings;

#define WARN_ON_ONCE(cond) ({						\
	bool warn_ = (cond);						\
	if (warn_)							\
		__atomic_add_fetch(&env_warnings, 1, __ATOMIC_RELAXED);	\
	warn_; })

/* Searches in bitmaps so far. */
extern long env_searches;

static inline size_t find_bit(const unsigned long *p, size_t size, size_t i,
			      unsigned long flip)
{
	__atomic_add_fetch(&env_searches, 1, __ATOMIC_RELAXED);
	while (i < size) {
		unsigned long w = (p[i / 64] ^ flip) >> i % 64;

		if (w) {
			i += __builtin_ctzl(w);
			break;
		}
		i = (i | 63) + 1;
	}
	return i < size ? i : size;
}

#define find_next_bit(p, size, from)		find_bit(p, size, from, 0UL)
#define find_next_zero_bit(p, size, from)	find_bit(p, size, from, ~0UL)

static inline void bitmap_set(unsigned long *p, size_t i, size_t n)
{
	for (; n--; i++)
		p[i / 64] |= 1UL << i % 64;
}

static inline void bitmap_clear(unsigned long *p, size_t i, size_t n)
{
	for (; n--; i++)
		p[i / 64] &= ~(1UL << i % 64);
}

#endif
