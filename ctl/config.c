// SPDX-License-Identifier: GPL-2.0-or-later
/* zram.json: opening with care, walking the keys, contradictions. */
#include "config.h"
#include "config_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

#define MAX_BYTES	(1 << 20)
#define MAX_DEPTH	8

static int refuse(struct config *c, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(struct config *c, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
	return err;
}

void config_init(struct config *c)
{
	memset(c, 0, sizeof(*c));
	c->rules.slice_bytes = 16 << 20;
	c->rules.slice_ms = 1000;
	for (size_t i = 0; i < config_nr_keys; i++) {
		const struct config_key *k = &config_keys[i];
		struct config_text t = { .c = c, .name = "defaults", .text = "" };
		struct json_object *o = json_tokener_parse(k->initial);
		uint64_t v = 0;

		if (!o || json_object_is_type(o, json_type_double) ||
		    (k->type != CONFIG_BOOL && k->type != CONFIG_UINT)) {
			json_object_put(o);
			o = json_object_new_string(k->initial);
		}
		config_value(&t, k->name, k->type, k->min, k->max, o, &v);
		config_store(c, k, v);
		json_object_put(o);
	}
}

/* ---- files -------------------------------------------------------------------- */

/* Whoever may write it steers what root does. */
static int check_owner(struct config *c, const char *name, const struct stat *st)
{
	if (st->st_uid && st->st_uid != geteuid())
		return refuse(c, -EPERM, "%s belongs to user %u, who could change it: chown root %s",
			      name, st->st_uid, name);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return refuse(c, -EPERM, "%s may be written by others than its owner: chmod go-w %s",
			      name, name);
	return 0;
}

static int open_config(struct config *c, int dir, const char *path,
		       const char *name, int flags, struct stat *st)
{
	int fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags);
	int err = fd < 0 ? -errno : 0;

	if (err == -ELOOP || (err == -ENOTDIR && flags & O_DIRECTORY))
		return refuse(c, err, "%s is a symbolic link or of the wrong kind: put the %s itself there",
			      name, flags & O_DIRECTORY ? "folder" : "file");
	if (err)
		return refuse(c, err, "cannot open %s: %s", name, strerror(-err));
	if (fstat(fd, st)) {
		err = refuse(c, -errno, "cannot look at %s: %s", name, strerror(errno));
	} else if (!(flags & O_DIRECTORY) && !S_ISREG(st->st_mode)) {
		err = refuse(c, -EINVAL, "%s is not a regular file: write a file of JSON", name);
	} else {
		err = check_owner(c, name, st);
	}
	if (err)
		close(fd);
	return err ? err : fd;
}

static int read_text(struct config *c, int fd, const char *name,
		     const struct stat *st, char **text)
{
	ssize_t got = 0, n;

	if (st->st_size > MAX_BYTES)
		return refuse(c, -EFBIG, "%s is larger than 1 MiB: it cannot be meant for this", name);
	*text = malloc(st->st_size + 1);
	if (!*text)
		return refuse(c, -ENOMEM, "no memory to read %s", name);
	while (got < st->st_size) {
		n = read(fd, *text + got, st->st_size - got);
		if (n < 0) {
			int err = -errno;

			free(*text);
			return refuse(c, err, "cannot read %s: %s", name, strerror(-err));
		}
		if (!n)
			break;
		got += n;
	}
	(*text)[got] = 0;
	if (strlen(*text) == (size_t)got)
		return 0;
	free(*text);
	return refuse(c, -EINVAL, "%s has a byte of zero, so it is not JSON: write it anew", name);
}

/* ---- keys --------------------------------------------------------------------- */

static int read_section(const struct config_text *t, const char *section,
			struct json_object *o);

static const struct config_key *find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < config_nr_keys; i++)
		if (!strcmp(config_keys[i].section, section) &&
		    !strcmp(config_keys[i].name, name))
			return &config_keys[i];
	return NULL;
}

static bool is_section(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < config_nr_keys; i++)
		if (!strncmp(config_keys[i].section, path, len) &&
		    (!config_keys[i].section[len] || config_keys[i].section[len] == '.'))
			return true;
	return false;
}

/* The sections in @section, each once: the keys of one stand together in the table. */
static void add_sections(const char *section, char *names, size_t size)
{
	size_t len = strlen(section), before = 0;
	const char *last = "";

	for (size_t i = 0; i < config_nr_keys; i++) {
		const char *inner = config_keys[i].section;
		size_t n;

		if (strncmp(inner, section, len) || (len && inner[len] != '.'))
			continue;
		inner += len + !!len;
		n = strcspn(inner, ".");
		if (n && (n != before || strncmp(inner, last, n)))
			config_add_name(names, size, inner, n);
		last = inner;
		before = n;
	}
}

