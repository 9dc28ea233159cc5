// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl create */

#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "client.h"
#include "spec.h"
#include "swap.h"
#include "util.h"

static const struct cmd_opt opts[] = {
	SPEC_OPTS,
	{ "id", 'i', "N", "make /dev/zramN and not the lowest free one" },
	{ "config", 0, "FILE", "make the devices that this file names, as 'zramctl apply' does" },
	{ "swap", 0, NULL, "make a swap area on it and enable it" },
	{ "priority", 'p', "N", "of the swap area, -1 to 32767 (default 100)" },
	{ 0 }
};

/* What to create, from the command line. */
struct plan {
	struct model_spec spec;
	bool swap;
	int32_t priority;
	bool guessed_size;	/* none was given */
};

/* Without --size: half of RAM. */
static enum cmd_result plan_size(const struct cmd_args *args,
				 struct plan *plan)
{
	uint64_t ram = util_ram_bytes();

	if (plan->spec.has & MODEL_DISKSIZE)
		return CMD_OK;
	if (!ram)
		return cmd_usage(args, "/proc/meminfo does not tell how much "
				 "RAM there is; give --size");
	plan->spec.disksize = ram / 2;
	plan->spec.has |= MODEL_DISKSIZE;
	plan->guessed_size = true;
	return CMD_OK;
}

static enum cmd_result plan_swap(const struct cmd_args *args,
				 struct plan *plan)
{
	const char *text = cmd_option(args, "priority");

	plan->swap = cmd_has(args, "swap");
	plan->priority = SWAP_PRIORITY_DEFAULT;
	if (!text)
		return CMD_OK;
	if (!plan->swap)
		return cmd_usage(args, "--priority goes with --swap only");
	if (util_parse_s32(text, &plan->priority) || plan->priority < -1 ||
	    plan->priority > SWAP_PRIORITY_MAX)
		return cmd_usage(args, "--priority '%s' is not a number from "
				 "-1 to %d", text, SWAP_PRIORITY_MAX);
	return CMD_OK;
}

static enum cmd_result make_plan(const struct cmd_args *args,
				 struct plan *plan)
{
	const char *text;
	enum cmd_result result;

	*plan = (struct plan){ 0 };
	result = spec_read(args, &plan->spec);
	if (result)
		return result;
	text = cmd_option(args, "id");
	if (text) {
		if (util_parse_u32(text, &plan->spec.id) ||
		    plan->spec.id > MODEL_ID_MAX)
			return cmd_usage(args, "--id '%s' is not a number from "
					 "0 to %d", text, MODEL_ID_MAX);
		plan->spec.has |= MODEL_SPEC_ID;
	}
	result = plan_swap(args, plan);
	return result ? result : plan_size(args, plan);
}

/* Makes the device; what --swap cannot do takes it back. */
static enum cmd_result carry_out(struct client *c, const struct plan *plan)
{
	char size[UTIL_SIZE_LEN];
	struct model_dev dev;
	int err;

	err = client_create(c, &plan->spec, &dev);
	if (err)
		return cmd_client_failed(c, err);
	if (plan->swap) {
		err = swap_make(dev.id);
		if (!err)
			err = swap_enable(dev.id, plan->priority);
		if (err) {
			if (client_remove(c, dev.id))
				cmd_client_failed(c, err);
			return CMD_FAILED;
		}
	}
	if (plan->guessed_size)
		util_note("no --size given, taking half of RAM: %s",
			  util_format_size(size, plan->spec.disksize));
	spec_tell(&plan->spec);
	printf("/dev/zram%u\n", dev.id);
	return CMD_OK;
}

static enum cmd_result run(const struct cmd_args *args)
{
	enum cmd_result result;
	struct client *c;
	struct plan plan;
	int err;

	if (cmd_has(args, "config")) {
		if (args->nr_given > 1)
			return cmd_usage(args, "--config says it all: leave the other options out");
		return apply_file(cmd_option(args, "config"));
	}
	result = make_plan(args, &plan);
	if (result)
		return result;
	err = client_open(&c, CLIENT_LOAD);
	if (err)
		result = cmd_client_failed(c, err);
	else
		result = carry_out(c, &plan);
	client_close(c);
	return result;
}

const struct cmd cmd_create = {
	.name = "create",
	.summary = "make a device and print its path",
	.details =
		"Without --size it takes half of RAM. K, M, G or KiB, MiB, "
		"GiB are powers of 1024,\nKB, MB, GB powers of 1000, and 50% "
		"is half of RAM; --mem-limit reads the same,\nand 0 there "
		"means no limit. The module is loaded when it is not.\n\nThe device takes no "
		"memory until data is written to it.",
	.opts = opts,
	.run = run,
};
