/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Typed verbs and the info snapshot: the only API that the front ends (sysfs,
 * netlink) call.
 *
 * Every verb returns 0 or a negative errno and changes nothing when it fails,
 * except where the stock text ABI demands it (zram_control_set_disksize). A
 * verb with @why also leaves a constant sentence there when it fails; @why
 * may be NULL.
 */
#ifndef ZRAM_CONTROL_H
#define ZRAM_CONTROL_H

#include <linux/types.h>

#include "codec.h"
#include "job.h"

struct zram_config;
struct zram_backing_info;
struct zram_device;

/* Which fields of a zram_spec the caller has set. */
#define ZRAM_SPEC_ID		(1u << 0)
#define ZRAM_SPEC_ALGO		(1u << 1)
#define ZRAM_SPEC_LEVEL		(1u << 2)
#define ZRAM_SPEC_DISKSIZE	(1u << 3)
#define ZRAM_SPEC_MEM_LIMIT	(1u << 4)
#define ZRAM_SPEC_PROMOTE_READS	(1u << 5)
#define ZRAM_SPEC_PROMOTE_SECONDS (1u << 6)
#define ZRAM_SPEC_FOLIO_PACKS	(1u << 7)
#define ZRAM_SPEC_CODECS	(1u << 8)	/* any of the codecs */
#define ZRAM_SPEC_WRITEBACK_LIMIT (1u << 9)
#define ZRAM_SPEC_BACKING	(1u << 10)	/* create only */
#define ZRAM_SPEC_RESET_USED_MAX (1u << 11)	/* has no value */

/* And which of a zram_codec_spec. */
#define ZRAM_CODEC_SET_ALGO	(1u << 0)
#define ZRAM_CODEC_SET_LEVEL	(1u << 1)
#define ZRAM_CODEC_SET_WINBITS	(1u << 2)
#define ZRAM_CODEC_SET_DICT	(1u << 3)

/* Changes to the codec of one priority; the rest of it stays. */
struct zram_codec_spec {
	u32 set;
	s32 level;
	s32 winbits;
	const char *algo;	/* resets the others */
	struct zram_dict *dict;	/* of the caller */
};

struct zram_spec {
	u32 set;
	u32 id;
	const char *algo;
	s32 level;
	u64 disksize;		/* bytes; rounded up to a page */
	u64 mem_limit;		/* bytes; rounded up to a page; 0: none */
	u32 promote_reads;	/* that bring a pack back from the disk; 0: none */
	u32 promote_seconds;	/* within which these come */
	u32 folio_packs;	/* enum zram_folio_mode */
	u64 writeback_limit;	/* bytes, as zram_writeback_values.limit; U64_MAX:
				 * none */
	const char *backing;	/* path of a disk */
	struct zram_codec_spec codec[ZRAM_CODEC_PRIOS];
	s8 bad_codec;		/* answer: the priority that was refused, or -1 */
	bool bad_backing;	/* answer: the disk was refused */
};

/* The codec of one priority. */
struct zram_codec_info {
	const char *algo;	/* NULL: none */
	s32 level;		/* ZRAM_LEVEL_DEFAULT: not set */
	s32 winbits;		/* ZRAM_WINBITS_DEFAULT: not set */
	u32 dict_size;		/* bytes; 0: none */
	u64 slots;		/* objects that it made */
};

struct zram_info {
	u32 id;
	u32 generation;		/* 0 when not initialised */
	bool initialised;
	bool in_use;		/* somebody holds it open */
	struct zram_codec_info codec[ZRAM_CODEC_PRIOS];
	u64 disksize;		/* bytes, as are all sizes */
	u64 mem_limit;
	u32 promote_reads, promote_seconds;
	u64 writeback_limit;	/* what may still be written; U64_MAX: no limit */
	u64 orig_data_size;
	u64 compr_data_size;
	u64 mem_used_total;
	u64 mem_used_max;
	u64 same_pages;
	u64 huge_pages;
	u64 huge_pages_since;
	u64 pages_compacted;
	u64 failed_reads;
	u64 failed_writes;
	u64 notify_free;
	u64 probed_raw;		/* pages stored raw without compressing */
	u64 table_bytes;	/* slot table */
	u64 codec_bytes;	/* contexts and buffers of all CPUs */
	u64 pack_bytes;		/* packs, outside the pool */
	u64 warm_slots;		/* slots by tier; the rest is hot */
	u64 cold_slots;
	u64 frozen_slots;
	bool has_backing;	/* then: */
	char backing[256];	/* its path, cut */
	u64 backing_size;
	u64 backing_used;	/* extents, those that wait for discard too */
	u64 backing_read;	/* since it was attached */
	u64 backing_written;
	u32 folio_packs;	/* enum zram_folio_mode */
	u32 folio_state;	/* enum zram_folio_state */
	u64 folio_written;	/* pages, as are the next two */
	u64 folio_read_whole;
	u64 folio_read_single;
	u64 folio_decoded;	/* packs, for the latter */
};

