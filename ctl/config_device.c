// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices of zram.json, which apply makes. */
#include "config_impl.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "swap.h"
#include "util.h"

const struct config_device_key config_device_keys[] = {
	{ "algo", "string", "compression algorithm" },
	{ "level", "integer", "compression level" },
	{ "recomp", "string", "secondary algorithms, such as \"zstd:9\" or \"zstd,deflate\": what policy.recompress moves old slots to" },
	{ "size", "integer,string", "size of the device: bytes, \"1G\", or \"50%\" of RAM (the default)" },
	{ "mem_limit", "integer,string", "the most memory its data may take: bytes, \"1G\", or a share of RAM; 0: no limit" },
	{ "backing", "string", "disk for its cold slots; what is on it is lost" },
	{ "backing_file", "string", "the same, a file behind a loop device" },
	{ "backing_size", "integer,string", "size of that file: bytes or \"4G\"; made if need be" },
	{ "promote", "string", "rule by which slots come back from there: \"2/1m\" (the default) is two reads within a minute, \"0\" never" },
	{ "swap", "boolean", "make a swap area on it and enable it" },
	{ "folio_packs", "string", "which large requests become one pack: \"off\", \"auto\", \"swap\" or \"all\"" },
	{ "large_folios", "boolean", "with swap: the kernel swaps in pieces of 64 kB, where it can, and folio_packs is \"auto\" where it is not given" },
	{ "priority", "integer", "of the swap area, -1 to 32767 (default 100)" },
	{ NULL, NULL, NULL }
};

/* A size or a share of RAM. */
static int read_size(const struct config_text *t, const char *path,
		     struct json_object *o, uint64_t *v)
{
	const char *text = json_object_get_string(o);
	uint64_t permille;
	int err;

	if (!json_object_is_type(o, json_type_string) || !strchr(text, '%'))
		return config_value(t, path, CONFIG_SIZE, 0, INT64_MAX, o, v);
	err = config_value(t, path, CONFIG_SHARE, 0, 100000, o, &permille);
	if (!err)
		*v = util_ram_bytes() / 1000 * permille;
	return err;
}

static int read_int(const struct config_text *t, const char *path,
		    struct json_object *o, int32_t min, int32_t max, int32_t *v)
{
	int64_t n = json_object_get_int64(o);

	if (!json_object_is_type(o, json_type_int))
		return config_wrong(t, path, "%.60s is of the wrong type: write a whole number",
				    config_given(o));
	if (n < min || n > max)
		return config_wrong(t, path, "%lld is out of range: write something from %d to %d",
				    (long long)n, min, max);
	*v = n;
	return 0;
}

static int read_path(const struct config_text *t, const char *path,
		     struct json_object *o, char *to)
{
	const char *text = json_object_get_string(o);

	if (!json_object_is_type(o, json_type_string) || *text != '/' ||
	    strlen(text) >= CONFIG_BACKING_LEN)
		return config_wrong(t, path, "%.60s is no path: write one that begins with /",
				    config_given(o));
	strcpy(to, text);
	return 0;
}

static int read_recomp(const struct config_text *t, struct config_device *d,
		       const char *path, struct json_object *o)
{
	const char *text = json_object_get_string(o), *word, *wrong;

	if (!json_object_is_type(o, json_type_string) || strlen(text) >= sizeof(d->recomp))
		return config_wrong(t, path, "%.60s is of the wrong type: write \"zstd:9\", or up to three with commas between",
				    config_given(o));
	strcpy(d->recomp, text);
	memset(d->spec.codec, 0, sizeof(d->spec.codec));
	wrong = model_parse_recomp(d->recomp, d->spec.codec, &word);
	return wrong ? config_wrong(t, path, "'%.40s' %s; write \"zstd:9\"", word, wrong) : 0;
}

static int unknown_key(const struct config_text *t, const char *path)
{
	char names[256] = "";

	for (const struct config_device_key *k = config_device_keys; k->name; k++)
		config_add_name(names, sizeof(names), k->name, strlen(k->name));
	return config_wrong(t, path, "there is no such key of a device; here may be %s: remove it or correct its name",
			    names);
}

/* Where the disk or file is named, for who finds later that another device has it. */
static int read_disk(const struct config_text *t, struct config_device *d,
		     const char *path, struct json_object *o, char *to)
{
	d->source = t->source;
	d->line = config_line_of(t->text, path);
	return read_path(t, path, o, to);
}

