// SPDX-License-Identifier: GPL-2.0-or-later
/* The processes that read, as a table or JSON. */
#include "top_readers.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define ROWS 10		/* of text */

static const struct observer_reader *reader_of(const void *row)
{
	return row;
}

static bool get_pid(const void *row, struct out_val *v)
{
	v->u = reader_of(row)->tgid;
	return true;
}

/* Bytes that a terminal would act on are shown as '?'. */
static bool get_command(const void *row, struct out_val *v)
{
	const struct zram_reader *c = &reader_of(row)->count;
	size_t i;

	for (i = 0; i < sizeof(c->comm) && c->comm[i]; i++)
		v->buf[i] = c->comm[i] < ' ' || c->comm[i] > '~' ? '?' : c->comm[i];
	v->buf[i] = 0;
	v->s = v->buf;
	return true;
}

#define COUNT_GETTER(field)						\
	static bool get_##field(const void *row, struct out_val *v)	\
	{								\
		v->u = reader_of(row)->count.field;			\
		return true;						\
	}

COUNT_GETTER(reads)
COUNT_GETTER(cold)
COUNT_GETTER(frozen)

static const struct out_col columns[] = {
	{ "PID", "pid", OUT_UINT, OUT_NONE, get_pid, "process" },
	{ "COMMAND", "command", OUT_STRING, OUT_NONE, get_command, "its name" },
	{ "READS", "reads", OUT_UINT, OUT_NONE, get_reads,
	  "slots that it read since top began" },
	{ "COLD", "cold", OUT_UINT, OUT_NONE, get_cold, "of these out of packs" },
	{ "FROZEN", "frozen", OUT_UINT, OUT_NONE, get_frozen,
	  "and off the backing device" },
	{ .name = NULL }
};

int top_readers_text(struct observer_readers *r, const struct out_opts *opts)
{
	struct out_opts own = { .exact = opts->exact, .noheadings = opts->noheadings };
	struct observer_reader *list;
	struct out *out = NULL;
	size_t nr;
	int err = observer_readers_list(r, &list, &nr);

	if (err) {
		util_error("out of memory");
		return err;
	}
	if (!nr)
		puts("nobody has read since top began");
	else
		err = out_open(&out, columns, "PID,COMMAND,READS,COLD,FROZEN", &own);
	for (size_t i = 0; !err && i < nr && i < ROWS; i++)
		err = out_row(out, &list[i]);
	if (err)
		out_drop(out);
	else if (out)
		err = out_close(out);
	free(list);
	return err;
}

struct json_object *top_readers_json(struct observer_readers *r)
{
	struct json_object *array = json_object_new_array();
	struct observer_reader *list;
	size_t nr;

	if (!array || observer_readers_list(r, &list, &nr))
		return array;
	for (size_t i = 0; i < nr; i++)
		json_object_array_add(array, out_object(columns, &list[i]));
	free(list);
	return array;
}
