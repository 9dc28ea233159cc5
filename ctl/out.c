// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows as text or JSON from one column table. */

#include "out.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_COLS 64
#define CELL_LEN 256

struct out {
	const struct out_col *cols;
	struct out_opts opts;
	const struct out_col *shown[MAX_COLS];	/* text */
	size_t nr_shown;
	struct json_object *rows;		/* JSON */
	char **cell;				/* text: nr_rows * nr_shown */
	size_t nr_cells, room;
};

static const struct out_col *find_col(const struct out_col *cols,
				      const char *name, size_t len)
{
	for (; cols->name; cols++)
		if (strlen(cols->name) == len &&
		    !strncasecmp(cols->name, name, len))
			return cols;
	return NULL;
}

/* Adds the columns of a list like "NAME,AGE". */
static int show_cols(struct out *o, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		const struct out_col *col = find_col(o->cols, list, len);

		if (!col) {
			util_error("there is no column '%.*s'; --help lists "
				   "them", (int)len, list);
			return -EINVAL;
		}
		if (o->nr_shown == MAX_COLS) {
			util_error("too many columns");
			return -EINVAL;
		}
		o->shown[o->nr_shown++] = col;
		list += len;
		list += *list == ',';
	}
	return 0;
}

int out_open(struct out **op, const struct out_col *cols, const char *defaults,
	     const struct out_opts *opts)
{
	const char *list = opts->columns ? opts->columns : defaults;
	struct out *o = calloc(1, sizeof(*o));
	int err = 0;

	*op = o;
	if (!o)
		return -ENOMEM;
	o->cols = cols;
	o->opts = *opts;
	if (*list == '+') {
		err = show_cols(o, defaults);
		list++;
	}
	if (!err)
		err = show_cols(o, list);
	if (!err && !o->nr_shown) {
		util_error("the list of columns is empty; --help lists them");
		err = -EINVAL;
	}
	if (!err && opts->json) {
		o->rows = json_object_new_array();
		if (!o->rows)
			err = -ENOMEM;
	}
	if (err) {
		out_drop(o);
		*op = NULL;
	}
	return err;
}

bool out_knows(const struct out_col *cols, const char *defaults,
	       const char *list)
{
	const struct out_opts opts = { .columns = list };
	struct out *o;

	if (out_open(&o, cols, defaults, &opts))
		return false;
	out_drop(o);
	return true;
}

void out_drop(struct out *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->nr_cells; i++)
		free(o->cell[i]);
	free(o->cell);
	json_object_put(o->rows);
	free(o);
}

static void format_number(char *buf, size_t len, const struct out_col *col,
			  const struct out_val *v)
{
	if (col->type == OUT_UINT)
		snprintf(buf, len, "%" PRIu64, v->u);
	else if (col->type == OUT_INT)
		snprintf(buf, len, "%" PRId64, v->i);
	else
		snprintf(buf, len, "%.2f", v->d);
}

/* The text of a cell; @exact leaves sizes and ages as plain numbers. */
static void format_cell(char buf[CELL_LEN], const struct out_col *col,
			const struct out_val *v, bool exact)
{
	if (col->type == OUT_STRING)
		snprintf(buf, CELL_LEN, "%s", v->s);
	else if (col->type == OUT_BOOL)
		snprintf(buf, CELL_LEN, "%s", v->b ? "yes" : "no");
	else if (col->unit == OUT_BYTES && !exact)
		util_format_size(buf, v->u);
	else if (col->unit == OUT_SECONDS && col->type == OUT_UINT && !exact)
		util_format_age(buf, v->u);
	else if (col->unit == OUT_PERCENT)
		snprintf(buf, CELL_LEN, "%.1f%%", v->d);
	else
		format_number(buf, CELL_LEN, col, v);
}

/* NULL stands for JSON's null, as json-c has it. */
static struct json_object *json_cell(const struct out_col *col,
				     const struct out_val *v)
{
	char buf[64];

	switch (col->type) {
	case OUT_STRING:
		return json_object_new_string(v->s);
	case OUT_UINT:
		return json_object_new_uint64(v->u);
	case OUT_INT:
		return json_object_new_int64(v->i);
	case OUT_BOOL:
		return json_object_new_boolean(v->b);
	case OUT_DOUBLE:
		if (!isfinite(v->d))
			return NULL;
		snprintf(buf, sizeof(buf), "%.4f", v->d);
		return json_object_new_double_s(v->d, buf);
	}
	return NULL;
}

