/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy: from a snapshot of devices, memory, pressure and budgets to what
 * to do now. Pure: no I/O, no clock, no allocation; the same functions serve
 * the daemon, the simulation and the host tests.
 *
 * A round is: policy_tally() for each device, policy_decide(), run the
 * actions, policy_done() for each of them.
 */
#ifndef ZRAMCTL_POLICY_H
#define ZRAMCTL_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zram/observe.h"

#define POLICY_DEVICES ZRAM_OBSERVE_DEVICES

/*
 * Ages in classes: exact to the second up to 63 s, then 32 to each doubling
 * (3 %), up to the 2^28 s that a record can tell.
 */
#define POLICY_AGES 768

/* What moves slots, by the tier they end in: the index is tier - 1. */
enum policy_verb {
	POLICY_RECOMPRESS,	/* to warm */
	POLICY_PACK,		/* to cold */
	POLICY_WRITEBACK,	/* to frozen */
	POLICY_MOVES,
	POLICY_COMPACT = POLICY_MOVES,	/* the pool, no slot moves */
	POLICY_VERBS
};

/*
 * Slots by what can become of them. Fills take no memory and are
 * only counted; raw slots and those too small to gain are left aside by
 * recompression.
 */
enum policy_row {
	POLICY_ROW_HOT,
	POLICY_ROW_ASIDE,
	POLICY_ROW_WARM,
	POLICY_ROW_COLD,
	POLICY_ROW_FROZEN,
	POLICY_ROWS
};

struct policy_cell {
	uint64_t slots;
	uint64_t bytes;		/* kept in memory */
};

/* A device's records as counts; 60 KiB, the caller's. */
struct policy_tally {
	struct policy_cell cell[POLICY_ROWS][POLICY_AGES];
	/* Of the class that the tried mark of a verb cuts: the older part. */
	struct policy_cell tried[POLICY_MOVES][POLICY_ROWS];
	uint32_t tried_age[POLICY_MOVES];	/* seconds; UINT32_MAX: no mark */
	uint64_t fills;
	uint64_t resting[ZRAM_AGE_BUCKETS];	/* used slots, buckets of "ages" */
};

/* What the policy remembers of a device; zeroed for a new generation. */
struct policy_memory {
	uint32_t generation;
	/*
	 * Boottime seconds: slots last used then or before were offered to the
	 * verb, and those that still lie in an earlier tier were refused (a
	 * pack that saves nothing, say). 0: none.
	 */
	uint32_t tried[POLICY_MOVES];
	uint32_t blocked[POLICY_VERBS];	/* boottime s; nothing before then */
	uint32_t failures[POLICY_VERBS];	/* in a row */
	uint64_t rate[POLICY_MOVES];	/* stored bytes a second; 0: not measured */
	uint64_t waste;			/* of the pool after the last compaction */
};

struct policy_device {
	uint32_t id;
	uint32_t generation;
	bool is_busy;		/* a job runs: it is passed over */
	bool has_records;	/* tally is filled in */
	bool can[POLICY_VERBS];	/* the module and the set-up allow it */
	const struct policy_tally *tally;
	struct zram_ages ages;	/* over the last 24 h */
	bool has_ages;
	uint32_t watched;	/* seconds that the ages were gathered over */
	uint64_t mem_used;	/* bytes of the pool */
	uint64_t mem_limit;	/* bytes; 0: none */
	uint64_t compr_bytes;	/* bytes of the objects in the pool */
	uint64_t growth;	/* bytes a second that come in, whatever jobs take out */
};

struct policy_move {
	bool enabled;
	uint32_t min_age, max_age;	/* seconds, min <= max */
	uint32_t returns;		/* permille that may come back; 0: rule only */
	uint64_t min_bytes;		/* stored bytes that make a job worth it */
};

struct policy_rules {
	struct policy_move move[POLICY_MOVES];
	uint32_t min_returns;	/* that an estimate rests on */
	uint32_t soft_limit;	/* permille of mem_limit; 0: none */
	uint32_t soft_age;	/* seconds; younger slots stay till the limit itself is near */
	uint32_t psi_full;	/* permille of time stalled that means "hurry" */
	bool compact;
	uint32_t compact_share;	/* permille of the pool that is waste */
	uint64_t compact_min;	/* bytes of waste */
	bool pause_on_battery;
	uint64_t slice_bytes;	/* of a move whose rate is not measured yet */
	uint32_t slice_ms;	/* of a job */
};

struct policy_snapshot {
	uint32_t now;		/* boottime seconds */
	uint64_t mem_total, mem_available;	/* bytes; total 0: not known */
	uint32_t psi_some;	/* permille of the last 10 s; 0 without PSI */
	bool on_battery;
	bool has_slept;		/* just now, which made all slots older: ages do not count */
	/* Bytes that may be written to backing devices. */
	uint64_t round_budget, day_budget;
	const struct policy_device *dev;
	size_t nr;		/* <= POLICY_DEVICES */
};