/* One occupied slot in a dump. */
struct zram_slot_info {
	u64 index;
	u32 atime;		/* boottime seconds */
	u32 csize;		/* bytes; 0 for a fill */
	u8 kind;		/* enum zram_kind */
	u8 tier;		/* enum zram_tier */
	u8 prio;
	u32 flags;		/* ZRAM_SLOT_IDLE, _PICKED, _INCOMPRESSIBLE,
				 * _WAS_RAW */
};

/* A device by id with a reference, NULL when there is none; and its return. */
struct zram_device *zram_control_get(u32 id);
void zram_control_put(struct zram_device *dev);
/* The device with the smallest id >= @from, with a reference; NULL: no more. */
struct zram_device *zram_control_next(u32 from);
u32 zram_control_id(const struct zram_device *dev);
/*
 * A number that differs after any device was added, removed, initialised or
 * reset; never 0. A dump that sees it change was interrupted.
 */
u32 zram_control_seq(void);
/* The largest disksize that set and create do not refuse as too large. */
u64 zram_control_disksize_max(void);

/* A bare device as hot_add makes it: lowest free id. -ENOMEM. */
int zram_control_add(u32 *id);
/*
 * A device with everything in @spec, or nothing at all. With a disksize it is
 * initialised. -EEXIST: the id is taken; -EINVAL: unknown algorithm, bad
 * level, size 0 or too large; -EOPNOTSUPP: the algorithm has no levels; or
 * what zram_control_attach() says of the disk.
 */
int zram_control_create(struct zram_spec *spec, u32 *id, const char **why);
/* -ENODEV: no such id; -EBUSY: open, mounted or swap. */
int zram_control_remove(u32 id, const char **why);

/*
 * Change a device: all of @spec (but the id) or nothing. Algorithm, level and
 * disksize need an uninitialised device (-EBUSY), the rest does not. -ENOMEM
 * for the contexts of folio packs.
 */
int zram_control_set(struct zram_device *dev, struct zram_spec *spec,
		     const char **why);
/*
 * The stock disksize attribute: @bytes is rounded up. -EBUSY, -EINVAL,
 * -ENOMEM; an error of the codec wipes the algorithm choice, as stock does.
 */
int zram_control_set_disksize(struct zram_device *dev, u64 bytes);
/*
 * The stock attributes comp_algorithm and recomp_algorithm: the algorithm of a
 * priority below ZRAM_CODEC_PRIOS; its parameters go back to the defaults.
 * -EINVAL: unknown; then -EBUSY.
 */
int zram_control_set_algorithm(struct zram_device *dev, unsigned int prio,
			       const char *name);
/*
 * The stock attribute algorithm_params, in two steps, since the dictionary is
 * read from a file in between. First the parameters go, of the priority that
 * @algo and *@prio (either may be NULL) name; the answer is that priority.
 * -EBUSY; -EINVAL: there is no such priority, or it has another algorithm.
 */
int zram_control_clear_params(struct zram_device *dev, const char *algo,
			      const s32 *prio);
/*
 * Then they are set; a level is looked at when there is a disksize. -EBUSY;
 * -EINVAL: a trained dictionary for another algorithm than zstd (logged).
 */
int zram_control_set_params(struct zram_device *dev, unsigned int prio,
			    const struct zram_codec_params *params);
/* Log why a device of @config cannot be initialised, memory aside. */
void zram_control_explain(const struct zram_device *dev,
			  const struct zram_config *config);
/* Why a codec of @config cannot be made, and its priority. */
const char *zram_control_why(const struct zram_config *config, int *prio);
/* The stock attributes of the same names. */
void zram_control_set_limit(struct zram_device *dev, u64 bytes);
void zram_control_reset_used_max(struct zram_device *dev);
/* -EINVAL when not initialised. */
int zram_control_compact(struct zram_device *dev);
/* Back to a bare device. -EBUSY when open or claimed. */
int zram_control_reset(struct zram_device *dev, const char **why);

void zram_control_info(struct zram_device *dev, struct zram_info *info);

/*
 * Up to @max occupied slots from index *cursor up to @end (exclusive) into
 * @out; *cursor moves on past the last one looked at. Returns how many; 0
 * with *cursor at or past @end or the device's end: no more. *generation
 * tells two devices of one id apart. -EINVAL when not initialised. Looks at
 * a bounded number of slots a call, so it may return 0 before the end.
 */
