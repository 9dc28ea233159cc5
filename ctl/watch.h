/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Observing devices: what the commands observe, top and heat have in common.
 * Brings the observer (maps) and the client (device list, slot dump) together.
 *
 * These print their own one-line errors and return a cmd_result.
 */
#ifndef ZRAMCTL_WATCH_H
#define ZRAMCTL_WATCH_H

#include "client.h"
#include "cmd.h"
#include "observer.h"

enum watch_flags {
	WATCH_SKIP = 1u << 0,	/* above 1 % of RAM leave things as they are */
	WATCH_YES = 1u << 1,	/* do not ask */
	WATCH_OWN = 1u << 2,	/* the caller ends the observer himself */
	WATCH_QUIET = 1u << 3,	/* the same failure was told before */
};

/*
 * The running observer, or a new one (said on stderr, unless WATCH_OWN).
 * @half_life in seconds, 0: the running one's, or the default. When records of
 * the devices of @list take over 1 % of RAM it asks, unless WATCH_YES; on a no,
 * what was started is stopped again.
 */
enum cmd_result watch_start(struct client *c, double half_life,
			    const struct model_dev *list, size_t nr,
			    unsigned int flags, struct observer **o);
/*
 * See to it that each initialised device of the list is recorded in its
 * present generation, seed it where it was not, and give back the maps of
 * devices that are gone when @all of them are listed. CMD_PARTLY: some could
 * not be.
 */
enum cmd_result watch_cover(struct client *c, struct observer *o,
			    const struct model_dev *list, size_t nr, bool all,
			    unsigned int flags);
/*
 * Give back the maps of devices that are gone or bare. Quiet, and nothing to do
 * when no observer runs.
 */
void watch_drop_gone(struct client *c);
/* The observer's sentence on stderr; CMD_NO_SUPPORT or CMD_FAILED. */
enum cmd_result watch_failed(const struct observer *o, int err);

#endif
