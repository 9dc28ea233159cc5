// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of metrics, and how they are written. No I/O but to the stream. */
#include "metrics.h"

#include <inttypes.h>
#include <string.h>

enum metric_type { GAUGE, COUNTER };

/* One number of a device. */
struct metric {
	const char *name;	/* of the family: without "_total" */
	enum metric_type type;
	const char *unit;	/* the name ends with it; NULL: a plain count */
	bool (*get)(const struct top_dev *t, uint64_t *v);
	const char *help;
};

#define MODEL_METRIC(field, bit)					\
	static bool get_##field(const struct top_dev *t, uint64_t *v)	\
	{								\
		*v = t->dev.field;					\
		return model_has(&t->dev, bit);				\
	}

MODEL_METRIC(disksize, MODEL_DISKSIZE)
MODEL_METRIC(orig_data_size, MODEL_ORIG_DATA_SIZE)
MODEL_METRIC(compr_data_size, MODEL_COMPR_DATA_SIZE)
MODEL_METRIC(mem_used_total, MODEL_MEM_USED_TOTAL)
MODEL_METRIC(mem_used_max, MODEL_MEM_USED_MAX)
MODEL_METRIC(same_pages, MODEL_SAME_PAGES)
MODEL_METRIC(huge_pages, MODEL_HUGE_PAGES)
MODEL_METRIC(huge_pages_since, MODEL_HUGE_PAGES_SINCE)
MODEL_METRIC(pages_compacted, MODEL_PAGES_COMPACTED)
MODEL_METRIC(failed_reads, MODEL_FAILED_READS)
MODEL_METRIC(failed_writes, MODEL_FAILED_WRITES)
MODEL_METRIC(notify_free, MODEL_NOTIFY_FREE)
MODEL_METRIC(probed_raw, MODEL_PROBED_RAW)
MODEL_METRIC(table_bytes, MODEL_TABLE_BYTES)
MODEL_METRIC(codec_bytes, MODEL_CODEC_BYTES)
MODEL_METRIC(pack_bytes, MODEL_PACK_BYTES)
MODEL_METRIC(backing_size, MODEL_BACKING_SIZE)
MODEL_METRIC(backing_used, MODEL_BACKING_USED)
MODEL_METRIC(backing_read, MODEL_BACKING_READ)
MODEL_METRIC(backing_written, MODEL_BACKING_WRITTEN)
MODEL_METRIC(folio_written, MODEL_FOLIO_WRITTEN)
MODEL_METRIC(folio_read_whole, MODEL_FOLIO_READ_WHOLE)
MODEL_METRIC(folio_read_single, MODEL_FOLIO_READ_SINGLE)
MODEL_METRIC(folio_decoded, MODEL_FOLIO_DECODED)

/* Without a limit there is no sample, so that no rule divides by zero. */
static bool get_mem_limit(const struct top_dev *t, uint64_t *v)
{
	*v = t->dev.mem_limit;
	return model_has(&t->dev, MODEL_MEM_LIMIT) && t->dev.mem_limit;
}

static bool get_read_bytes(const struct top_dev *t, uint64_t *v)
{
	*v = t->read_bytes;
	return t->has_io;
}

static bool get_write_bytes(const struct top_dev *t, uint64_t *v)
{
	*v = t->write_bytes;
	return t->has_io;
}

static bool get_dropped(const struct top_dev *t, uint64_t *v)
{
	*v = t->dropped;
	return t->has_records;
}

