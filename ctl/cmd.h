/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands: one const table (cmd.c) for dispatch, help and option parsing.
 *
 * A command gets its options and operands already checked against its table.
 * It prints its own one-line errors and returns a cmd_result; only main turns
 * that into an exit code.
 */
#ifndef ZRAMCTL_CMD_H
#define ZRAMCTL_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct json_object;
struct out_col;
struct out_opts;

enum cmd_result {
	CMD_OK = 0,
	CMD_FAILED = 1,
	CMD_USAGE = 2,		/* main adds "try --help" */
	CMD_PARTLY = 3,		/* some of several things were done */
	CMD_NO_SUPPORT = 4,	/* the kernel lacks something */
};

struct cmd_opt {
	const char *name;	/* long name; NULL ends the table */
	char letter;		/* short name or 0 */
	const char *arg;	/* what its argument is called; NULL: none */
	const char *help;
};

/* Of JSON, beside the keys of the columns. */
struct cmd_key {
	const char *name;	/* one or several; NULL ends the table */
	const char *help;
};

/* One option as given. */
struct cmd_given {
	const struct cmd_opt *opt;
	const char *arg;	/* NULL when it takes none */
};

/* For a command that prints rows of columns; @n: the letter of --noheadings, or 0 */
#define CMD_OUT_OPTS CMD_OUT_OPTS_LETTER('n')
#define CMD_OUT_OPTS_LETTER(n)						\
	{ "json", 'J', NULL, "print JSON: every column, exact numbers" }, \
	{ "output", 'o', "LIST", "columns to show; +LIST adds to the usual" }, \
	{ "bytes", 'b', NULL, "print sizes in bytes" },			\
	{ "noheadings", n, NULL, "print no headings" }

#define CMD_MAX_GIVEN 32

struct cmd;

struct cmd_args {
	const struct cmd *cmd;
	struct cmd_given given[CMD_MAX_GIVEN];
	size_t nr_given;
	char **operand;
	size_t nr_operands;
};

struct cmd {
	const char *name;
	const char *operands;	/* in the synopsis: "DEVICE..."; NULL: none */
	unsigned int min, max;	/* how many operands */
	const char *summary;	/* half a line */
	const char *details;	/* paragraphs of the help; NULL: none */
	const struct cmd_opt *opts;
	const struct out_col *cols;	/* described in the help; NULL: none */
	const char *shown;	/* those that text shows unasked; NULL: all */
	const struct cmd_key *keys;	/* NULL: none */
	enum cmd_result (*run)(const struct cmd_args *args);
};

/* All commands, ended by NULL. */
extern const struct cmd *const cmd_table[];

extern const struct cmd cmd_create, cmd_list, cmd_show, cmd_remove, cmd_reset,
	cmd_observe, cmd_top, cmd_heat, cmd_metrics, cmd_tune, cmd_version, cmd_help;

extern const struct cmd cmd_set, cmd_compact, cmd_idle, cmd_monitor, cmd_jobs, cmd_recompress,
	cmd_pack, cmd_packs, cmd_writeback, cmd_promote, cmd_attach, cmd_detach;
extern const struct cmd cmd_apply, cmd_daemon, cmd_policy;

/* The last value of option @name, or NULL; "" for one without argument. */
const char *cmd_option(const struct cmd_args *args, const char *name);
bool cmd_has(const struct cmd_args *args, const char *name);
/* One line on stderr; returns CMD_USAGE. */
enum cmd_result cmd_usage(const struct cmd_args *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * The devices that the operands name, each once; @ids has room for all of them.
 * CMD_USAGE, told, when one is no device's name at all.
 */
enum cmd_result cmd_devices(const struct cmd_args *args, uint32_t *ids,
			    size_t *nr);
/* What CMD_OUT_OPTS say. */
void cmd_out_opts(const struct cmd_args *args, struct out_opts *opts);
/* The client's sentence on stderr; CMD_NO_SUPPORT or CMD_FAILED. */
enum cmd_result cmd_client_failed(const struct client *c, int err);
/* A device as JSON, as show has it. */
enum cmd_result cmd_print_device(struct client *c, uint32_t id);
/* The path of a device to a list; NULL: none is kept. */
void cmd_add_name(struct json_object *names, uint32_t id);
/* {"devices": @names}, or nothing where @result is a failure of all; puts @names. */
enum cmd_result cmd_print_names(struct json_object *names, enum cmd_result result);

const struct cmd *cmd_find(const char *name);
/* The command that @word is likely a slip of, or NULL. */
const struct cmd *cmd_suggest(const char *word);
/* argv[0] is the command's name. */
enum cmd_result cmd_run(const struct cmd *cmd, int argc, char **argv);
void cmd_print_help(const struct cmd *cmd);
/* A line for each option of a table. */
void cmd_print_options(const struct cmd_opt *opts);
/* All commands and what exit codes mean. */
void cmd_print_all(void);
/* zramkit's own version. */
const char *cmd_own_version(void);

#endif
