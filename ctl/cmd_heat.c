// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl heat: which slots of a device are cold and which are hot. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "heat.h"
#include "heat_draw.h"
#include "heat_print.h"
#include "observer.h"
#include "out.h"
#include "util.h"
#include "watch.h"

static enum cmd_result scan_and_print(struct heat_view *r, struct observer *o,
				      const struct out_opts *how)
{
	uint32_t shift = observer_settings(o)->half_life_shift;
	struct observer_slots slots;
	enum cmd_result res;
	int err;

	err = observer_map(o, r->dev.id, &slots);
	if (err)
		return watch_failed(o, err);
	r->page_size = 1u << observer_settings(o)->page_shift;
	r->now = util_boottime();
	r->h.cell = calloc(r->h.nr_cells, sizeof(*r->h.cell));
	/* No list need be longer than the device. */
	if (r->h.hottest.max > slots.nr)
		r->h.hottest.max = slots.nr;
	if (r->h.coldest.max > slots.nr)
		r->h.coldest.max = slots.nr;
	r->h.hottest.slot = calloc(r->h.hottest.max + 1, sizeof(struct heat_slot));
	r->h.coldest.slot = calloc(r->h.coldest.max + 1, sizeof(struct heat_slot));
	if (!r->h.cell || !r->h.hottest.slot || !r->h.coldest.slot) {
		util_error("out of memory");
		res = CMD_FAILED;
	} else {
		heat_scan(&r->h, slots.word, slots.nr, r->now, shift);
		res = (how->json ? heat_print_json(r) : how->columns ?
		       heat_print_lists(r, how) : heat_print_text(r)) ?
		      CMD_FAILED : CMD_OK;
	}
	free(r->h.cell);
	free(r->h.hottest.slot);
	free(r->h.coldest.slot);
	observer_unmap(&slots);
	return res;
}

static enum cmd_result observe_and_scan(struct heat_view *r, struct client *c,
					bool yes, const struct out_opts *how)
{
	struct observer *o = NULL;
	enum cmd_result res;

	if (!r->dev.generation) {
		util_error("zram%u has no disksize yet, so it holds nothing",
			   r->dev.id);
		return CMD_FAILED;
	}
	watch_drop_gone(c);
	res = watch_start(c, 0, &r->dev, 1, yes ? WATCH_YES : 0, &o);
	if (res == CMD_OK)
		res = watch_cover(c, o, &r->dev, 1, false, 0);
	if (res == CMD_OK)
		res = scan_and_print(r, o, how);
	observer_close(o);
	return res;
}

/* A count option; -1 when it is nonsense. */
static int parse_count(const struct cmd_args *args, const char *name,
		       size_t *max)
{
	const char *arg = cmd_option(args, name);
	uint32_t n;

	*max = 0;
	if (!arg)
		return 0;
	if (util_parse_u32(arg, &n) || !n)
		return -1;
	*max = n;
	return 0;
}

/* Swap reads a slot once, so there heat tells nothing. */
static bool is_swap(const struct model_dev *dev)
{
	return !strcmp(dev->use, "[SWAP]");
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *by = cmd_option(args, "by");
	struct heat_view r = {};
	struct out_opts how;
	enum heat_order order;
	enum cmd_result res;
	struct client *c;
	uint32_t id;
	size_t nr;
	int err;

	if (parse_count(args, "hottest", &r.h.hottest.max))
		return cmd_usage(args, "--hottest wants a number of slots");
	if (parse_count(args, "coldest", &r.h.coldest.max))
		return cmd_usage(args, "--coldest wants a number of slots");
	if (by && strcmp(by, "age") && strcmp(by, "heat"))
		return cmd_usage(args, "--by wants age or heat, not '%s'", by);
	cmd_out_opts(args, &how);
	if (how.columns && !r.h.hottest.max && !r.h.coldest.max)
		return cmd_usage(args, "--output is for lists of slots: give --coldest or --hottest, too");
	if (!out_knows(heat_slot_columns, HEAT_SLOTS_SHOWN, how.columns))
		return CMD_USAGE;
	res = cmd_devices(args, &id, &nr);
	if (res)
		return res;
	err = client_open(&c, 0);
	if (!err)
		err = client_device(c, id, &r.dev);
	if (err) {
		res = cmd_client_failed(c, err);
	} else {
		client_fill_use(&r.dev);
		order = by ? !strcmp(by, "heat") ? HEAT_BY_HEAT : HEAT_BY_AGE :
			  is_swap(&r.dev) ? HEAT_BY_AGE : HEAT_BY_HEAT;
		r.h.hottest.hottest = true;
		r.h.hottest.order = r.h.coldest.order = order;
		r.h.nr_cells = how.json ? 64 : heat_draw_width();
		res = observe_and_scan(&r, c, cmd_has(args, "yes"), &how);
	}
	client_close(c);
	return res;
}

static const struct cmd_opt options[] = {
	{ "hottest", 0, "N", "list the N hottest slots" },
	{ "coldest", 0, "N", "list the N coldest slots" },
	{ "by", 0, "age|heat",
	  "what hot and cold mean in these lists (age on swap, else heat)" },
	{ "json", 'J', NULL, "print JSON" },
	{ "output", 'o', "LIST", "print nothing but these lists, with these columns" },
	{ "bytes", 'b', NULL, "print sizes in bytes there, and ages in seconds" },
	{ "noheadings", 'n', NULL, "print no headings there" },
	{ "yes", 'y', NULL, "do not ask when the records take over 1 % of RAM" },
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "name", "path of the device" },
	{ "generation", "number of its present contents" },
	{ "now", "seconds since boot" },
	{ "slots, used", "slots of the device, and of these in use" },
	{ "data, stored", "bytes in them, and what they take compressed" },
	{ "reread", "slots that were read again" },
	{ "oldest", "seconds since the oldest of them was used" },
	{ "by_age, by_heat", "lists of rows, each with age or heat (the range in words), "
	  "from, to (null: no end), slots, share (percent), data, stored" },
	{ "strip", "the device in pieces, each with slots, used, age, heat (of the mean)" },
	{ "coldest, hottest", "lists of slots with the keys of columns" },
	{ 0 }
};

const struct cmd cmd_heat = {
	.name = "heat",
	.operands = "DEVICE",
	.min = 1,
	.max = 1,
	.summary = "show which slots of a device are cold and which are hot",
	.details =
"Prints the device as a strip from its first to its last slot, each piece\n"
"from cold to hot, and tables of its slots by age (time since the last write\n"
"or read) and by heat (a count of reads since the last write that halves with\n"
"each half-life; 0 to 255). Swap reads a slot once and frees it, so there age\n"
"is what counts.\n"
"\n"
"The observer is started when it is not running, and goes on afterwards.",
	.opts = options,
	.cols = heat_slot_columns,
	.keys = keys,
	.run = run,
};
