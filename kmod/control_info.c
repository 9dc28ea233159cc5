// SPDX-License-Identifier: GPL-2.0-only
/* The snapshot that front ends show of a device, and its slots in a dump. */
#include "control.h"

#include <linux/mm.h>

#include "backing.h"
#include "device.h"
#include "pool.h"
#include "store_impl.h"

/* Slots that one zram_control_slots call looks at. */
#define SLOTS_A_CALL	(64 * ZRAM_LEAF_SLOTS)

/* Objects by the codec that they are compressed with; each sum of another moment. */
static void objects_info(struct zram_stats __percpu *s, struct zram_info *info)
{
	s64 first = zram_stat_sum(s, ZRAM_STAT_PAGES) -
		    zram_stat_sum(s, ZRAM_STAT_SAME) -
		    zram_stat_sum(s, ZRAM_STAT_RAW) -
		    zram_stat_sum(s, ZRAM_STAT_PACKED);
	int prio;

	for (prio = 1; prio < ZRAM_CODEC_PRIOS; prio++) {
		info->codec[prio].slots =
			zram_stat_sum(s, ZRAM_STAT_WARM + prio - 1);
		info->warm_slots += info->codec[prio].slots;
	}
	info->codec[0].slots = max_t(s64, first - info->warm_slots, 0);
}

static void store_info(struct zram_store *st, struct zram_info *info)
{
	struct zram_stats __percpu *s = st->stats;

	info->initialised = true;
	info->generation = st->generation;
	info->orig_data_size = zram_stat_sum(s, ZRAM_STAT_PAGES) << PAGE_SHIFT;
	info->compr_data_size = zram_stat_sum(s, ZRAM_STAT_COMPR);
	info->mem_used_total = (u64)zram_pool_pages(st->pool) << PAGE_SHIFT;
	info->mem_used_max = (u64)atomic_long_read(&st->max_pages) << PAGE_SHIFT;
	info->same_pages = zram_stat_sum(s, ZRAM_STAT_SAME);
	info->huge_pages = zram_stat_sum(s, ZRAM_STAT_RAW) +
			   zram_stat_sum(s, ZRAM_STAT_PACKED_RAW);
	info->huge_pages_since = zram_stat_sum(s, ZRAM_STAT_RAW_SINCE);
	info->pages_compacted = zram_pool_compacted(st->pool);
	info->failed_reads = zram_stat_sum(s, ZRAM_STAT_FAILED_READS);
	info->failed_writes = zram_stat_sum(s, ZRAM_STAT_FAILED_WRITES);
	info->notify_free = zram_stat_sum(s, ZRAM_STAT_NOTIFY_FREE);
	info->probed_raw = zram_stat_sum(s, ZRAM_STAT_PROBED_RAW);
	info->table_bytes = zram_table_bytes(&st->table);
	info->codec_bytes = zram_store_codec_bytes(st);
	info->pack_bytes = zram_packs_bytes(st->packs);
	objects_info(s, info);
	info->frozen_slots = zram_stat_sum(s, ZRAM_STAT_FROZEN);
	/* of another moment each, hence the test */
	info->cold_slots = zram_stat_sum(s, ZRAM_STAT_PACKED);
	info->cold_slots -= min(info->cold_slots, info->frozen_slots +
				zram_stat_sum(s, ZRAM_STAT_FOLIO));
	info->folio_state = zram_folio_state(st->folio);
	info->folio_written = zram_stat_sum(s, ZRAM_STAT_FOLIO_WRITTEN);
	info->folio_read_whole = zram_stat_sum(s, ZRAM_STAT_FOLIO_READ_WHOLE);
	info->folio_read_single = zram_stat_sum(s, ZRAM_STAT_FOLIO_READ_SINGLE);
	info->folio_decoded = zram_stat_sum(s, ZRAM_STAT_FOLIO_DECODED);
}

static void backing_info(struct zram_device *dev, struct zram_info *info)
{
	struct zram_backing_info bi;
	u64 slots;

	info->has_backing = zram_control_backing(dev, &bi, &slots,
						 info->backing,
						 sizeof(info->backing));
	if (!info->has_backing)
		return;
	info->backing_size = bi.bytes;
	info->backing_used = (bi.units.reserved + bi.units.waiting +
			      bi.units.taken) * bi.unit;
	info->backing_read = bi.reads * ZRAM_BACKING_BLOCK;
	info->backing_written = bi.writes * ZRAM_BACKING_BLOCK;
}

