/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows as text or JSON from one column table.
 *
 * A table of columns ends with one whose name is NULL. The getter returns
 * false when the row does not report the value: text shows "-" and JSON null.
 * JSON always has every key, so scripts can rely on it, and exact numbers.
 */
#ifndef ZRAMCTL_OUT_H
#define ZRAMCTL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

enum out_type {
	OUT_STRING,		/* v->s */
	OUT_UINT,		/* v->u */
	OUT_INT,		/* v->i */
	OUT_DOUBLE,		/* v->d */
	OUT_BOOL,		/* v->b */
};

enum out_unit {
	OUT_NONE,
	OUT_BYTES,		/* humanised in text unless exact is set */
	OUT_SECONDS,		/* an age, humanised likewise */
	OUT_RATIO,		/* two decimals */
	OUT_PERCENT,		/* one decimal and a % */
};

struct out_val {
	union {
		const char *s;
		uint64_t u;
		int64_t i;
		double d;
		bool b;
	};
	char buf[64];		/* room for a getter that builds a string */
};

struct out_col {
	const char *name;	/* heading, upper case */
	const char *key;	/* JSON, lower case with underscores */
	enum out_type type;
	enum out_unit unit;
	bool (*get)(const void *row, struct out_val *v);
	const char *help;
};

struct out_opts {
	bool json;
	bool exact;		/* plain numbers instead of 1.5G */
	bool noheadings;
	const char *columns;	/* "NAME,ALGO", "+AGE"; NULL: the default */
	const char *array;	/* JSON: name of the list around the rows */
};

struct out;

/* Whether @list names columns of the table only; tells on stderr when not. */
bool out_knows(const struct out_col *cols, const char *defaults,
	       const char *list);
/*
 * @defaults: names of the columns that text shows when the user names none.
 * -EINVAL with a line on stderr when opts->columns names an unknown one.
 */
int out_open(struct out **o, const struct out_col *cols, const char *defaults,
	     const struct out_opts *opts);
/* Reads the row now; it may go away afterwards. -ENOMEM. */
int out_row(struct out *o, const void *row);
/* Prints what was gathered to stdout, and frees. NULL is fine. */
int out_close(struct out *o);
/* Frees without printing. NULL is fine. */
void out_drop(struct out *o);

/* For output of another shape: one row as an object of every column. */
struct json_object *out_object(const struct out_col *cols, const void *row);
/* Prints @root with a newline, and puts it. */
int out_json(struct json_object *root);
/* "NAME: value" lines, one for each column that has a value. */
void out_fields(const struct out_col *cols, const void *row, bool exact);
/* The columns with keys and help, for help texts; those of @shown get a star. */
void out_help(const struct out_col *cols, const char *shown, FILE *f);

#endif
