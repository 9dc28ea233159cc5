// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl list, zramctl show */

#include "cmd.h"

#include <stdlib.h>

#include "client.h"
#include "dev_cols.h"
#include "out.h"
#include "util.h"

#define DEFAULT_COLS							\
	"NAME,ALGO,DISKSIZE,DATA,COMPR,TOTAL,RATIO,HOT,WARM,COLD,FROZEN,USE"

static const struct cmd_opt list_opts[] = {
	CMD_OUT_OPTS,
	{ 0 }
};

static const struct cmd_opt show_opts[] = {
	{ "json", 'J', NULL, "print JSON, exact numbers" },
	{ "bytes", 'b', NULL, "print sizes in bytes" },
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "devices", "list of objects with the keys of columns" },
	{ 0 }
};

static enum cmd_result print_devices(struct model_dev *devs, size_t nr,
				     const struct out_opts *opts)
{
	struct out *o;
	int err;

	if (out_open(&o, dev_cols, DEFAULT_COLS, opts))
		return CMD_USAGE;
	for (size_t i = 0; i < nr; i++) {
		client_fill_use(&devs[i]);
		err = out_row(o, &devs[i]);
		if (err) {
			out_drop(o);
			util_error("out of memory");
			return CMD_FAILED;
		}
	}
	return out_close(o) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result run_list(const struct cmd_args *args)
{
	enum cmd_result result;
	struct model_dev *devs = NULL;
	struct out_opts opts;
	struct client *c;
	size_t nr;
	int err;

	cmd_out_opts(args, &opts);
	err = client_open(&c, 0);
	if (!err)
		err = client_devices(c, &devs, &nr);
	if (err)
		result = cmd_client_failed(c, err);
	else
		result = print_devices(devs, nr, &opts);
	free(devs);
	client_close(c);
	return result;
}

static void print_fields(struct model_dev *devs, size_t nr, bool exact)
{
	for (size_t i = 0; i < nr; i++) {
		client_fill_use(&devs[i]);
		if (i)
			putchar('\n');
		out_fields(dev_cols, &devs[i], exact);
	}
}

/* Every device that exists is shown; 3 when some do not. */
static enum cmd_result show_named(struct client *c,
				  const struct cmd_args *args,
				  const uint32_t *ids, size_t nr_ids,
				  struct model_dev *devs)
{
	enum cmd_result result = CMD_OK;
	struct out_opts opts;
	size_t nr = 0;

	for (size_t i = 0; i < nr_ids; i++) {
		int err = client_device(c, ids[i], &devs[nr]);

		if (err)
			result = cmd_client_failed(c, err);
		else
			nr++;
	}
	if (result && nr)
		result = CMD_PARTLY;
	cmd_out_opts(args, &opts);
	if (!opts.json)
		print_fields(devs, nr, opts.exact);
	else if (nr && print_devices(devs, nr, &opts))
		result = CMD_FAILED;
	return result;
}

static enum cmd_result run_show(const struct cmd_args *args)
{
	struct model_dev *devs = calloc(args->nr_operands, sizeof(*devs));
	uint32_t *ids = calloc(args->nr_operands, sizeof(*ids));
	enum cmd_result result = CMD_OK;
	struct client *c = NULL;
	size_t nr = 0;
	int err = 0;

	if (devs && ids)
		result = cmd_devices(args, ids, &nr);
	if (!result && devs && ids)
		err = client_open(&c, 0);
	if (!result)
		result = !c || err ? cmd_client_failed(c, err) :
				     show_named(c, args, ids, nr, devs);
	free(devs);
	free(ids);
	client_close(c);
	return result;
}

const struct cmd cmd_list = {
	.name = "list",
	.summary = "list the devices",
	.details = "Devices without a size yet are listed too. In JSON every "
		   "key is always there;\nnull stands for what a device does "
		   "not have. Sizes are in bytes there.",
	.opts = list_opts,
	.cols = dev_cols,
	.shown = DEFAULT_COLS,
	.keys = keys,
	.run = run_list,
};

const struct cmd cmd_show = {
	.name = "show",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "show everything about devices",
	.opts = show_opts,
	.cols = dev_cols,
	.keys = keys,
	.run = run_show,
};
