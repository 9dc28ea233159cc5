// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl remove, zramctl reset */

#include "cmd.h"

#include <json-c/json.h>
#include <stdlib.h>

#include "client.h"
#include "folios.h"
#include "watch.h"

/* Goes through all devices even when one fails. @names: where to note them, or NULL. */
static enum cmd_result do_each(struct client *c, const uint32_t *ids, size_t nr,
			       int (*verb)(struct client *, uint32_t),
			       struct json_object *names)
{
	enum cmd_result result = CMD_OK;
	size_t done = 0;

	for (size_t i = 0; i < nr; i++) {
		int err = verb(c, ids[i]);

		if (err) {
			result = cmd_client_failed(c, err);
			continue;
		}
		done++;
		cmd_add_name(names, ids[i]);
	}
	if (done)
		watch_drop_gone(c);
	return result && done ? CMD_PARTLY : result;
}

static enum cmd_result for_each_device(const struct cmd_args *args,
				       int (*verb)(struct client *, uint32_t))
{
	struct json_object *names = cmd_has(args, "json") ? json_object_new_array() : NULL;
	uint32_t *ids = calloc(args->nr_operands, sizeof(*ids));
	struct client *c = NULL;
	enum cmd_result result;
	size_t nr;
	int err;

	result = ids ? cmd_devices(args, ids, &nr) : cmd_client_failed(NULL, 0);
	if (result == CMD_OK) {
		err = client_open(&c, 0);
		result = err ? cmd_client_failed(c, err) :
			       do_each(c, ids, nr, verb, names);
	}
	client_close(c);
	free(ids);
	return names ? cmd_print_names(names, result) : result;
}

static int remove_device(struct client *c, uint32_t id)
{
	int err = client_remove(c, id);

	if (!err)
		folios_let_go(id, true);
	return err;
}

static enum cmd_result run_remove(const struct cmd_args *args)
{
	return for_each_device(args, remove_device);
}

static int reset_device(struct client *c, uint32_t id)
{
	int err = client_reset(c, id);

	if (!err)
		folios_let_go(id, false);
	return err;
}

static enum cmd_result run_reset(const struct cmd_args *args)
{
	return for_each_device(args, reset_device);
}

static const struct cmd_opt opts[] = {
	{ "json", 'J', NULL, "print JSON" },
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "devices", "list of the devices that it was done to, by path" },
	{ 0 }
};

const struct cmd cmd_remove = {
	.name = "remove",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "drop devices with all their data",
	.details = "A device that is mounted or used as swap is left alone. "
		   "When some other program\nholds it for a moment, as udev "
		   "does, remove waits up to 3 seconds. What create "
		   "--large-folios changed is\nput back.",
	.opts = opts,
	.keys = keys,
	.run = run_remove,
};

const struct cmd cmd_reset = {
	.name = "reset",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "drop the data and settings of devices, keep the nodes",
	.details = "A device that is mounted or used as swap is left alone. "
		   "When some other program\nholds it for a moment, as udev "
		   "does, reset waits up to 3 seconds. What create "
		   "--large-folios changed is\nput back.",
	.opts = opts,
	.keys = keys,
	.run = run_reset,
};
