/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of top_screen share. */
#ifndef ZRAMCTL_TOP_SCREEN_IMPL_H
#define ZRAMCTL_TOP_SCREEN_IMPL_H

#include "heat.h"
#include "top_screen.h"

/* ---- top_screen_scan: slot records, read a part at a time ---- */

#define SCAN_CELLS	256	/* of the strip */

/* Sums over some slots of a device. */
struct scan_sum {
	uint64_t slots, used;
	uint64_t by_age[TOP_AGES];
	uint64_t by_tier[4];
	uint32_t oldest;		/* seconds */
	struct heat_cell cell[SCAN_CELLS];
};

/*
 * The slots of a large device are dealt out to lanes, block by block, and each
 * look reads one lane anew: the work of a look has a bound, each lane is a fair
 * sample, and after as many looks as there are lanes all has been read.
 */
struct scan_dev {
	bool live;		/* seen at this look */
	uint32_t id, generation;
	struct observer_slots slots;
	unsigned int lanes, next;
	struct scan_sum *lane;
	struct scan_sum sum;	/* of all lanes read so far */
};

struct scan {
	struct observer *o;
	struct scan_dev dev[ZRAM_OBSERVE_DEVICES];
};

/* Read the next part of each device's records; @o may be NULL. */
void scan_look(struct scan *s, struct observer *o, const struct top_dev *dev,
	       size_t nr);
/* What is known of a device; NULL: nothing. */
const struct scan_sum *scan_of(const struct scan *s, uint32_t id);
void scan_drop(struct scan *s);

/* ---- top_screen_draw ---- */

#define HISTORY 240		/* looks */

struct past {
	bool known;
	uint32_t id;
	uint64_t failed;	/* reads and writes when the screen began */
	float in[HISTORY], out[HISTORY];
	unsigned int at, nr;	/* next place; how many are filled */
};

enum view_sort {
	SORT_NAME, SORT_DATA, SORT_MEMORY, SORT_RATIO, SORT_IN, SORT_OUT,
	SORT_FAILED, NR_SORTS,
};

struct view {
	const struct top_dev **row;	/* sorted */
	size_t nr;
	struct scan scan;
	struct past past[64];
	struct top_work work;		/* of the device selected at the last look */
	enum view_sort sort;
	bool reverse, paused, help, colours, utf8;
	uint32_t selected;		/* id */
	double interval;		/* seconds */
	char message[256];		/* the last thing said on stderr */
};

const char *view_sort_name(enum view_sort sort);
/* Sort and take the look into the history. */
void view_take(struct view *v, const struct top_dev *dev, size_t nr, bool fresh);
/* Move the selection by @step rows. */
void view_move(struct view *v, int step);
void view_draw(struct view *v);

#endif
