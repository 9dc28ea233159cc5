// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl set, zramctl compact */

#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "spec.h"
#include "util.h"

static const struct cmd_opt set_opts[] = {
	SPEC_OPTS,
	{ 0 }
};

static enum cmd_result change(uint32_t id, const struct model_spec *spec)
{
	enum cmd_result result = CMD_OK;
	struct client *c;
	int err;

	err = client_open(&c, 0);
	if (!err)
		err = client_set(c, id, spec);
	if (err)
		result = cmd_client_failed(c, err);
	client_close(c);
	if (!result)
		spec_tell(spec);
	return result;
}

static enum cmd_result run_set(const struct cmd_args *args)
{
	struct model_spec spec = { 0 };
	enum cmd_result result;
	uint32_t id;
	size_t nr;

	result = cmd_devices(args, &id, &nr);
	if (!result)
		result = spec_read(args, &spec);
	if (result)
		return result;
	if (!spec.has)
		return cmd_usage(args, "nothing to set; give --mem-limit, "
				 "--promote, --folio-packs, --algo, --level or --size");
	return change(id, &spec);
}

static void tell_saved(struct client *c, const struct model_dev *before)
{
	char a[UTIL_SIZE_LEN], b[UTIL_SIZE_LEN];
	struct model_dev after;

	if (client_device(c, before->id, &after))
		return;
	printf("/dev/zram%u: %s before, %s now\n", before->id,
	       util_format_size(a, before->mem_used_total),
	       util_format_size(b, after.mem_used_total));
}

static enum cmd_result compact_each(struct client *c, const uint32_t *ids,
				    size_t nr)
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
		tell_saved(c, &before);
		done++;
	}
	return result && done ? CMD_PARTLY : result;
}

static enum cmd_result run_compact(const struct cmd_args *args)
{
	uint32_t *ids = calloc(args->nr_operands, sizeof(*ids));
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
			       compact_each(c, ids, nr);
	}
	client_close(c);
	free(ids);
	return result;
}

const struct cmd cmd_set = {
	.name = "set",
	.operands = "DEVICE",
	.min = 1,
	.max = 1,
	.summary = "change a device",
	.details = "--mem-limit, --promote and --folio-packs can be changed at "
		   "any time; algorithm,\nlevel and size only while the "
		   "device has no size, as after reset. All that is\n"
		   "given is set, or nothing.",
	.opts = set_opts,
	.run = run_set,
};

const struct cmd cmd_compact = {
	.name = "compact",
	.operands = "DEVICE...",
	.min = 1,
	.max = 1000,
	.summary = "give back memory that the pool of a device does not fill",
	.run = run_compact,
};
