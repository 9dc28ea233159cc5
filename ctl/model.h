/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ctl knows about devices and the module, free of how it got there.
 *
 * Presence bits keep "not reported", "zero" and "unset" apart: a field counts
 * only when its bit in `has` is set.
 */
#ifndef ZRAMCTL_MODEL_H
#define ZRAMCTL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zram/netlink.h"
#include "zram/trace_events.h"

enum model_has {
	MODEL_GENERATION = 1u << 0,
	MODEL_STATE = 1u << 1,
	MODEL_ALGO = 1u << 2,
	MODEL_LEVEL = 1u << 3,
	MODEL_DISKSIZE = 1u << 4,
	MODEL_MEM_LIMIT = 1u << 5,
	MODEL_ORIG_DATA_SIZE = 1u << 6,
	MODEL_COMPR_DATA_SIZE = 1u << 7,
	MODEL_MEM_USED_TOTAL = 1u << 8,
	MODEL_MEM_USED_MAX = 1u << 9,
	MODEL_SAME_PAGES = 1u << 10,
	MODEL_HUGE_PAGES = 1u << 11,
	MODEL_HUGE_PAGES_SINCE = 1u << 12,
	MODEL_PAGES_COMPACTED = 1u << 13,
	MODEL_FAILED_READS = 1u << 14,
	MODEL_FAILED_WRITES = 1u << 15,
	MODEL_NOTIFY_FREE = 1u << 16,
	MODEL_PROBED_RAW = 1u << 17,
	MODEL_TABLE_BYTES = 1u << 18,
	MODEL_CODEC_BYTES = 1u << 19,
	MODEL_USE = 1u << 20,
	MODEL_PACK_BYTES = 1u << 21,
	MODEL_BACKING = 1u << 22,
	MODEL_BACKING_SIZE = 1u << 23,
	MODEL_BACKING_USED = 1u << 24,
	MODEL_BACKING_READ = 1u << 25,
	MODEL_BACKING_WRITTEN = 1u << 26,
	MODEL_WARM_SLOTS = 1u << 27,
	MODEL_COLD_SLOTS = 1u << 28,
	MODEL_FROZEN_SLOTS = 1u << 29,
	MODEL_PROMOTE = 1u << 30,
	MODEL_FOLIO_PACKS = 1ull << 32,
	MODEL_FOLIO_STATE = 1ull << 33,
	MODEL_FOLIO_WRITTEN = 1ull << 34,
	MODEL_FOLIO_READ_WHOLE = 1ull << 35,
	MODEL_FOLIO_READ_SINGLE = 1ull << 36,
	MODEL_FOLIO_DECODED = 1ull << 37,
	MODEL_WRITEBACK_LIMIT = 1ull << 38,
};

#define MODEL_ID_MAX 1048575	/* the largest N of /dev/zramN */

#define MODEL_USE_LEN 128
#define MODEL_USE_SWAP "[SWAP]"	/* as lsblk writes it */

#define MODEL_CODECS 4	/* priorities */
#define MODEL_BACKING_LEN 256

enum model_codec_has {
	MODEL_CODEC_ALGO = 1u << 0,
	MODEL_CODEC_LEVEL = 1u << 1,
	MODEL_CODEC_WINBITS = 1u << 2,
	MODEL_CODEC_DICT = 1u << 3,
	MODEL_CODEC_SLOTS = 1u << 4,
};

/* The codec of one priority. */
struct model_codec {
	uint32_t has;		/* enum model_codec_has; 0: none */
	char algo[ZRAM_ALGO_NAME_MAX];
	int32_t level;
	int32_t winbits;
	uint32_t dict_size;	/* bytes */
	uint64_t slots;		/* objects of it */
};

/* What to change of it. */
struct model_codec_spec {
	uint32_t has;
	const char *algo;
	int32_t level;
	int32_t winbits;
	int dict_fd;		/* open for reading */
};

struct model_dev {
	uint64_t has;		/* enum model_has; id is always there */
	uint32_t id;		/* N of /dev/zramN */
	uint32_t generation;
	uint32_t state;		/* enum zram_state */
	char algo[ZRAM_ALGO_NAME_MAX];
	int32_t level;
	uint64_t disksize;	/* bytes, as are all sizes; absent: bare */
	uint64_t mem_limit;	/* 0: none */
	uint64_t orig_data_size;
	uint64_t compr_data_size;
	uint64_t mem_used_total;
	uint64_t mem_used_max;
	uint64_t same_pages;
	uint64_t huge_pages;
	uint64_t huge_pages_since;
	uint64_t pages_compacted;
	uint64_t failed_reads;
	uint64_t failed_writes;
	uint64_t notify_free;
	uint64_t probed_raw;
	uint64_t table_bytes;
	uint64_t codec_bytes;
	uint64_t pack_bytes;
	char backing[MODEL_BACKING_LEN];	/* path */
	uint64_t backing_size;
	uint64_t backing_used;
	uint64_t backing_read;	/* since it was attached */
	uint64_t backing_written;
	uint64_t warm_slots;	/* by tier; the others are hot */
	uint64_t cold_slots;
	uint64_t frozen_slots;
	uint32_t promote_reads, promote_seconds;
	uint32_t folio_packs;	/* enum zram_folio_mode */
	uint32_t folio_state;	/* enum zram_folio_state */
	uint64_t folio_written;	/* pages, as are the next two */
	uint64_t folio_read_whole;
	uint64_t folio_read_single;
	uint64_t folio_decoded;	/* packs, for the latter */
	uint64_t writeback_limit;	/* left to write; UINT64_MAX: no limit */
	struct model_codec codec[MODEL_CODECS];
	char use[MODEL_USE_LEN];	/* "[SWAP]" or a mount point */
};

