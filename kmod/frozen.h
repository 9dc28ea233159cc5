/* SPDX-License-Identifier: GPL-2.0-only */
/* The bytes of a pack on the backing device: the stow that owns an extent. */
#ifndef ZRAM_FROZEN_H
#define ZRAM_FROZEN_H

#include <linux/types.h>

#include "pack.h"
#include "zram/trace_events.h"

struct zram_backing;
struct zram_backing_io;
struct zram_store;

/*
 * A reserved extent for @bytes, in the hands of a stow: who drops the last
 * reference frees it. ERR_PTR: -ENOMEM, -ENOSPC; -ECANCELED: @stop said true, as
 * zram_backing_reserve() has it. May sleep.
 */
struct zram_stow *zram_frozen_reserve(struct zram_backing *bd,
				      unsigned int bytes,
				      bool (*stop)(const void *arg),
				      const void *arg);
/*
 * Begin to read all of such a stow, of which the caller has a reference, into
 * the buffer of @io; that and done are set.
 */
void zram_frozen_read_begin(struct zram_stow *stow,
			    struct zram_backing_io *io);
/* Its first unit. */
u64 zram_frozen_start(const struct zram_stow *stow);

/*
 * The slots in @live of @p have moved: fire their events. @p with a reference.
 */
void zram_frozen_trace_moved(struct zram_store *st, struct zram_pack *p,
			     u32 live, enum zram_tier from, enum zram_tier to);

#endif
