// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of a device on the command line. */

#include "spec.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define SMALL_LIMIT 16	/* data seldom shrinks to less than that part */

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

static enum cmd_result read_codec(const struct cmd_args *args,
				  struct model_spec *spec)
{
	const char *text = cmd_option(args, "algo");

	if (text) {
		if (!*text || strlen(text) >= ZRAM_ALGO_NAME_MAX)
			return cmd_usage(args, "--algo '%.40s' is no "
					 "algorithm's name; 'zramctl version' "
					 "lists them", text);
		spec->has |= MODEL_ALGO;
		spec->algo = text;
	}
	text = cmd_option(args, "level");
	if (text) {
		if (util_parse_s32(text, &spec->level) ||
		    spec->level == INT32_MIN)
			return cmd_usage(args, "--level '%s' is not a whole "
					 "number; zstd takes -131072 to 22, "
					 "lz4 1 and up", text);
		spec->has |= MODEL_LEVEL;
	}
	return CMD_OK;
}

/* "2/1m" */
static enum cmd_result read_rule(const struct cmd_args *args,
				 struct model_spec *spec)
{
	const char *text = cmd_option(args, "promote");

	if (!text)
		return CMD_OK;
	if (util_parse_rule(text, &spec->promote_reads, &spec->promote_seconds))
		return cmd_usage(args, "--promote '%s' is no rule; say 2/1m "
				 "for two reads within a minute, or 0", text);
	spec->has |= MODEL_PROMOTE;
	return CMD_OK;
}

enum cmd_result spec_read(const struct cmd_args *args, struct model_spec *spec)
{
	const char *text;
	enum cmd_result result = read_codec(args, spec);

	if (!result)
		result = read_rule(args, spec);
	if (result)
		return result;
	text = cmd_option(args, "mem-limit");
	if (text) {
		result = read_size(args, "mem-limit", text, &spec->mem_limit);
		if (result)
			return result;
		spec->has |= MODEL_MEM_LIMIT;
	}
	text = cmd_option(args, "folio-packs");
	if (text) {
		if (model_parse_folio_mode(text, &spec->folio_packs))
			return cmd_usage(args, "--folio-packs '%.40s' is no "
					 "mode; the modes are off, auto, swap "
					 "and all", text);
		spec->has |= MODEL_FOLIO_PACKS;
	}
	text = cmd_option(args, "writeback-limit");
	if (text) {
		spec->writeback_limit = UINT64_MAX;
		if (strcmp(text, "none"))
			result = read_size(args, "writeback-limit", text,
					   &spec->writeback_limit);
		if (result)
			return result;
		spec->has |= MODEL_WRITEBACK_LIMIT;
	}
	text = cmd_option(args, "size");
	if (!text)
		return CMD_OK;
	result = read_size(args, "size", text, &spec->disksize);
	if (result)
		return result;
	if (!spec->disksize)
		return cmd_usage(args, "--size 0 makes no device; say 1G, "
				 "512M or 50%%");
	spec->has |= MODEL_DISKSIZE;
	return CMD_OK;
}

void spec_tell(const struct model_spec *spec)
{
	char size[UTIL_SIZE_LEN], have[UTIL_SIZE_LEN];
	uint64_t ram = util_ram_bytes();

	if (!(spec->has & MODEL_DISKSIZE))
		return;
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
