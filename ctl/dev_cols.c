// SPDX-License-Identifier: GPL-2.0-or-later
/* The columns of a device: list and show. */

#include "dev_cols.h"
#include "model.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static bool get_name(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	snprintf(v->buf, sizeof(v->buf), "/dev/zram%u", dev->id);
	v->s = v->buf;
	return true;
}

static bool get_id(const void *row, struct out_val *v)
{
	v->u = ((const struct model_dev *)row)->id;
	return true;
}

static bool get_algo(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->s = dev->algo;
	return model_has(dev, MODEL_ALGO);
}

static bool get_level(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->i = dev->level;
	return model_has(dev, MODEL_LEVEL);
}

static bool get_generation(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->u = dev->generation;
	return model_has(dev, MODEL_GENERATION) && dev->generation;
}

static bool get_initialised(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->b = dev->state & ZRAM_STATE_INITIALISED;
	return model_has(dev, MODEL_STATE);
}

static bool get_in_use(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->b = dev->state & ZRAM_STATE_IN_USE;
	return model_has(dev, MODEL_STATE);
}

static bool get_use(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->s = dev->use;
	return model_has(dev, MODEL_USE);
}

/* The kernel says 0 for no limit: nothing is set. */
static bool get_mem_limit(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->u = dev->mem_limit;
	return model_has(dev, MODEL_MEM_LIMIT) && dev->mem_limit;
}

static bool get_ratio(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	if (!model_has(dev, MODEL_ORIG_DATA_SIZE | MODEL_MEM_USED_TOTAL) ||
	    !dev->mem_used_total)
		return false;
	v->d = (double)dev->orig_data_size / dev->mem_used_total;
	return true;
}

/* All kernel memory: the pool, its table, the codec's contexts, packs. */
static bool get_memory(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->u = dev->mem_used_total + dev->table_bytes +
	       dev->codec_bytes + dev->pack_bytes;
	return model_has(dev, MODEL_MEM_USED_TOTAL | MODEL_TABLE_BYTES |
			 MODEL_CODEC_BYTES);
}

