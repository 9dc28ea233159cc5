// SPDX-License-Identifier: GPL-2.0-only
/* The packs of a device, for a dump. */
#include "control.h"

#include <linux/bitops.h>

#include "codec.h"
#include "device.h"
#include "packs.h"

static void pack_info(const struct zram_pack *p, struct zram_pack_info *out)
{
	u32 live = READ_ONCE(p->live);

	*out = (struct zram_pack_info) {
		.pack = p->id,
		.first = zram_pack_index(p, 0),
		.last = zram_pack_index(p, p->nr - 1),
		.bytes = p->len,
		.slots = p->nr,
		.live = hweight32(live),
		.frozen = READ_ONCE(p->frozen),
		.raw = p->raw,
		.folio = p->folio,
		.lost = READ_ONCE(p->lost),
		.algo = p->raw ? NULL : p->codec ? p->codec->name : "zstd",
		.level = p->level,
	};
	out->sparse = out->live < READ_ONCE(p->enough);
}

int zram_control_packs(struct zram_device *dev, u64 *cursor,
		       struct zram_pack_info *out, unsigned int max,
		       u32 *generation)
{
	struct zram_store *st;
	struct zram_pack *p;
	unsigned int nr = 0;

	down_read(&dev->lock);
	st = dev->store;
	if (!st) {
		up_read(&dev->lock);
		return -EINVAL;
	}
	*generation = st->generation;
	while (nr < max && (p = zram_packs_next(st->packs, *cursor))) {
		*cursor = p->id + 1;
		pack_info(p, &out[nr++]);
		zram_pack_put(p);
	}
	up_read(&dev->lock);
	return nr;
}
