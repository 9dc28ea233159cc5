/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bringing packs back from the backing device, one at a time: the bytes are
 * read and checked; then they go into the pool, where the pack rests from then
 * on, or their pages are handed out.
 *
 * For the worker of jobs, which never waits for the disk longer than it likes:
 * a read that does not end is left behind, with its buffer and its extent.
 */
#ifndef ZRAM_FETCH_H
#define ZRAM_FETCH_H

#include <linux/types.h>

struct zram_fetch;
struct zram_pack;
struct zram_store;

/*
 * @on_end: may be NULL; called in process context when a read has ended, not
 * after zram_fetch_destroy(). NULL without memory or backing device.
 */
struct zram_fetch *zram_fetch_create(struct zram_store *st,
				     void (*on_end)(void *arg), void *arg);
/* What is under way is left behind; its pack stays where it is. NULL is fine. */
void zram_fetch_destroy(struct zram_fetch *f);

/* Whether @pages more of the pool would be within @limit (0: none). */
bool zram_fetch_fits(struct zram_store *st, const struct zram_pack *p,
		     unsigned long limit);
/* A read was begun, and zram_fetch_end() not called yet. */
bool zram_fetch_busy(const struct zram_fetch *f);
/* Begin to read @p, which is frozen; the caller's reference passes. */
void zram_fetch_begin(struct zram_fetch *f, struct zram_pack *p);
/*
 * The same, but false, and the reference stays the caller's, when the disk is asked
 * for it and should not get another read within @timeout (jiffies).
 */
bool zram_fetch_try_begin(struct zram_fetch *f, struct zram_pack *p,
			  unsigned long timeout);
/* Whether the read has ended, within @timeout (jiffies; 0: at once). */
bool zram_fetch_ended(struct zram_fetch *f, unsigned long timeout);

/**
 * zram_fetch_end() - after the read: put the pack into the pool.
 * @f: zram_fetch_ended() said true
 * @lose: give the pack up when its bytes cannot be had
 * @live: gets the slots that moved, as bits
 * @len: gets the bytes of the pack
 *
 * Return: 0, also when the last slot went meanwhile; -EIO and the like when
 * the bytes cannot be had, which is reported once; -ENOMEM; -ENOSPC at the limit
 * of memory.
 */
int zram_fetch_end(struct zram_fetch *f, bool lose, u32 *live, u32 *len);
/*
 * Or leave the pack, which is not raw, where it is, and get its pages
 * (ZRAM_PACK_BYTES at most). 0; -EIO and the like, reported as above.
 */
int zram_fetch_end_decoded(struct zram_fetch *f, void *pages);

#endif