struct json_object *out_object(const struct out_col *cols, const void *row)
{
	struct json_object *obj = json_object_new_object();

	for (; obj && cols->name; cols++) {
		struct json_object *cell = NULL;
		struct out_val v;

		if (cols->get(row, &v))
			cell = json_cell(cols, &v);
		json_object_object_add(obj, cols->key, cell);
	}
	return obj;
}

static int add_cell(struct out *o, const char *text)
{
	if (o->nr_cells == o->room) {
		size_t room = o->room ? o->room * 2 : 64;
		void *more = realloc(o->cell, room * sizeof(*o->cell));

		if (!more)
			return -ENOMEM;
		o->cell = more;
		o->room = room;
	}
	o->cell[o->nr_cells] = strdup(text);
	if (!o->cell[o->nr_cells])
		return -ENOMEM;
	o->nr_cells++;
	return 0;
}

int out_row(struct out *o, const void *row)
{
	char buf[CELL_LEN];
	struct out_val v;
	int err = 0;

	if (o->opts.json) {
		struct json_object *obj = out_object(o->cols, row);

		return obj && !json_object_array_add(o->rows, obj) ? 0 :
								     -ENOMEM;
	}
	for (size_t i = 0; !err && i < o->nr_shown; i++) {
		const struct out_col *col = o->shown[i];

		if (col->get(row, &v))
			format_cell(buf, col, &v, o->opts.exact);
		else
			snprintf(buf, sizeof(buf), "-");
		err = add_cell(o, buf);
	}
	return err;
}

static bool is_right(const struct out_col *col)
{
	return col->type != OUT_STRING && col->type != OUT_BOOL;
}

static void print_cells(const struct out *o, const char *const *cells,
			const int *width)
{
	for (size_t i = 0; i < o->nr_shown; i++) {
		bool last = i + 1 == o->nr_shown;

		if (is_right(o->shown[i]))
			printf("%*s", width[i], cells[i]);
		else
			printf("%-*s", last ? 0 : width[i], cells[i]);
		putchar(last ? '\n' : ' ');
	}
}

static void print_table(const struct out *o)
{
	const char *heading[MAX_COLS];
	int width[MAX_COLS];

	for (size_t i = 0; i < o->nr_shown; i++) {
		heading[i] = o->shown[i]->name;
		width[i] = o->opts.noheadings ? 0 : strlen(heading[i]);
	}
	for (size_t i = 0; i < o->nr_cells; i++) {
		int len = strlen(o->cell[i]);

		if (len > width[i % o->nr_shown])
			width[i % o->nr_shown] = len;
	}
	if (!o->nr_cells)
		return;
	if (!o->opts.noheadings)
		print_cells(o, heading, width);
	for (size_t i = 0; i < o->nr_cells; i += o->nr_shown)
		print_cells(o, (const char *const *)o->cell + i, width);
}

int out_json(struct json_object *root)
{
	const char *text = json_object_to_json_string_ext(root,
				JSON_C_TO_STRING_PRETTY |
				JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text)
		puts(text);
	json_object_put(root);
	return text ? 0 : -ENOMEM;
}

int out_close(struct out *o)
{
	struct json_object *root;
	int err = 0;

	if (!o)
		return 0;
	if (o->opts.json) {
		root = json_object_new_object();
		if (root)
			json_object_object_add(root, o->opts.array ?
					       o->opts.array : "rows",
					       json_object_get(o->rows));
		err = root ? out_json(root) : -ENOMEM;
	} else {
		print_table(o);
	}
	out_drop(o);
	return err;
}

void out_fields(const struct out_col *cols, const void *row, bool exact)
{
	char buf[CELL_LEN];
	struct out_val v;

	for (; cols->name; cols++) {
		if (!cols->get(row, &v))
			continue;
		format_cell(buf, cols, &v, exact);
		printf("%-16s %s\n", cols->name, buf);
	}
}

static bool is_listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (; list && *list; list += strcspn(list, ","), list += *list == ',')
		if (!strncmp(list, name, len) && (!list[len] || list[len] == ','))
			return true;
	return false;
}

void out_help(const struct out_col *cols, const char *shown, FILE *f)
{
	for (; cols->name; cols++)
		fprintf(f, " %c%-14s %-18s %s\n",
			is_listed(shown, cols->name) ? '*' : ' ', cols->name,
			cols->key, cols->help);
}
