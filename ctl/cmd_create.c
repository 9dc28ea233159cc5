// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl create */

#include "cmd.h"

#include <stdio.h>
#include <unistd.h>

#include "apply.h"
#include "backing.h"
#include "client.h"
#include "dev_cols.h"
#include "folios.h"
#include "spec.h"
#include "swap.h"
#include "util.h"

static const struct cmd_opt opts[] = {
	SPEC_OPTS,
	SPEC_CODEC_OPTS,
	{ "id", 'i', "N", "make /dev/zramN and not the lowest free one" },
	{ "config", 0, "FILE", "make the devices that this file names, as 'zramctl apply' does" },
	{ "backing", 0, "DISK", "attach this disk, for cold slots" },
	BACKING_OPTS,
	{ "force", 'f', NULL, "attach it also when there is data on it, or when it is a zram device" },
	{ "swap", 0, NULL, "make a swap area on it and enable it" },
	{ "large-folios", 0, NULL, "with --swap: also make the kernel swap in "
	  "pieces of 64 kB (of 32 or 16 where it finds no room), until the device is removed or reset, and take them whole "
	  "(--folio-packs auto)" },
	{ "priority", 'p', "N", "of the swap area, -1 to 32767 (default 100)" },
	{ "json", 'J', NULL, "print JSON: the device, as show does; with --config, as apply does" },
	{ 0 }
};

/* What to create, from the command line. */
struct plan {
	struct model_spec spec;
	struct spec_codecs codecs;
	struct backing_plan backing;
	bool swap;
	bool large_folios;
	int32_t priority;
	bool guessed_size;	/* none was given */
	bool made_file;		/* what is behind it was not there before */
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
	plan->large_folios = cmd_has(args, "large-folios");
	plan->priority = SWAP_PRIORITY_DEFAULT;
	if (plan->large_folios && !plan->swap)
		return cmd_usage(args, "--large-folios goes with --swap only");
	if (plan->large_folios && folios_are_there() && !(plan->spec.has & MODEL_FOLIO_PACKS)) {
		plan->spec.folio_packs = ZRAM_FOLIO_MODE_AUTO;
		plan->spec.has |= MODEL_FOLIO_PACKS;
	}
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

static enum cmd_result plan_backing(const struct cmd_args *args,
				    struct plan *plan)
{
	struct backing_plan *b = &plan->backing;
	enum cmd_result result = backing_read(args, b);

	if (result)
		return result;
	b->disk = cmd_option(args, "backing");
	b->force = cmd_has(args, "force");
	if (b->disk && b->file)
		return cmd_usage(args, "--backing and --backing-file exclude "
				 "each other");
	if (b->force && !b->disk && !b->file)
		return cmd_usage(args, "--force goes with --backing or "
				 "--backing-file only");
	return CMD_OK;
}

static enum cmd_result make_plan(const struct cmd_args *args,
				 struct plan *plan)
{
	const char *text;
	enum cmd_result result;

	*plan = (struct plan){ .codecs.dict_fd = -1 };
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
	if (!result)
		result = plan_backing(args, plan);
	if (!result)
		result = plan_size(args, plan);
	return result ? result : spec_read_codecs(args, &plan->spec, &plan->codecs);
}

/* With its disk, if it is to have one: all of it or nothing. */
static enum cmd_result make_device(struct client *c, struct plan *plan,
				   struct model_dev *dev)
{
	const struct backing_plan *b = &plan->backing;
	struct backing_disk disk = { .loop = -1, .file = -1 };
	enum cmd_result result = CMD_OK;
	int err;

	if (b->disk || b->file) {
		result = backing_open(b, NULL, &disk);
		if (result)
			return result;
		plan->spec.backing = disk.path;
		plan->spec.has |= MODEL_BACKING;
	}
	err = client_create(c, &plan->spec, dev);
	plan->made_file = disk.made;
	backing_close(b, &disk, !err);
	return err ? cmd_client_failed(c, err) : CMD_OK;
}

static enum cmd_result make_swap(struct client *c, const struct plan *plan, uint32_t id)
{
	int err;

	if (!plan->swap || (!swap_make(id) && !swap_enable(id, plan->priority)))
		return CMD_OK;
	err = client_remove(c, id);
	if (err)
		cmd_client_failed(c, err);
	else if (plan->made_file)
		unlink(plan->backing.file);
	return CMD_FAILED;
}

/* The device stays when they cannot be had. */
static enum cmd_result see_to_folios(const struct plan *plan, uint32_t id)
{
	if (plan->large_folios)
		return folios_turn_on(id) ? CMD_PARTLY : CMD_OK;
	if (plan->swap)
		folios_hint();
	return CMD_OK;
}

static enum cmd_result print_made(struct client *c, uint32_t id, bool json)
{
	if (json)
		return cmd_print_device(c, id);
	printf("/dev/zram%u\n", id);
	return CMD_OK;
}

/* Makes the device; when a part of it fails, it goes again. */
static enum cmd_result carry_out(struct client *c, struct plan *plan, bool json)
{
	char size[UTIL_SIZE_LEN];
	enum cmd_result result, printed;
	struct model_dev dev;

	result = make_device(c, plan, &dev);
	if (!result)
		result = make_swap(c, plan, dev.id);
	if (result)
		return result;
	if (plan->guessed_size)
		util_note("no --size given, taking half of RAM: %s",
			  util_format_size(size, plan->spec.disksize));
	spec_tell(&plan->spec);
	printed = print_made(c, dev.id, json);
	result = see_to_folios(plan, dev.id);
	return result ? result : printed;
}

static enum cmd_result run(const struct cmd_args *args)
{
	bool json = cmd_has(args, "json");
	enum cmd_result result;
	struct client *c;
	struct plan plan;
	int err;

	if (cmd_has(args, "config")) {
		if (args->nr_given > (json ? 2 : 1))
			return cmd_usage(args, "--config says it all: leave the other options out");
		return apply_file(cmd_option(args, "config"), true, json);
	}
	result = make_plan(args, &plan);
	if (result)
		return result;
	err = client_open(&c, CLIENT_LOAD);
	if (err)
		result = cmd_client_failed(c, err);
	else
		result = carry_out(c, &plan, json);
	client_close(c);
	spec_drop_codecs(&plan.codecs);
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
	.cols = dev_cols,
	.run = run,
};
