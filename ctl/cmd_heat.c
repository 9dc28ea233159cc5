// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl heat: which slots of a device are cold and which are hot. */
#include "cmd.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "heat.h"
#include "heat_draw.h"
#include "observer.h"
#include "out.h"
#include "util.h"
#include "watch.h"

/* A row of one of the tables; from and to in seconds or in heat. */
struct row {
	char label[32];
	double from, to;	/* to < 0: no upper end */
	struct heat_row sum;
	uint32_t page_size;
	uint64_t used;		/* slots of all rows */
};

static bool get_label(const void *row, struct out_val *v)
{
	v->s = ((const struct row *)row)->label;
	return true;
}

static bool get_from(const void *row, struct out_val *v)
{
	v->d = ((const struct row *)row)->from;
	return true;
}

static bool get_to(const void *row, struct out_val *v)
{
	v->d = ((const struct row *)row)->to;
	return v->d >= 0;
}

static bool get_slots(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->sum.slots;
	return true;
}

static bool get_data(const void *row, struct out_val *v)
{
	const struct row *r = row;

	v->u = r->sum.slots * r->page_size;
	return true;
}

static bool get_stored(const void *row, struct out_val *v)
{
	v->u = ((const struct row *)row)->sum.stored;
	return true;
}

static bool get_share(const void *row, struct out_val *v)
{
	const struct row *r = row;

	v->d = r->used ? 100.0 * r->sum.slots / r->used : 0;
	return true;
}

#define TABLE_COLUMNS(label, key)					\
	{ label, key, OUT_STRING, OUT_NONE, get_label, "range" },	\
	{ "FROM", "from", OUT_DOUBLE, OUT_NONE, get_from,		\
	  "lower end of the range" },					\
	{ "TO", "to", OUT_DOUBLE, OUT_NONE, get_to,			\
	  "upper end, not in the range" },				\
	{ "SLOTS", "slots", OUT_UINT, OUT_NONE, get_slots, "slots" },	\
	{ "SHARE", "share", OUT_DOUBLE, OUT_PERCENT, get_share,		\
	  "share of the used slots" },					\
	{ "DATA", "data", OUT_UINT, OUT_BYTES, get_data,		\
	  "bytes of data in them" },					\
	{ "STORED", "stored", OUT_UINT, OUT_BYTES, get_stored,		\
	  "bytes they take compressed" },				\
	{ .name = NULL }

static const struct out_col age_columns[] = { TABLE_COLUMNS("AGE", "age") };
static const struct out_col heat_columns[] = { TABLE_COLUMNS("HEAT", "heat") };

static bool get_index(const void *row, struct out_val *v)
{
	v->u = ((const struct heat_slot *)row)->index;
	return true;
}

static bool get_slot_age(const void *row, struct out_val *v)
{
	v->u = ((const struct heat_slot *)row)->age;
	return true;
}

static bool get_slot_heat(const void *row, struct out_val *v)
{
	v->d = ((const struct heat_slot *)row)->heat / (double)ZRAM_HEAT_ONE;
	return true;
}

static bool get_slot_bytes(const void *row, struct out_val *v)
{
	v->u = ((const struct heat_slot *)row)->bytes;
	return true;
}

static bool get_slot_tier(const void *row, struct out_val *v)
{
	static const char *const names[HEAT_TIERS] = {
		[ZRAM_TIER_HOT] = "hot",
		[ZRAM_TIER_WARM] = "warm",
		[ZRAM_TIER_COLD] = "cold",
		[ZRAM_TIER_FROZEN] = "frozen",
	};

	v->s = names[((const struct heat_slot *)row)->tier];
	return true;
}

static const struct out_col slot_columns[] = {
	{ "SLOT", "index", OUT_UINT, OUT_NONE, get_index, "index of the slot" },
	{ "AGE", "age", OUT_UINT, OUT_SECONDS, get_slot_age,
	  "time since it was last written or read" },
	{ "HEAT", "heat", OUT_DOUBLE, OUT_RATIO, get_slot_heat,
	  "decaying count of reads, 0 to 255" },
	{ "STORED", "stored", OUT_UINT, OUT_BYTES, get_slot_bytes,
	  "bytes it takes; 0: a fill" },
	{ "TIER", "tier", OUT_STRING, OUT_NONE, get_slot_tier,
	  "where these bytes rest" },
	{ .name = NULL }
};

/* All that one run of the command needs. */
struct run {
	struct model_dev dev;
	struct heat h;
	uint32_t now;		/* boottime s */
	uint32_t page_size;
	enum heat_order order;
	bool json;
};

