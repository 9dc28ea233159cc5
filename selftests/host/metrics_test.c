// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Metrics as text: samples, names, and the two formats' differences. With an
 * argument, classic or openmetrics, it only prints the example (metrics_test.sh
 * hands it to promtool).
 */
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "tap.h"

static struct top_dev dev[2];
static struct metrics_look look = { .dev = dev, .nr = 2, .observed = true,
				    .missed = 7, .page_size = 4096 };

static void make_devices(void)
{
	struct model_dev *d = &dev[0].dev;

	*d = (struct model_dev){
		.has = MODEL_ALGO | MODEL_DISKSIZE | MODEL_MEM_LIMIT | MODEL_USE |
		       MODEL_ORIG_DATA_SIZE | MODEL_COMPR_DATA_SIZE |
		       MODEL_MEM_USED_TOTAL | MODEL_MEM_USED_MAX |
		       MODEL_SAME_PAGES | MODEL_HUGE_PAGES |
		       MODEL_HUGE_PAGES_SINCE | MODEL_PAGES_COMPACTED |
		       MODEL_FAILED_READS | MODEL_FAILED_WRITES |
		       MODEL_NOTIFY_FREE | MODEL_PROBED_RAW |
		       MODEL_TABLE_BYTES | MODEL_CODEC_BYTES |
		       MODEL_PACK_BYTES | MODEL_BACKING_SIZE |
		       MODEL_BACKING_USED | MODEL_BACKING_READ |
		       MODEL_BACKING_WRITTEN | MODEL_WARM_SLOTS |
		       MODEL_COLD_SLOTS | MODEL_FROZEN_SLOTS |
		       MODEL_FOLIO_WRITTEN | MODEL_FOLIO_READ_WHOLE |
		       MODEL_FOLIO_READ_SINGLE | MODEL_FOLIO_DECODED,
		.id = 0, .algo = "zstd", .disksize = 1ull << 40,
		.mem_limit = 1000000, .orig_data_size = 12345678901ull,
		.mem_used_total = 999999, .failed_writes = 3,
		.folio_written = 48, .folio_read_single = 5,
		.pack_bytes = 1048576, .backing_size = 1ull << 32,
		.backing_used = 8192, .backing_written = 12288,
		.warm_slots = 7, .cold_slots = 32, .frozen_slots = 6,
	};
	strcpy(d->use, "/mnt/a \"b\\c\"\nd");
	dev[0].has_io = true;
	dev[0].read_bytes = 4096;
	dev[0].write_bytes = 8192;
	dev[0].has_records = true;
	dev[0].by_age[3] = 11;
	dev[0].ages.back[0] = 1;
	dev[0].ages.back[1] = 2;
	dev[0].ages.back[2] = 4;
	dev[0].ages.back[31] = 8;
	dev[0].sizes.slots[0] = 10;
	dev[0].sizes.slots[4] = 20;
	dev[0].sizes.slots[32] = 30;
	/* Bare, unlimited, not observed: nothing but what is known. */
	dev[1].dev = (struct model_dev){ .has = MODEL_MEM_LIMIT | MODEL_ALGO,
					 .id = 12, .algo = "lzo-rle" };
}

static char *text_of(enum metrics_format format)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		exit(2);
	metrics_write(f, &look, format);
	fclose(f);
	return text;
}

/* A whole line. */
static bool has(const char *text, const char *line)
{
	const char *at = text;
	size_t len = strlen(line);

	while ((at = strstr(at, line))) {
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return true;
		at++;
	}
	return false;
}

