// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl idle */

#include "cmd.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "client.h"
#include "util.h"

static const struct cmd_opt opts[] = {
	{ "older", 'O', "AGE", "slots not used for AGE: 90s, 15m, 2h, 1d" },
	{ "all", 'a', NULL, "all slots" },
	{ "json", 'J', NULL, "print JSON" },
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "devices", "list of the devices that it was done to, by path" },
	{ 0 }
};

static enum cmd_result mark_each(struct client *c, const uint32_t *ids, size_t nr,
				 const uint32_t *age, struct json_object *names)
{
	enum cmd_result result = CMD_OK;
	size_t done = 0;

	for (size_t i = 0; i < nr; i++) {
		int err = client_idle(c, ids[i], age);

		if (err) {
			result = cmd_client_failed(c, err);
			continue;
		}
		cmd_add_name(names, ids[i]);
		done++;
	}
	return result && done ? CMD_PARTLY : result;
}

static enum cmd_result mark(const struct cmd_args *args, const uint32_t *age)
{
	struct json_object *names = cmd_has(args, "json") ? json_object_new_array() : NULL;
	uint32_t *ids = calloc(args->nr_operands, sizeof(*ids));
	struct client *c = NULL;
	enum cmd_result result;
	size_t nr;
	int err;

	result = ids ? cmd_devices(args, ids, &nr) : cmd_client_failed(NULL, 0);
	if (!result) {
		err = client_open(&c, 0);
		result = err ? cmd_client_failed(c, err) :
			       mark_each(c, ids, nr, age, names);
	}
	client_close(c);
	free(ids);
	return names ? cmd_print_names(names, result) : result;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *text = cmd_option(args, "older");
	double seconds = 0;
	uint32_t age;

	if (!text == !cmd_has(args, "all"))
		return cmd_usage(args, "which slots? say either --older AGE or --all");
	if (text && (util_parse_seconds(text, &seconds) || seconds > UINT32_MAX))
		return cmd_usage(args, "--older '%s' is no time; say 90s, 15m, 2h "
				 "or 1d", text);
	age = seconds;
	return mark(args, text ? &age : NULL);
}

const struct cmd cmd_idle = {
	.name = "idle",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "mark slots idle, for jobs with --idle",
	.details =
		"A slot stays idle until it is read or written. With --older, slots that are not\n"
		"that old are idle no longer; an AGE beyond the uptime changes nothing. Only pages\n"
		"in memory can be idle. To take slots by age, a job needs no mark: 'zramctl\n"
		"writeback --older AGE' and the others do it at once.",
	.opts = opts,
	.keys = keys,
	.run = run,
};