static int read_key(const struct config_text *t, struct config_device *d,
		    const char *path, const char *key, struct json_object *o)
{
	struct model_spec *s = &d->spec;
	uint64_t v;
	int err;

	if (!strcmp(key, "algo")) {
		const char *name = json_object_get_string(o);

		if (!json_object_is_type(o, json_type_string) || !*name ||
		    strlen(name) >= sizeof(d->algo))
			return config_wrong(t, path, "%.60s is no algorithm's name: 'zramctl version' lists them",
					    config_given(o));
		strcpy(d->algo, name);
		s->has |= MODEL_ALGO;
		return 0;
	}
	if (!strcmp(key, "level")) {
		s->has |= MODEL_LEVEL;
		return read_int(t, path, o, -131072, 1000, &s->level);
	}
	if (!strcmp(key, "recomp"))
		return read_recomp(t, d, path, o);
	if (!strcmp(key, "size")) {
		err = read_size(t, path, o, &s->disksize);
		if (!err && !s->disksize)
			return config_wrong(t, path, "a size of 0 makes no device: write \"1G\", or \"50%%\" of RAM");
		s->has |= MODEL_DISKSIZE;
		return err;
	}
	if (!strcmp(key, "mem_limit")) {
		s->has |= MODEL_MEM_LIMIT;
		return read_size(t, path, o, &s->mem_limit);
	}
	if (!strcmp(key, "backing"))
		return read_disk(t, d, path, o, d->backing);
	if (!strcmp(key, "backing_file"))
		return read_disk(t, d, path, o, d->backing_file);
	if (!strcmp(key, "backing_size"))
		return config_value(t, path, CONFIG_SIZE, 4096, INT64_MAX, o, &d->backing_size);
	if (!strcmp(key, "promote")) {
		s->has |= MODEL_PROMOTE;
		if (!json_object_is_type(o, json_type_string) ||
		    util_parse_rule(json_object_get_string(o), &s->promote_reads,
				    &s->promote_seconds))
			return config_wrong(t, path, "%.60s is no rule: write \"2/1m\" for two reads within a minute, or \"0\"",
					    config_given(o));
		return 0;
	}
	if (!strcmp(key, "swap")) {
		err = config_value(t, path, CONFIG_BOOL, 0, 1, o, &v);
		d->swap = !err && v;
		return err;
	}
	if (!strcmp(key, "large_folios")) {
		err = config_value(t, path, CONFIG_BOOL, 0, 1, o, &v);
		d->large_folios = !err && v;
		return err;
	}
	if (!strcmp(key, "folio_packs")) {
		s->has |= MODEL_FOLIO_PACKS;
		if (!json_object_is_type(o, json_type_string) ||
		    model_parse_folio_mode(json_object_get_string(o), &s->folio_packs))
			return config_wrong(t, path, "%.60s is no such mode: write \"off\", \"auto\", \"swap\" or \"all\"",
					    config_given(o));
		return 0;
	}
	if (!strcmp(key, "priority"))
		d->has_priority = true;
	if (!strcmp(key, "priority"))
		return read_int(t, path, o, -1, SWAP_PRIORITY_MAX, &d->priority);
	return unknown_key(t, path);
}

static struct config_device *device_of(struct config *c, uint32_t id)
{
	struct config_device *d;

	for (size_t i = 0; i < c->nr_dev; i++)
		if (c->dev[i].spec.id == id)
			return &c->dev[i];
	if (c->nr_dev == POLICY_DEVICES)
		return NULL;
	d = &c->dev[c->nr_dev++];
	memset(d, 0, sizeof(*d));
	d->spec.id = id;
	d->spec.has = MODEL_SPEC_ID | MODEL_DISKSIZE;
	d->spec.disksize = util_ram_bytes() / 2;
	d->spec.algo = d->algo;
	d->priority = SWAP_PRIORITY_DEFAULT;
	return d;
}

int config_read_devices(const struct config_text *t, struct json_object *o)
{
	char path[CONFIG_PATH_LEN];
	uint32_t id;

	if (!json_object_is_type(o, json_type_object))
		return config_wrong(t, "devices", "write an object such as { \"zram0\": { \"size\": \"1G\" } }");
	json_object_object_foreach(o, name, dev) {
		struct config_device *d;

		snprintf(path, sizeof(path), "devices.%.100s", name);
		if (strncmp(name, "zram", 4) || model_parse_name(name, &id))
			return config_wrong(t, path, "no device is called that: write \"zram0\"");
		if (!json_object_is_type(dev, json_type_object))
			return config_wrong(t, path, "write an object such as { \"size\": \"1G\" }");
		d = device_of(t->c, id);
		if (!d)
			return config_wrong(t, path, "more than %d devices", POLICY_DEVICES);
		json_object_object_foreach(dev, key, value) {
			int err;

			snprintf(path, sizeof(path), "devices.%.100s.%.100s", name, key);
			err = read_key(t, d, path, key, value);
			if (err)
				return err;
		}
		if (*d->backing && *d->backing_file)
			return config_wrong(t, path, "a device has one backing device: write backing or backing_file");
		if (d->backing_size && !*d->backing_file)
			return config_wrong(t, path, "backing_size is that of a backing_file: write its path, too");
		if (d->large_folios && !d->swap)
			return config_wrong(t, path, "large_folios goes with swap: write \"swap\": true, too");
		if (d->large_folios && !(d->spec.has & MODEL_FOLIO_PACKS)) {
			d->spec.folio_packs = ZRAM_FOLIO_MODE_AUTO;
			d->spec.has |= MODEL_FOLIO_PACKS;
		}
	}
	return 0;
}
