// SPDX-License-Identifier: GPL-2.0-or-later
/* Where keys stand in the text of a file: lines, and keys that are there twice. */
#include "config_impl.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A walk over text that json-c has read, and found right, before: it keeps no lines,
 * and of two keys the last one only.
 */
struct walk {
	const char *at;
	unsigned int line;
	char path[CONFIG_PATH_LEN];	/* of the object that is walked through */
	const char *want;		/* NULL: the first key that is there twice */
	unsigned int found, first;	/* lines; 0: not yet */
};

static void walk_value(struct walk *w);

static void skip_blanks(struct walk *w)
{
	for (; *w->at && strchr(" \t\r\n", *w->at); w->at++)
		w->line += *w->at == '\n';
}

/* To the character behind the text that begins here with a quote. */
static void skip_text(struct walk *w)
{
	char quote = *w->at++;

	for (; *w->at && *w->at != quote; w->at++) {
		w->line += *w->at == '\n';
		if (*w->at == '\\' && w->at[1])
			w->at++;
	}
	if (*w->at)
		w->at++;
}

/* A key without its quotes and escapes; NULL: no memory. */
static struct json_object *take_name(struct walk *w)
{
	const char *from = w->at;
	struct json_object *name;
	char *text;

	skip_text(w);
	text = strndup(from, w->at - from);
	name = text ? json_tokener_parse(text) : NULL;
	free(text);
	return name;
}

/* A key of the object at w->path, whose keys so far are in @seen with their lines. */
static void note_key(struct walk *w, struct json_object *seen, const char *name,
		     unsigned int line)
{
	struct json_object *before;

	if (w->want) {
		if (!strcmp(w->path, w->want))
			w->found = line;
	} else if (json_object_object_get_ex(seen, name, &before)) {
		w->found = line;
		w->first = json_object_get_int64(before);
	} else {
		json_object_object_add(seen, name, json_object_new_int64(line));
	}
}

static void walk_object(struct walk *w)
{
	struct json_object *seen = json_object_new_object(), *name;
	size_t len = strlen(w->path);

	w->at++;
	for (skip_blanks(w); *w->at && *w->at != '}' && !w->found; skip_blanks(w)) {
		if (*w->at == ',' || *w->at == ':') {
			w->at++;
			continue;
		}
		name = take_name(w);
		if (!name)
			break;
		snprintf(w->path + len, sizeof(w->path) - len, "%s%.100s", len ? "." : "",
			 json_object_get_string(name));
		note_key(w, seen, json_object_get_string(name), w->line);
		json_object_put(name);
		skip_blanks(w);
		w->at += *w->at == ':';
		if (w->found)
			break;
		walk_value(w);
		if (!w->found)
			w->path[len] = 0;
	}
	w->at += *w->at == '}';
	json_object_put(seen);
}

static void walk_array(struct walk *w)
{
	w->at++;
	for (skip_blanks(w); *w->at && *w->at != ']' && !w->found; skip_blanks(w)) {
		if (*w->at == ',')
			w->at++;
		else
			walk_value(w);
	}
	w->at += *w->at == ']';
}

static void walk_value(struct walk *w)
{
	skip_blanks(w);
	switch (*w->at) {
	case '{':
		walk_object(w);
		break;
	case '[':
		walk_array(w);
		break;
	case '"':
	case '\'':
		skip_text(w);
		break;
	default:
		/* one character at least, so that every walk ends */
		w->at += !!*w->at;
		w->at += strcspn(w->at, " \t\r\n,]}");
	}
}

unsigned int config_line_of(const char *text, const char *path)
{
	struct walk w = { .at = text, .line = 1, .want = path };

	walk_value(&w);
	return w.found;
}

bool config_find_twice(const char *text, char path[CONFIG_PATH_LEN],
		       unsigned int *first, unsigned int *second)
{
	struct walk w = { .at = text, .line = 1 };

	walk_value(&w);
	memcpy(path, w.path, CONFIG_PATH_LEN);
	*first = w.first;
	*second = w.found;
	return w.found;
}
