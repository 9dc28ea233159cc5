// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl top: devices live. */
#include "cmd.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "observer.h"
#include "out.h"
#include "top.h"
#include "top_readers.h"
#include "top_screen.h"
#include "util.h"
#include "watch.h"

static const struct top_dev *top_of(const void *row)
{
	return row;
}

static bool get_name(const void *row, struct out_val *v)
{
	snprintf(v->buf, sizeof(v->buf), "/dev/zram%u", top_of(row)->dev.id);
	v->s = v->buf;
	return true;
}

static bool get_algo(const void *row, struct out_val *v)
{
	v->s = top_of(row)->dev.algo;
	return model_has(&top_of(row)->dev, MODEL_ALGO);
}

#define MODEL_GETTER(field, bit)					\
	static bool get_##field(const void *row, struct out_val *v)	\
	{								\
		v->u = top_of(row)->dev.field;				\
		return model_has(&top_of(row)->dev, bit);		\
	}

MODEL_GETTER(disksize, MODEL_DISKSIZE)
MODEL_GETTER(orig_data_size, MODEL_ORIG_DATA_SIZE)
MODEL_GETTER(compr_data_size, MODEL_COMPR_DATA_SIZE)
MODEL_GETTER(mem_used_total, MODEL_MEM_USED_TOTAL)

static bool get_mem_limit(const void *row, struct out_val *v)
{
	const struct model_dev *d = &top_of(row)->dev;

	v->u = d->mem_limit;
	return model_has(d, MODEL_MEM_LIMIT) && d->mem_limit;
}

static bool get_ratio(const void *row, struct out_val *v)
{
	const struct model_dev *d = &top_of(row)->dev;

	if (!model_has(d, MODEL_ORIG_DATA_SIZE | MODEL_MEM_USED_TOTAL) ||
	    !d->mem_used_total)
		return false;
	v->d = (double)d->orig_data_size / d->mem_used_total;
	return true;
}

static bool get_read_rate(const void *row, struct out_val *v)
{
	v->u = top_of(row)->read_rate;
	return top_of(row)->has_rates;
}

static bool get_write_rate(const void *row, struct out_val *v)
{
	v->u = top_of(row)->write_rate;
	return top_of(row)->has_rates;
}

static bool age_share(const void *row, struct out_val *v, int i)
{
	const struct top_dev *t = top_of(row);

	if (!t->has_records || !t->used)
		return false;
	v->d = 100.0 * t->by_age[i] / t->used;
	return true;
}

static bool get_age0(const void *row, struct out_val *v)
{
	return age_share(row, v, 0);
}

static bool get_age1(const void *row, struct out_val *v)
{
	return age_share(row, v, 1);
}

static bool get_age2(const void *row, struct out_val *v)
{
	return age_share(row, v, 2);
}

static bool get_age3(const void *row, struct out_val *v)
{
	return age_share(row, v, 3);
}

#define TIER_GETTER(name, tier)						\
	static bool get_##name(const void *row, struct out_val *v)	\
	{								\
		v->u = top_of(row)->by_tier[tier];			\
		return top_of(row)->has_records;			\
	}

TIER_GETTER(hot, ZRAM_TIER_HOT)
TIER_GETTER(warm, ZRAM_TIER_WARM)
TIER_GETTER(cold, ZRAM_TIER_COLD)
TIER_GETTER(frozen, ZRAM_TIER_FROZEN)

static bool get_dropped(const void *row, struct out_val *v)
{
	v->u = top_of(row)->dropped;
	return top_of(row)->has_records;
}

static const struct out_col columns[] = {
	{ "NAME", "name", OUT_STRING, OUT_NONE, get_name, "device" },
	{ "ALGO", "algo", OUT_STRING, OUT_NONE, get_algo,
	  "algorithm of the primary codec" },
	{ "DISKSIZE", "disksize", OUT_UINT, OUT_BYTES, get_disksize,
	  "bytes the device offers" },
	{ "DATA", "data", OUT_UINT, OUT_BYTES, get_orig_data_size,
	  "bytes of data stored" },
	{ "COMPR", "compr", OUT_UINT, OUT_BYTES, get_compr_data_size,
	  "bytes of it compressed" },
	{ "TOTAL", "total", OUT_UINT, OUT_BYTES, get_mem_used_total,
	  "memory of the pool" },
	{ "LIMIT", "limit", OUT_UINT, OUT_BYTES, get_mem_limit,
	  "the most that TOTAL may become" },
	{ "RATIO", "ratio", OUT_DOUBLE, OUT_RATIO, get_ratio,
	  "DATA over TOTAL" },
	{ "IN/S", "write_rate", OUT_UINT, OUT_BYTES, get_write_rate,
	  "bytes written a second since the last look" },
	{ "OUT/S", "read_rate", OUT_UINT, OUT_BYTES, get_read_rate,
	  "bytes read a second since the last look" },
	{ "<1M", "age_minute", OUT_DOUBLE, OUT_PERCENT, get_age0,
	  "slots used within a minute" },
	{ "<10M", "age_ten_minutes", OUT_DOUBLE, OUT_PERCENT, get_age1,
	  "slots used 1 to 10 minutes ago" },
	{ "<1H", "age_hour", OUT_DOUBLE, OUT_PERCENT, get_age2,
	  "slots used 10 to 60 minutes ago" },
	{ "OLDER", "age_older", OUT_DOUBLE, OUT_PERCENT, get_age3,
	  "slots not used for an hour" },
	{ "HOT", "hot", OUT_UINT, OUT_NONE, get_hot,
	  "slots in memory as they were written" },
	{ "WARM", "warm", OUT_UINT, OUT_NONE, get_warm,
	  "slots that were recompressed" },
	{ "COLD", "cold", OUT_UINT, OUT_NONE, get_cold,
	  "slots in packs in memory" },
	{ "FROZEN", "frozen", OUT_UINT, OUT_NONE, get_frozen,
	  "slots in packs on the backing device" },
	{ "DROPPED", "dropped", OUT_UINT, OUT_NONE, get_dropped,
	  "events that came before there was a map" },
	{ .name = NULL }
};

