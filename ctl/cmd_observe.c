// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl observe: start and stop the observer, and say how it does. */
#include "cmd.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "observer.h"
#include "out.h"
#include "util.h"
#include "watch.h"

/* One device as the maps show it. */
struct row {
	char name[24];
	struct zram_observed seen;
	uint64_t slots;		/* in its map; 0: there is none */
	struct zram_latency latency[2];	/* of reads, of writes */
};

static bool get_name(const void *row, struct out_val *v)
{
	v->s = ((const struct row *)row)->name;
	return true;
}

static bool get_generation(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->seen.generation;
	return v->u != 0;
}

static bool get_covered(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->seen.covered;
	return v->u != 0;
}

static bool get_recorded(const void *row, struct out_val *v)
{
	const struct row *r = row;

	v->b = r->seen.covered && r->seen.covered == r->seen.generation;
	return true;
}

static bool get_seeded(const void *row, struct out_val *v)
{
	const struct row *r = row;

	v->b = r->seen.covered && r->seen.covered == r->seen.seeded;
	return true;
}

static bool get_slots(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->slots;
	return v->u != 0;
}

static bool get_memory(const void *row, struct out_val *v)
{
	v->u = observer_map_bytes(((const struct row *)row)->slots);
	return v->u != 0;
}

static bool get_dropped(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->seen.dropped;
	return true;
}

static uint64_t requests(const struct zram_latency *l)
{
	uint64_t sum = 0;

	for (int i = 0; i < ZRAM_LATENCY_BUCKETS; i++)
		sum += l->requests[i];
	return sum;
}

/* Microseconds within which 99 of 100 requests ended: the end of a bucket. */
static bool get_p99(const struct zram_latency *l, struct out_val *v)
{
	uint64_t all = requests(l), sum = 0;
	int i;

	for (i = 0; i < ZRAM_LATENCY_BUCKETS - 1; i++) {
		sum += l->requests[i];
		if (sum * 100 >= all * 99)
			break;
	}
	v->u = 1ull << i;
	return all;
}

static bool get_disk_reads(const void *row, struct out_val *v)
{
	v->u = requests(&((const struct row *)row)->latency[0]);
	return true;
}

static bool get_disk_writes(const void *row, struct out_val *v)
{
	v->u = requests(&((const struct row *)row)->latency[1]);
	return true;
}

static bool get_read_p99(const void *row, struct out_val *v)
{
	return get_p99(&((const struct row *)row)->latency[0], v);
}

static bool get_write_p99(const void *row, struct out_val *v)
{
	return get_p99(&((const struct row *)row)->latency[1], v);
}

#define SHOWN "NAME,RECORDED,SEEDED,SLOTS,MEMORY,DROPPED"

static const struct out_col columns[] = {
	{ "NAME", "name", OUT_STRING, OUT_NONE, get_name, "device" },
	{ "RECORDED", "recorded", OUT_BOOL, OUT_NONE, get_recorded,
	  "its events are recorded now" },
	{ "SEEDED", "seeded", OUT_BOOL, OUT_NONE, get_seeded,
	  "slots from before the observer came are filled in" },
	{ "SLOTS", "slots", OUT_UINT, OUT_NONE, get_slots, "slots in its map" },
	{ "MEMORY", "memory", OUT_UINT, OUT_BYTES, get_memory,
	  "memory of its map" },
	{ "DROPPED", "dropped", OUT_UINT, OUT_NONE, get_dropped,
	  "events while its contents and its map did not match" },
	{ "GENERATION", "generation", OUT_UINT, OUT_NONE, get_generation,
	  "generation of its contents" },
	{ "COVERED", "covered", OUT_UINT, OUT_NONE, get_covered,
	  "generation of its map" },
	{ "READS", "backing_reads", OUT_UINT, OUT_NONE, get_disk_reads,
	  "requests that read from the backing device" },
	{ "READ-P99", "backing_read_p99", OUT_UINT, OUT_NONE, get_read_p99,
	  "microseconds that 99 % of them took at most" },
	{ "WRITES", "backing_writes", OUT_UINT, OUT_NONE, get_disk_writes,
	  "requests that wrote to it" },
	{ "WRITE-P99", "backing_write_p99", OUT_UINT, OUT_NONE, get_write_p99,
	  "the same of them" },
	{ .name = NULL }
};

static bool read_row(struct observer *o, uint32_t id, struct row *r)
{
	struct observer_slots map;

	if (!observer_device(o, id, &r->seen))
		return false;
	snprintf(r->name, sizeof(r->name), "/dev/zram%u", id);
	r->slots = 0;
	for (int i = 0; i < 2; i++)
		if (observer_latency(o, id, i, &r->latency[i]))
			memset(&r->latency[i], 0, sizeof(r->latency[i]));
	if (r->seen.covered && !observer_map(o, id, &map)) {
		r->slots = map.nr;
		observer_unmap(&map);
	}
	return true;
}

/* The devices that there are; the maps also remember those that went. */
struct present {
	struct model_dev *list;
	size_t nr;
};

static bool is_shown(const struct present *p, uint32_t id, const struct row *r)
{
	size_t i = 0;

	while (i < p->nr && p->list[i].id != id)
		i++;
	return i < p->nr &&
	       (r->seen.generation || r->seen.covered || r->seen.dropped);
}