static const struct metric metrics[] = {
	{ "zram_disksize_bytes", GAUGE, "bytes", get_disksize,
	  "Size of the device as its users see it." },
	{ "zram_stored_bytes", GAUGE, "bytes", get_orig_data_size,
	  "Data stored, uncompressed." },
	{ "zram_compressed_bytes", GAUGE, "bytes", get_compr_data_size,
	  "The stored data compressed, without what the pool wastes." },
	{ "zram_pool_used_bytes", GAUGE, "bytes", get_mem_used_total,
	  "Memory of the pool that holds the data." },
	{ "zram_pool_peak_bytes", GAUGE, "bytes", get_mem_used_max,
	  "The most memory that the pool has used." },
	{ "zram_pool_limit_bytes", GAUGE, "bytes", get_mem_limit,
	  "The most memory that the pool may use; absent without a limit." },
	{ "zram_slot_table_bytes", GAUGE, "bytes", get_table_bytes,
	  "Memory of the slot table, beside the pool." },
	{ "zram_codec_bytes", GAUGE, "bytes", get_codec_bytes,
	  "Memory of the codec's contexts, beside the pool." },
	{ "zram_pack_bytes", GAUGE, "bytes", get_pack_bytes,
	  "Memory of packs outside of the pool." },
	{ "zram_backing_size_bytes", GAUGE, "bytes", get_backing_size,
	  "What the backing device can hold; absent without one." },
	{ "zram_backing_used_bytes", GAUGE, "bytes", get_backing_used,
	  "What packs take of the backing device." },
	{ "zram_backing_read_bytes", COUNTER, "bytes", get_backing_read,
	  "Bytes read from the backing device since it was attached." },
	{ "zram_backing_written_bytes", COUNTER, "bytes", get_backing_written,
	  "Bytes written to the backing device since it was attached." },
	{ "zram_fill_pages", GAUGE, NULL, get_same_pages,
	  "Stored pages that repeat one word and need no memory." },
	{ "zram_raw_pages", GAUGE, NULL, get_huge_pages,
	  "Stored pages that did not compress." },
	{ "zram_raw_pages_written", COUNTER, NULL, get_huge_pages_since,
	  "Pages written that did not compress." },
	{ "zram_raw_pages_probed", COUNTER, NULL, get_probed_raw,
	  "Pages found not to compress without trying to." },
	{ "zram_folio_pages_written", COUNTER, NULL, get_folio_written,
	  "Pages compressed together with others of their request." },
	{ "zram_folio_pages_read_whole", COUNTER, NULL, get_folio_read_whole,
	  "Pages of these read in one request with half of their pack or more." },
	{ "zram_folio_pages_read_single", COUNTER, NULL, get_folio_read_single,
	  "Pages of these read in requests with less of their pack." },
	{ "zram_folio_packs_decoded", COUNTER, NULL, get_folio_decoded,
	  "Packs that had to be decoded for the latter." },
	{ "zram_pages_compacted", COUNTER, NULL, get_pages_compacted,
	  "Pages of memory that compaction gave back." },
	{ "zram_failed_reads", COUNTER, NULL, get_failed_reads,
	  "Pages that could not be read." },
	{ "zram_failed_writes", COUNTER, NULL, get_failed_writes,
	  "Pages that could not be written, those beyond the limit included." },
	{ "zram_slots_freed", COUNTER, NULL, get_notify_free,
	  "Slots freed by swap or discard." },
	{ "zram_read_bytes", COUNTER, "bytes", get_read_bytes,
	  "Bytes read from the device." },
	{ "zram_written_bytes", COUNTER, "bytes", get_write_bytes,
	  "Bytes written to the device." },
	{ "zram_dropped_events", COUNTER, NULL, get_dropped,
	  "Slot events that came while the observer had no map for them." },
};

#define NR_METRICS (sizeof(metrics) / sizeof(metrics[0]))

static void write_head(FILE *f, enum metrics_format format, const char *name,
		       const char *type, const char *unit, const char *help)
{
	bool open = format == METRICS_OPENMETRICS;
	const char *end = !open && !strcmp(type, "counter") ? "_total" : "";

	fprintf(f, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, end, help, name,
		end, type);
	if (open && unit)
		fprintf(f, "# UNIT %s %s\n", name, unit);
}

static void write_label(FILE *f, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", f);
		else if (*value == '"' || *value == '\\')
			fprintf(f, "\\%c", *value);
		else
			fputc(*value, f);
	}
}

static void write_metric(FILE *f, const struct metrics_look *look,
			 const struct metric *m, enum metrics_format format)
{
	bool begun = false;
	uint64_t v;

	for (size_t i = 0; i < look->nr; i++) {
		if (!m->get(&look->dev[i], &v))
			continue;
		if (!begun)
			write_head(f, format, m->name,
				   m->type == COUNTER ? "counter" : "gauge",
				   m->unit, m->help);
		begun = true;
		fprintf(f, "%s%s{device=\"zram%u\"} %" PRIu64 "\n", m->name,
			m->type == COUNTER ? "_total" : "",
			look->dev[i].dev.id, v);
	}
}

static void write_info(FILE *f, const struct metrics_look *look,
		       enum metrics_format format)
{
	bool open = format == METRICS_OPENMETRICS;

	if (!look->nr)
		return;
	write_head(f, format, open ? "zram_device" : "zram_device_info",
		   open ? "info" : "gauge", NULL,
		   "What the device is; always 1.");
	for (size_t i = 0; i < look->nr; i++) {
		const struct model_dev *d = &look->dev[i].dev;

		fprintf(f, "zram_device_info{device=\"zram%u\",algorithm=\"",
			d->id);
		write_label(f, model_has(d, MODEL_ALGO) ? d->algo : "");
		fputs("\",use=\"", f);
		write_label(f, model_has(d, MODEL_USE) ? d->use : "");
		fputs("\"} 1\n", f);
	}
}

static bool is_recorded(const struct metrics_look *look)
{
	for (size_t i = 0; i < look->nr; i++)
		if (look->dev[i].has_records)
			return true;
	return false;
}

/* As the module counts them, so that they need no observer. */
static void write_tiers(FILE *f, const struct metrics_look *look,
			enum metrics_format format)
{
	static const char *const tier[] = { "hot", "warm", "cold", "frozen" };
	bool begun = false;

