/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices as metrics for Prometheus: taking a look, and writing it as text.
 *
 * The classic text format is what node_exporter and promtool read; OpenMetrics
 * differs where it names a counter's family without "_total", gives units,
 * and ends with a mark. Both have the same samples.
 */
#ifndef ZRAMCTL_METRICS_H
#define ZRAMCTL_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "top.h"

enum metrics_format {
	METRICS_CLASSIC,	/* text/plain; version=0.0.4 */
	METRICS_OPENMETRICS,	/* application/openmetrics-text; version=1.0.0 */
};

struct metrics_look {
	struct top_dev *dev;
	size_t nr;
	bool observed;		/* the observer runs and we may read it */
	uint64_t missed;	/* events, see observer_missed() */
	uint32_t page_size;	/* bytes */
};

/* Write @look; errors show in ferror(@f). */
void metrics_write(FILE *f, const struct metrics_look *look,
		   enum metrics_format format);

struct client;

/*
 * Look at all devices. The observer is read where it runs, never started.
 * On error @c has the sentence; *@c is NULL only when out of memory. Close
 * both afterwards, whatever was returned.
 */
int metrics_take(struct metrics_look *look, struct client **c);
void metrics_drop(struct metrics_look *look);

/*
 * Serve on @where until SIGINT or SIGTERM: a port ("9200", on 127.0.0.1),
 * "127.0.0.1:PORT", "[::1]:PORT" or the path of a UNIX socket. Prints its own
 * one-line errors and returns a negative errno; -EINVAL: @where makes no
 * sense; -ENOSYS: there is no libmicrohttpd.
 */
int metrics_serve(const char *where);

/*
 * A listening socket for @where, for metrics_serve(); prints its errors.
 * *@path is where a UNIX socket lies, to be unlinked and freed, or NULL.
 */
int metrics_listen(const char *where, char **path);

#endif
