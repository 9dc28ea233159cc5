/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of config: the table of keys, and how mistakes are told. */
#ifndef ZRAMCTL_CONFIG_IMPL_H
#define ZRAMCTL_CONFIG_IMPL_H

#include "config.h"

struct json_object;

enum config_type {
	CONFIG_BOOL,
	CONFIG_UINT,
	CONFIG_AGE,	/* seconds: a number, or "90s", "15m", "2h", "1d" */
	CONFIG_SIZE,	/* bytes: a number, or "64M" */
	CONFIG_SHARE,	/* permille: "5%" */
};

struct config_key {
	const char *section;	/* "" or "policy.pack" */
	const char *name;
	enum config_type type;
	size_t offset, size;	/* of the field in struct config */
	uint64_t min, max;
	const char *initial;	/* the default, as one would write it */
	const char *help;
};

extern const struct config_key config_keys[];
extern const size_t config_nr_keys;

/* A file that is being read. */
struct config_text {
	struct config *c;
	const char *name;	/* of the file, for messages */
	const char *text;
	unsigned char source;
};

/* The line where a key stands ("policy.pack.min_age"), in right JSON; 0: nowhere. */
unsigned int config_line_of(const char *text, const char *path);
/*
 * The first key that an object has twice: its path and lines. Only the later one
 * would count. False: there is none.
 */
bool config_find_twice(const char *text, char path[CONFIG_PATH_LEN],
		       unsigned int *first, unsigned int *second);

/* "FILE:LINE: KEY: ..." into c->why; returns -EINVAL. @path: "policy.pack.min_age". */
int config_wrong(const struct config_text *t, const char *path,
		 const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The value as the key's type says; path names it in messages. */
int config_value(const struct config_text *t, const char *path,
		 enum config_type type, uint64_t min, uint64_t max,
		 struct json_object *o, uint64_t *v);
/* The object "devices". */
int config_read_devices(const struct config_text *t, struct json_object *o);
/* Keys of a device, for the schema: name, JSON types, help; NULL ends. */
struct config_device_key {
	const char *name, *types, *help;
};
extern const struct config_device_key config_device_keys[];

/* A value as the file has it, for messages. */
const char *config_given(struct json_object *o);
/* ", NAME" to a list of names, if there is room; @n: of its characters. */
void config_add_name(char *names, size_t len, const char *name, size_t n);

void config_store(struct config *c, const struct config_key *k, uint64_t v);
uint64_t config_fetch(const struct config *c, const struct config_key *k);
/* The key's value as one would write it. */
char *config_format(char buf[32], enum config_type type, uint64_t v);

#endif
