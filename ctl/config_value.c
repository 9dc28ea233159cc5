// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of zram.json: from JSON, to fields, and as one would write them. */
#include "config_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

int config_wrong(const struct config_text *t, const char *path,
		 const char *fmt, ...)
{
	unsigned int line = *path ? config_line_of(t->text, path) : 0;
	char *why = t->c->why;
	size_t at;
	va_list ap;

	at = line ? snprintf(why, CONFIG_WHY_LEN, "%s:%u: ", t->name, line) :
		    snprintf(why, CONFIG_WHY_LEN, "%s: ", t->name);
	if (at < CONFIG_WHY_LEN && *path)
		at += snprintf(why + at, CONFIG_WHY_LEN - at, "%.200s: ", path);
	if (at < CONFIG_WHY_LEN) {
		va_start(ap, fmt);
		vsnprintf(why + at, CONFIG_WHY_LEN - at, fmt, ap);
		va_end(ap);
	}
	return -EINVAL;
}

char *config_format(char buf[32], enum config_type type, uint64_t v)
{
	static const struct {
		uint64_t factor;
		char unit;
	} ages[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

	switch (type) {
	case CONFIG_BOOL:
		return strcpy(buf, v ? "true" : "false");
	case CONFIG_SIZE:
		for (int shift = 60; shift >= 10; shift -= 10)
			if (v && !(v & ((1ull << shift) - 1))) {
				snprintf(buf, 32, "%" PRIu64 "%c", v >> shift,
					 "KMGTPE"[shift / 10 - 1]);
				return buf;
			}
		break;
	case CONFIG_AGE:
		for (size_t i = 0; i < ARRAY_SIZE(ages); i++)
			if (v && !(v % ages[i].factor)) {
				snprintf(buf, 32, "%" PRIu64 "%c",
					 v / ages[i].factor, ages[i].unit);
				return buf;
			}
		snprintf(buf, 32, "%" PRIu64 "s", v);
		return buf;
	case CONFIG_SHARE:
		snprintf(buf, 32, "%g%%", v / 10.0);
		return buf;
	case CONFIG_UINT:
		break;
	}
	snprintf(buf, 32, "%" PRIu64, v);
	return buf;
}

const char *config_given(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE);
}

void config_add_name(char *names, size_t len, const char *name, size_t n)
{
	size_t at = strlen(names);

	if (at + n + 3 < len)
		sprintf(names + at, "%s%.*s", at ? ", " : "", (int)n, name);
}

static const char *const wanted[] = {
	[CONFIG_BOOL] = "true or false",
	[CONFIG_UINT] = "a whole number such as 32",
	[CONFIG_AGE] = "seconds, or a time such as \"90s\", \"15m\", \"2h\", \"1d\"",
	[CONFIG_SIZE] = "bytes, or a size such as \"64M\"",
	[CONFIG_SHARE] = "a share such as \"5%\"",
};

/* What a text may be; NULL: no text will do. */
static const char *const kinds[] = {
	[CONFIG_BOOL] = NULL,
	[CONFIG_UINT] = NULL,
	[CONFIG_AGE] = "time",
	[CONFIG_SIZE] = "size",
	[CONFIG_SHARE] = "share",
};

/* "5%", and "0%", which is no size but a share. */
static int parse_share(const char *s, uint64_t *v)
{
	uint32_t permille;
	int err = util_parse_percent(s, &permille);
	char *end;

	if (!err) {
		*v = permille;
		return 0;
	}
	if (strtod(s, &end) == 0 && end != s && !strcmp(end, "%")) {
		*v = 0;
		return 0;
	}
	return err;
}

static int parse_text(enum config_type type, const char *s, uint64_t *v)
{
	double seconds;
	int err;

	switch (type) {
	case CONFIG_AGE:
		err = util_parse_seconds(s, &seconds);
		if (!err && seconds > UINT32_MAX)
			err = -ERANGE;
		*v = err ? 0 : seconds;
		return err;
	case CONFIG_SIZE:
		return util_parse_size(s, v);
	case CONFIG_SHARE:
		return parse_share(s, v);
	default:
		return -EINVAL;
	}
}

static int parse_json(enum config_type type, struct json_object *o, uint64_t *v)
{
	int64_t n;

	switch (json_object_get_type(o)) {
	case json_type_boolean:
		if (type != CONFIG_BOOL)
			return -EINVAL;
		*v = json_object_get_boolean(o);
		return 0;
	case json_type_int:
		if (type == CONFIG_BOOL || type == CONFIG_SHARE)
			return -EINVAL;
		n = json_object_get_int64(o);
		*v = n;
		return n < 0 ? -ERANGE : 0;
	case json_type_string:
		return parse_text(type, json_object_get_string(o), v);
	default:
		return -EINVAL;
	}
}

int config_value(const struct config_text *t, const char *path,
		 enum config_type type, uint64_t min, uint64_t max,
		 struct json_object *o, uint64_t *v)
{
	const char *given = config_given(o);
	char low[32], high[32];
	int err = parse_json(type, o, v);

	if (!err && (*v < min || *v > max))
		err = -ERANGE;
	if (err == -ERANGE)
		return config_wrong(t, path, "%.60s is out of range: write something from %s to %s",
				    given, config_format(low, type, min),
				    config_format(high, type, max));
	if (err && kinds[type] && json_object_is_type(o, json_type_string))
		return config_wrong(t, path, "%.60s is no %s: write %s", given,
				    kinds[type], wanted[type]);
	if (err)
		return config_wrong(t, path, "%.60s is of the wrong type: write %s",
				    given, wanted[type]);
	return 0;
}

void config_store(struct config *c, const struct config_key *k, uint64_t v)
{
	void *field = (char *)c + k->offset;

	if (k->size == sizeof(bool))
		*(bool *)field = v;
	else if (k->size == sizeof(uint32_t))
		*(uint32_t *)field = v;
	else
		*(uint64_t *)field = v;
}

uint64_t config_fetch(const struct config *c, const struct config_key *k)
{
	const void *field = (const char *)c + k->offset;

	if (k->size == sizeof(bool))
		return *(const bool *)field;
	if (k->size == sizeof(uint32_t))
		return *(const uint32_t *)field;
	return *(const uint64_t *)field;
}
