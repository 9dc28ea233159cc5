// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of util-linux's zramctl; libsmartcols draws it, as it does theirs. */

#include "ul_impl.h"
#include "ul.h"
#include "client.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	COL_NAME, COL_DISKSIZE, COL_DATA, COL_COMPR, COL_ALGORITHM, COL_STREAMS,
	COL_ZERO, COL_TOTAL, COL_LIMIT, COL_USED, COL_MIGRATED, COL_RATIO,
	COL_MOUNTPOINT, COL_NR
};

#define MM_NONE (-1)

static const struct {
	const char *name;
	double width;		/* a hint for narrow terminals */
	int flags;
	int mm;			/* field of mm_stat, or MM_NONE */
	const char *attr;	/* where kernels before mm_stat have it */
	const char *help;
} columns[COL_NR] = {
	[COL_NAME] = { "NAME", 0.25, 0, MM_NONE, NULL, "path of the device" },
	[COL_DISKSIZE] = { "DISKSIZE", 5, SCOLS_FL_RIGHT, MM_NONE, "disksize",
			   "its size" },
	[COL_DATA] = { "DATA", 5, SCOLS_FL_RIGHT, 0, "orig_data_size",
		       "data stored, uncompressed" },
	[COL_COMPR] = { "COMPR", 5, SCOLS_FL_RIGHT, 1, "compr_data_size",
			"the same compressed" },
	[COL_ALGORITHM] = { "ALGORITHM", 3, 0, MM_NONE, NULL,
			    "compression algorithm" },
	[COL_STREAMS] = { "STREAMS", 3, SCOLS_FL_RIGHT, MM_NONE, NULL,
			  "how many CPUs may compress at once" },
	[COL_ZERO] = { "ZERO-PAGES", 3, SCOLS_FL_RIGHT, 5, "zero_pages",
		       "pages that repeat one word and need no memory" },
	[COL_TOTAL] = { "TOTAL", 5, SCOLS_FL_RIGHT, 2, "mem_used_total",
			"memory of the pool that holds it" },
	[COL_LIMIT] = { "MEM-LIMIT", 5, SCOLS_FL_RIGHT, 3, "mem_limit",
			"the most that TOTAL may become; 0: any" },
	[COL_USED] = { "MEM-USED", 5, SCOLS_FL_RIGHT, 4, "mem_used_max",
		       "the most that TOTAL has been" },
	[COL_MIGRATED] = { "MIGRATED", 5, SCOLS_FL_RIGHT, 6, "num_migrated",
			   "what compaction gave back" },
	[COL_RATIO] = { "COMP-RATIO", 5, SCOLS_FL_RIGHT, MM_NONE, NULL,
			"DATA divided by TOTAL" },
	[COL_MOUNTPOINT] = { "MOUNTPOINT", 0.10, SCOLS_FL_TRUNC, MM_NONE, NULL,
			     "[SWAP] or where it is mounted" },
};

static const int usual[] = {
	COL_NAME, COL_ALGORITHM, COL_DISKSIZE, COL_DATA, COL_COMPR, COL_TOTAL,
	COL_STREAMS, COL_MOUNTPOINT,
};

#define MM_FIELDS 7
#define FIELD_LEN 32

/* A device and its mm_stat, read once. */
struct facts {
	const struct ul_dev *dev;
	bool has_mm;
	char mm[MM_FIELDS][FIELD_LEN];
};

static void read_mm_stat(struct facts *f)
{
	char text[512], *save, *word = NULL;
	int i;

	if (ul_read(f->dev, "mm_stat", text, sizeof(text)))
		return;
	for (i = 0; i < MM_FIELDS; i++) {
		word = strtok_r(i ? NULL : text, " \t\n", &save);
		if (!word)
			return;
		snprintf(f->mm[i], FIELD_LEN, "%s", word);
	}
	f->has_mm = true;
}

/* The text of a number that mm_stat or an attribute has. */
static bool get_number(const struct facts *f, int col, char text[FIELD_LEN])
{
	if (columns[col].mm != MM_NONE && f->has_mm) {
		strcpy(text, f->mm[columns[col].mm]);
		return true;
	}
	return !ul_read(f->dev, columns[col].attr, text, FIELD_LEN) && *text;
}

static bool get_algorithm(const struct facts *f, char *buf, size_t len)
{
	char text[1024], *from, *to;

	if (ul_read(f->dev, "comp_algorithm", text, sizeof(text)))
		return false;
	from = strchr(text, '[');
	to = from ? strchr(from, ']') : NULL;
	if (!to)
		return false;
	snprintf(buf, len, "%.*s", (int)(to - from - 1), from + 1);
	return true;
}

