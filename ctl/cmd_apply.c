// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl apply: make the devices that zram.json names, once. */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "backing.h"
#include "client.h"
#include "config.h"
#include "folios.h"
#include "generator.h"
#include "swap.h"
#include "util.h"

static bool codec_differs(const struct model_codec *is, const struct model_codec_spec *want)
{
	if (!(want->has & MODEL_CODEC_ALGO))
		return is->has & MODEL_CODEC_ALGO;
	if (strcmp(is->algo, want->algo))
		return true;
	return want->has & MODEL_CODEC_LEVEL &&
	       (!(is->has & MODEL_CODEC_LEVEL) || is->level != want->level);
}

/* What of an initialised device only a reset could change; NULL: nothing. */
static const char *differs(const struct model_dev *is, const struct model_spec *want,
			   uint32_t page)
{
	uint64_t size = (want->disksize + page - 1) / page * page;

	if (is->disksize != size)
		return "size";
	if (want->has & MODEL_ALGO && strcmp(is->algo, want->algo))
		return "algorithm";
	if (want->has & MODEL_LEVEL && (!model_has(is, MODEL_LEVEL) || is->level != want->level))
		return "level";
	for (int prio = 1; prio < MODEL_CODECS; prio++)
		if (codec_differs(&is->codec[prio], &want->codec[prio]))
			return "secondary algorithm";
	return NULL;
}

static bool limit_differs(const struct model_dev *is, const struct model_spec *want,
			  uint32_t page)
{
	return want->has & MODEL_MEM_LIMIT &&
	       is->mem_limit != (want->mem_limit + page - 1) / page * page;
}

static bool rule_differs(const struct model_dev *is, const struct model_spec *want)
{
	return want->has & MODEL_PROMOTE &&
	       (is->promote_reads != want->promote_reads ||
		is->promote_seconds != want->promote_seconds);
}

static bool folios_differ(const struct model_dev *is, const struct model_spec *want)
{
	return want->has & MODEL_FOLIO_PACKS && is->folio_packs != want->folio_packs;
}

/* What a device has behind it is @disk, or the loop device of @file. */
static bool is_behind(const char *backing, const char *disk, const char *file)
{
	char real[PATH_MAX], path[PATH_MAX], has[PATH_MAX];

	if (!realpath(disk ? disk : file, real))
		return false;
	if (disk)
		return !strcmp(real, backing);
	snprintf(path, sizeof(path), "/sys/block/%.200s/loop/backing_file",
		 strrchr(backing, '/') ? strrchr(backing, '/') + 1 : backing);
	return !util_read_line(path, has, sizeof(has)) && !strcmp(real, has);
}

/* A backing device stays. */
static enum cmd_result apply_backing(struct client *c, const struct config_device *d,
				     bool *changed)
{
	const struct backing_plan plan = {
		.disk = *d->backing ? d->backing : NULL,
		.file = *d->backing_file ? d->backing_file : NULL,
		.size = d->backing_size,
		.no_force = true,
	};
	struct model_dev dev;
	int err;

	if (!plan.disk && !plan.file)
		return CMD_OK;
	err = client_device(c, d->spec.id, &dev);
	if (err)
		return cmd_client_failed(c, err);
	if (!model_has(&dev, MODEL_BACKING)) {
		enum cmd_result res = backing_attach(c, dev.id, &plan);

		*changed |= res == CMD_OK;
		return res;
	}
	if (is_behind(dev.backing, plan.disk, plan.file))
		return CMD_OK;
	util_error("zram%" PRIu32 " has %s behind it, not %s: 'zramctl detach zram%" PRIu32 "' first",
		   dev.id, dev.backing, plan.disk ? plan.disk : plan.file, dev.id);
	return CMD_FAILED;
}

/* Of swap that is on, if the file names one; the kernel gives out those below 0 itself. */
static enum cmd_result check_priority(const struct config_device *d)
{
	int is = swap_priority(d->spec.id);

	if (!d->has_priority || d->priority < 0 || is == d->priority)
		return CMD_OK;
	util_error("zram%" PRIu32 " is swap with priority %d, not %" PRId32 " as the file says: 'swapoff /dev/zram%" PRIu32 "' first",
		   d->spec.id, is, d->priority, d->spec.id);
	return CMD_FAILED;
}