static void fill_age_row(const struct run *r, unsigned int i, struct row *row)
{
	char from[UTIL_AGE_LEN], to[UTIL_AGE_LEN];

	memset(row, 0, sizeof(*row));
	row->from = i ? 1ull << (i - 1) : 0;
	row->to = i < ZRAM_AGE_BUCKETS - 1 ? (double)(1ull << i) : -1;
	row->sum = r->h.by_age[i];
	row->page_size = r->page_size;
	row->used = r->h.used;
	util_format_age(from, row->from);
	if (row->to < 0)
		snprintf(row->label, sizeof(row->label), "%s and more", from);
	else
		snprintf(row->label, sizeof(row->label), "%s to %s", from,
			 util_format_age(to, row->to));
}

static void fill_heat_row(const struct run *r, unsigned int i, struct row *row)
{
	memset(row, 0, sizeof(*row));
	row->from = i > 1 ? 1 << (i - 2) : 0;
	row->to = i ? 1 << (i - 1) : 0;
	row->sum = r->h.by_heat[i];
	row->page_size = r->page_size;
	row->used = r->h.used;
	if (i)
		snprintf(row->label, sizeof(row->label), "%.0f to %.0f",
			 row->from, row->to);
	else
		snprintf(row->label, sizeof(row->label), "none");
}

typedef void (*fill_fn)(const struct run *r, unsigned int i, struct row *row);

/* From cold to hot, empty rows left out; that is backwards for ages. */
static int print_table(const struct run *r, const struct out_col *cols,
		       const char *names, fill_fn fill, unsigned int nr,
		       bool backwards)
{
	struct out_opts opts = {};
	struct out *out;
	unsigned int i;
	struct row row;
	int err;

	err = out_open(&out, cols, names, &opts);
	for (i = 0; !err && i < nr; i++) {
		fill(r, backwards ? nr - 1 - i : i, &row);
		if (row.sum.slots)
			err = out_row(out, &row);
	}
	if (!err)
		return out_close(out);
	out_drop(out);
	return err;
}

static int print_list(const struct heat_list *list, const char *what)
{
	struct out_opts opts = {};
	struct out *out;
	size_t i;
	int err;

	if (!list->max)
		return 0;
	printf("\n%s:\n", what);
	err = out_open(&out, slot_columns, "SLOT,AGE,HEAT,STORED,TIER", &opts);
	for (i = 0; !err && i < list->nr; i++)
		err = out_row(out, &list->slot[i]);
	if (!err)
		return out_close(out);
	out_drop(out);
	return err;
}

static enum cmd_result print_text(const struct run *r)
{
	char data[UTIL_SIZE_LEN], stored[UTIL_SIZE_LEN];
	bool colours = heat_draw_colours();
	const struct heat *h = &r->h;
	int err;

	printf("zram%u%s%s: %llu of %llu slots used, %s of data in %s\n",
	       r->dev.id, r->dev.use[0] ? " " : "", r->dev.use,
	       (unsigned long long)h->used, (unsigned long long)h->slots,
	       util_format_size(data, h->used * r->page_size),
	       util_format_size(stored, h->stored));
	printf("by age, from slot 0 on the left to slot %llu:\n",
	       (unsigned long long)h->slots - 1);
	heat_draw_strip(h, HEAT_BY_AGE, colours);
	if (h->reread) {
		printf("by heat, %llu slots were read again:\n",
		       (unsigned long long)h->reread);
		heat_draw_strip(h, HEAT_BY_HEAT, colours);
	}
	heat_draw_scale(colours);
	putchar('\n');
	err = print_table(r, age_columns, "AGE,SLOTS,SHARE,DATA,STORED",
			  fill_age_row, ZRAM_AGE_BUCKETS, true);
	if (!err) {
		putchar('\n');
		err = print_table(r, heat_columns,
				  "HEAT,SLOTS,SHARE,DATA,STORED",
				  fill_heat_row, HEAT_ROWS, false);
	}
	if (!err)
		err = print_list(&h->coldest, "coldest slots, coldest first");
	if (!err)
		err = print_list(&h->hottest, "hottest slots, hottest first");
	return err ? CMD_FAILED : CMD_OK;
}

static struct json_object *json_table(const struct run *r,
				      const struct out_col *cols, fill_fn fill,
				      unsigned int nr)
{
	struct json_object *list = json_object_new_array();
	struct row row;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		fill(r, i, &row);
		if (row.sum.slots)
			json_object_array_add(list, out_object(cols, &row));
	}
	return list;
}

static struct json_object *json_list(const struct heat_list *l)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < l->nr; i++)
		json_object_array_add(list, out_object(slot_columns,
						       &l->slot[i]));
	return list;
}