/* Why a device is treated as it is; the sentence is policy_reason(). */
enum policy_why {
	POLICY_WHY_REST,	/* nothing is old enough */
	POLICY_WHY_FEW,		/* too few are */
	POLICY_WHY_BUDGET,	/* the write budget is spent */
	POLICY_WHY_BATTERY,
	POLICY_WHY_BLIND,	/* no records */
	POLICY_WHY_BLOCKED,	/* after a failure */
	POLICY_WHY_OFF,		/* no verb is enabled and able */
	POLICY_WHY_STUCK,	/* above the soft limit with nothing to move */
	POLICY_WHY_SLEPT,	/* ages do not count yet */
	POLICY_WHY_BUSY,	/* a job runs: no decision at all */
	POLICY_WHY_AGE,		/* acts: by the rule */
	POLICY_WHY_RETURNS,	/* acts: by the measured return rate */
	POLICY_WHY_SOFT,	/* acts: the soft limit */
	POLICY_WHY_WASTE,	/* acts: compaction pays */
	POLICY_WHYS
};

struct policy_action {
	uint32_t id, generation;
	enum policy_verb verb;
	enum policy_why why;
	uint32_t min_age;	/* seconds: older ones, coldest first */
	uint64_t max_bytes;	/* stored bytes to take; of a writeback: to write */
	uint32_t max_ms;
	bool whole;		/* all slots of min_age fit into max_bytes */
	uint64_t slots, bytes;	/* expected */
};

/* What was thought of a device, acted on or not. */
struct policy_verdict {
	uint32_t id;
	enum policy_why why;
	uint32_t age[POLICY_MOVES];	/* thresholds in seconds */
	bool measured[POLICY_MOVES];	/* by return rate, not by the rule */
	uint64_t returns;		/* that the estimate rests on */
	uint64_t over;			/* bytes above the soft limit, or coming */
	uint64_t missing;		/* bytes a second that jobs fall short of growth */
};

struct policy_plan {
	struct policy_action action[POLICY_DEVICES];
	size_t nr;
	struct policy_verdict verdict[POLICY_DEVICES];	/* as snapshot.dev */
};

struct policy_result {
	int error;		/* 0 or a negative errno */
	bool cut;		/* ended by a bound or cancelled, not at its end */
	uint64_t slots;		/* moved */
	uint64_t bytes;		/* stored bytes taken */
	uint32_t ms;		/* that it ran */
	uint64_t waste;		/* of the pool afterwards */
};

/* Class of an age, and the youngest age of a class. */
unsigned int policy_age_class(uint32_t age);
uint32_t policy_class_age(unsigned int cls);

/*
 * Count the records @word[0..nr) as they are at boottime @now. Slots of the
 * hot tier below @small bytes or of @page bytes go aside.
 */
void policy_tally(struct policy_tally *t, const volatile uint64_t *word,
		  uint64_t nr, uint32_t now, uint32_t small, uint32_t page,
		  const struct policy_memory *m);
/* The same in pieces, for records that come a few at a time. */
void policy_tally_begin(struct policy_tally *t, uint32_t now,
			const struct policy_memory *m);
void policy_tally_add(struct policy_tally *t, const volatile uint64_t *word,
		      uint64_t nr, uint32_t now, uint32_t small, uint32_t page);
void policy_tally_end(struct policy_tally *t);

/*
 * min + (max - min) * exp(-5 * used), used = 1 - available / total (the rule
 * of Android's mmd and of ChromeOS); pressure takes its share of what is above min. Without
 * memory figures: max.
 */
uint32_t policy_rule_age(const struct policy_move *move,
			 const struct policy_snapshot *s, uint32_t psi_full);
/*
 * Permille of the slots that rested until the beginning of bucket @from and
 * will come back, from what came back, what left and what still rests
 * (Kaplan-Meier with leaving as the competing end). UINT32_MAX: no slot ever
 * rested so long.
 */
uint32_t policy_return_rate(const struct zram_ages *ages,
			    const uint64_t *resting, unsigned int from);
/* The returns an estimate for this device rests on. */
uint64_t policy_returns(const struct zram_ages *ages);

/* @m: as snapshot.dev. @plan need not be zeroed. */
void policy_decide(const struct policy_rules *rules,
		   const struct policy_snapshot *s,
		   const struct policy_memory *m, struct policy_plan *plan);
/* Remember how an action of a round at boottime @now went. */
void policy_done(struct policy_memory *m, const struct policy_action *a,
		 const struct policy_result *r, uint32_t now);

const char *policy_verb_name(enum policy_verb verb);
/* Half a sentence: "older than the rule's age". */
const char *policy_reason(enum policy_why why);
#define POLICY_LINE_LEN 256
/* One line for the log; returns @buf. */
char *policy_action_line(char buf[POLICY_LINE_LEN],
			 const struct policy_action *a);

/* What may come to be used without notice: 2 s of growth. */
#define POLICY_LOOK_AHEAD 2

#endif
