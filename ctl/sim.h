/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recorded series of slot records, and the policy played over them: what would
 * have happened with these rules. No devices, no clock; tested on the host.
 */
#ifndef ZRAMCTL_SIM_H
#define ZRAMCTL_SIM_H

#include <stdio.h>

#include "config.h"
#include "policy.h"

/*
 * A series is a header and frames in host byte order. A frame has the machine
 * at a time and the records that changed since the frame before.
 */
#define SIM_MAGIC 0x3152535a4d41525aull	/* "ZRAMZSR1" */

struct sim_header {
	uint64_t magic;
	uint64_t slots;
	uint32_t page;		/* bytes */
	uint32_t pad;
};

struct sim_frame {
	uint32_t now;		/* boottime s */
	uint32_t psi_some;	/* permille */
	uint64_t mem_total, mem_available;
	uint64_t mem_limit;
	uint64_t changes;	/* struct sim_change that follow */
};

struct sim_change {
	uint64_t index;
	uint64_t word;		/* struct zram_slot_record */
};

struct sim_totals {
	uint64_t frames, actions;
	uint32_t seconds;
	uint64_t moved[POLICY_MOVES];	/* slots */
	uint64_t written;		/* bytes to the backing device */
	uint64_t came_back[POLICY_ROWS];	/* reads of slots, by where they lay */
	uint64_t slots[POLICY_ROWS], fills;	/* at the end */
	uint64_t memory;		/* bytes in memory at the end */
	uint64_t would_be;		/* the same had nothing moved */
	double saved;			/* byte-seconds of memory not used */
};

typedef void (*sim_frame_fn)(const struct sim_totals *t, void *arg);

struct sim;

/* -ENOMEM. */
int sim_open(struct sim **s, const struct sim_header *h, const struct config *c);
/* NULL is fine. */
void sim_close(struct sim *s);
/* One frame; -EINVAL: a change of a slot that is not there, or time goes back. */
int sim_step(struct sim *s, const struct sim_frame *f,
	     const struct sim_change *change);
const struct sim_totals *sim_result(const struct sim *s);

/*
 * A whole series from a file; @fn after each frame, may be NULL. -EINVAL: no
 * series, or cut off; @why then has a sentence.
 */
int sim_play(FILE *f, const struct config *c, struct sim_totals *totals,
	     sim_frame_fn fn, void *arg, char *why, size_t len);

#endif
