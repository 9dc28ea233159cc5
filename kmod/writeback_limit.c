// SPDX-License-Identifier: GPL-2.0-only
/* What may be written to the disk: the counter that stock's attributes set. */
#include "writeback.h"
#include "writeback_impl.h"

void zram_writeback_knobs_init(struct zram_writeback_knobs *k)
{
	spin_lock_init(&k->lock);
	k->batch = ZRAM_WRITEBACK_BATCH;
}

u64 zram_writeback_limit_left(struct zram_writeback_knobs *k)
{
	u64 left;

	spin_lock(&k->lock);
	left = k->limit_on ? k->limit : U64_MAX;
	spin_unlock(&k->lock);
	return left;
}

bool zram_writeback_charge(struct zram_writeback_knobs *k, u32 blocks,
			   struct zram_charge *c)
{
	bool ok;

	spin_lock(&k->lock);
	c->blocks = k->limit_on ? blocks : 0;
	c->set = k->set;
	ok = k->limit >= c->blocks;
	if (ok)
		k->limit -= c->blocks;
	spin_unlock(&k->lock);
	return ok;
}

void zram_writeback_refund(struct zram_writeback_knobs *k, const struct zram_charge *c)
{
	spin_lock(&k->lock);
	if (k->set == c->set)
		k->limit += c->blocks;
	spin_unlock(&k->lock);
}