#define DEFAULT_COLUMNS \
	"NAME,ALGO,DISKSIZE,DATA,TOTAL,RATIO,IN/S,OUT/S,<1M,<10M,<1H,OLDER," \
	"HOT,WARM,COLD,FROZEN"

struct top {
	struct client *c;
	struct observer *o;
	struct observer_readers *readers;	/* NULL: not asked for */
	struct out_opts opts;
	bool yes;
	bool screen;	/* it reads the records itself */
	struct top_dev *now, *before;
	size_t nr, nr_before;
	unsigned int looks, shown;
};

static struct json_object *json_counts(const __u64 *v, size_t nr)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_object_array_add(list, json_object_new_int64(v[i]));
	return list;
}

static enum cmd_result print_json(const struct top *t)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list = json_object_new_array(), *dev;
	size_t i;

	json_object_object_add(root, "devices", list);
	for (i = 0; i < t->nr; i++) {
		const struct top_dev *d = &t->now[i];

		dev = out_object(columns, d);
		json_object_object_add(dev, "back", !d->has_records ? NULL :
			json_counts(d->ages.back, ZRAM_AGE_BUCKETS));
		json_object_object_add(dev, "left", !d->has_records ? NULL :
			json_counts(d->ages.left, ZRAM_AGE_BUCKETS));
		json_object_object_add(dev, "sizes", !d->has_records ? NULL :
			json_counts(d->sizes.slots, ZRAM_SIZE_BUCKETS));
		json_object_array_add(list, dev);
	}
	if (t->readers)
		json_object_object_add(root, "readers", top_readers_json(t->readers));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result print_text(struct top *t)
{
	struct out *out;
	size_t i;
	int err;

	if (t->shown++)
		putchar('\n');
	err = out_open(&out, columns, DEFAULT_COLUMNS, &t->opts);
	for (i = 0; !err && i < t->nr; i++)
		err = out_row(out, &t->now[i]);
	if (err)
		out_drop(out);
	else
		err = out_close(out);
	if (!t->nr)
		puts("no devices");
	if (!err && t->readers)
		err = top_readers_text(t->readers, &t->opts);
	return err || fflush(stdout) ? CMD_FAILED : CMD_OK;
}

/* Look again. Somebody may have made devices, or stopped the observer. */
static enum cmd_result look(struct top *t)
{
	bool first = !t->looks++;
	struct model_dev *list = NULL;
	enum cmd_result res = CMD_OK;
	size_t nr;
	int err;

	err = client_devices(t->c, &list, &nr);
	if (err)
		return cmd_client_failed(t->c, err);
	if (t->o && !observer_is_current(t->o)) {
		observer_close(t->o);
		t->o = NULL;
	}
	if (t->o)
		res = watch_cover(t->c, t->o, list, nr, true, t->yes || first ?
				  0 : WATCH_SKIP);
	if (first && res != CMD_OK && res != CMD_PARTLY)
		goto out;
	res = CMD_OK;
	free(t->before);
	t->before = t->now;
	t->nr_before = t->nr;
	t->nr = 0;
	t->now = calloc(nr + 1, sizeof(*t->now));
	if (!t->now) {
		util_error("out of memory");
		res = CMD_FAILED;
		goto out;
	}
	t->nr = nr;
	top_look(t->now, list, nr, t->before, t->nr_before,
		 t->screen ? NULL : t->o);
out:
	free(list);
	return res;
}

/* @count looks are printed, 0: no end; @blind ones come before, unprinted. */
static enum cmd_result loop(struct top *t, double interval, uint32_t count,
			    unsigned int blind)
{
	enum cmd_result res;
	uint32_t n;

	for (n = 0; !count || n < count + blind; n++) {
		if (n)
			util_sleep_ms(interval * 1000);
		res = look(t);
		if (res == CMD_OK && n >= blind)
			res = t->opts.json ? print_json(t) : print_text(t);
		if (res != CMD_OK)
			return res;
	}
	return CMD_OK;
}