static struct json_object *json_strip(const struct heat *h)
{
	struct json_object *list = json_object_new_array(), *cell;
	size_t i;

	for (i = 0; i < h->nr_cells; i++) {
		const struct heat_cell *c = &h->cell[i];

		cell = json_object_new_object();
		json_object_object_add(cell, "slots",
				       json_object_new_int64(c->slots));
		json_object_object_add(cell, "used",
				       json_object_new_int64(c->used));
		json_object_object_add(cell, "age", !c->used ? NULL :
			json_object_new_double((double)c->age_sum / c->used));
		json_object_object_add(cell, "heat", !c->used ? NULL :
			json_object_new_double((double)c->heat_sum / c->used /
					       ZRAM_HEAT_ONE));
		json_object_array_add(list, cell);
	}
	return list;
}

static enum cmd_result print_json(const struct run *r)
{
	struct json_object *root = json_object_new_object();
	const struct heat *h = &r->h;
	char name[16];

	snprintf(name, sizeof(name), "zram%u", r->dev.id);
	json_object_object_add(root, "name", json_object_new_string(name));
	json_object_object_add(root, "generation",
			       json_object_new_int64(r->dev.generation));
	json_object_object_add(root, "now", json_object_new_int64(r->now));
	json_object_object_add(root, "slots", json_object_new_int64(h->slots));
	json_object_object_add(root, "used", json_object_new_int64(h->used));
	json_object_object_add(root, "data",
		json_object_new_int64(h->used * r->page_size));
	json_object_object_add(root, "stored",
			       json_object_new_int64(h->stored));
	json_object_object_add(root, "reread",
			       json_object_new_int64(h->reread));
	json_object_object_add(root, "oldest",
			       json_object_new_int64(h->oldest));
	json_object_object_add(root, "by_age",
		json_table(r, age_columns, fill_age_row, ZRAM_AGE_BUCKETS));
	json_object_object_add(root, "by_heat",
		json_table(r, heat_columns, fill_heat_row, HEAT_ROWS));
	json_object_object_add(root, "strip", json_strip(h));
	json_object_object_add(root, "coldest", json_list(&h->coldest));
	json_object_object_add(root, "hottest", json_list(&h->hottest));
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

static enum cmd_result scan_and_print(struct run *r, struct observer *o)
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
		res = r->json ? print_json(r) : print_text(r);
	}
	free(r->h.cell);
	free(r->h.hottest.slot);
	free(r->h.coldest.slot);
	observer_unmap(&slots);
	return res;
}

static enum cmd_result observe_and_scan(struct run *r, struct client *c,
					bool yes)
{
	struct observer *o = NULL;
	enum cmd_result res;

	if (!r->dev.generation) {
		util_error("zram%u has no disksize yet, so it holds nothing",
			   r->dev.id);
		return CMD_FAILED;
	}
	res = watch_start(c, 0, &o);
	if (res == CMD_OK)
		res = watch_cover(c, o, &r->dev, 1, false,
				  yes ? 0 : WATCH_LIMIT);
	if (res == CMD_OK)
		res = scan_and_print(r, o);
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
	struct run r = { .json = cmd_has(args, "json") };
	enum cmd_result res;
	struct client *c;
	int err;

	if (parse_count(args, "hottest", &r.h.hottest.max))
		return cmd_usage(args, "--hottest wants a number of slots");
	if (parse_count(args, "coldest", &r.h.coldest.max))
		return cmd_usage(args, "--coldest wants a number of slots");
	if (by && strcmp(by, "age") && strcmp(by, "heat"))
		return cmd_usage(args, "--by wants age or heat, not '%s'", by);
	err = client_open(&c, 0);
	if (!err)
		err = client_find(c, args->operand[0], &r.dev);
	if (err) {
		res = cmd_client_failed(c, err);
	} else {
		client_fill_use(&r.dev);
		r.order = by ? !strcmp(by, "heat") ? HEAT_BY_HEAT : HEAT_BY_AGE :
			  is_swap(&r.dev) ? HEAT_BY_AGE : HEAT_BY_HEAT;
		r.h.hottest.hottest = true;
		r.h.hottest.order = r.h.coldest.order = r.order;
		r.h.nr_cells = r.json ? 64 : heat_draw_width();
		res = observe_and_scan(&r, c, cmd_has(args, "yes"));
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
	{ "yes", 'y', NULL, "do not ask when the records take over 1 % of RAM" },
	{ .name = NULL }
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
"The observer is started when it is not running, and goes on afterwards.\n",
	.opts = options,
	.cols = slot_columns,
	.run = run,
};