static int unknown_key(const struct config_text *t, const char *section,
		       const char *path)
{
	char names[256] = "";

	for (size_t i = 0; i < config_nr_keys; i++)
		if (!strcmp(config_keys[i].section, section))
			config_add_name(names, sizeof(names), config_keys[i].name,
					strlen(config_keys[i].name));
	add_sections(section, names, sizeof(names));
	if (!*section)
		config_add_name(names, sizeof(names), "devices", strlen("devices"));
	return config_wrong(t, path, "there is no such key%s%s: remove it or correct its name",
			    *names ? "; here may be " : "", names);
}

static int read_member(const struct config_text *t, const char *section,
		       const char *name, struct json_object *o)
{
	const struct config_key *k = find_key(section, name);
	char path[CONFIG_PATH_LEN];
	uint64_t v;
	int err;

	snprintf(path, sizeof(path), "%s%s%.100s", section, *section ? "." : "", name);
	if (!*section && !strcmp(name, "devices"))
		return config_read_devices(t, o);
	if (t->c->devices_only || (!*section && !strcmp(name, "$schema")))
		return 0;
	if (k) {
		err = config_value(t, path, k->type, k->min, k->max, o, &v);
		if (err)
			return err;
		config_store(t->c, k, v);
		t->c->source[k - config_keys] = t->source;
		t->c->line[k - config_keys] = config_line_of(t->text, path);
		return 0;
	}
	if (!*name || strchr(name, '.') || !is_section(path))
		return unknown_key(t, section, path);
	if (!json_object_is_type(o, json_type_object))
		return config_wrong(t, path, "is of the wrong type: write an object of keys");
	return read_section(t, path, o);
}

static int read_section(const struct config_text *t, const char *section,
			struct json_object *o)
{
	json_object_object_foreach(o, name, value) {
		int err = read_member(t, section, name, value);

		if (err)
			return err;
	}
	return 0;
}

static int check_once(const struct config_text *t)
{
	char path[CONFIG_PATH_LEN];
	unsigned int first, second;

	if (!config_find_twice(t->text, path, &first, &second))
		return 0;
	return refuse(t->c, -EINVAL, "%s:%u: %.200s: is in line %u already, and only one would count: remove one of the two",
		      t->name, second, path, first);
}

static int parse(const struct config_text *t)
{
	struct json_tokener *tok = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *o;
	size_t len = strlen(t->text);
	int err;

	if (!tok)
		return refuse(t->c, -ENOMEM, "no memory to read %s", t->name);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	/* With the NUL, so that an end too early is noticed. */
	o = json_tokener_parse_ex(tok, t->text, len + 1);
	if (!o) {
		enum json_tokener_error e = json_tokener_get_error(tok);
		size_t end = json_tokener_get_parse_end(tok);
		unsigned int line = 1;

		for (size_t i = 0; i < end && i < len; i++)
			line += t->text[i] == '\n';
		err = refuse(t->c, -EINVAL, "%s:%u: not JSON: %s", t->name, line,
			     e == json_tokener_success ? "write an object such as { \"interval\": \"1m\" }" :
			     json_tokener_error_desc(e));
	} else if (!json_object_is_type(o, json_type_object)) {
		err = refuse(t->c, -EINVAL, "%s:1: write an object: { \"interval\": \"1m\" }", t->name);
	} else {
		err = check_once(t);
		if (!err)
			err = read_section(t, "", o);
	}
	json_object_put(o);
	json_tokener_free(tok);
	return err;
}

static int read_at(struct config *c, int dir, const char *path, const char *name)
{
	struct config_text t = { .c = c, .name = name };
	struct stat st;
	char *text = NULL;
	int fd, err;

	if (c->nr_files == CONFIG_FILES)
		return refuse(c, -E2BIG, "%s: more than %d files", name, CONFIG_FILES);
	fd = open_config(c, dir, path, name, 0, &st);
	if (fd < 0)
		return fd;
	err = read_text(c, fd, name, &st, &text);
	close(fd);
	if (err)
		return err;
	t.text = text;
	t.source = ++c->nr_files;
	snprintf(c->file[t.source], CONFIG_PATH_LEN, "%s", name);
	err = parse(&t);
	free(text);
	return err;
}

int config_read(struct config *c, const char *path)
{
	return read_at(c, AT_FDCWD, path, path);
}

static int is_json(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && len > 5 && !strcmp(e->d_name + len - 5, ".json");
}

int config_read_dir(struct config *c, const char *path)
{
	struct dirent **list = NULL;
	struct stat st;
	char name[CONFIG_PATH_LEN];
	int dir, nr, err = 0;

	dir = open_config(c, AT_FDCWD, path, path, O_DIRECTORY, &st);
	if (dir == -ENOENT)
		return 0;
	if (dir < 0)
		return dir;
	nr = scandirat(dir, ".", &list, is_json, alphasort);
	if (nr < 0)
		err = refuse(c, -errno, "cannot list %s: %s", path, strerror(errno));
	for (int i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, list[i]->d_name);
		if (!err)
			err = read_at(c, dir, list[i]->d_name, name);
		free(list[i]);
	}
	free(list);
	close(dir);
	return err;
}

/* ---- contradictions ------------------------------------------------------------- */