static void check_lines(const char *text, const char *what)
{
	static const char *const line[] = {
		"zram_disksize_bytes{device=\"zram0\"} 1099511627776",
		"zram_stored_bytes{device=\"zram0\"} 12345678901",
		"zram_pool_limit_bytes{device=\"zram0\"} 1000000",
		"zram_failed_writes_total{device=\"zram0\"} 3",
		"zram_failed_reads_total{device=\"zram0\"} 0",
		"zram_written_bytes_total{device=\"zram0\"} 8192",
		"zram_folio_pages_written_total{device=\"zram0\"} 48",
		"zram_folio_pages_read_single_total{device=\"zram0\"} 5",
		"zram_device_info{device=\"zram0\",algorithm=\"zstd\",use=\"/mnt/a \\\"b\\\\c\\\"\\nd\"} 1",
		"zram_device_info{device=\"zram12\",algorithm=\"lzo-rle\",use=\"\"} 1",
		"zram_pack_bytes{device=\"zram0\"} 1048576",
		"zram_backing_size_bytes{device=\"zram0\"} 4294967296",
		"zram_backing_used_bytes{device=\"zram0\"} 8192",
		"zram_backing_read_bytes_total{device=\"zram0\"} 0",
		"zram_backing_written_bytes_total{device=\"zram0\"} 12288",
		"zram_slots{device=\"zram0\",tier=\"hot\"} 3014036",
		"zram_slots{device=\"zram0\",tier=\"warm\"} 7",
		"zram_slots{device=\"zram0\",tier=\"cold\"} 32",
		"zram_slots{device=\"zram0\",tier=\"frozen\"} 6",
		"zram_slots_by_age{device=\"zram0\",age=\"1h-\"} 11",
		"zram_slot_return_age_seconds_bucket{device=\"zram0\",le=\"1.0\"} 1",
		"zram_slot_return_age_seconds_bucket{device=\"zram0\",le=\"4.0\"} 7",
		"zram_slot_return_age_seconds_bucket{device=\"zram0\",le=\"+Inf\"} 15",
		"zram_slot_written_size_bytes_bucket{device=\"zram0\",le=\"0.0\"} 10",
		"zram_slot_written_size_bytes_bucket{device=\"zram0\",le=\"512.0\"} 30",
		"zram_slot_written_size_bytes_bucket{device=\"zram0\",le=\"4096.0\"} 60",
		"zram_observer_up 1",
		"zram_observer_missed_events_total 7",
	};

	for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++)
		tap_ok(has(text, line[i]), "%s: %s", what, line[i]);
	tap_ok(!strstr(text, "zram_disksize_bytes{device=\"zram12\""),
	       "%s: what is not known has no sample", what);
	tap_ok(!strstr(text, "zram_pool_limit_bytes{device=\"zram12\""),
	       "%s: no limit, no sample", what);
	tap_ok(!strstr(text, "zram_slots{device=\"zram12\"") &&
	       !strstr(text, "zram_backing_size_bytes{device=\"zram12\""),
	       "%s: not reported, no slots and no disk", what);
	tap_ok(!strstr(text, "zram_slots_by_age{device=\"zram12\""),
	       "%s: not observed, no ages", what);
}

static void check_formats(const char *classic, const char *open)
{
	size_t len = strlen(open);

	tap_ok(has(classic, "# TYPE zram_failed_writes_total counter"),
	       "classic: a counter's family ends with _total");
	tap_ok(has(open, "# TYPE zram_failed_writes counter"),
	       "OpenMetrics: it does not");
	tap_ok(has(open, "# UNIT zram_written_bytes bytes"),
	       "OpenMetrics: units");
	tap_ok(has(open, "# TYPE zram_device info"), "OpenMetrics: info");
	tap_ok(len > 6 && !strcmp(open + len - 6, "# EOF\n"),
	       "OpenMetrics: the end is marked");
	tap_ok(!strstr(classic, "# EOF") && !strstr(classic, "# UNIT"),
	       "classic: neither");
	tap_ok(!strstr(open, "_count{"), "OpenMetrics: no count without a sum");
}

static void check_empty(void)
{
	static struct metrics_look none;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	metrics_write(f, &none, METRICS_CLASSIC);
	fclose(f);
	tap_ok(!strcmp(text, "# HELP zram_observer_up Whether the observer's records can be read.\n"
		       "# TYPE zram_observer_up gauge\nzram_observer_up 0\n"),
	       "no device, no observer");
	free(text);
}

int main(int argc, char **argv)
{
	char *classic, *open;

	make_devices();
	classic = text_of(METRICS_CLASSIC);
	open = text_of(METRICS_OPENMETRICS);
	if (argc > 1) {
		fputs(!strcmp(argv[1], "classic") ? classic : open, stdout);
	} else {
		check_lines(classic, "classic");
		check_lines(open, "OpenMetrics");
		check_formats(classic, open);
		check_empty();
	}
	free(classic);
	free(open);
	return argc > 1 ? 0 : tap_done();
}
