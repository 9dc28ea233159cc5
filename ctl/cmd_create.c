// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl create */

#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply.h"
#include "backing.h"
#include "client.h"
#include "folios.h"
#include "spec.h"
#include "swap.h"
#include "util.h"

/* Bytes of a dictionary, as the module has it. */
#define DICT_MAX	(1 << 20)

static const struct cmd_opt opts[] = {
	SPEC_OPTS,
	{ "dict", 'd', "FILE", "dictionary for the algorithm" },
	{ "winbits", 0, "N", "window bits of deflate: -15 to -9, 9 to 15" },
	{ "recomp", 'r', "ALGO[:LEVEL],...", "up to three algorithms for "
	  "recompression, by priority" },
	{ "id", 'i', "N", "make /dev/zramN and not the lowest free one" },
	{ "config", 0, "FILE", "make the devices that this file names, as 'zramctl apply' does" },
	{ "backing", 0, "DISK", "attach this disk, for cold slots" },
	BACKING_OPTS,
	{ "force", 'f', NULL, "attach it also when there is a file system on it" },
	{ "swap", 0, NULL, "make a swap area on it and enable it" },
	{ "large-folios", 0, NULL, "with --swap: also make the kernel swap in "
	  "pieces of 64 kB, until the device is removed or reset, and take them whole "
	  "(--folio-packs auto)" },
	{ "priority", 'p', "N", "of the swap area, -1 to 32767 (default 100)" },
	{ 0 }
};

/* What to create, from the command line. */
struct plan {
	struct model_spec spec;
	char recomp[MODEL_RECOMP_LEN];	/* taken apart */
	int dict_fd;		/* -1: none */
	struct backing_plan backing;
	bool swap;
	bool large_folios;
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
	plan->large_folios = cmd_has(args, "large-folios");
	plan->priority = SWAP_PRIORITY_DEFAULT;
	if (plan->large_folios && !plan->swap)
		return cmd_usage(args, "--large-folios goes with --swap only");
	if (plan->large_folios && !(plan->spec.has & MODEL_FOLIO_PACKS)) {
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

/*
 * The dictionary as a file in memory, so that the module, which reads it while all
 * of generic netlink may have to wait, is never held up by a file system. What is
 * no regular file is passed as it is; the module refuses it. -errno.
 */
static int open_dict(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), copy, err = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return fd;
	copy = memfd_create("zram-dict", MFD_CLOEXEC);
	if (copy < 0)
		err = errno;
	/* One byte more than the module takes is enough for it to say so. */
	for (size_t left = DICT_MAX + 1; !err && left > 0; left -= n) {
		n = sendfile(copy, fd, NULL, left);
		if (n < 0)
			err = errno;
		if (n <= 0)
			break;
	}
	close(fd);
	if (!err)
		return copy;
	if (copy >= 0)
		close(copy);
	return -err;
}

/* A dictionary and window bits of the primary codec. */
static enum cmd_result plan_params(const struct cmd_args *args,
				   struct plan *plan)
{
	struct model_codec_spec *c = &plan->spec.codec[0];
	const char *text = cmd_option(args, "winbits");

	if (text) {
		if (util_parse_s32(text, &c->winbits) ||
		    c->winbits == INT32_MIN)
			return cmd_usage(args, "--winbits '%s' is not a number",
					 text);
		c->has |= MODEL_CODEC_WINBITS;
	}
	text = cmd_option(args, "dict");
	if (text) {
		plan->dict_fd = open_dict(text);
		if (plan->dict_fd < 0) {
			util_error("cannot open the dictionary %s: %s", text,
				  strerror(-plan->dict_fd));
			return CMD_FAILED;
		}
		c->dict_fd = plan->dict_fd;
		c->has |= MODEL_CODEC_DICT;
	}
	return CMD_OK;
}

/* ALGO[:LEVEL],...: priorities from 1 on. */
static enum cmd_result plan_recomp(const struct cmd_args *args,
				   struct plan *plan)
{
	const char *text = cmd_option(args, "recomp"), *word, *wrong;

	if (!text)
		return CMD_OK;
	if (strlen(text) >= sizeof(plan->recomp))
		return cmd_usage(args, "--recomp '%.40s' is too long", text);
	strcpy(plan->recomp, text);
	wrong = model_parse_recomp(plan->recomp, plan->spec.codec, &word);
	return wrong ? cmd_usage(args, "--recomp: '%.40s' %s", word, wrong) : CMD_OK;
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

	*plan = (struct plan){ .dict_fd = -1 };
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
		result = plan_recomp(args, plan);
	if (!result)
		result = plan_backing(args, plan);
	if (!result)
		result = plan_size(args, plan);
	return result ? result : plan_params(args, plan);
}

/* The disk and the swap area. What fails is told. */
static enum cmd_result equip(struct client *c, const struct plan *plan,
			     uint32_t id)
{
	const struct backing_plan *b = &plan->backing;
	enum cmd_result result = CMD_OK;

	if (b->disk || b->file)
		result = backing_attach(c, id, b);
	if (result || !plan->swap)
		return result;
	return swap_make(id) || swap_enable(id, plan->priority) ? CMD_FAILED :
								  CMD_OK;
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

/* Makes the device; when a part of it fails, it goes again. */
static enum cmd_result carry_out(struct client *c, const struct plan *plan)
{
	char size[UTIL_SIZE_LEN];
	enum cmd_result result;
	struct model_dev dev;
	int err;

	err = client_create(c, &plan->spec, &dev);
	if (err)
		return cmd_client_failed(c, err);
	result = equip(c, plan, dev.id);
	if (result) {
		err = client_remove(c, dev.id);
		if (err)
			cmd_client_failed(c, err);
		return result;
	}
	if (plan->guessed_size)
		util_note("no --size given, taking half of RAM: %s",
			  util_format_size(size, plan->spec.disksize));
	spec_tell(&plan->spec);
	printf("/dev/zram%u\n", dev.id);
	return see_to_folios(plan, dev.id);
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
		return apply_file(cmd_option(args, "config"), true);
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
	if (plan.dict_fd >= 0)
		close(plan.dict_fd);
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
