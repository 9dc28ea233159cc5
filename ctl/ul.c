// SPDX-License-Identifier: GPL-2.0-or-later
/* The util-linux way of calling: its options and what they do. */

#include "ul.h"
#include "ul_impl.h"
#include "cmd.h"
#include "util.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OPT_RAW		256
#define OPT_ALL		257

const char ul_synopsis[] =
	"  zramctl [OPTION]... [DEVICE]         show the devices, or one\n"
	"  zramctl [OPTION]... -f -s SIZE       set up a free device, print its "
	"path\n"
	"  zramctl [OPTION]... -s SIZE DEVICE   set up this one\n"
	"  zramctl -f                           print the path of a free device\n"
	"  zramctl -r DEVICE...                 reset and remove devices\n";

enum action { SHOW, RESET, CREATE };

struct request {
	enum action action;
	bool find;
	const char *algorithm, *params, *columns;
	uint64_t size, streams;
	struct ul_view view;
	char **devices;
	int nr_devices;
};

const struct cmd_opt ul_options[] = {
	{ "algorithm", 'a', "NAME", "compression algorithm" },
	{ "bytes", 'b', NULL, "show sizes in bytes" },
	{ "find", 'f', NULL, "take a device that is free" },
	{ "noheadings", 'n', NULL, "show no headings" },
	{ "output", 'o', "LIST", "columns to show; +LIST adds to the usual" },
	{ "output-all", 0, NULL, "show all columns" },
	{ "algorithm-params", 'p', "TEXT",
	  "parameters of the algorithm, as \"level=3\"" },
	{ "raw", 0, NULL, "show cells with one blank between them" },
	{ "reset", 'r', NULL, "reset and remove devices" },
	{ "size", 's', "SIZE", "size of the device" },
	{ "streams", 't', "N", "accepted; zram takes one stream per CPU" },
	{ "help", 'h', NULL, "show this help" },
	{ "version", 'V', NULL, "show the version" },
	{ 0 }
};

/* In the form of getopt_long; its messages name long options in this order. */
static void make_getopt(struct option *longs, char *shorts)
{
	for (const struct cmd_opt *o = ul_options; o->name; o++) {
		*longs++ = (struct option){
			.name = o->name,
			.has_arg = o->arg ? required_argument : no_argument,
			.val = o->letter ? o->letter :
			       strcmp(o->name, "raw") ? OPT_ALL : OPT_RAW,
		};
		if (!o->letter)
			continue;
		*shorts++ = o->letter;
		if (o->arg)
			*shorts++ = ':';
	}
	*longs = (struct option){ 0 };
	*shorts = 0;
}

/* Options of which only one may be given. */
static const struct {
	const char *letters, *names;
} exclusive[] = {
	{ "for", "--find --output --reset" },
	{ "ors", "--output --reset --size" },
};

#define NR_EXCLUSIVE ARRAY_SIZE(exclusive)

static bool is_excluded(int opt, char seen[NR_EXCLUSIVE])
{
	for (size_t i = 0; i < NR_EXCLUSIVE; i++) {
		if (opt >= OPT_RAW || !strchr(exclusive[i].letters, opt))
			continue;
		if (seen[i] && seen[i] != opt) {
			util_error("mutually exclusive arguments: %s",
				   exclusive[i].names);
			return true;
		}
		seen[i] = opt;
	}
	return false;
}

static void print_help(void)
{
	cmd_print_all();
	printf("\nWithout a command it does what the zramctl of util-linux %s "
	       "does:\n%s\n", UL_VERSION, ul_synopsis);
	cmd_print_options(ul_options);
	printf("\nColumns of that table:\n");
	ul_print_columns(stdout, "  %-12s %s\n");
}

static int fail_to_parse(const char *what, const char *text, int err,
			 bool always)
{
	if (always || err == -ERANGE)
		util_error("failed to parse %s: '%s': %s", what, text,
			   strerror(-err));
	else
		util_error("failed to parse %s: '%s'", what, text);
	return -1;
}

/* 0: go on; 1: done, -1: failed. */
static int take_option(struct request *r, int opt, const char *arg,
		       const char *program)
{
	int err;

	switch (opt) {
	case 'a':
		r->algorithm = arg;
		return 0;
	case 'b':
		r->view.bytes = true;
		return 0;
	case 'f':
		r->find = true;
		return 0;
	case 'n':
		r->view.noheadings = true;
		return 0;
	case 'o':
		r->columns = arg;
		return 0;
	case 'p':
		r->params = arg;
		return 0;
	case 'r':
		r->action = RESET;
		return 0;
	case 's':
		err = ul_parse_size(arg, &r->size);
		r->action = CREATE;
		return err ? fail_to_parse("size", arg, err, true) : 0;
	case 't':
		err = ul_parse_number(arg, &r->streams);
		return err ? fail_to_parse("streams", arg, err, false) : 0;
	case OPT_RAW:
		r->view.raw = true;
		return 0;
	case OPT_ALL:
		ul_all_columns(&r->view);
		return 0;
	case 'h':
		print_help();
		return 1;
	case 'V':
		printf("zramctl from util-linux " UL_VERSION " (zramkit %s)\n",
		       cmd_own_version());
		return 1;
	default:
		fprintf(stderr, "Try '%s --help' for more information.\n",
			program);
		return -1;
	}
}

