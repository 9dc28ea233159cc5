// SPDX-License-Identifier: GPL-2.0-or-later
/* The command table: finding commands, reading their options, their help. */

#include "cmd.h"

#include <getopt.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "dev_cols.h"
#include "model.h"
#include "out.h"
#include "util.h"

#define MAX_OPTS	32
#define HELP_LETTER	'h'
#define LONG_BASE	256	/* getopt values of options: LONG_BASE + index */

const struct cmd *const cmd_table[] = {
	&cmd_create,
	&cmd_list,
	&cmd_show,
	&cmd_remove,
	&cmd_reset,
	&cmd_set,
	&cmd_compact,
	&cmd_idle,
	&cmd_observe,
	&cmd_top,
	&cmd_heat,
	&cmd_monitor,
	&cmd_recompress,
	&cmd_pack,
	&cmd_writeback,
	&cmd_promote,
	&cmd_attach,
	&cmd_detach,
	&cmd_packs,
	&cmd_jobs,
	&cmd_metrics,
	&cmd_tune,
	&cmd_apply,
	&cmd_daemon,
	&cmd_policy,
	&cmd_version,
	&cmd_help,
	NULL
};

const struct cmd *cmd_find(const char *name)
{
	for (const struct cmd *const *c = cmd_table; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

/* How many letters to add, drop or change to make @b of @a (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t len = strlen(b), row[32];

	if (len >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best = corner + (*a != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

const struct cmd *cmd_suggest(const char *word)
{
	size_t len = strlen(word), least = len > 3 ? 3 : 2;
	const struct cmd *found = NULL;

	for (const struct cmd *const *c = cmd_table; *c; c++) {
		bool begins = len > 1 && !strncmp((*c)->name, word, len);
		size_t far = begins ? 0 : distance(word, (*c)->name);

		if (far < least) {
			least = far;
			found = *c;
		}
	}
	return found;
}

const char *cmd_option(const struct cmd_args *args, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < args->nr_given; i++)
		if (!strcmp(args->given[i].opt->name, name))
			value = args->given[i].arg ? args->given[i].arg : "";
	return value;
}

bool cmd_has(const struct cmd_args *args, const char *name)
{
	return cmd_option(args, name);
}

enum cmd_result cmd_usage(const struct cmd_args *args, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	util_error("%s (try 'zramctl %s --help')", line, args->cmd->name);
	return CMD_USAGE;
}

enum cmd_result cmd_client_failed(const struct client *c, int err)
{
	if (c)
		util_error("%s", client_why(c));
	else
		util_error("out of memory");
	return err == CLIENT_ENOSUPPORT ? CMD_NO_SUPPORT : CMD_FAILED;
}

enum cmd_result cmd_print_device(struct client *c, uint32_t id)
{
	struct model_dev dev;
	int err = client_device(c, id, &dev);

	if (err)
		return cmd_client_failed(c, err);
	client_fill_use(&dev);
	return out_json(out_object(dev_cols, &dev)) ? CMD_FAILED : CMD_OK;
}

void cmd_add_name(struct json_object *names, uint32_t id)
{
	char name[24];

	snprintf(name, sizeof(name), "/dev/zram%u", id);
	if (names)
		json_object_array_add(names, json_object_new_string(name));
}

enum cmd_result cmd_print_names(struct json_object *names, enum cmd_result result)
{
	struct json_object *root;

	/* A failure that changed nothing says nothing but its error. */
	if (result && !json_object_array_length(names)) {
		json_object_put(names);
		return result;
	}
	root = json_object_new_object();
	json_object_object_add(root, "devices", names);
	return out_json(root) && !result ? CMD_FAILED : result;
}

static bool has_id(const uint32_t *ids, size_t nr, uint32_t id)
{
	while (nr--)
		if (ids[nr] == id)
			return true;
	return false;
}

enum cmd_result cmd_devices(const struct cmd_args *args, uint32_t *ids,
			    size_t *nr)
{
	*nr = 0;
	for (size_t i = 0; i < args->nr_operands; i++) {
		uint32_t id;

		if (model_parse_name(args->operand[i], &id))
			return cmd_usage(args, "'%s' is not the name of a zram "
					 "device; say zram0 or /dev/zram0",
					 args->operand[i]);
		if (!has_id(ids, *nr, id))
			ids[(*nr)++] = id;
	}
	return CMD_OK;
}

void cmd_out_opts(const struct cmd_args *args, struct out_opts *opts)
{
	*opts = (struct out_opts){
		.json = cmd_has(args, "json"),
		.exact = cmd_has(args, "bytes"),
		.noheadings = cmd_has(args, "noheadings"),
		.columns = cmd_option(args, "output"),
		.array = "devices",
	};
}

/* The table in the forms that getopt_long wants. */
static void make_getopt(const struct cmd *cmd, struct option *longs,
			char *shorts)
{
	const struct cmd_opt *opt = cmd->opts;
	size_t i = 0;

	*shorts++ = ':';	/* we say ourselves what is wrong */
	*shorts++ = HELP_LETTER;
	for (; opt && opt->name && i < MAX_OPTS; opt++, i++) {
		longs[i] = (struct option){
			.name = opt->name,
			.has_arg = opt->arg ? required_argument : no_argument,
			.val = LONG_BASE + i,
		};
		if (opt->letter) {
			*shorts++ = opt->letter;
			if (opt->arg)
				*shorts++ = ':';
		}
	}
	longs[i++] = (struct option){ .name = "help", .val = HELP_LETTER };
	longs[i] = (struct option){ 0 };
	*shorts = 0;
}

static const struct cmd_opt *opt_of(const struct cmd *cmd, int val)
{
	if (val >= LONG_BASE)
		return &cmd->opts[val - LONG_BASE];
	for (const struct cmd_opt *opt = cmd->opts; opt && opt->name; opt++)
		if (opt->letter == val)
			return opt;
	return NULL;
}

/* What getopt stumbled over, as the user wrote it. */
static enum cmd_result bad_option(const struct cmd_args *args, int kind,
				  char **argv)
{
	char letter[3] = { '-', (char)optopt, 0 };
	const char *what = optopt && optopt < LONG_BASE ? letter :
							   argv[optind - 1];

	if (kind == ':')
		return cmd_usage(args, "option %s needs an argument", what);
	if (optopt >= LONG_BASE)
		return cmd_usage(args, "option --%s takes no argument",
				 args->cmd->opts[optopt - LONG_BASE].name);
	return cmd_usage(args, "unknown or ambiguous option %s", what);
}

/* 0: go on; 1: help was asked for; -1: a mistake, already told. */
static int read_options(struct cmd_args *args, int argc, char **argv)
{
	struct option longs[MAX_OPTS + 2];
	char shorts[2 * MAX_OPTS + 4];
	int val;

	make_getopt(args->cmd, longs, shorts);
	opterr = 0;
	optind = 1;
	while ((val = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (val == HELP_LETTER && !opt_of(args->cmd, val))
			return 1;
		if (val == '?' || val == ':') {
			bad_option(args, val, argv);
			return -1;
		}
		if (args->nr_given == CMD_MAX_GIVEN) {
			cmd_usage(args, "too many options");
			return -1;
		}
		args->given[args->nr_given++] = (struct cmd_given){
			.opt = opt_of(args->cmd, val),
			.arg = optarg,
		};
	}
	args->operand = argv + optind;
	args->nr_operands = argc - optind;
	return 0;
}

enum cmd_result cmd_run(const struct cmd *cmd, int argc, char **argv)
{
	struct cmd_args args = { .cmd = cmd };

	switch (read_options(&args, argc, argv)) {
	case 1:
		cmd_print_help(cmd);
		return CMD_OK;
	case -1:
		return CMD_USAGE;
	}
	if (args.nr_operands < cmd->min)
		return cmd_usage(&args, "%s is missing", cmd->operands);
	if (args.nr_operands > cmd->max)
		return cmd_usage(&args, "unexpected argument '%s'",
				 args.operand[cmd->max]);
	return cmd->run(&args);
}

void cmd_print_options(const struct cmd_opt *opt)
{
	for (; opt && opt->name; opt++) {
		char left[64];

		snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
			 opt->letter ? '-' : ' ', opt->letter ? opt->letter : ' ',
			 opt->letter ? ',' : ' ', opt->name,
			 opt->arg ? " " : "", opt->arg ? opt->arg : "");
		printf("  %-27s %s\n", left, opt->help);
	}
}

void cmd_print_help(const struct cmd *cmd)
{
	bool has_opts = cmd->opts && cmd->opts->name;

	printf("Usage: zramctl %s%s%s%s\n\n%c%s.\n", cmd->name,
	       has_opts ? " [OPTION]..." : "", cmd->operands ? " " : "",
	       cmd->operands ? cmd->operands : "",
	       cmd->summary[0] - 'a' + 'A', cmd->summary + 1);
	if (cmd->details)
		printf("\n%s\n", cmd->details);
	printf("\nOptions:\n");
	cmd_print_options(cmd->opts);
	printf("  %-27s %s\n", "-h, --help", "show this help");
	if (cmd->keys)
		printf("\nKeys in JSON%s:\n", cmd->cols ? ", besides those of columns" : "");
	for (const struct cmd_key *k = cmd->keys; k && k->name; k++)
		printf("  %-27s %s\n", k->name, k->help);
	if (cmd->cols) {
		printf("\nColumns, with their keys in JSON%s:\n", cmd->shown ?
		       " (* shown unasked)" : "");
		out_help(cmd->cols, cmd->shown, stdout);
	}
}