static enum cmd_result apply_swap(struct client *c, const struct config_device *d,
				  bool *changed)
{
	struct model_dev dev;
	int err;

	if (!d->swap)
		return CMD_OK;
	err = client_device(c, d->spec.id, &dev);
	if (err)
		return cmd_client_failed(c, err);
	client_fill_use(&dev);
	if (model_has(&dev, MODEL_USE) && !strcmp(dev.use, MODEL_USE_SWAP))
		return check_priority(d);
	if (model_has(&dev, MODEL_USE)) {
		util_error("zram%" PRIu32 " is to be swap, but is mounted on %s: umount it first",
			   dev.id, dev.use);
		return CMD_FAILED;
	}
	if (swap_make(dev.id) || swap_enable(dev.id, d->priority))
		return CMD_FAILED;
	*changed = true;
	return CMD_OK;
}

/*
 * For a device without size. Where the kernel has no folios, memory to pack them
 * with would be in vain; auto is what the module begins with.
 */
static struct model_spec spec_of(const struct config_device *d, const struct model_dev *is)
{
	struct model_spec spec = d->spec;

	if (d->large_folios && spec.folio_packs == ZRAM_FOLIO_MODE_AUTO && !folios_are_there() &&
	    (!is || is->folio_packs == ZRAM_FOLIO_MODE_AUTO))
		spec.has &= ~(uint64_t)MODEL_FOLIO_PACKS;
	return spec;
}

/* Bring what is there to what is wanted. */
static enum cmd_result apply_found(struct client *c, const struct config_device *d,
				   const struct model_dev *is, uint32_t page, bool *changed)
{
	struct model_spec set = spec_of(d, is);
	const char *what;
	int err = 0;

	set.has &= ~(uint64_t)MODEL_SPEC_ID;
	if (model_has(is, MODEL_DISKSIZE)) {
		what = differs(is, &d->spec, page);
		if (what) {
			util_error("zram%" PRIu32 " is there with another %s than the file says: free it and 'zramctl reset zram%" PRIu32 "' first",
				   is->id, what, is->id);
			return CMD_FAILED;
		}
		set.has = (limit_differs(is, &d->spec, page) ? MODEL_MEM_LIMIT : 0) |
			  (rule_differs(is, &d->spec) ? MODEL_PROMOTE : 0) |
			  (folios_differ(is, &d->spec) ? MODEL_FOLIO_PACKS : 0);
		if (!set.has)
			return CMD_OK;
	}
	err = client_set(c, is->id, &set);
	if (err)
		return cmd_client_failed(c, err);
	*changed = true;
	return CMD_OK;
}

/* Two that make one device would each find the other's settings, or it busy. */
static bool is_others(uint32_t id)
{
	char file[300];

	if (!generator_makes("", id, file, sizeof(file)))
		return false;
	util_error("zram%" PRIu32 " is left alone, since %s sets it up as well: take it out of one of the two",
		   id, file);
	return true;
}

/* What came of both: a disk that is missing shall not cost the swap. */
static enum cmd_result apply_rest(struct client *c, const struct config_device *d,
				  bool disks, bool *changed)
{
	enum cmd_result swap = apply_swap(c, d, changed);
	enum cmd_result disk = disks ? apply_backing(c, d, changed) : CMD_OK;

	return swap != CMD_OK ? swap : disk;
}

/* How it is done, and where the devices that changed are noted: NULL: as text. */
struct how {
	bool disks;
	struct json_object *devices;
};

static void print_changed(const struct how *how, uint32_t id)
{
	if (how->devices)
		cmd_add_name(how->devices, id);
	else
		printf("/dev/zram%" PRIu32 "\n", id);
}

static enum cmd_result apply_one(struct client *c, const struct config_device *d,
				 const struct how *how, const struct model_dev *list,
				 size_t nr, uint32_t page)
{
	const struct model_dev *is = NULL;
	struct model_spec spec;
	struct model_dev made;
	enum cmd_result res = CMD_OK;
	bool changed = false;
	int err;

	if (is_others(d->spec.id))
		return CMD_FAILED;
	for (size_t i = 0; i < nr; i++)
		if (list[i].id == d->spec.id)
			is = &list[i];
	if (is) {
		res = apply_found(c, d, is, page, &changed);
	} else {
		spec = spec_of(d, NULL);
		err = client_create(c, &spec, &made);
		if (err)
			res = cmd_client_failed(c, err);
		changed = !err;
	}
	if (res == CMD_OK)
		res = apply_rest(c, d, how->disks, &changed);
	if (res == CMD_OK && d->large_folios && folios_turn_on(d->spec.id))
		res = CMD_PARTLY;
	if (!changed)
		return res;
	print_changed(how, d->spec.id);
	return res == CMD_OK ? CMD_OK : CMD_PARTLY;
}

