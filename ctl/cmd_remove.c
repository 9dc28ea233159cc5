// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl remove, zramctl reset */

#include "cmd.h"

#include "client.h"

/* Goes through all devices even when one fails. */
static enum cmd_result for_each_device(const struct cmd_args *args,
				       int (*verb)(struct client *, uint32_t))
{
	enum cmd_result result = CMD_OK;
	struct client *c;
	size_t done = 0;
	uint32_t id;
	int err;

	err = client_open(&c, 0);
	if (err) {
		result = cmd_client_failed(c, err);
		client_close(c);
		return result;
	}
	for (size_t i = 0; i < args->nr_operands; i++) {
		err = client_parse_name(c, args->operand[i], &id);
		if (!err)
			err = verb(c, id);
		if (err)
			result = cmd_client_failed(c, err);
		else
			done++;
	}
	client_close(c);
	return result && done ? CMD_PARTLY : result;
}

static enum cmd_result run_remove(const struct cmd_args *args)
{
	return for_each_device(args, client_remove);
}

static enum cmd_result run_reset(const struct cmd_args *args)
{
	return for_each_device(args, client_reset);
}

const struct cmd cmd_remove = {
	.name = "remove",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "drop devices with all their data",
	.details = "A device that is mounted or used as swap is left alone. "
		   "When some other program\nholds it for a moment, as udev "
		   "does, remove waits up to 3 seconds.",
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
		   "does, reset waits up to 3 seconds.",
	.run = run_reset,
};
