// SPDX-License-Identifier: GPL-2.0-or-later
/* Every key of zram.json but the devices', and the JSON Schema made of them. */
#include "config_impl.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define YEAR	(365ull * 86400)
#define FIELD(f) offsetof(struct config, f), sizeof(((struct config *)0)->f)
#define MOVE(v, f) FIELD(rules.move[POLICY_##v].f)

/* The keys that every move has. */
#define MOVE_KEYS(section, V, on, min_, max_, returns_, bytes_, what)	\
	{ section, "enabled", CONFIG_BOOL, MOVE(V, enabled), 0, 1, on, what }, \
	{ section, "min_age", CONFIG_AGE, MOVE(V, min_age), 1, YEAR, min_, \
	  "age from which a slot is taken when memory is full" },	\
	{ section, "max_age", CONFIG_AGE, MOVE(V, max_age), 1, YEAR, max_, \
	  "the same when memory is free" },				\
	{ section, "returns", CONFIG_SHARE, MOVE(V, returns), 0, 1000, returns_, \
	  "take the youngest age of which no more than this share comes back, as measured; 0%: only the rule of min_age and max_age" }, \
	{ section, "min_bytes", CONFIG_SIZE, MOVE(V, min_bytes), 0, 1ull << 40, bytes_, \
	  "stored bytes that must be old enough before a job is started" }

const struct config_key config_keys[] = {
	{ "", "interval", CONFIG_AGE, FIELD(interval), 1, 86400, "1m",
	  "time between two looks while nothing happens" },
	{ "", "dry_run", CONFIG_BOOL, FIELD(dry_run), 0, 1, "false",
	  "decide and log, but start nothing" },
	{ "observer", "enabled", CONFIG_BOOL, FIELD(observer), 0, 1, "true",
	  "keep the observer running; the daemon takes ages from it" },
	{ "observer", "max_memory", CONFIG_SIZE, FIELD(observer_memory), 0, 1ull << 40, "64M",
	  "memory that the maps of all devices may take together; beyond that there are none, and slots are dumped at each look" },
	MOVE_KEYS("policy.recompress", RECOMPRESS, "true", "2h", "4h", "0%", "1M",
		  "move old slots to the secondary codec, where the device has one"),
	{ "policy.recompress", "threshold", CONFIG_SIZE, FIELD(threshold), 0, 65536, "1K",
	  "smaller slots are no reason to start a job; one that runs takes all of its age" },
	MOVE_KEYS("policy.pack", PACK, "true", "4h", "8h", "10%", "1M",
		  "compress old slots together"),
	{ "policy.pack", "slots", CONFIG_UINT, FIELD(pack_slots), 1, 32, "32",
	  "slots in a pack, also of those written to the disk" },
	MOVE_KEYS("policy.writeback", WRITEBACK, "true", "20h", "25h", "5%", "5M",
		  "write the oldest slots to the backing device, where there is one"),
	{ "policy.budget", "round", CONFIG_SIZE, FIELD(budget_round), 0, 1ull << 50, "300M",
	  "bytes that the jobs of one decision may write to backing devices; another one follows when they have ended" },
	{ "policy.budget", "day", CONFIG_SIZE, FIELD(budget_day), 0, 1ull << 50, "1G",
	  "bytes that the daemon's jobs may write to backing devices in any 24 hours; what others write back does not count" },
	{ "policy.limit", "soft", CONFIG_SHARE, FIELD(rules.soft_limit), 0, 1000, "90%",
	  "share of mem_limit above which slots move whatever their age; 0%: none" },
	{ "policy.limit", "min_age", CONFIG_AGE, FIELD(rules.soft_age), 0, YEAR, "2s",
	  "slots younger than this stay even then, unless mem_limit itself would be reached within a second" },
	{ "policy", "pressure", CONFIG_SHARE, FIELD(rules.psi_full), 0, 1000, "20%",
	  "share of time that tasks wait for memory at which max_age no longer counts; 0%: pressure is not looked at" },
	{ "policy", "min_returns", CONFIG_UINT, FIELD(rules.min_returns), 1, 1ull << 31, "1000",
	  "slots that must have come back before the measured share is believed" },
	{ "policy", "pause_on_battery", CONFIG_BOOL, FIELD(rules.pause_on_battery), 0, 1, "false",
	  "on battery keep limits only" },
	{ "policy.compact", "enabled", CONFIG_BOOL, FIELD(rules.compact), 0, 1, "true",
	  "give pages back that the pool holds but does not need" },
	{ "policy.compact", "share", CONFIG_SHARE, FIELD(rules.compact_share), 1, 1000, "25%",
	  "of the pool that must be such waste" },
	{ "policy.compact", "min_bytes", CONFIG_SIZE, FIELD(rules.compact_min), 4096, 1ull << 40, "4M",
	  "of waste, at least" },
};

