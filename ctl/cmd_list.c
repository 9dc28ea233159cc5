// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl list, zramctl show */

#include "cmd.h"

#include <stdlib.h>

#include "client.h"
#include "dev_cols.h"
#include "out.h"
#include "util.h"

#define DEFAULT_COLS "NAME,ALGO,DISKSIZE,DATA,COMPR,TOTAL,RATIO,USE"

static const struct cmd_opt list_opts[] = {
	{ "json", 'J', NULL, "print JSON, all columns, exact numbers" },
	{ "output", 'o', "LIST", "columns to show; +LIST adds to the default" },
	{ "bytes", 'b', NULL, "print sizes in bytes" },
	{ "noheadings", 'n', NULL, "print no headings" },
	{ 0 }
};

static const struct cmd_opt show_opts[] = {
	{ "json", 'J', NULL, "print JSON, exact numbers" },
	{ "bytes", 'b', NULL, "print sizes in bytes" },
	{ 0 }
};

static void read_out_opts(const struct cmd_args *args, struct out_opts *opts)
{
	*opts = (struct out_opts){
		.json = cmd_has(args, "json"),
		.exact = cmd_has(args, "bytes"),
		.noheadings = cmd_has(args, "noheadings"),
		.columns = cmd_option(args, "output"),
		.array = "devices",
	};
}

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

	read_out_opts(args, &opts);
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
				  struct model_dev *devs)
{
	enum cmd_result result = CMD_OK;
	struct out_opts opts;
	size_t nr = 0;

	for (size_t i = 0; i < args->nr_operands; i++) {
		int err = client_find(c, args->operand[i], &devs[nr]);

		if (err)
			result = cmd_client_failed(c, err);
		else
			nr++;
	}
	if (result && nr)
		result = CMD_PARTLY;
	read_out_opts(args, &opts);
	if (!opts.json)
		print_fields(devs, nr, opts.exact);
	else if (nr && print_devices(devs, nr, &opts))
		result = CMD_FAILED;
	return result;
}

static enum cmd_result run_show(const struct cmd_args *args)
{
	struct model_dev *devs = calloc(args->nr_operands, sizeof(*devs));
	enum cmd_result result;
	struct client *c;
	int err;

	err = client_open(&c, 0);
	if (err || !devs)
		result = cmd_client_failed(devs ? c : NULL, err);
	else
		result = show_named(c, args, devs);
	free(devs);
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
	.run = run_show,
};