/* Without data this is 0 / 0, and shown as the C library writes it. */
static void get_ratio(const struct facts *f, char *buf, size_t len)
{
	char data[FIELD_LEN], total[FIELD_LEN];
	volatile double a = 0, b = 0;

	if (get_number(f, COL_DATA, data))
		a = strtod(data, NULL);
	if (get_number(f, COL_TOTAL, total))
		b = strtod(total, NULL);
	snprintf(buf, len, "%.4f", a / b);
}

static bool get_size(const struct facts *f, int col, bool bytes, char *buf,
		     size_t len)
{
	char text[FIELD_LEN];
	uint64_t v;

	if (!get_number(f, col, text))
		return false;
	if (bytes || col == COL_ZERO) {
		snprintf(buf, len, "%s", text);
		return true;
	}
	if (util_parse_u64(text, &v))
		return false;
	ul_format_size(buf, v);
	return true;
}

static bool get_cell(const struct facts *f, int col, bool bytes, char *buf,
		     size_t len)
{
	switch (col) {
	case COL_NAME:
		snprintf(buf, len, "%s", f->dev->path);
		return true;
	case COL_ALGORITHM:
		return get_algorithm(f, buf, len);
	case COL_STREAMS:
		return !ul_read(f->dev, "max_comp_streams", buf, len);
	case COL_RATIO:
		get_ratio(f, buf, len);
		return true;
	case COL_MOUNTPOINT:
		return client_use_of(f->dev->maj, f->dev->min, buf, len);
	default:
		return get_size(f, col, bytes, buf, len);
	}
}

struct table {
	const struct ul_view *view;
	struct libscols_table *tb;
};

static int add_row(const struct ul_dev *dev, void *arg)
{
	struct table *t = arg;
	struct libscols_line *line = scols_table_new_line(t->tb, NULL);
	struct facts f = { .dev = dev };
	char buf[PATH_MAX];

	if (!line)
		return -ENOMEM;
	read_mm_stat(&f);
	for (size_t i = 0; i < t->view->nr; i++)
		if (get_cell(&f, t->view->cols[i], t->view->bytes, buf,
			     sizeof(buf)) &&
		    scols_line_set_data(line, i, buf))
			return -ENOMEM;
	return 0;
}

/*
 * Where no heading is shown it must not widen its column either; not every
 * libsmartcols sees to that itself.
 */
static int make_columns(struct table *t)
{
	/* a narrow terminal cuts nothing off: whatever the library's version */
	scols_table_set_termforce(t->tb, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_raw(t->tb, t->view->raw);
	scols_table_enable_noheadings(t->tb, t->view->noheadings);
	for (size_t i = 0; i < t->view->nr; i++) {
		int col = t->view->cols[i];

		if (!scols_table_new_column(t->tb, t->view->noheadings ?
					    "" : columns[col].name,
					    columns[col].width,
					    columns[col].flags))
			return -ENOMEM;
	}
	return 0;
}

int ul_show(const struct ul_view *v, const struct ul_dev *dev)
{
	struct table t = { .view = v, .tb = scols_new_table() };
	int err = t.tb ? make_columns(&t) : -ENOMEM;

	if (!err)
		err = dev ? add_row(dev, &t) : ul_each(add_row, &t);
	if (!err)
		err = scols_print_table(t.tb);
	if (err)
		util_error("cannot show the devices: %s", strerror(-err));
	if (t.tb)
		scols_unref_table(t.tb);
	return err;
}

void ul_all_columns(struct ul_view *v)
{
	for (v->nr = 0; v->nr < COL_NR; v->nr++)
		v->cols[v->nr] = v->nr;
}

static int find_column(const char *name, size_t len)
{
	for (int col = 0; col < COL_NR; col++)
		if (strlen(columns[col].name) == len &&
		    !strncasecmp(columns[col].name, name, len))
			return col;
	util_error("unknown column: %s", name);
	return -EINVAL;
}

/*
 * A name goes up to a comma that another name follows: a last comma belongs to
 * the name before it, and makes it unknown. An empty name fails in silence.
 */
static int add_columns(struct ul_view *v, const char *list)
{
	if (!*list)
		return -EINVAL;
	while (*list) {
		size_t len = strcspn(list, ",");
		int col;

		if (list[len] && !list[len + 1])
			len++;
		if (!len || v->nr == ARRAY_SIZE(v->cols))
			return -EINVAL;
		col = find_column(list, len);
		if (col < 0)
			return col;
		v->cols[v->nr++] = col;
		list += len;
		list += *list == ',';
	}
	return 0;
}

int ul_choose_columns(struct ul_view *v, const char *list)
{
	if (list && *list != '+')
		v->nr = 0;
	else if (!v->nr)
		for (; v->nr < ARRAY_SIZE(usual); v->nr++)
			v->cols[v->nr] = usual[v->nr];
	if (!list)
		return 0;
	return add_columns(v, list + (*list == '+'));
}

void ul_print_columns(FILE *f, const char *fmt)
{
	for (int col = 0; col < COL_NR; col++)
		fprintf(f, fmt, columns[col].name, columns[col].help);
}