#define PLACE_LEN (CONFIG_PATH_LEN + 16)

/* "FILE:LINE", or that it is the default. */
static const char *place_of(char buf[PLACE_LEN], const struct config *c, const struct config_key *k)
{
	size_t i = k - config_keys;

	if (!c->source[i])
		return "the default";
	snprintf(buf, PLACE_LEN, "%s:%u", c->file[c->source[i]], c->line[i]);
	return buf;
}

/* @low must not be above @high. */
static int check_pair(struct config *c, const char *section, const char *low,
		      const char *section2, const char *high)
{
	const struct config_key *a = find_key(section, low), *b = find_key(section2, high);
	char va[32], vb[32], pa[PLACE_LEN], pb[PLACE_LEN];

	if (config_fetch(c, a) <= config_fetch(c, b))
		return 0;
	return refuse(c, -EINVAL, "%s.%s (%s, %s) is above %s.%s (%s, %s): lower the first or raise the second",
		      section, low, config_format(va, a->type, config_fetch(c, a)), place_of(pa, c, a),
		      section2, high, config_format(vb, b->type, config_fetch(c, b)), place_of(pb, c, b));
}

static int check_budget(struct config *c, const char *name)
{
	const struct config_key *k = find_key("policy.budget", name);
	char place[PLACE_LEN];

	if (!c->rules.move[POLICY_WRITEBACK].enabled || config_fetch(c, k))
		return 0;
	return refuse(c, -EINVAL, "%s: policy.budget.%s is 0, so nothing would ever be written: give it a size, or set policy.writeback.enabled to false",
		      place_of(place, c, k), name);
}

static const char *behind(const struct config_device *d)
{
	return *d->backing ? d->backing : d->backing_file;
}

/* What is enabled, and could never do a thing. */
static int check_idle(struct config *c)
{
	const struct config_key *small = find_key("policy.recompress", "threshold");
	const struct config_key *maps = find_key("observer", "max_memory");
	char v[32], place[PLACE_LEN];

	if (c->rules.move[POLICY_RECOMPRESS].enabled &&
	    c->threshold >= (uint64_t)sysconf(_SC_PAGESIZE))
		return refuse(c, -EINVAL, "%s: policy.recompress.threshold (%s) is a page or more, so no slot would count: lower it, or set policy.recompress.enabled to false",
			      place_of(place, c, small), config_format(v, small->type, c->threshold));
	if (c->observer && !c->observer_memory)
		return refuse(c, -EINVAL, "%s: observer.max_memory is 0, so there would never be records: give it a size, or set observer.enabled to false",
			      place_of(place, c, maps));
	return 0;
}

/* Apply would give it to the first, and find it busy for the second. */
static int check_disks(struct config *c)
{
	for (size_t i = 0; i < c->nr_dev; i++)
		for (size_t j = 0; j < i; j++)
			if (*behind(&c->dev[i]) &&
			    !strcmp(behind(&c->dev[i]), behind(&c->dev[j])))
				return refuse(c, -EINVAL, "%s:%u: devices.zram%" PRIu32 " and devices.zram%" PRIu32 " both have %s behind them: give each a disk or file of its own",
					      c->file[c->dev[i].source], c->dev[i].line,
					      c->dev[j].spec.id, c->dev[i].spec.id,
					      behind(&c->dev[i]));
	return 0;
}

int config_check(struct config *c)
{
	static const char *const moves[] = {
		"policy.recompress", "policy.pack", "policy.writeback",
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(moves) && !err; i++) {
		err = check_pair(c, moves[i], "min_age", moves[i], "max_age");
		if (!err && c->rules.move[i].enabled)
			err = check_pair(c, "policy.limit", "min_age", moves[i], "min_age");
	}
	if (!err)
		err = check_budget(c, "round");
	if (!err)
		err = check_budget(c, "day");
	if (!err && c->rules.move[POLICY_WRITEBACK].enabled)
		err = check_pair(c, "policy.budget", "round", "policy.budget", "day");
	if (!err)
		err = check_idle(c);
	return err ? err : check_disks(c);
}

static int load_files(struct config *c, const char *path)
{
	char dir[CONFIG_PATH_LEN];
	int err;

	if (path && strlen(path) + 3 > sizeof(dir))
		return refuse(c, -ENAMETOOLONG, "%.40s...: the path is too long", path);
	err = config_read(c, path ? path : CONFIG_FILE);
	if (err == -ENOENT && !path)
		err = 0;
	if (err)
		return err;
	snprintf(dir, sizeof(dir), "%s.d", path ? path : CONFIG_FILE);
	return config_read_dir(c, dir);
}

int config_load(struct config *c, const char *path)
{
	int err;

	config_init(c);
	err = load_files(c, path);
	return err ? err : config_check(c);
}

int config_load_devices(struct config *c, const char *path)
{
	int err;

	config_init(c);
	c->devices_only = true;
	err = load_files(c, path);
	return err ? err : check_disks(c);
}
