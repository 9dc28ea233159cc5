// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl set, zramctl compact */

#include "cmd.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "dev_cols.h"
#include "out.h"
#include "spec.h"
#include "util.h"

static const struct cmd_opt set_opts[] = {
	SPEC_OPTS,
	SPEC_CODEC_OPTS,
	{ "reset-peak", 0, NULL, "let PEAK, the most memory used, begin anew now" },
	{ "json", 'J', NULL, "print JSON: the device, as show does" },
	{ 0 }
};

static enum cmd_result change(uint32_t id, const struct model_spec *spec, bool json)
{
	enum cmd_result result = CMD_OK;
	struct client *c;
	int err;

	err = client_open(&c, 0);
	if (!err)
		err = client_set(c, id, spec);
	if (err)
		result = cmd_client_failed(c, err);
	if (!result)
		spec_tell(spec);
	if (!result && json)
		result = cmd_print_device(c, id);
	client_close(c);
	return result;
}

static enum cmd_result run_set(const struct cmd_args *args)
{
	struct spec_codecs codecs = { .dict_fd = -1 };
	struct model_spec spec = { 0 };
	enum cmd_result result;
	uint32_t id;
	size_t nr;

	result = cmd_devices(args, &id, &nr);
	if (!result)
		result = spec_read(args, &spec);
	if (!result)
		result = spec_read_codecs(args, &spec, &codecs);
	if (!result && cmd_has(args, "reset-peak"))
		spec.has |= MODEL_SPEC_RESET_USED_MAX;
	if (!result && spec_is_empty(&spec))
		result = cmd_usage(args, "nothing to set; give --mem-limit, --promote, "
				   "--folio-packs, --writeback-limit, --reset-peak, "
				   "--algo, --level, --recomp or --size");
	if (!result)
		result = change(id, &spec, cmd_has(args, "json"));
	spec_drop_codecs(&codecs);
	return result;
}

/* @list: JSON, or NULL for text. */
static void tell_saved(struct client *c, const struct model_dev *before,
		       struct json_object *list)
{
	char a[UTIL_SIZE_LEN], b[UTIL_SIZE_LEN], name[24];
	struct json_object *obj;
	struct model_dev after;

	if (client_device(c, before->id, &after))
		return;
	if (list) {
		snprintf(name, sizeof(name), "/dev/zram%u", before->id);
		obj = json_object_new_object();
		json_object_object_add(obj, "name", json_object_new_string(name));
		json_object_object_add(obj, "before",
				       json_object_new_uint64(before->mem_used_total));
		json_object_object_add(obj, "now",
				       json_object_new_uint64(after.mem_used_total));
		json_object_array_add(list, obj);
		return;
	}
	printf("/dev/zram%u: %s before, %s now\n", before->id,
	       util_format_size(a, before->mem_used_total),
	       util_format_size(b, after.mem_used_total));
}

static enum cmd_result compact_each(struct client *c, const uint32_t *ids,
				    size_t nr, struct json_object *list)
{
	enum cmd_result result = CMD_OK;
	size_t done = 0;

	for (size_t i = 0; i < nr; i++) {
		struct model_dev before;
		int err = client_device(c, ids[i], &before);

		if (!err)
			err = client_compact(c, ids[i]);
		if (err) {
			result = cmd_client_failed(c, err);
			continue;
		}
		tell_saved(c, &before, list);
		done++;
	}
	return result && done ? CMD_PARTLY : result;
}

static enum cmd_result run_compact(const struct cmd_args *args)
{
	struct json_object *list = cmd_has(args, "json") ? json_object_new_array() : NULL;
	uint32_t *ids = calloc(args->nr_operands, sizeof(*ids));
	struct json_object *root;
	struct client *c = NULL;
	enum cmd_result result;
	size_t nr;
	int err;

	if (!ids)
		return cmd_client_failed(NULL, 0);
	result = cmd_devices(args, ids, &nr);
	if (!result) {
		err = client_open(&c, 0);
		result = err ? cmd_client_failed(c, err) :
			       compact_each(c, ids, nr, list);
	}
	client_close(c);
	free(ids);
	if (!list || (result && !json_object_array_length(list))) {
		json_object_put(list);
		return result;
	}
	root = json_object_new_object();
	json_object_object_add(root, "devices", list);
	return out_json(root) && !result ? CMD_FAILED : result;
}

const struct cmd cmd_set = {
	.name = "set",
	.operands = "DEVICE",
	.min = 1,
	.max = 1,
	.summary = "change a device",
	.details = "--mem-limit, --promote, --folio-packs, --writeback-limit and "
		   "--reset-peak can be\ngiven at any time; algorithms, level, dictionary and "
		   "size only while the device has\nno size, as after reset. All that is "
		   "given is set, or nothing.",
	.opts = set_opts,
	.cols = dev_cols,
	.run = run_set,
};

static const struct cmd_opt compact_opts[] = {
	{ "json", 'J', NULL, "print JSON" },
	{ 0 }
};

static const struct cmd_key compact_keys[] = {
	{ "devices", "list of objects" },
	{ "name", "path of the device" },
	{ "before, now", "bytes of its pool" },
	{ 0 }
};

const struct cmd cmd_compact = {
	.name = "compact",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "give back memory that the pool of a device does not fill",
	.opts = compact_opts,
	.keys = compact_keys,
	.run = run_compact,
};