int zram_control_slots(struct zram_device *dev, u64 *cursor, u64 end,
		       struct zram_slot_info *out, unsigned int max,
		       u32 *generation);

/* One pack in a dump. */
struct zram_pack_info {
	u64 pack;		/* its id */
	u64 first, last;	/* slots, the dead ones included */
	u32 bytes;		/* wherever they rest */
	u8 slots, live;
	bool frozen, raw, sparse, lost, folio;
	const char *algo;	/* constant; NULL: pages as they are */
	s32 level;		/* ZRAM_LEVEL_DEFAULT: the algorithm's own */
};

/*
 * Up to @max packs with ids from *cursor on into @out, ascending; *cursor moves
 * on past the last one. Returns how many; 0: no more. *generation as above.
 * -EINVAL when not initialised.
 */
int zram_control_packs(struct zram_device *dev, u64 *cursor,
		       struct zram_pack_info *out, unsigned int max,
		       u32 *generation);

/*
 * Put a job into the device's queue; *job comes with a reference, and the
 * ranges of @spec pass to it. -EOPNOTSUPP: no such type in this version;
 * -EINVAL: no disksize, a bad range, or what the type says; -EBUSY: too many
 * wait; -ENODEV: going away. Never waits for another job.
 */
int zram_control_job_start(struct zram_device *dev, struct zram_job_spec *spec,
			   struct zram_job **job, const char **why);
/* -ENOENT: not running and not waiting. The job ends after its step. */
int zram_control_job_cancel(struct zram_device *dev, u32 id, const char **why);
/* The job with the smallest id above @after, ended ones included. */
bool zram_control_job_next(struct zram_device *dev, u32 after,
			   struct zram_job_info *info);

/*
 * The stock attribute idle: @all slots, or those not touched for @age seconds
 * (the others stop being idle). -EINVAL when not initialised, but an age
 * beyond the uptime is fine on any device and does nothing.
 */
int zram_control_idle(struct zram_device *dev, bool all, u32 age);
/*
 * The stock attribute recompress: start the job of @spec with the codec that
 * @algo (NULL: not said) or @prio name, and wait for its end. -EINTR: a signal
 * came; the job then ends by itself.
 */
int zram_control_recompress(struct zram_device *dev,
			    struct zram_job_spec *spec, const char *algo,
			    bool has_prio, s32 prio);

/*
 * The disk at @path becomes the backing device. @live: also when there is a
 * disksize, but only when there is none yet (-EBUSY); else as the stock attribute
 * backing_dev does: only before the disksize, and it replaces the one there
 * was. -EBUSY, -ENODEV, or what zram_backing_open() says.
 */
int zram_control_attach(struct zram_device *dev, const char *path, bool live,
			const char **why);
/*
 * A device without a disksize has no backing device any more. -EBUSY: it has a
 * disksize, so a job of type detach does it; -ENODEV: there was none.
 */
int zram_control_let_go(struct zram_device *dev, const char **why);
/*
 * Whether there is a backing device; then @info and @path (at most @size bytes)
 * are filled. *slots: frozen ones.
 */
bool zram_control_backing(struct zram_device *dev,
			  struct zram_backing_info *info, u64 *slots,
			  char *path, size_t size);
/* -EINVAL: no disksize; -ENODEV: no backing device. *slots: of the device. */
int zram_control_can_writeback(struct zram_device *dev, u64 *slots);
/*
 * zram_control_job_start(), and wait for the end: the job's error; -EINTR when
 * a signal came, the job then ends by itself.
 */
int zram_control_job_wait(struct zram_device *dev, struct zram_job_spec *spec);

/* What the stock attributes writeback_* and compressed_writeback say. */
struct zram_writeback_values {
	u64 limit;		/* blocks of 4 KiB */
	bool limit_on;
	u32 batch;		/* pages */
	bool compressed;
};

void zram_control_get_knobs(struct zram_device *dev,
			    struct zram_writeback_values *v);
/* -EBUSY: the device has a disksize. */
int zram_control_set_compressed(struct zram_device *dev, bool on);
/* Limit and its switch at once: @bytes, rounded down to pages; U64_MAX: off. */
void zram_control_limit_writeback(struct zram_device *dev, u64 bytes);
/* Rounded down to pages. */
void zram_control_set_writeback_limit(struct zram_device *dev, u64 blocks);
void zram_control_enable_limit(struct zram_device *dev, bool on);
/* -EINVAL: 0. */
int zram_control_set_batch(struct zram_device *dev, u32 pages);

#endif