	for (size_t i = 0; i < look->nr; i++) {
		const struct model_dev *d = &look->dev[i].dev;
		uint64_t slots[] = { 0, d->warm_slots, d->cold_slots,
				     d->frozen_slots };

		if (!model_hot_slots(d, look->page_size, &slots[0]))
			continue;
		if (!begun)
			write_head(f, format, "zram_slots", "gauge", NULL,
				   "Occupied slots by tier.");
		begun = true;
		for (size_t n = 0; n < 4; n++)
			fprintf(f, "zram_slots{device=\"zram%u\",tier=\"%s\"} %"
				PRIu64 "\n", d->id, tier[n], slots[n]);
	}
}

static void write_ages(FILE *f, const struct metrics_look *look,
		       enum metrics_format format)
{
	static const char *const age[TOP_AGES] = { "0-1m", "1m-10m", "10m-1h",
						   "1h-" };
	size_t i, n;

	write_head(f, format, "zram_slots_by_age", "gauge", NULL,
		   "Occupied slots by the time since their last use.");
	for (i = 0; i < look->nr; i++)
		for (n = 0; look->dev[i].has_records && n < TOP_AGES; n++)
			fprintf(f, "zram_slots_by_age{device=\"zram%u\",age=\"%s\"} %"
				PRIu64 "\n", look->dev[i].dev.id, age[n],
				look->dev[i].by_age[n]);
}

/*
 * A histogram of @nr buckets, of which every @step-th ends one that is
 * written; @bound gives its upper end. There is no sum, so OpenMetrics wants
 * no count either; the classic format wants one.
 */
static void write_histogram(FILE *f, enum metrics_format format,
			    const char *name, uint32_t id, const __u64 *v,
			    unsigned int nr, unsigned int step,
			    double (*bound)(unsigned int i, double scale),
			    double scale)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		sum += v[i];
		if (i % step == 0)
			fprintf(f, "%s_bucket{device=\"zram%u\",le=\"%.1f\"} %"
				PRIu64 "\n", name, id, bound(i, scale), sum);
	}
	fprintf(f, "%s_bucket{device=\"zram%u\",le=\"+Inf\"} %" PRIu64 "\n",
		name, id, sum);
	if (format == METRICS_CLASSIC)
		fprintf(f, "%s_count{device=\"zram%u\"} %" PRIu64 "\n", name,
			id, sum);
}

/* Ages are whole seconds, cut: bucket i holds those below 2^i. */
static double age_bound(unsigned int i, double scale)
{
	return (double)(1ull << i) * scale;
}

static double size_bound(unsigned int i, double scale)
{
	return i * scale / (ZRAM_SIZE_BUCKETS - 1);
}

#define HISTOGRAM(NAME, UNIT, HELP, field, buckets, step, bound, scale) do { \
	write_head(f, format, NAME, "histogram", UNIT, HELP);		\
	for (size_t i = 0; i < look->nr; i++)				\
		if (look->dev[i].has_records)				\
			write_histogram(f, format, NAME,		\
					look->dev[i].dev.id,		\
					look->dev[i].field, buckets, step, \
					bound, scale);			\
} while (0)

static void write_histograms(FILE *f, const struct metrics_look *look,
			     enum metrics_format format)
{
	HISTOGRAM("zram_slot_return_age_seconds", "seconds",
		  "Time that slots had rested when they were read.",
		  ages.back, ZRAM_AGE_BUCKETS, 2, age_bound, 1);
	HISTOGRAM("zram_slot_drop_age_seconds", "seconds",
		  "Time that slots had rested when they were freed or overwritten unread.",
		  ages.left, ZRAM_AGE_BUCKETS, 2, age_bound, 1);
	HISTOGRAM("zram_slot_written_size_bytes", "bytes",
		  "Compressed size of the slots written.",
		  sizes.slots, ZRAM_SIZE_BUCKETS, 4, size_bound,
		  look->page_size);
}

void metrics_write(FILE *f, const struct metrics_look *look,
		   enum metrics_format format)
{
	write_info(f, look, format);
	for (size_t i = 0; i < NR_METRICS; i++)
		write_metric(f, look, &metrics[i], format);
	write_tiers(f, look, format);
	write_head(f, format, "zram_observer_up", "gauge", NULL,
		   "Whether the observer's records can be read.");
	fprintf(f, "zram_observer_up %d\n", look->observed);
	if (look->observed) {
		write_head(f, format, "zram_observer_missed_events", "counter",
			   NULL, "Slot events that the observer missed.");
		fprintf(f, "zram_observer_missed_events_total %" PRIu64 "\n",
			look->missed);
	}
	if (is_recorded(look)) {
		write_ages(f, look, format);
		write_histograms(f, look, format);
	}
	if (format == METRICS_OPENMETRICS)
		fputs("# EOF\n", f);
}