#define MODEL_ALGOS 16

struct model_algo {
	char name[ZRAM_ALGO_NAME_MAX];
	bool is_default;
	bool has_levels;
	bool has_dicts;
};

struct model_features {
	uint64_t bits;		/* enum zram_feature */
	uint32_t trace_version;
	uint32_t page_size;	/* bytes */
	uint64_t disksize_max;	/* bytes; 0: not reported */
	uint32_t codecs_max;
	struct model_algo algo[MODEL_ALGOS];
	size_t nr_algos;
};

/* What to set on a device; `has` as above (id: MODEL_SPEC_ID). */
#define MODEL_SPEC_ID (1u << 31)
#define MODEL_SPEC_RESET_USED_MAX (1ull << 63)	/* has no value; set only */

struct model_spec {
	uint64_t has;
	uint32_t id;
	const char *algo;
	int32_t level;
	uint64_t disksize;
	uint64_t mem_limit;
	uint32_t promote_reads, promote_seconds;
	uint32_t folio_packs;	/* enum zram_folio_mode */
	uint64_t writeback_limit;	/* as in model_dev */
	const char *backing;	/* path of a disk; create only */
	struct model_codec_spec codec[MODEL_CODECS];
};

/* The name of an enum zram_folio_mode, NULL: unknown; and back, or -EINVAL. */
const char *model_folio_mode(uint32_t mode);
int model_parse_folio_mode(const char *name, uint32_t *mode);

/* "zram0", "/dev/zram0" or "0"; -EINVAL. No kernel is asked. */
int model_parse_name(const char *name, uint32_t *id);
/* Bytes for the text of model_parse_recomp, at least. */
#define MODEL_RECOMP_LEN (3 * ZRAM_ALGO_NAME_MAX)
/*
 * "ALGO[:LEVEL],...": the codecs of priorities 1 and up. @text is taken apart, and
 * they point into it. NULL, or what is wrong with *@word: "is no ...".
 */
const char *model_parse_recomp(char *text, struct model_codec_spec codec[MODEL_CODECS],
			       const char **word);

/* A job as the module shows it. Times are boottime ns; 0: not yet. */
struct model_job {
	uint32_t dev;		/* N of /dev/zramN */
	uint32_t id;
	uint32_t type;		/* enum zram_job_type */
	uint32_t phase;		/* enum zram_job_phase */
	uint32_t error;		/* errno, 0: none */
	uint64_t total, done, moved, skipped;	/* slots */
	uint64_t bytes_before, bytes_after, bytes_written;
	uint64_t failed;	/* packs that could not be read */
	uint64_t queued, started, ended;
};

/* Which fields of a model_job_spec are set. */
enum model_job_has {
	MODEL_JOB_FILTER = 1u << 0,
	MODEL_JOB_MIN_AGE = 1u << 1,
	MODEL_JOB_PRIO = 1u << 2,
	MODEL_JOB_THRESHOLD = 1u << 3,
	MODEL_JOB_MAX_SLOTS = 1u << 4,
	MODEL_JOB_PACK_SLOTS = 1u << 5,
	MODEL_JOB_LEVEL = 1u << 6,
	MODEL_JOB_MAX_BYTES = 1u << 7,
	MODEL_JOB_MAX_MS = 1u << 8,
	MODEL_JOB_FORCE = 1u << 9,
};

struct model_job_spec {
	uint32_t has;		/* enum model_job_has */
	uint32_t type;		/* enum zram_job_type */
	uint32_t filter;	/* enum zram_filter */
	uint32_t min_age;	/* seconds */
	uint32_t prio;
	uint32_t threshold;	/* bytes */
	uint64_t max_slots;
	uint32_t pack_slots;
	int32_t level;
	uint64_t max_bytes;
	uint32_t max_ms;
	const struct zram_slot_range *ranges;	/* NULL: the whole device */
	size_t nr_ranges;
};

struct model_pack {
	struct zram_pack_row row;
	const char *algo;	/* while it is told of; NULL: pages as they are */
	bool has_level;
	int32_t level;
};

struct model_event {
	uint32_t type;		/* enum zram_event_type */
	uint32_t dev;
	uint32_t generation;	/* 0: none */
	uint64_t used, limit;	/* bytes, with the limit events */
	uint32_t error;		/* errno, 0: none */
	bool has_job;
	struct model_job job;
};

/* "recompress", "running", "job-end"; "?" for what is not known. */
const char *model_job_type(uint32_t type);
const char *model_job_phase(uint32_t phase);
const char *model_event_type(uint32_t type);
bool model_job_ended(const struct model_job *job);

static inline bool model_has(const struct model_dev *dev, uint64_t bits)
{
	return (dev->has & bits) == bits;
}

/*
 * Slots that are neither warm, nor cold, nor frozen; @page: bytes of one. False:
 * not reported. The parts are counted one after the other, so they may differ.
 */
static inline bool model_hot_slots(const struct model_dev *dev, uint32_t page,
				   uint64_t *slots)
{
	uint64_t others = dev->warm_slots + dev->cold_slots + dev->frozen_slots;

	*slots = dev->orig_data_size / page;
	*slots = *slots > others ? *slots - others : 0;
	return model_has(dev, MODEL_ORIG_DATA_SIZE | MODEL_WARM_SLOTS |
			 MODEL_COLD_SLOTS | MODEL_FROZEN_SLOTS);
}

#endif