static void codec_info(const struct zram_codec_choice *choice,
		       struct zram_codec_info *info)
{
	if (!choice->ops)
		return;
	info->algo = choice->ops->name;
	info->level = choice->params.level;
	info->winbits = choice->params.winbits;
	if (choice->params.dict)
		info->dict_size = choice->params.dict->size;
}

void zram_control_info(struct zram_device *dev, struct zram_info *info)
{
	struct zram_writeback_values knobs;
	int prio;

	memset(info, 0, sizeof(*info));
	zram_control_get_knobs(dev, &knobs);
	info->writeback_limit = !knobs.limit_on ? U64_MAX :
		min(knobs.limit, (U64_MAX - 1) / ZRAM_BACKING_BLOCK) *
		ZRAM_BACKING_BLOCK;
	down_read(&dev->lock);
	info->id = dev->id;
	info->in_use = dev->disk && disk_openers(dev->disk);
	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		codec_info(&dev->config.codec[prio], &info->codec[prio]);
	info->disksize = dev->disksize;
	info->mem_limit = (u64)dev->limit_pages << PAGE_SHIFT;
	info->promote_reads = dev->promote_reads;
	info->promote_seconds = dev->promote_seconds;
	info->folio_packs = dev->folio_packs;
	if (dev->store)
		store_info(dev->store, info);
	up_read(&dev->lock);
	backing_info(dev, info);
}

/* What takes a look at the pack, hence the lock. */
static bool packed_slot_info(struct zram_table *t, struct zram_slot *s,
			     u64 index, struct zram_slot_info *out)
{
	bool packed;

	zram_slot_lock(t, s);
	packed = zram_slot_kind(s) == ZRAM_KIND_PACKED;
	if (packed) {
		out->csize = zram_slot_csize(s);
		out->tier = zram_slot_tier(s);
	}
	zram_slot_unlock(t, index, s);
	return packed;
}

/*
 * The state word is read without the lock, at once: kind, size and priority
 * belong together. A slot with a free mark is as good as empty.
 */
static bool slot_info(struct zram_table *t, struct zram_slot *s, u64 index,
		      struct zram_slot_info *out)
{
	struct zram_slot copy = { .state = READ_ONCE(s->state) };
	enum zram_kind kind = zram_slot_kind(&copy);

	if (kind == ZRAM_KIND_EMPTY || (copy.state & ZRAM_SLOT_FREE_MARK))
		return false;
	out->index = index;
	out->atime = READ_ONCE(s->atime);
	out->kind = kind;
	out->prio = zram_slot_prio(&copy);
	out->flags = copy.state & (ZRAM_SLOT_IDLE | ZRAM_SLOT_PICKED |
				   ZRAM_SLOT_INCOMPRESSIBLE |
				   ZRAM_SLOT_WAS_RAW);
	if (unlikely(kind == ZRAM_KIND_PACKED))
		return packed_slot_info(t, s, index, out);
	out->csize = zram_slot_csize(&copy);
	out->tier = zram_slot_tier(&copy);
	return true;
}

int zram_control_slots(struct zram_device *dev, u64 *cursor, u64 end,
		       struct zram_slot_info *out, unsigned int max,
		       u32 *generation)
{
	struct zram_table *t;
	unsigned int nr = 0;
	u64 i, stop;

	down_read(&dev->lock);
	if (!dev->store) {
		up_read(&dev->lock);
		return -EINVAL;
	}
	t = &dev->store->table;
	*generation = dev->store->generation;
	end = min_t(u64, end, t->nr_slots);
	stop = min(end, *cursor + SLOTS_A_CALL);
	for (i = *cursor; i < stop && nr < max; ) {
		struct zram_slot *s = zram_table_slot(t, i);

		if (!s) {
			i = round_down(i, ZRAM_LEAF_SLOTS) + ZRAM_LEAF_SLOTS;
			continue;
		}
		nr += slot_info(t, s, i, &out[nr]);
		i++;
	}
	*cursor = min(i, end);
	up_read(&dev->lock);
	return nr;
}
