// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing a series: the records of one device, as they change. */
#include "sim_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "observer.h"
#include "out.h"
#include "pressure.h"
#include "sim.h"
#include "util.h"
#include "watch.h"

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	stopped = 1;
}

/* Records that differ from @known, which becomes what was seen. */
static uint64_t find_changes(const struct observer_slots *map, uint64_t *known,
			     struct sim_change *change)
{
	uint64_t nr = 0;

	for (uint64_t i = 0; i < map->nr; i++) {
		uint64_t w = map->word[i];

		if (w == known[i])
			continue;
		known[i] = w;
		change[nr].index = i;
		change[nr++].word = w;
	}
	return nr;
}

static int write_frame(FILE *f, const struct observer_slots *map, uint64_t limit,
		       uint64_t *known, struct sim_change *change)
{
	struct sim_frame frame = {};
	struct pressure p;

	pressure_read(&p);
	frame.changes = find_changes(map, known, change);
	frame.now = util_boottime();
	frame.psi_some = p.some;
	frame.mem_total = p.total;
	frame.mem_available = p.available;
	frame.mem_limit = limit;
	if (fwrite(&frame, sizeof(frame), 1, f) != 1 ||
	    fwrite(change, sizeof(*change), frame.changes, f) != frame.changes ||
	    fflush(f))
		return -EIO;
	return 0;
}

/* *@frames: how many were written. */
static int record(FILE *f, const struct observer_slots *map, const struct model_dev *dev,
		  uint32_t page, uint32_t interval, uint64_t count, uint64_t *frames)
{
	struct sim_header head = { .magic = SIM_MAGIC, .slots = map->nr, .page = page };
	uint64_t *known = calloc(map->nr, sizeof(*known));
	struct sim_change *change = calloc(map->nr, sizeof(*change));
	int err = known && change ? 0 : -ENOMEM;

	if (!err && fwrite(&head, sizeof(head), 1, f) != 1)
		err = -EIO;
	for (uint64_t n = 0; !err && !stopped && (!count || n < count); n++) {
		/* A signal ends it within a second. */
		for (uint32_t s = 0; n && s < interval && !stopped; s++)
			util_sleep_ms(1000);
		err = write_frame(f, map, dev->mem_limit, known, change);
		*frames += !err;
	}
	free(known);
	free(change);
	return err;
}

static enum cmd_result print_json(uint64_t frames, uint64_t slots)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "frames", json_object_new_uint64(frames));
	json_object_object_add(o, "slots", json_object_new_uint64(slots));
	return out_json(o) ? CMD_FAILED : CMD_OK;
}

/* How memory is used is its owner's alone to know. */
static FILE *create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

enum cmd_result sim_record(const char *device, const char *path, uint32_t interval,
			   uint64_t count, bool json)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct observer *o = NULL;
	struct observer_slots map;
	struct client *c = NULL;
	struct model_dev dev;
	uint64_t frames = 0, slots;
	uint32_t id;
	FILE *f;
	int err;

	if (model_parse_name(device, &id)) {
		util_error("%s is no device's name: say zram0 or /dev/zram0", device);
		return CMD_USAGE;
	}
	err = client_open(&c, 0);
	if (!err)
		err = client_device(c, id, &dev);
	if (err) {
		enum cmd_result res = cmd_client_failed(c, err);

		client_close(c);
		return res;
	}
	client_close(c);
	err = observer_open(&o);
	if (err && err != -ENOENT) {
		enum cmd_result res = watch_failed(o, err);

		observer_close(o);
		return res;
	}
	if (!err)
		err = observer_map(o, dev.id, &map);
	if (err) {
		util_error("there are no records of zram%" PRIu32 ": run 'zramctl observe start' first",
			   dev.id);
		observer_close(o);
		return CMD_FAILED;
	}
	f = create(path);
	if (!f)
		err = -errno;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (f)
		err = record(f, &map, &dev, 1u << observer_settings(o)->page_shift,
			     interval, count, &frames);
	if (f && fclose(f) && !err)
		err = -errno;
	if (err)
		util_error("cannot write %s: %s", path, strerror(-err));
	slots = map.nr;
	observer_unmap(&map);
	observer_close(o);
	if (err)
		return CMD_FAILED;
	return json ? print_json(frames, slots) : CMD_OK;
}
