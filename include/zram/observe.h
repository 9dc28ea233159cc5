/* SPDX-License-Identifier: GPL-2.0-only OR GPL-2.0-or-later */
/*
 * What the observer's BPF programs and user space share: the records in the
 * pinned maps, and the arithmetic of heat, of age and of size buckets.
 *
 * Everything has a fixed size, and a slot's record is one 64-bit word: it is
 * always read and written whole, so no reader sees half of an update.
 */
#ifndef ZRAM_OBSERVE_H
#define ZRAM_OBSERVE_H

#include <linux/types.h>

#include "zram/trace_events.h"

#define ZRAM_OBSERVE_VERSION	2	/* of the layout in this file */
#define ZRAM_OBSERVE_TRACE	2	/* trace version the programs need */

/* Ids the maps have room for: zram0 .. zram63. */
#define ZRAM_OBSERVE_DEVICES	64
/* Codec priorities of a device. */
#define ZRAM_OBSERVE_PRIOS	4

/*
 * What the observer knows of a slot. Zero means only "not seen since the
 * observer came", which is what a seed may fill in; a freed slot is a record
 * of its own, so that no seed revives it.
 */
enum zram_record_state {
	ZRAM_RECORD_UNSEEN = 0,
	ZRAM_RECORD_EMPTY = 1,
	ZRAM_RECORD_USED = 2,
};

/*
 * One slot, as bpftool prints it. The word is put together with the shifts
 * below (less work for the programs than bit fields); a host test compares.
 */
struct zram_slot_record {
	__u64 state:2;		/* enum zram_record_state */
	__u64 tier:2;		/* enum zram_tier */
	__u64 bytes:17;		/* kept in memory; 0: a fill */
	__u64 heat:15;		/* 1/128: 32640 is 255 */
	__u64 seconds:28;	/* CLOCK_BOOTTIME of the last access, wraps */
};

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "struct zram_slot_record is laid out for little-endian machines"
#endif

#define ZRAM_RECORD_STATE_MASK		3
#define ZRAM_RECORD_TIER_SHIFT		2
#define ZRAM_RECORD_BYTES_SHIFT		4
#define ZRAM_RECORD_HEAT_SHIFT		21
#define ZRAM_RECORD_SECONDS_SHIFT	36
#define ZRAM_RECORD_SECONDS_BITS	28

/*
 * The word of an occupied slot; bits of @seconds beyond 28 fall off, the
 * others must fit.
 */
static inline __u64 zram_record_word(__u64 seconds, __u64 heat, __u64 bytes,
				     __u64 tier)
{
	return seconds << ZRAM_RECORD_SECONDS_SHIFT |
	       heat << ZRAM_RECORD_HEAT_SHIFT |
	       bytes << ZRAM_RECORD_BYTES_SHIFT |
	       tier << ZRAM_RECORD_TIER_SHIFT | ZRAM_RECORD_USED;
}

static inline __u32 zram_record_heat(__u64 word)
{
	return word >> ZRAM_RECORD_HEAT_SHIFT & 0x7fff;
}

/* Seconds from the access in @word to @now, modulo 2^28 (8.5 years). */
static inline __u32 zram_record_age(__u64 word, __u32 now)
{
	return (now - (__u32)(word >> ZRAM_RECORD_SECONDS_SHIFT)) &
	       ((1u << ZRAM_RECORD_SECONDS_BITS) - 1);
}

/*
 * Heat: a decaying count of reads since the last write, 0 to 255 in steps of
 * 1/128. Each read adds a step; the step shrinks with every eighth of the
 * scale (4096 units), so that single reads show at the bottom and 255 needs
 * 10^4 reads in a half-life. HEAT_STEPS holds the eight steps, a byte each,
 * lowest first: 154 77 38 19 8 4 1 1, which makes 9,999 reads.
 */
#define ZRAM_HEAT_ONE	128
#define ZRAM_HEAT_MAX	(255 * ZRAM_HEAT_ONE)
#define ZRAM_HEAT_STEPS	0x0101040813264d9aULL

static inline __u32 zram_heat_read(__u32 heat)
{
	if (heat < ZRAM_HEAT_MAX)
		heat += ZRAM_HEAT_STEPS >> (heat >> 12) * 8 & 0xff;
	return heat;
}

/*
 * Heat of a slot at @now whose last access was at @last: halved once for each
 * half-life (2^@shift seconds of boottime, counted from boot) that began in
 * between. Counting the beginnings, not the distance, makes a slot cool that
 * is read a little more often than once in a half-life.
 */
