/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The observer: BPF programs on the module's tracepoints and their pinned
 * maps. They go on by themselves once pinned; this is how zramctl starts,
 * finds, reads and ends them. The only files that use libbpf.
 *
 * Functions return 0 or a negative errno and leave one sentence in
 * observer_why(). OBSERVER_ENOSUPPORT means that kernel support is missing.
 *
 * Order matters: first attach, then cover a device, then seed it. Events are
 * recorded from cover on; a seed fills only records that no event touched,
 * so nothing is lost, overwritten or revived in between.
 */
#ifndef ZRAMCTL_OBSERVER_H
#define ZRAMCTL_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zram/netlink.h"
#include "zram/observe.h"

#define OBSERVER_DIR		"/sys/fs/bpf/zram"
#define OBSERVER_ENOSUPPORT	(-0x10000)	/* no errno: exit code 4 */

struct observer;

/*
 * Always gives an observer (but for -ENOMEM), good for observer_why() and
 * observer_close() at least. -ENOENT: none runs; -ESTALE: what is pinned is
 * incomplete or of another version, observer_stop() clears it.
 */
int observer_open(struct observer **o);
/* Load, attach and pin; all or nothing. -EEXIST: one runs already. */
int observer_start(struct observer **o, uint32_t half_life_shift,
		   uint32_t page_size);
/* The programs stay. NULL is fine. */
void observer_close(struct observer *o);
const char *observer_why(const struct observer *o);
/* Remove all pins, which ends the programs. -ENOENT: there were none. */
int observer_stop(struct observer **o);

/* False: another zramctl has stopped this observer since; open it again. */
bool observer_is_current(const struct observer *o);
/* A number that the next one started does not have; 0: not known. */
uint64_t observer_instance(const struct observer *o);

const struct zram_observe_settings *observer_settings(const struct observer *o);
/* What the maps say of a device; false when they have no room for @id. */
bool observer_device(const struct observer *o, uint32_t id,
		     struct zram_observed *seen);
/* Events that a program missed because it was interrupted by itself. */
uint64_t observer_missed(const struct observer *o);

/*
 * Make the map of device @id anew, @slots long, for @generation; records of
 * an older generation are gone. -ERANGE: no room for the id or the slots.
 */
int observer_cover(struct observer *o, uint32_t id, uint32_t generation,
		   uint64_t slots);
/*
 * Give the map of a device back, unless it was made anew since @generation.
 * Fine when there is none.
 */
int observer_uncover(struct observer *o, uint32_t id, uint32_t generation);
/* Bytes of memory that the map of a device with @slots slots takes. */
uint64_t observer_map_bytes(uint64_t slots);

/* Slot records in memory; @word is updated by events all the time. */
struct observer_slots {
	const volatile uint64_t *word;
	uint64_t nr;
	uint32_t generation;
	size_t bytes;
};

/* -ENOENT: not covered. */
int observer_map(struct observer *o, uint32_t id, struct observer_slots *s);
void observer_unmap(struct observer_slots *s);

/* A seed of one device: begin, rows of a slot dump as they come, end. */
struct observer_seed {
	uint32_t id;
	uint32_t generation;
	uint64_t *word;
	uint64_t nr;
	uint64_t filled;	/* records that the seed wrote */
	uint64_t kept;		/* rows whose record was there already */
};

int observer_seed_begin(struct observer *o, uint32_t id,
			struct observer_seed *seed);
/* -ESTALE: the rows are of another generation than the map. */
int observer_seed_rows(struct observer_seed *seed,
		       const struct zram_slot_row *rows, size_t nr,
		       uint32_t generation);
/* @complete: the whole dump went in, so no later start repeats it. */
void observer_seed_end(struct observer *o, struct observer_seed *seed,
		       bool complete);

/* Sums over all CPUs. */
int observer_ages(struct observer *o, uint32_t id, struct zram_ages *sum);
int observer_sizes(struct observer *o, uint32_t id, uint32_t prio,
		   struct zram_sizes *sum);
int observer_latency(struct observer *o, uint32_t id, bool write,
		     struct zram_latency *sum);

/*
 * Who reads, by process, from open to close; independent of the observer that
 * runs, whose sentence a failure is told with.
 */
struct observer_readers;

struct observer_reader {
	uint32_t tgid;
	struct zram_reader count;
};

int observer_readers_open(struct observer *o, struct observer_readers **r);
/* NULL is fine. */
void observer_readers_close(struct observer_readers *r);
/* Most reads first; free() the list. -ENOMEM. */
int observer_readers_list(struct observer_readers *r,
			  struct observer_reader **list, size_t *nr);

#endif