static int read_options(struct request *r, int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(ul_options)];
	char shorts[2 * ARRAY_SIZE(ul_options) + 1];
	char seen[NR_EXCLUSIVE] = { 0 };
	int opt, ret;

	make_getopt(longs, shorts);
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (is_excluded(opt, seen))
			return -1;
		ret = take_option(r, opt, optarg, program_invocation_short_name);
		if (ret)
			return ret;
	}
	r->devices = argv + optind;
	r->nr_devices = argc - optind;
	return 0;
}

static int check(const struct request *r)
{
	if (r->find && r->nr_devices)
		util_error("option --find is mutually exclusive with <device>");
	else if (r->action != RESET && r->nr_devices > 1)
		util_error("only one <device> at a time is allowed");
	else if (r->action == SHOW && (r->algorithm || r->params || r->streams))
		util_error("options --algorithm, --algorithm-params, and "
			   "--streams must be combined with --size");
	else if (r->action == RESET && !r->nr_devices)
		util_error("no device specified");
	else
		return 0;
	return -1;
}

static int find_or_tell(struct ul_dev *dev, const char *name)
{
	int err = ul_find(dev, name);

	if (err)
		util_error("%s: %s", name, strerror(-err));
	return err;
}

static int show(struct request *r)
{
	struct ul_dev dev;

	if (ul_choose_columns(&r->view, r->columns))
		return 1;
	if (!r->nr_devices)
		return ul_show(&r->view, NULL) ? 1 : 0;
	if (find_or_tell(&dev, r->devices[0]))
		return 1;
	return ul_show(&r->view, &dev) ? 1 : 0;
}

/* A device that cannot be reset is removed all the same, if that works. */
static int reset_all(const struct request *r)
{
	int code = 0;

	for (int i = 0; i < r->nr_devices; i++) {
		struct ul_dev dev;
		int err = ul_find(&dev, r->devices[i]);
		bool found = !err;

		if (found)
			err = ul_write(&dev, "reset", "1");
		if (err) {
			util_error("%s: failed to reset: %s",
				   found ? dev.path : r->devices[i],
				   strerror(-err));
			code = 1;
		}
		if (found)
			ul_remove(&dev);
	}
	return code;
}

static bool set(const struct ul_dev *dev, const char *attr, const char *text,
		const char *what)
{
	int err = ul_write(dev, attr, text);

	if (!err || (err == -ENOENT && !strcmp(attr, "max_comp_streams")))
		return true;
	util_error("%s: failed to %s: %s", dev->path, what, strerror(-err));
	return false;
}

static int set_up(const struct request *r, const struct ul_dev *dev)
{
	char number[32], what[64];

	if (!set(dev, "reset", "1", "reset"))
		return 1;
	snprintf(number, sizeof(number), "%" PRIu64, r->streams);
	if (r->streams &&
	    !set(dev, "max_comp_streams", number, "set number of streams"))
		return 1;
	if (r->algorithm &&
	    !set(dev, "comp_algorithm", r->algorithm, "set algorithm"))
		return 1;
	if (r->params &&
	    !set(dev, "algorithm_params", r->params, "set algorithm params"))
		return 1;
	snprintf(number, sizeof(number), "%" PRIu64, r->size);
	snprintf(what, sizeof(what), "set disksize (%s bytes)", number);
	return set(dev, "disksize", number, what) ? 0 : 1;
}

static int find_free(struct ul_dev *dev)
{
	int err = ul_find_free(dev);

	if (err)
		util_error("no free zram device found");
	return err;
}

static int create(const struct request *r)
{
	struct ul_dev dev;
	int code;

	if (!r->find && !r->nr_devices) {
		util_error("no device specified");
		return 1;
	}
	if (r->find ? find_free(&dev) : find_or_tell(&dev, r->devices[0]))
		return 1;
	code = set_up(r, &dev);
	if (!code && r->find)
		puts(dev.path);
	return code;
}

static int find_only(void)
{
	struct ul_dev dev;

	if (find_free(&dev))
		return 1;
	puts(dev.path);
	return 0;
}

int ul_main(int argc, char **argv)
{
	struct request r = { 0 };

	switch (read_options(&r, argc, argv)) {
	case 1:
		return 0;
	case -1:
		return 1;
	}
	if (check(&r))
		return 1;
	if (r.action == RESET)
		return reset_all(&r);
	if (r.action == CREATE)
		return create(&r);
	return r.find ? find_only() : show(&r);
}
