// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl metrics: devices for Prometheus. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "metrics.h"
#include "util.h"

static enum cmd_result take(struct metrics_look *look)
{
	struct client *c = NULL;
	enum cmd_result res = CMD_OK;
	int err = metrics_take(look, &c);

	if (err)
		res = cmd_client_failed(err == -ENOMEM ? NULL : c, err);
	client_close(c);
	return res;
}

static int fill(int fd, const struct metrics_look *look,
		enum metrics_format format)
{
	FILE *f = fdopen(fd, "w");
	int err = 0;

	if (!f) {
		err = -errno;
		close(fd);
		return err;
	}
	metrics_write(f, look, format);
	if (fchmod(fd, 0644))
		err = -errno;
	if (fflush(f) || ferror(f))
		err = -(errno ? errno : EIO);
	if (fclose(f) && !err)
		err = -errno;
	return err;
}

/*
 * A collector sees the old file or the whole new one. The new one is made
 * beside it under a name that node_exporter, which reads *.prom, passes over.
 */
static int replace(const char *path, const struct metrics_look *look,
		   enum metrics_format format)
{
	char *tmp;
	int fd, err;

	if (asprintf(&tmp, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkstemp(tmp);
	if (fd < 0) {
		err = -errno;
		free(tmp);
		return err;
	}
	err = fill(fd, look, format);
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	free(tmp);
	return err;
}

static enum cmd_result serve(const char *where)
{
	switch (metrics_serve(where)) {
	case 0:
		return CMD_OK;
	case -EINVAL:
		return CMD_USAGE;
	default:
		return CMD_FAILED;
	}
}

static enum cmd_result run(const struct cmd_args *args)
{
	enum metrics_format format = cmd_has(args, "openmetrics") ?
				     METRICS_OPENMETRICS : METRICS_CLASSIC;
	const char *path = cmd_option(args, "output");
	const char *where = cmd_option(args, "listen");
	struct metrics_look look;
	enum cmd_result res;
	int err;

	if (path && where)
		return cmd_usage(args, "--output and --listen exclude each other");
	if (where && cmd_has(args, "openmetrics"))
		return cmd_usage(args, "with --listen the reader asks for its format");
	if (where)
		return serve(where);
	res = take(&look);
	if (res != CMD_OK)
		return res;
	if (!path) {
		metrics_write(stdout, &look, format);
	} else {
		err = replace(path, &look, format);
		if (err) {
			util_error("cannot write %s: %s", path, strerror(-err));
			res = CMD_FAILED;
		}
	}
	metrics_drop(&look);
	return res;
}

static const struct cmd_opt options[] = {
	{ "output", 'o', "FILE",
	  "write to FILE, for node_exporter's textfile collector" },
	{ "listen", 'l', "WHERE",
	  "serve: a port on 127.0.0.1, ADDRESS:PORT, or a socket's path" },
	{ "openmetrics", 0, NULL,
	  "print strict OpenMetrics (default: Prometheus text)" },
	{ .name = NULL }
};

const struct cmd cmd_metrics = {
	.name = "metrics",
	.summary = "print all devices as metrics for Prometheus",
	.details =
"Prints the classic text format, which node_exporter and promtool read. FILE\n"
"is replaced at once, so a collector never sees half of it; name it *.prom.\n"
"\n"
"With --listen it goes on until it is ended. Only loopback addresses and UNIX\n"
"sockets are served, and each reader gets OpenMetrics or the classic format as\n"
"it asks for. This needs libmicrohttpd.\n"
"\n"
"What the slots do (ages, sizes) is there while the observer runs; see\n"
"'zramctl observe'.",
	.opts = options,
	.run = run,
};