static enum cmd_result start(struct top *t)
{
	struct model_dev *list = NULL;
	enum cmd_result res;
	size_t nr = 0;
	int err;

	err = client_open(&t->c, 0);
	if (!err)
		err = client_devices(t->c, &list, &nr);
	res = err ? cmd_client_failed(t->c, err) :
	      watch_start(t->c, 0, list, nr, t->yes ? WATCH_YES : 0, &t->o);
	free(list);
	return res;
}

static enum cmd_result look_again(void *arg)
{
	return look(arg);
}

static const struct top_dev *devices_of(void *arg, size_t *nr)
{
	const struct top *t = arg;

	*nr = t->nr;
	return t->now;
}

static struct observer *observer_of(void *arg)
{
	return ((struct top *)arg)->o;
}

static void work_of(void *arg, uint32_t id, struct top_work *work)
{
	top_work_look(work, ((struct top *)arg)->c, id);
}

static enum cmd_result on_screen(struct top *t, double interval, uint32_t count)
{
	const struct top_screen_source src = {
		.arg = t,
		.look = look_again,
		.devices = devices_of,
		.observer = observer_of,
		.work = work_of,
	};
	enum cmd_result res;

	t->screen = true;
	res = look(t);
	return res == CMD_OK ? top_screen_run(&src, interval, count) : res;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *n = cmd_option(args, "number");
	const char *s = cmd_option(args, "interval");
	bool once = cmd_has(args, "once");
	struct top t = { .yes = cmd_has(args, "yes") };
	double interval = once ? 1 : 2;
	enum cmd_result res;
	uint32_t count = 0;

	if (s && (util_parse_seconds(s, &interval) || interval < 0.1 ||
		  interval > 86400))
		return cmd_usage(args, "'%s' is no interval: give 0.1 s to 1 d", s);
	if (n && (util_parse_u32(n, &count) || !count || count > 1u << 30))
		return cmd_usage(args, "'%s' is no number of looks", n);
	if (n && once)
		return cmd_usage(args, "--once and --number exclude each other");
	cmd_out_opts(args, &t.opts);
	if (!out_knows(columns, DEFAULT_COLUMNS, t.opts.columns))
		return CMD_USAGE;
	res = start(&t);
	if (res == CMD_OK && cmd_has(args, "readers")) {
		int err = observer_readers_open(t.o, &t.readers);

		res = err ? watch_failed(t.o, err) : CMD_OK;
	}
	if (res == CMD_OK)
		res = once ? loop(&t, interval, 1, 1) :
		      !t.opts.json && !t.opts.columns && !t.readers &&
		      !cmd_has(args, "plain") && top_screen_can() ?
		      on_screen(&t, interval, count) :
		      loop(&t, interval, count, 0);
	observer_readers_close(t.readers);
	observer_close(t.o);
	client_close(t.c);
	free(t.now);
	free(t.before);
	return res;
}

static const struct cmd_opt options[] = {
	{ "once", 0, NULL, "one look with rates over one interval, then end" },
	{ "interval", 'i', "SECONDS", "time between two looks (2; with --once 1)" },
	{ "number", 'n', "N", "end after N looks" },
	CMD_OUT_OPTS_LETTER(0),	/* -n is --number here */
	{ "readers", 0, NULL, "show the processes that read most, too; prints lines" },
	{ "plain", 0, NULL, "print lines, as into a pipe" },
	{ "yes", 'y', NULL, "do not ask when the records take over 1 % of RAM" },
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "devices", "list of objects with the keys of columns, and" },
	{ "back, left", "lists of slots that were read, or freed and overwritten unread, by age: "
	  "element N is 2^(N-1) to 2^N - 1 seconds" },
	{ "sizes", "list of slots written, by compressed size in 32nds of a page" },
	{ "readers", "with --readers: objects with pid, command, reads, cold, frozen "
	  "(slots that it read, and of these out of packs and off the disk)" },
	{ 0 }
};

const struct cmd cmd_top = {
	.name = "top",
	.summary = "show all devices live: rates, ratio, memory, ages",
	.details =
"Shows what goes in and out, how well it compresses, how old the slots are\n"
"and in which tiers. Rates are the block layer's; the first look of a live display has none.\n"
"\n"
"On a terminal it takes the whole screen: q quits, h shows the keys. There it\n"
"also shows of the selected device its last job or the one that runs, and what\n"
"is used of its disk and of the daemon's write budget. Into a pipe, and on a\n"
"terminal that cannot do that, it prints lines. NO_COLOR is honoured.\n"
"JSON is one document a look.\n"
"\n"
"--readers counts the slots that each process reads (on swap: its major faults,\n"
"and what is read ahead with them) as long as top runs.\n"
"\n"
"The observer is started when it is not running, and goes on afterwards.",
	.opts = options,
	.cols = columns,
	.shown = DEFAULT_COLUMNS,
	.keys = keys,
	.run = run,
};