#define NUMBER(NAME, field)						\
static bool get_##field(const void *row, struct out_val *v)		\
{									\
	const struct model_dev *dev = row;				\
									\
	v->u = dev->field;						\
	return model_has(dev, MODEL_##NAME);				\
}

NUMBER(DISKSIZE, disksize)
NUMBER(ORIG_DATA_SIZE, orig_data_size)
NUMBER(COMPR_DATA_SIZE, compr_data_size)
NUMBER(MEM_USED_TOTAL, mem_used_total)
NUMBER(MEM_USED_MAX, mem_used_max)
NUMBER(SAME_PAGES, same_pages)
NUMBER(HUGE_PAGES, huge_pages)
NUMBER(HUGE_PAGES_SINCE, huge_pages_since)
NUMBER(PAGES_COMPACTED, pages_compacted)
NUMBER(FAILED_READS, failed_reads)
NUMBER(FAILED_WRITES, failed_writes)
NUMBER(NOTIFY_FREE, notify_free)
NUMBER(PROBED_RAW, probed_raw)
NUMBER(TABLE_BYTES, table_bytes)
NUMBER(CODEC_BYTES, codec_bytes)
NUMBER(PACK_BYTES, pack_bytes)
NUMBER(BACKING_SIZE, backing_size)
NUMBER(BACKING_USED, backing_used)
NUMBER(BACKING_READ, backing_read)
NUMBER(BACKING_WRITTEN, backing_written)
NUMBER(WARM_SLOTS, warm_slots)
NUMBER(COLD_SLOTS, cold_slots)
NUMBER(FROZEN_SLOTS, frozen_slots)

static bool get_writeback_limit(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->u = dev->writeback_limit;
	return model_has(dev, MODEL_WRITEBACK_LIMIT) && v->u != UINT64_MAX;
}

static bool get_hot_slots(const void *row, struct out_val *v)
{
	return model_hot_slots(row, sysconf(_SC_PAGESIZE), &v->u);
}

static bool get_promote_reads(const void *row, struct out_val *v)
{
	v->u = ((const struct model_dev *)row)->promote_reads;
	return model_has(row, MODEL_PROMOTE);
}

static bool get_promote_seconds(const void *row, struct out_val *v)
{
	v->u = ((const struct model_dev *)row)->promote_seconds;
	return model_has(row, MODEL_PROMOTE);
}

static bool get_backing(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->s = dev->backing;
	return model_has(dev, MODEL_BACKING);
}

/* "zstd:9,deflate", as create takes it; "-" where a priority has none. */
static bool get_recomp(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;
	size_t at = 0;
	int last = MODEL_CODECS - 1;

	while (last > 0 && !dev->codec[last].has)
		last--;
	for (int prio = 1; prio <= last && at < sizeof(v->buf); prio++) {
		const struct model_codec *c = &dev->codec[prio];

		at += snprintf(v->buf + at, sizeof(v->buf) - at, "%s%s",
			       prio > 1 ? "," : "", c->has ? c->algo : "-");
		if (c->has & MODEL_CODEC_LEVEL && at < sizeof(v->buf))
			at += snprintf(v->buf + at, sizeof(v->buf) - at, ":%" PRId32,
				       c->level);
	}
	v->s = v->buf;
	return last > 0;
}

/* "lz4=36417,zstd=3000" */
static bool get_codec_slots(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;
	size_t at = 0;

	for (int prio = 0; prio < MODEL_CODECS && at < sizeof(v->buf); prio++)
		if (dev->codec[prio].has & MODEL_CODEC_SLOTS)
			at += snprintf(v->buf + at, sizeof(v->buf) - at, "%s%s=%" PRIu64,
				       at ? "," : "", dev->codec[prio].algo,
				       dev->codec[prio].slots);
	v->s = v->buf;
	return at;
}

static bool get_dict(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->u = dev->codec[0].dict_size;
	return dev->codec[0].has & MODEL_CODEC_DICT;
}

NUMBER(FOLIO_WRITTEN, folio_written)
NUMBER(FOLIO_READ_WHOLE, folio_read_whole)
NUMBER(FOLIO_READ_SINGLE, folio_read_single)
NUMBER(FOLIO_DECODED, folio_decoded)

static bool get_folio_packs(const void *row, struct out_val *v)
{
	const struct model_dev *dev = row;

	v->s = model_folio_mode(dev->folio_packs);
	return model_has(dev, MODEL_FOLIO_PACKS) && v->s;
}

static bool get_folio_state(const void *row, struct out_val *v)
{
	static const char *const states[] = {
		[ZRAM_FOLIO_STATE_OFF] = "off",
		[ZRAM_FOLIO_STATE_WAITING] = "no large write that pays came yet",
		[ZRAM_FOLIO_STATE_ACTIVE] = "active",
		[ZRAM_FOLIO_STATE_STOPPED] = "stopped: pages came back one by one, which cost more than it saved; tries again later",
		[ZRAM_FOLIO_STATE_NO_CODEC] = "none: the algorithm makes no frames of several pages",
		[ZRAM_FOLIO_STATE_NO_MEMORY] = "no memory for the contexts; tries again later",
	};
	const struct model_dev *dev = row;

	if (!model_has(dev, MODEL_FOLIO_STATE) ||
	    dev->folio_state >= sizeof(states) / sizeof(states[0]))
		return false;
	v->s = states[dev->folio_state];
	return true;
}

const struct out_col dev_cols[] = {
	{ "NAME", "name", OUT_STRING, OUT_NONE, get_name,
	  "path of the device" },
	{ "ID", "id", OUT_UINT, OUT_NONE, get_id,
	  "its number" },
	{ "ALGO", "algo", OUT_STRING, OUT_NONE, get_algo,
	  "compression algorithm" },
	{ "LEVEL", "level", OUT_INT, OUT_NONE, get_level,
	  "compression level, when one was chosen" },
	{ "RECOMP", "recomp", OUT_STRING, OUT_NONE, get_recomp,
	  "algorithms for recompression and their levels, by priority" },
	{ "DICT", "dict", OUT_UINT, OUT_BYTES, get_dict,
	  "size of its dictionary" },
	{ "DISKSIZE", "disksize", OUT_UINT, OUT_BYTES, get_disksize,
	  "size of the device; nothing while it has none" },
	{ "DATA", "data", OUT_UINT, OUT_BYTES, get_orig_data_size,
	  "data stored, uncompressed" },
	{ "COMPR", "compr", OUT_UINT, OUT_BYTES, get_compr_data_size,
	  "the same compressed" },
	{ "TOTAL", "total", OUT_UINT, OUT_BYTES, get_mem_used_total,
	  "memory of the pool that holds it" },
	{ "TABLE", "table", OUT_UINT, OUT_BYTES, get_table_bytes,
	  "memory of the slot table, not in TOTAL" },
	{ "CODEC", "codec", OUT_UINT, OUT_BYTES, get_codec_bytes,
	  "memory of the codec's contexts, not in TOTAL" },
	{ "PACKS", "packs", OUT_UINT, OUT_BYTES, get_pack_bytes,
	  "memory of packs outside the pool, not in TOTAL" },
	{ "MEMORY", "memory", OUT_UINT, OUT_BYTES, get_memory,
	  "TOTAL, TABLE, CODEC and PACKS together" },
	{ "RATIO", "ratio", OUT_DOUBLE, OUT_RATIO, get_ratio,
	  "DATA divided by TOTAL" },
	{ "LIMIT", "limit", OUT_UINT, OUT_BYTES, get_mem_limit,
	  "the most that TOTAL may become" },
	{ "PEAK", "peak", OUT_UINT, OUT_BYTES, get_mem_used_max,
	  "the most that TOTAL has been" },
	{ "SAME", "same_pages", OUT_UINT, OUT_NONE, get_same_pages,
	  "pages that repeat one word and need no memory" },
	{ "HUGE", "huge_pages", OUT_UINT, OUT_NONE, get_huge_pages,
	  "pages stored uncompressed" },
	{ "HUGE-SINCE", "huge_pages_since", OUT_UINT, OUT_NONE,
	  get_huge_pages_since, "such pages ever stored" },
	{ "PROBED", "probed_raw", OUT_UINT, OUT_NONE, get_probed_raw,
	  "of these, found so without compressing" },
	{ "COMPACTED", "pages_compacted", OUT_UINT, OUT_NONE,
	  get_pages_compacted, "pages that compaction gave back" },
	{ "FAILED-READS", "failed_reads", OUT_UINT, OUT_NONE,
	  get_failed_reads, "pages that could not be read" },
	{ "FAILED-WRITES", "failed_writes", OUT_UINT, OUT_NONE,
	  get_failed_writes, "pages that could not be written" },
	{ "FREED", "notify_free", OUT_UINT, OUT_NONE, get_notify_free,
	  "slots freed by swap or discard" },
	{ "HOT", "hot", OUT_UINT, OUT_NONE, get_hot_slots,
	  "slots in memory as they were written" },
	{ "WARM", "warm", OUT_UINT, OUT_NONE, get_warm_slots,
	  "slots that were recompressed" },
	{ "COLD", "cold", OUT_UINT, OUT_NONE, get_cold_slots,
	  "slots in packs in memory" },
	{ "FROZEN", "frozen", OUT_UINT, OUT_NONE, get_frozen_slots,
	  "slots in packs on the backing device" },
	{ "CODEC-SLOTS", "codec_slots", OUT_STRING, OUT_NONE, get_codec_slots,
	  "slots by the algorithm that compressed them; the others are fills, "
	  "raw or in packs" },
	{ "BACKING", "backing", OUT_STRING, OUT_NONE, get_backing,
	  "path of the backing device" },
	{ "BACKING-SIZE", "backing_size", OUT_UINT, OUT_BYTES,
	  get_backing_size, "what it can hold" },
	{ "BACKING-USED", "backing_used", OUT_UINT, OUT_BYTES,
	  get_backing_used, "what packs take of it" },
	{ "BACKING-READ", "backing_read", OUT_UINT, OUT_BYTES,
	  get_backing_read, "bytes read from it since it was attached" },
	{ "BACKING-WRITTEN", "backing_written", OUT_UINT, OUT_BYTES,
	  get_backing_written, "and written" },
	{ "WRITEBACK-LIMIT", "writeback_limit", OUT_UINT, OUT_BYTES,
	  get_writeback_limit, "what may still be written to it, when there is a limit" },
	{ "PROMOTE", "promote_reads", OUT_UINT, OUT_NONE, get_promote_reads,
	  "reads that bring a pack back from there; 0: none does" },
	{ "WITHIN", "promote_seconds", OUT_UINT, OUT_NONE, get_promote_seconds,
	  "seconds within which they come" },
	{ "FOLIO-PACKS", "folio_packs", OUT_STRING, OUT_NONE, get_folio_packs,
	  "which large writes become packs: off, auto, swap or all" },
	{ "FOLIO-STATE", "folio_state", OUT_STRING, OUT_NONE, get_folio_state,
	  "and what has come of it" },
	{ "FOLIO-WRITTEN", "folio_written", OUT_UINT, OUT_NONE,
	  get_folio_written, "pages that became packs when they were written" },
	{ "FOLIO-WHOLE", "folio_read_whole", OUT_UINT, OUT_NONE,
	  get_folio_read_whole,
	  "pages of such packs, read in one request with half of the pack or more" },
	{ "FOLIO-SINGLE", "folio_read_single", OUT_UINT, OUT_NONE,
	  get_folio_read_single, "and with less of the pack" },
	{ "FOLIO-DECODED", "folio_decoded", OUT_UINT, OUT_NONE,
	  get_folio_decoded, "packs decoded for the latter" },
	{ "GENERATION", "generation", OUT_UINT, OUT_NONE, get_generation,
	  "number of its present contents" },
	{ "INIT", "initialised", OUT_BOOL, OUT_NONE, get_initialised,
	  "has a size and can be used" },
	{ "IN-USE", "in_use", OUT_BOOL, OUT_NONE, get_in_use,
	  "somebody holds it open" },
	{ "USE", "use", OUT_STRING, OUT_NONE, get_use,
	  "[SWAP] or where it is mounted" },
	{ 0 }
};
