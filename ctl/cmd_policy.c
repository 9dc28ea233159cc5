// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl policy: check a configuration, record a device, play the policy. */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "out.h"
#include "sim.h"
#include "sim_record.h"
#include "util.h"

static void put(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

static struct config *load(const char *path)
{
	struct config *c = malloc(sizeof(*c));

	if (!c) {
		util_error("no memory");
		return NULL;
	}
	if (config_load(c, path)) {
		util_error("%s", c->why);
		free(c);
		return NULL;
	}
	return c;
}

static enum cmd_result print_checked(const struct config *c)
{
	struct json_object *o = json_object_new_object();

	put(o, "files", c->nr_files);
	put(o, "devices", c->nr_dev);
	return out_json(o) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result run_check(const struct cmd_args *args)
{
	const char *path = args->nr_operands > 1 ? args->operand[1] : NULL;
	struct config *c = load(path);
	enum cmd_result res;

	if (!c)
		return CMD_FAILED;
	if (cmd_has(args, "json")) {
		res = print_checked(c);
		free(c);
		return res;
	}
	if (!c->nr_files) {
		puts("there is no " CONFIG_FILE ", nor a file in " CONFIG_FILE ".d: the defaults hold");
		free(c);
		return CMD_OK;
	}
	printf("%s is right (%zu %s read, %zu %s)\n", path ? path : CONFIG_FILE, c->nr_files,
	       c->nr_files == 1 ? "file" : "files", c->nr_dev,
	       c->nr_dev == 1 ? "device" : "devices");
	free(c);
	return CMD_OK;
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

static enum cmd_result run_record(const struct cmd_args *args)
{
	const char *every = cmd_option(args, "interval"), *times = cmd_option(args, "count");
	double seconds = 60;
	uint64_t count = 0;

	if (args->nr_operands != 3)
		return cmd_usage(args, "record takes a file and a device");
	if (every && (util_parse_seconds(every, &seconds) || seconds < 1 || seconds > 86400))
		return cmd_usage(args, "'%s' is no interval from 1s to 1d", every);
	if (times && (util_parse_u64(times, &count) || !count))
		return cmd_usage(args, "'%s' is no count", times);
	return sim_record(args->operand[2], args->operand[1], seconds, count,
			  cmd_has(args, "json"));
}

/* ---- simulate ----------------------------------------------------------------- */

static void print_frame(const struct sim_totals *t, void *arg)
{
	uint64_t *next = arg;
	char age[UTIL_AGE_LEN], mem[UTIL_SIZE_LEN], wrote[UTIL_SIZE_LEN];

	if (t->seconds < *next)
		return;
	if (!*next)
		printf("%6s %9s %9s %9s %9s %8s %8s\n", "TIME", "HOT", "WARM", "COLD",
		       "FROZEN", "MEMORY", "WRITTEN");
	/* Few lines however long it was: each step is half as long again. */
	*next = t->seconds + t->seconds / 2 + 1;
	printf("%6s %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %8s %8s\n",
	       util_format_age(age, t->seconds),
	       t->slots[POLICY_ROW_HOT] + t->slots[POLICY_ROW_ASIDE] + t->fills,
	       t->slots[POLICY_ROW_WARM], t->slots[POLICY_ROW_COLD],
	       t->slots[POLICY_ROW_FROZEN], util_format_size(mem, t->memory),
	       util_format_size(wrote, t->written));
}

static int print_json(const struct sim_totals *t)
{
	struct json_object *o = json_object_new_object();

	put(o, "frames", t->frames);
	put(o, "seconds", t->seconds);
	put(o, "actions", t->actions);
	put(o, "written", t->written);
	put(o, "memory", t->memory);
	put(o, "memory_unmoved", t->would_be);
	put(o, "saved_byte_seconds", t->saved);
	put(o, "came_back_warm", t->came_back[POLICY_ROW_WARM]);
	put(o, "came_back_cold", t->came_back[POLICY_ROW_COLD]);
	put(o, "came_back_frozen", t->came_back[POLICY_ROW_FROZEN]);
	put(o, "hot", t->slots[POLICY_ROW_HOT] + t->slots[POLICY_ROW_ASIDE] + t->fills);
	put(o, "warm", t->slots[POLICY_ROW_WARM]);
	put(o, "cold", t->slots[POLICY_ROW_COLD]);
	put(o, "frozen", t->slots[POLICY_ROW_FROZEN]);
	return out_json(o);
}

static void print_totals(const struct sim_totals *t)
{
	char saved[UTIL_SIZE_LEN], wrote[UTIL_SIZE_LEN];

	printf("On average %s of memory saved, %s written, %" PRIu64 " job%s.\n"
	       "Came back too soon: %" PRIu64 " warm, %" PRIu64 " cold, %" PRIu64 " frozen.\n",
	       util_format_size(saved, t->seconds ? t->saved / t->seconds : 0),
	       util_format_size(wrote, t->written), t->actions, t->actions == 1 ? "" : "s",
	       t->came_back[POLICY_ROW_WARM], t->came_back[POLICY_ROW_COLD],
	       t->came_back[POLICY_ROW_FROZEN]);
}

static enum cmd_result run_simulate(const struct cmd_args *args)
{
	bool json = cmd_has(args, "json");
	struct sim_totals t = {};
	struct config *c;
	uint64_t next = 0;
	char why[128];
	FILE *f;
	int err;

	if (args->nr_operands != 2)
		return cmd_usage(args, "simulate takes one file");
	c = load(cmd_option(args, "config"));
	if (!c)
		return CMD_FAILED;
	f = fopen(args->operand[1], "re");
	if (!f) {
		util_error("cannot open %s: %s", args->operand[1], strerror(errno));
		free(c);
		return CMD_FAILED;
	}
	err = sim_play(f, c, &t, json ? NULL : print_frame, &next, why, sizeof(why));
	fclose(f);
	free(c);
	if (err) {
		util_error("%s %s", args->operand[1], why);
		return CMD_FAILED;
	}
	if (json)
		return print_json(&t) ? CMD_FAILED : CMD_OK;
	print_totals(&t);
	return CMD_OK;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *verb = args->operand[0];

	if (!strcmp(verb, "record"))
		return run_record(args);
	if (!strcmp(verb, "simulate"))
		return run_simulate(args);
	if (args->nr_given > cmd_has(args, "json"))
		return cmd_usage(args, "%s takes no options but --json", verb);
	if (!strcmp(verb, "check") && args->nr_operands < 3)
		return run_check(args);
	if (!strcmp(verb, "schema") && args->nr_operands == 1)
		return run_schema(args);
	return cmd_usage(args, "'%s' is none of check, schema, record, simulate, or takes fewer operands",
			 verb);
}

static const struct cmd_opt options[] = {
	{ "config", 'c', "FILE", "simulate: rules to play, instead of " CONFIG_FILE },
	{ "interval", 'i', "TIME", "record: between two looks (default 1m)" },
	{ "count", 'n', "N", "record: so many looks, else until it is stopped" },
	{ "json", 'J', NULL, "print JSON, as schema does without" },
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "files, devices", "of check: files read, and devices that they name" },
	{ "frames, slots", "of record: looks that were written, and slots of the device" },
	{ "frames, seconds", "of simulate: what the recording has" },
	{ "actions", "jobs and compactions" },
	{ "written", "bytes" },
	{ "memory, memory_unmoved", "bytes at the end, and without the policy" },
	{ "saved_byte_seconds", "the difference, over time" },
	{ "came_back_warm, came_back_cold, came_back_frozen", "slots read again after they had moved there" },
	{ "hot, warm, cold, frozen", "slots at the end, by tier" },
	{ 0 }
};

const struct cmd cmd_policy = {
	.name = "policy",
	.operands = "check|schema|record|simulate [FILE [DEVICE]]",
	.min = 1,
	.max = 3,
	.summary = "check the daemon's rules, and play them over a recording",
	.details =
"check [FILE] reads " CONFIG_FILE " or FILE, and its folder FILE.d, as the daemon\n"
"would, and names file, line and key of the first mistake. schema prints the\n"
"JSON Schema of the file. record FILE DEVICE writes how the slots of a device\n"
"are used, from the observer's records. simulate FILE plays the rules over such\n"
"a recording: tiers over time, bytes written, memory saved, and slots that were\n"
"read again after they had been moved.",
	.opts = options,
	.keys = keys,
	.run = run,
};
