// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl version */

#include "cmd.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

#include "client.h"
#include "out.h"
#include "util.h"

#ifndef ZRAMKIT_VERSION
#define ZRAMKIT_VERSION "0.1"
#endif

const char *cmd_own_version(void)
{
	return ZRAMKIT_VERSION;
}

static const struct cmd_opt opts[] = {
	{ "json", 'J', NULL, "print JSON" },
	{ 0 }
};

static void print_text(const struct model_features *f, const char *why)
{
	char size[UTIL_SIZE_LEN];

	printf("zramctl of zramkit %s\n", ZRAMKIT_VERSION);
	if (!f) {
		printf("module:     %s\n", why);
		return;
	}
	printf("module:     loaded, tracepoints version %u\n",
	       f->trace_version);
	printf("page size:  %u\n", f->page_size);
	if (f->disksize_max)
		printf("size limit: %s\n",
		       util_format_size(size, f->disksize_max));
	printf("algorithms:");
	for (size_t i = 0; i < f->nr_algos; i++)
		printf(f->algo[i].is_default ? " [%s]" : " %s",
		       f->algo[i].name);
	printf("\n");
}

static struct json_object *algo_object(const struct model_algo *algo)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "name", json_object_new_string(algo->name));
	json_object_object_add(obj, "default",
			       json_object_new_boolean(algo->is_default));
	json_object_object_add(obj, "levels",
			       json_object_new_boolean(algo->has_levels));
	json_object_object_add(obj, "dictionaries",
			       json_object_new_boolean(algo->has_dicts));
	return obj;
}

static enum cmd_result print_json(const struct model_features *f)
{
	struct json_object *root = json_object_new_object();
	struct json_object *module = NULL, *algos;

	json_object_object_add(root, "version",
			       json_object_new_string(ZRAMKIT_VERSION));
	if (f) {
		module = json_object_new_object();
		algos = json_object_new_array();
		json_object_object_add(module, "features",
				       json_object_new_uint64(f->bits));
		json_object_object_add(module, "trace_version",
				       json_object_new_int(f->trace_version));
		json_object_object_add(module, "page_size",
				       json_object_new_int(f->page_size));
		json_object_object_add(module, "disksize_max",
				       json_object_new_uint64(f->disksize_max));
		for (size_t i = 0; i < f->nr_algos; i++)
			json_object_array_add(algos, algo_object(&f->algo[i]));
		json_object_object_add(module, "algorithms", algos);
	}
	json_object_object_add(root, "module", module);
	return out_json(root) ? CMD_FAILED : CMD_OK;
}

/* Answers without a module, too: that is half of what one asks it for. */
static enum cmd_result run(const struct cmd_args *args)
{
	enum cmd_result result = CMD_OK;
	struct model_features f;
	struct client *c;
	bool has;

	has = !client_open(&c, 0) && !client_features(c, &f);
	if (!c)
		return cmd_client_failed(c, 0);
	if (cmd_has(args, "json"))
		result = print_json(has ? &f : NULL);
	else
		print_text(has ? &f : NULL, client_why(c));
	client_close(c);
	return result;
}

static const struct cmd_key keys[] = {
	{ "version", "of zramctl" },
	{ "module", "object; null: not loaded" },
	{ "features", "feature bits of the netlink family" },
	{ "trace_version", "of the tracepoints" },
	{ "page_size", "bytes" },
	{ "disksize_max", "bytes" },
	{ "algorithms", "list of objects" },
	{ "name", "of an algorithm" },
	{ "default", "whether a device gets it when none is named" },
	{ "levels", "whether it has levels" },
	{ "dictionaries", "whether it takes dictionaries on this kernel" },
	{ 0 }
};

const struct cmd cmd_version = {
	.name = "version",
	.summary = "show the versions and what the module can do",
	.details = "The algorithm in [ ] is what a device gets when none is "
		   "named.",
	.opts = opts,
	.keys = keys,
	.run = run,
};