static enum cmd_result print_json(struct observer *o, const struct present *p)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct zram_observe_settings *s = observer_settings(o);
	struct row r;
	uint32_t id;

	json_object_object_add(root, "running", json_object_new_boolean(1));
	json_object_object_add(root, "half_life",
			       json_object_new_int64(1ll << s->half_life_shift));
	json_object_object_add(root, "missed",
			       json_object_new_int64(observer_missed(o)));
	json_object_object_add(root, "devices", list);
	for (id = 0; read_row(o, id, &r); id++)
		if (is_shown(p, id, &r))
			json_object_array_add(list, out_object(columns, &r));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result print_text(struct observer *o, const struct present *p,
				  const struct out_opts *opts)
{
	struct out *out;
	struct row r;
	uint32_t id;

	if (out_open(&out, columns, SHOWN, opts))
		return CMD_USAGE;
	printf("The observer runs; heat halves every %u s; %llu events missed.\n",
	       1u << observer_settings(o)->half_life_shift,
	       (unsigned long long)observer_missed(o));
	for (id = 0; read_row(o, id, &r); id++)
		if (is_shown(p, id, &r) && out_row(out, &r)) {
			out_drop(out);
			return CMD_FAILED;
		}
	return out_close(out) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result say_stopped(bool json)
{
	struct json_object *root;

	if (!json) {
		puts("The observer does not run.");
		return CMD_OK;
	}
	root = json_object_new_object();
	json_object_object_add(root, "running", json_object_new_boolean(0));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

/* What there is; maps of devices that went without zramctl's help go. */
static void look_around(struct present *p)
{
	struct client *c;

	if (!client_open(&c, 0)) {
		watch_drop_gone(c);
		client_devices(c, &p->list, &p->nr);
	}
	client_close(c);
}

static enum cmd_result run_status(const struct cmd_args *args)
{
	struct present there = { 0 };
	struct out_opts opts;
	struct observer *o;
	enum cmd_result res;
	int err;

	look_around(&there);
	err = observer_open(&o);
	cmd_out_opts(args, &opts);

	if (err == -ENOENT)
		res = say_stopped(opts.json);
	else if (err)
		res = watch_failed(o, err);
	else
		res = opts.json ? print_json(o, &there) :
				  print_text(o, &there, &opts);
	observer_close(o);
	free(there.list);
	return res;
}

static enum cmd_result run_stop(const struct cmd_args *args)
{
	struct observer *o;
	enum cmd_result res = CMD_OK;
	int err = observer_stop(&o);

	if (err && err != -ENOENT)
		res = watch_failed(o, err);
	else if (err || cmd_has(args, "json"))
		res = say_stopped(cmd_has(args, "json"));
	else
		puts("The observer is stopped.");
	observer_close(o);
	return res;
}

static enum cmd_result start_all(struct client *c, double half_life,
				 const struct cmd_args *args)
{
	struct present p = { 0 };
	struct observer *o = NULL;
	enum cmd_result res, shown;
	int err;

	err = client_devices(c, &p.list, &p.nr);
	if (err)
		return cmd_client_failed(c, err);
	res = watch_start(c, half_life, p.list, p.nr,
			  cmd_has(args, "yes") ? WATCH_YES : 0, &o);
	if (res == CMD_OK) {
		/* The list again: attached, no new generation is overlooked. */
		free(p.list);
		p = (struct present){ 0 };
		err = client_devices(c, &p.list, &p.nr);
		res = err ? cmd_client_failed(c, err) :
		      watch_cover(c, o, p.list, p.nr, true, 0);
		if (cmd_has(args, "json")) {
			shown = print_json(o, &p);
			res = res == CMD_OK ? shown : res;
		}
	}
	observer_close(o);
	free(p.list);
	return res;
}

static enum cmd_result run_start(const struct cmd_args *args)
{
	const char *arg = cmd_option(args, "half-life");
	double half_life = 0;
	enum cmd_result res;
	struct client *c;
	int err;

	if (arg && (util_parse_seconds(arg, &half_life) || half_life < 1 ||
		    half_life > 1u << 30))
		return cmd_usage(args, "'%s' is no half-life: give seconds, or 15m, 2h, 1d",
				 arg);
	err = client_open(&c, 0);
	res = err ? cmd_client_failed(c, err) : start_all(c, half_life, args);
	client_close(c);
	return res;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *verb = args->operand[0];

	if (!strcmp(verb, "start"))
		return run_start(args);
	if (cmd_has(args, "half-life") || cmd_has(args, "yes"))
		return cmd_usage(args, "--half-life and --yes go with start only");
	if (!strcmp(verb, "stop"))
		return run_stop(args);
	if (!strcmp(verb, "status"))
		return run_status(args);
	return cmd_usage(args, "'%s' is none of start, stop, status", verb);
}

static const struct cmd_opt options[] = {
	{ "half-life", 'H', "SECONDS",
	  "start: heat halves in this time (a power of two is taken; default 1024)" },
	{ "yes", 'y', NULL,
	  "start: do not ask when the records take over 1 % of RAM" },
	CMD_OUT_OPTS,
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "running", "whether the observer runs; without it nothing else is there" },
	{ "half_life", "seconds in which heat halves" },
	{ "missed", "events that the programs could not take" },
	{ "devices", "list of objects with the keys of columns" },
	{ 0 }
};

const struct cmd cmd_observe = {
	.name = "observe",
	.operands = "start|stop|status",
	.min = 1,
	.max = 1,
	.summary = "record when and how often each slot is used",
	.details =
"start attaches BPF programs to the module and makes a map of slot records\n"
"for each device, 8 bytes a slot, below " OBSERVER_DIR ". They go on after\n"
"the command, until stop or the next boot. After a device was reset or made,\n"
"start (or top, or heat) gives it a map again.\n"
"\n"
"stop removes programs and maps. status shows what is recorded.",
	.opts = options,
	.cols = columns,
	.shown = SHOWN,
	.keys = keys,
	.run = run,
};
