// SPDX-License-Identifier: GPL-2.0-only
/* The bytes of a pack on the backing device: reading and releasing them. */
#include "frozen.h"

#include <linux/err.h>
#include <linux/slab.h>

#include "backing.h"
#include "store.h"
#include "store_impl.h"
#include "trace.h"

/* Holds a reference to bd, since a reader may let go after a detach. */
struct extent_stow {
	struct zram_stow stow;
	struct zram_backing *bd;
	u64 start;		/* unit */
	unsigned int bytes;
};

static struct extent_stow *to_extent(const struct zram_stow *stow)
{
	return container_of(stow, struct extent_stow, stow);
}

static void release(struct zram_stow *stow)
{
	struct extent_stow *e = to_extent(stow);

	zram_backing_extent_free(e->bd, e->start, e->bytes);
	zram_backing_put(e->bd);
	kfree(e);
}

/* Only the units that have these bytes are read. */
static const void *begin_read(struct zram_stow *stow, size_t off, size_t len)
{
	struct extent_stow *e = to_extent(stow);
	size_t unit = zram_backing_round(e->bd, 1);
	size_t skip = off % unit;
	void *buf = zram_backing_buffer_get(e->bd);
	int err;

	err = zram_backing_read(e->bd, e->start + off / unit, skip + len, buf);
	if (!err)
		return buf + skip;
	zram_backing_buffer_put(e->bd, buf);
	return ERR_PTR(err);
}

static void end_read(struct zram_stow *stow, const void *bytes)
{
	zram_backing_buffer_put(to_extent(stow)->bd, bytes);
}

static const struct zram_stow_ops extent_ops = {
	.release = release,
	.begin_read = begin_read,
	.end_read = end_read,
};

struct zram_stow *zram_frozen_reserve(struct zram_backing *bd,
				      unsigned int bytes,
				      bool (*stop)(const void *arg),
				      const void *arg)
{
	struct extent_stow *e = kzalloc(sizeof(*e), GFP_NOIO | __GFP_NOWARN);
	int err;

	if (!e)
		return ERR_PTR(-ENOMEM);
	err = zram_backing_reserve(bd, bytes, &e->start, stop, arg);
	if (err) {
		kfree(e);
		return ERR_PTR(err);
	}
	e->bd = bd;
	e->bytes = bytes;
	zram_backing_get(bd);
	zram_stow_init(&e->stow, true, &extent_ops);
	return &e->stow;
}

void zram_frozen_read_begin(struct zram_stow *stow,
			    struct zram_backing_io *io)
{
	struct extent_stow *e = to_extent(stow);

	io->start = e->start;
	io->bytes = e->bytes;
	zram_backing_read_begin(e->bd, io);
}

u64 zram_frozen_start(const struct zram_stow *stow)
{
	return to_extent(stow)->start;
}

/* The tier of a folio that is not on the disk. */
static enum zram_tier in_memory(const struct zram_slot *s, enum zram_tier tier)
{
	return tier == ZRAM_TIER_COLD && zram_slot_has(s, ZRAM_SLOT_FOLIO) ?
	       ZRAM_TIER_HOT : tier;
}

void zram_frozen_trace_moved(struct zram_store *st, struct zram_pack *p,
			     u32 live, enum zram_tier from, enum zram_tier to)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++) {
		size_t index = zram_pack_index(p, i);
		struct zram_slot *s = zram_table_slot(&st->table, index);

		if (!(live & 1u << i))
			continue;
		zram_slot_lock(&st->table, s);
		if (zram_slot_kind(s) == ZRAM_KIND_PACKED &&
		    zram_slot_pack(s) == p)
			trace_zram_slot_move(st->dev, index, in_memory(s, from),
					     in_memory(s, to),
					     zram_pack_share(p),
					     st->generation);
		zram_slot_unlock(&st->table, index, s);
	}
}
