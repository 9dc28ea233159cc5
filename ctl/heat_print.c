// SPDX-License-Identifier: GPL-2.0-or-later
/* What the command heat prints: strips, tables and lists, text or JSON. */
#include "heat_print.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "heat_draw.h"
#include "util.h"

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

const struct out_col heat_slot_columns[] = {
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

static void fill_age_row(const struct heat_view *r, unsigned int i, struct row *row)
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

static void fill_heat_row(const struct heat_view *r, unsigned int i, struct row *row)
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

typedef void (*fill_fn)(const struct heat_view *r, unsigned int i, struct row *row);

/* From cold to hot, empty rows left out; that is backwards for ages. */
static int print_table(const struct heat_view *r, const struct out_col *cols,
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

static int print_list(const struct heat_list *list, const struct out_opts *opts)
{
	struct out *out;
	size_t i;
	int err;

	err = out_open(&out, heat_slot_columns, HEAT_SLOTS_SHOWN, opts);
	for (i = 0; !err && i < list->nr; i++)
		err = out_row(out, &list->slot[i]);
	if (!err)
		return out_close(out);
	out_drop(out);
	return err;
}

int heat_print_lists(const struct heat_view *r, const struct out_opts *opts)
{
	const struct heat_list *cold = &r->h.coldest, *hot = &r->h.hottest;
	int err = 0;

	if (cold->max)
		err = print_list(cold, opts);
	if (cold->max && hot->max)
		putchar('\n');
	if (!err && hot->max)
		err = print_list(hot, opts);
	return err;
}

static int print_titled(const struct heat_list *list, const char *what)
{
	const struct out_opts opts = {};

	if (!list->max)
		return 0;
	printf("\n%s:\n", what);
	return print_list(list, &opts);
}

int heat_print_text(const struct heat_view *r)
{
	char data[UTIL_SIZE_LEN], stored[UTIL_SIZE_LEN];
	bool colours = heat_draw_colours();
	const struct heat *h = &r->h;
	int err;

	printf("/dev/zram%u%s%s: %llu of %llu slots used, %s of data in %s\n",
	       r->dev.id, r->dev.use[0] ? " " : "", r->dev.use,
	       (unsigned long long)h->used, (unsigned long long)h->slots,
	       util_format_size(data, h->used * r->page_size),
	       util_format_size(stored, h->stored));
	if (!h->used)
		return fflush(stdout);
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
		err = print_titled(&h->coldest, "coldest slots, coldest first");
	if (!err)
		err = print_titled(&h->hottest, "hottest slots, hottest first");
	return err;
}

static struct json_object *json_table(const struct heat_view *r,
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
		json_object_array_add(list, out_object(heat_slot_columns,
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

int heat_print_json(const struct heat_view *r)
{
	struct json_object *root = json_object_new_object();
	const struct heat *h = &r->h;
	char name[24];

	snprintf(name, sizeof(name), "/dev/zram%u", r->dev.id);
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
	return out_json(root);
}
