// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl create */

#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "client.h"
#include "swap.h"
#include "util.h"

#define SMALL_LIMIT 16	/* data seldom shrinks to less than that part */

static const struct cmd_opt opts[] = {
	{ "algo", 'a', "NAME", "compression algorithm ('zramctl version' "
	  "lists them)" },
	{ "level", 'l', "N", "compression level" },
	{ "size", 's', "SIZE", "size of the device: 1G, 512M, or 50% of RAM" },
	{ "mem-limit", 'm', "SIZE", "the most memory that its data may take, "
	  "as a size or a share of RAM; 0: no limit" },
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

/* A size or a share of RAM. */
static enum cmd_result read_size(const struct cmd_args *args,
				 const char *option, const char *text,
				 uint64_t *bytes)
{
	uint32_t permille;
	int err;

	if (strchr(text, '%')) {
		uint64_t ram = util_ram_bytes();

		err = util_parse_percent(text, &permille);
		if (!err && !ram)
			return cmd_usage(args, "--%s %s: /proc/meminfo does "
					 "not tell how much RAM there is; give "
					 "a size", option, text);
		*bytes = err ? 0 : ram / 1000 * permille;
	} else {
		err = util_parse_size(text, bytes);
	}
	if (err == -ERANGE)
		return cmd_usage(args, "--%s %s is too large", option, text);
	if (err)
		return cmd_usage(args, "--%s '%s' is not a size; say 1G, 512M "
				 "or 50%%", option, text);
	return CMD_OK;
}

/* Without --size: half of RAM, whole pages. */
static enum cmd_result plan_size(const struct cmd_args *args,
				 struct plan *plan)
{
	const char *text = cmd_option(args, "size");
	uint64_t ram = util_ram_bytes();
	enum cmd_result result;

	plan->spec.has |= MODEL_DISKSIZE;
	if (!text) {
		if (!ram)
			return cmd_usage(args, "/proc/meminfo does not tell "
					 "how much RAM there is; give --size");
		plan->spec.disksize = ram / 2;
		plan->guessed_size = true;
		return CMD_OK;
	}
	result = read_size(args, "size", text, &plan->spec.disksize);
	if (result)
		return result;
	if (!plan->spec.disksize)
		return cmd_usage(args, "--size 0 makes no device; say 1G, "
				 "512M or 50%%");
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
	text = cmd_option(args, "algo");
	if (text) {
		if (!*text || strlen(text) >= ZRAM_ALGO_NAME_MAX)
			return cmd_usage(args, "--algo '%.40s' is no "
					 "algorithm's name; 'zramctl version' "
					 "lists them", text);
		plan->spec.has |= MODEL_ALGO;
		plan->spec.algo = text;
	}
	text = cmd_option(args, "level");
	if (text) {
		if (util_parse_s32(text, &plan->spec.level) ||
		    plan->spec.level == INT32_MIN)
			return cmd_usage(args, "--level '%s' is not a whole "
					 "number; zstd takes -131072 to 22, "
					 "lz4 1 and up", text);
		plan->spec.has |= MODEL_LEVEL;
	}
	text = cmd_option(args, "id");
	if (text) {
		if (util_parse_u32(text, &plan->spec.id) ||
		    plan->spec.id > MODEL_ID_MAX)
			return cmd_usage(args, "--id '%s' is not a number from "
					 "0 to %d", text, MODEL_ID_MAX);
		plan->spec.has |= MODEL_SPEC_ID;
	}
	text = cmd_option(args, "mem-limit");
	if (text) {
		result = read_size(args, "mem-limit", text,
				   &plan->spec.mem_limit);
		if (result)
			return result;
		plan->spec.has |= MODEL_MEM_LIMIT;
	}
	result = plan_swap(args, plan);
	return result ? result : plan_size(args, plan);
}

/* What people may overlook, told once the device is there. */
static void tell(const struct plan *plan)
{
	const struct model_spec *spec = &plan->spec;
	char size[UTIL_SIZE_LEN], have[UTIL_SIZE_LEN];
	uint64_t ram = util_ram_bytes();

	if (plan->guessed_size)
		util_note("no --size given, taking half of RAM: %s",
			  util_format_size(size, spec->disksize));
	if (ram && spec->disksize / 2 > ram)
		util_note("note: %s is more than twice the RAM (%s); data "
			  "seldom compresses to less than a third, so memory "
			  "runs out before the device is full",
			  util_format_size(size, spec->disksize),
			  util_format_size(have, ram));
	if (spec->has & MODEL_MEM_LIMIT && spec->mem_limit &&
	    spec->mem_limit < spec->disksize / SMALL_LIMIT)
		util_note("note: the limit of %s is less than 1/%d of the "
			  "device (%s); data seldom compresses that well, and "
			  "writes fail once the limit is reached",
			  util_format_size(have, spec->mem_limit), SMALL_LIMIT,
			  util_format_size(size, spec->disksize));
}

/* Makes the device; what --swap cannot do takes it back. */
static enum cmd_result carry_out(struct client *c, const struct plan *plan)
{
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
	tell(plan);
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