const size_t config_nr_keys = ARRAY_SIZE(config_keys);

_Static_assert(ARRAY_SIZE(config_keys) <= CONFIG_KEYS, "room for the sources");

/* ---- schema ------------------------------------------------------------------- */

static struct json_object *types(const char *list)
{
	struct json_object *o;
	const char *comma = strchr(list, ',');

	if (!comma)
		return json_object_new_string(list);
	o = json_object_new_array();
	json_object_array_add(o, json_object_new_string_len(list, comma - list));
	json_object_array_add(o, json_object_new_string(comma + 1));
	return o;
}

static struct json_object *object_schema(struct json_object **properties)
{
	struct json_object *o = json_object_new_object();

	*properties = json_object_new_object();
	json_object_object_add(o, "type", json_object_new_string("object"));
	json_object_object_add(o, "additionalProperties", json_object_new_boolean(0));
	json_object_object_add(o, "properties", *properties);
	return o;
}

static struct json_object *key_schema(const struct config_key *k)
{
	static const struct {
		const char *types, *pattern;
	} kind[] = {
		[CONFIG_BOOL] = { "boolean", NULL },
		[CONFIG_UINT] = { "integer", NULL },
		[CONFIG_AGE] = { "integer,string", "^[0-9]+(\\.[0-9]+)?[smhd]?$" },
		[CONFIG_SIZE] = { "integer,string", "^[0-9]+(\\.[0-9]+)?([KMGTP](i?B)?|B)?$" },
		[CONFIG_SHARE] = { "string", "^[0-9]+(\\.[0-9]+)?%$" },
	};
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "description", json_object_new_string(k->help));
	json_object_object_add(o, "type", types(kind[k->type].types));
	if (kind[k->type].pattern)
		json_object_object_add(o, "pattern", json_object_new_string(kind[k->type].pattern));
	if (k->type != CONFIG_BOOL && k->type != CONFIG_SHARE) {
		json_object_object_add(o, "minimum", json_object_new_int64(k->min));
		json_object_object_add(o, "maximum", json_object_new_int64(k->max));
	}
	json_object_object_add(o, "default", k->type == CONFIG_BOOL ?
			       json_object_new_boolean(*k->initial == 't') :
			       k->type == CONFIG_UINT ?
			       json_object_new_int64(strtoull(k->initial, NULL, 10)) :
			       json_object_new_string(k->initial));
	return o;
}

/* The properties of "policy.pack" below @root, made when they are not there. */
static struct json_object *section_at(struct json_object *properties, const char *section)
{
	while (*section) {
		size_t len = strcspn(section, ".");
		char name[32];
		struct json_object *o, *inner;

		snprintf(name, sizeof(name), "%.*s", (int)len, section);
		if (json_object_object_get_ex(properties, name, &o)) {
			json_object_object_get_ex(o, "properties", &inner);
		} else {
			o = object_schema(&inner);
			json_object_object_add(properties, name, o);
		}
		properties = inner;
		section += len + (section[len] == '.');
	}
	return properties;
}

static struct json_object *devices_schema(void)
{
	struct json_object *o = json_object_new_object(), *names = json_object_new_object();
	struct json_object *properties, *device = object_schema(&properties);

	for (const struct config_device_key *k = config_device_keys; k->name; k++) {
		struct json_object *key = json_object_new_object();

		json_object_object_add(key, "description", json_object_new_string(k->help));
		json_object_object_add(key, "type", types(k->types));
		json_object_object_add(properties, k->name, key);
	}
	json_object_object_add(o, "description", json_object_new_string("devices that 'zramctl apply' makes"));
	json_object_object_add(o, "type", json_object_new_string("object"));
	json_object_object_add(o, "additionalProperties", json_object_new_boolean(0));
	json_object_object_add(names, "^zram[0-9]+$", device);
	json_object_object_add(o, "patternProperties", names);
	return o;
}

char *config_schema(void)
{
	char *text;
	struct json_object *properties, *root = object_schema(&properties), *object;

	json_object_object_add(root, "$schema", json_object_new_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_object_add(root, "title", json_object_new_string("zram.json"));
	for (size_t i = 0; i < config_nr_keys; i++)
		json_object_object_add(section_at(properties, config_keys[i].section),
				       config_keys[i].name, key_schema(&config_keys[i]));
	json_object_object_add(properties, "devices", devices_schema());
	object = json_object_new_object();
	json_object_object_add(object, "type", json_object_new_string("string"));
	json_object_object_add(properties, "$schema", object);
	text = strdup(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
						     JSON_C_TO_STRING_SPACED |
						     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
	return text;
}