static inline __u32 zram_heat_decay(__u32 heat, __u32 last, __u32 now,
				    __u32 shift)
{
	__s32 halvings;

	if (!((now ^ last) >> shift))
		return heat;
	halvings = (now >> shift) - (last >> shift);
	if (halvings <= 0)
		return heat;
	return heat >> (halvings < 8 ? halvings : 8);
}

/*
 * Ages in buckets of powers of two: 0 is under a second, N is 2^(N-1) up to
 * 2^N seconds, up to 31. A clock read just before another CPU's may lie
 * behind it: that is age 0.
 *
 * The constant holds the buckets of ages 0 to 15, four bits each; every
 * factor of 16 above adds four.
 */
#define ZRAM_AGE_BUCKETS 32

static inline __u32 zram_age_bucket(__u32 now, __u32 last)
{
	__u32 age = now - last, above = 0;

	/* Most are young, so they are asked for first. */
	if (age < 16)
		return 0x4444444433332210ULL >> age * 4 & 15;
	if ((__s32)age < 0)
		return 0;
	while (age >= 16) {
		age >>= 4;
		above += 4;
	}
	return above + (0x4444444433332210ULL >> age * 4 & 15);
}

/*
 * Map "ages": per CPU, by device id, since slots_N was made. A rest begins at
 * a read or write of a slot and ends here: the slot came back (was read), or it
 * left (was freed or overwritten) without coming back. A free within
 * ZRAM_AGE_READ_GRACE seconds of a read belongs to that read (swap frees what
 * it has read) and counts nowhere. Rests that still go on are in the slot
 * records.
 */
#define ZRAM_AGE_READ_GRACE 2

struct zram_ages {
	__u64 back[ZRAM_AGE_BUCKETS];
	__u64 left[ZRAM_AGE_BUCKETS];
};

/*
 * Map "ratio": per CPU, by device id * ZRAM_OBSERVE_PRIOS + codec priority:
 * slots written since slots_N was made, by the bytes they took. Bucket 0 is
 * fills, N is sizes over (N-1)/32 and up to N/32 of a page, 32 is raw pages
 * and what hardly compressed.
 */
#define ZRAM_SIZE_BUCKETS 33

struct zram_sizes {
	__u64 slots[ZRAM_SIZE_BUCKETS];
};

/* @shift: log2 of a 32nd of the page size. */
static inline __u32 zram_size_bucket(__s32 bytes, __u32 shift)
{
	return ((bytes - 1) >> shift) + 1;
}

/*
 * Map "latency": per CPU, by device id * 2 + 1 for writes, + 0 for reads:
 * requests to the backing device since the observer came, by how long they
 * took. Bucket 0 is under a microsecond, N is 2^(N-1) up to 2^N of them.
 */
#define ZRAM_LATENCY_BUCKETS 32

struct zram_latency {
	__u64 requests[ZRAM_LATENCY_BUCKETS];
};

static inline __u32 zram_latency_bucket(__u64 ns)
{
	__u64 us = ns / 1000;
	__u32 bucket = 0;

	if (us >> 31)
		return ZRAM_LATENCY_BUCKETS - 1;
	for (__u32 step = 16; step; step >>= 1)
		if (us >> step) {
			us >>= step;
			bucket += step;
		}
	return bucket + (us != 0);
}

/*
 * Map "readers" of the object of the same name: by process (tgid), what it read
 * since somebody began to look. comm is that of the thread that came first.
 */
#define ZRAM_READERS_MAX 4096

struct zram_reader {
	char comm[16];
	__u64 reads;	/* slots */
	__u64 cold;	/* of these out of packs in memory */
	__u64 frozen;	/* and off the backing device */
};

/*
 * Map "devices": by device id. generation: what the module runs, as far as
 * events told; 0: not initialised or not known. covered: the generation that
 * slots_N was made for; 0: there is none. seeded: the generation whose older
 * slots were filled in. dropped: events of a generation that is not covered.
 */
struct zram_observed {
	__u32 generation;
	__u32 covered;
	__u32 seeded;
	__u32 pad;
	__u64 dropped;
};

/* Map "settings": what the programs were loaded with; read only. */
struct zram_observe_settings {
	__u32 version;		/* ZRAM_OBSERVE_VERSION */
	__u32 trace_version;	/* ZRAM_OBSERVE_TRACE */
	__u32 half_life_shift;	/* log2 of seconds */
	__u32 page_shift;	/* log2 of bytes */
	__u32 size_shift;	/* for zram_size_bucket() */
};

#define ZRAM_HALF_LIFE_SHIFT	10	/* 1024 s, when nothing is said */

#endif
