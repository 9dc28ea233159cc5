/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * top on the whole terminal: devices as rows with their tiers as bars, and of
 * the selected one its events, a short history and the strip from cold to hot.
 *
 * Layers: top_screen (terminal, keys, loop) > top_screen_draw (what is where)
 * > top_screen_scan (slot records, a part of them at each look).
 */
#ifndef ZRAMCTL_TOP_SCREEN_H
#define ZRAMCTL_TOP_SCREEN_H

#include "cmd.h"
#include "top.h"
#include "top_work.h"

struct top_screen_source {
	void *arg;
	/* Look again; errors are printed. The pointers below may then change. */
	enum cmd_result (*look)(void *arg);
	const struct top_dev *(*devices)(void *arg, size_t *nr);
	struct observer *(*observer)(void *arg);	/* NULL: none runs */
	/* What is being done for a device; @work has what was said before. */
	void (*work)(void *arg, uint32_t id, struct top_work *work);
};

/* Is there a terminal that can be drawn on? */
bool top_screen_can(void);
/*
 * Show until the user ends it, or for @count looks (0: no end). The source has
 * looked once. The terminal is as before afterwards, also when a signal ends
 * the program.
 */
enum cmd_result top_screen_run(const struct top_screen_source *src,
			       double interval, uint32_t count);

#endif
