/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making packs: picked slots become one piece of bytes, and, once these rest
 * somewhere, a pack.
 *
 *	m = zram_pack_maker_create(st, slots, level);
 *	while (zram_pack_room(m, index))	index ascending, picked
 *		zram_pack_gather(m, index);
 *	zram_pack_seal(m);			m->bytes, m->len
 *	stow = ... m->bytes, m->len ...		in the pool or on the disk
 *	zram_pack_publish(m, stow, &result);	or zram_pack_give_up(m)
 *
 * For one worker at a time. Slots that somebody touches meanwhile are lost to
 * the pack, nothing else.
 */
#ifndef ZRAM_PACK_MAKE_H
#define ZRAM_PACK_MAKE_H

#include <linux/types.h>

#include "pack.h"

struct zram_frame_enc;
struct zram_store;

struct zram_pack_maker {
	struct zram_store *st;
	struct zram_frame_enc *enc;	/* NULL: raw packs only */
	unsigned int slots;		/* at most, in a pack */
	s32 level;			/* of enc */
	bool raw;			/* keep the pages as they are; may be
					 * set while nothing is gathered */
	void *pages;			/* ZRAM_PACK_BYTES */
	void *frame;			/* ZRAM_PACK_BYTES; NULL: raw only */
	/* what was gathered */
	unsigned int nr;
	u64 index[ZRAM_PACK_SLOTS];
	u32 was[ZRAM_PACK_SLOTS];	/* bytes in memory that each takes now */
	/* what zram_pack_seal made of it */
	const void *bytes;
	u32 len;
	u32 crc[ZRAM_PACK_SLOTS];
};

struct zram_pack_result {
	u64 id;				/* of the pack */
	unsigned int moved, lost;	/* slots */
	u64 before;			/* bytes that the moved ones took */
	u32 len;			/* bytes of the pack */
};

/*
 * @slots: 1..ZRAM_PACK_SLOTS, cut to what ZRAM_PACK_BYTES holds; 0: the most.
 * @level: as zram_frame_check_level has it. Also readies the device for
 * reading packs. ERR_PTR: -ENOMEM, -EINVAL, -EOPNOTSUPP.
 */
struct zram_pack_maker *zram_pack_maker_create(struct zram_store *st,
					       unsigned int slots, s32 level);
/* NULL is fine; what was gathered is given up. */
void zram_pack_maker_destroy(struct zram_pack_maker *m);

/* Pick the slot at @index if one of the @nr packs at @of has it. */
bool zram_pack_pick(struct zram_store *st, u64 index,
		    struct zram_pack *const *of, unsigned int nr);
/* Whether the slot at @index, above the last one, can be in the same pack. */
bool zram_pack_room(const struct zram_pack_maker *m, u64 index);
/*
 * Copy the page of a picked slot. 0; -ESTALE: touched meanwhile; -EIO: it
 * cannot be read, and is not picked any more. A frozen one is waited for.
 */
int zram_pack_gather(struct zram_pack_maker *m, u64 index);
/*
 * Compress (unless raw) what was gathered, at least one slot. -E2BIG: it got
 * no smaller than its pages.
 */
int zram_pack_seal(struct zram_pack_maker *m);
/*
 * Whether a pack in memory takes less than the slots that are still picked do
 * now, the pack's own description counted.
 */
bool zram_pack_pays(const struct zram_pack_maker *m);
/*
 * Make the pack out of what was sealed, its bytes in @stow, and give it to the
 * slots that are still picked. @m is empty after it, and the stow is the
 * pack's or gone, also on error: -ENOMEM; -ESTALE: every slot was lost.
 */
int zram_pack_publish(struct zram_pack_maker *m, struct zram_stow *stow,
		      struct zram_pack_result *result);
/* Unpick what was gathered and forget it. */
void zram_pack_give_up(struct zram_pack_maker *m);

/*
 * Seal, keep in the pool and publish, if that saves memory. -ENOSPC: it would
 * not; -EDQUOT: it has more than @max_len bytes; -ENOMEM; -ESTALE. @m is empty
 * after it in any case.
 */
int zram_pack_make(struct zram_pack_maker *m, u64 max_len,
		   struct zram_pack_result *result);

#endif