static enum cmd_result apply_all(struct client *c, const struct config *config,
				 const struct how *how)
{
	struct model_dev *list = NULL;
	struct model_features f;
	size_t nr = 0;
	bool all = true, some = false;
	int err = client_features(c, &f);

	if (!err)
		err = client_devices(c, &list, &nr);
	if (err)
		return cmd_client_failed(c, err);
	for (size_t i = 0; i < config->nr_dev; i++) {
		enum cmd_result res = apply_one(c, &config->dev[i], how, list, nr,
						f.page_size);

		all &= res == CMD_OK;
		some |= res == CMD_OK || res == CMD_PARTLY;
	}
	free(list);
	return all ? CMD_OK : some ? CMD_PARTLY : CMD_FAILED;
}

/* A mistake in what is the daemon's is told, but keeps no swap away. */
static int load(struct config *config, const char *path, bool *wrong)
{
	char why[CONFIG_WHY_LEN];
	int err = config_load(config, path);

	*wrong = err;
	if (!err)
		return 0;
	strcpy(why, config->why);
	err = config_load_devices(config, path);
	if (!err && config->nr_dev) {
		util_error("%s; the devices are made all the same", why);
		return 0;
	}
	util_error("%s", err ? config->why : why);
	return -EINVAL;
}

enum cmd_result apply_file(const char *path, bool disks, bool json)
{
	const struct how how = {
		.disks = disks,
		.devices = json ? json_object_new_array() : NULL,
	};
	struct config *config = malloc(sizeof(*config));
	enum cmd_result res = CMD_FAILED;
	struct client *c = NULL;
	bool wrong = false;
	int err;

	if (!config) {
		util_error("no memory");
	} else if (load(config, path, &wrong)) {
		res = CMD_FAILED;	/* as was told */
	} else if (!config->nr_dev) {
		util_note("%s%s", path ? path : CONFIG_FILE, config->nr_files ?
			  " names no devices" : " is not there: no devices to make");
		res = CMD_OK;
	} else {
		err = client_open(&c, CLIENT_LOAD);
		res = err ? cmd_client_failed(c, err) : apply_all(c, config, &how);
	}
	client_close(c);
	free(config);
	if (wrong && res == CMD_OK)
		res = CMD_PARTLY;
	return json ? cmd_print_names(how.devices, res) : res;
}

static enum cmd_result run(const struct cmd_args *args)
{
	return apply_file(args->nr_operands ? args->operand[0] : NULL,
			  !cmd_has(args, "without-disks"), cmd_has(args, "json"));
}

static const struct cmd_opt options[] = {
	{ "without-disks", 0, NULL, "leave disks and files for a later run, as early in the boot" },
	{ "json", 'J', NULL, "print JSON" },
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "devices", "list of the devices that it changed, by path" },
	{ 0 }
};

const struct cmd cmd_apply = {
	.name = "apply",
	.operands = "[FILE]",
	.max = 1,
	.summary = "make the devices that a configuration file names",
	.details =
"Makes what is missing, sets what can be set on a live device (mem_limit,\n"
"promote, folio_packs), makes and enables swap areas, attaches a disk or a file,\n"
"and leaves alone what is as the file says: a second run changes nothing. What\n"
"only a reset, or taking swap or a disk away, could change is told, not done. What\n"
"was set by a key that the file has no more stays, and a secondary algorithm that\n"
"it does not name is told. A mistake in the keys of the daemon is told, with exit\n"
"code 3, and the devices are made all the same. Prints the devices that it changed.\n"
"A device that zram-generator sets up is refused: the daemon watches it all the\n"
"same, but only one may make it.\n"
"\n"
"Without FILE it reads " CONFIG_FILE "; FILE.d is read as well.\n"
"zram.json(5) has the keys.",
	.opts = options,
	.keys = keys,
	.run = run,
};
