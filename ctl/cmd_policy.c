// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl policy: check a configuration, print its schema. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "policy.h"
#include "util.h"

static enum cmd_result run_check(const struct cmd_args *args)
{
	const char *path = args->nr_operands > 1 ? args->operand[1] : CONFIG_FILE;
	struct config *c = malloc(sizeof(*c));
	enum cmd_result res = CMD_OK;

	if (!c) {
		util_error("no memory");
		return CMD_FAILED;
	}
	if (config_load(c, path)) {
		util_error("%s", c->why);
		res = CMD_FAILED;
	} else {
		printf("%s is right (%zu %s read, %zu %s)\n", path, c->nr_files,
		       c->nr_files == 1 ? "file" : "files", c->nr_dev,
		       c->nr_dev == 1 ? "device" : "devices");
	}
	free(c);
	return res;
}

static enum cmd_result run_schema(const struct cmd_args *args)
{
	char *text = config_schema();

	if (!text) {
		util_error("no memory");
		return CMD_FAILED;
	}
	puts(text);
	free(text);
	return CMD_OK;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *verb = args->operand[0];

	if (!strcmp(verb, "check"))
		return run_check(args);
	if (args->nr_operands > 1)
		return cmd_usage(args, "%s takes no file", verb);
	if (!strcmp(verb, "schema"))
		return run_schema(args);
	return cmd_usage(args, "'%s' is none of check, schema", verb);
}

static const struct cmd_opt options[] = {
	{ .name = NULL }
};

const struct cmd cmd_policy = {
	.name = "policy",
	.operands = "check|schema [FILE]",
	.min = 1,
	.max = 2,
	.summary = "check the daemon's configuration",
	.details =
"check reads FILE (" CONFIG_FILE " without one) and the folder FILE.d as the\n"
"daemon would, and names file, line and key of the first mistake. schema\n"
"prints the JSON Schema of the file.\n",
	.opts = options,
	.run = run,
};
