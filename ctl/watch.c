// SPDX-License-Identifier: GPL-2.0-or-later
/* Observing devices: start, cover, seed, and the question of memory. */
#include "watch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

/* A device may be reset while it is seeded; then its new contents are. */
#define SEED_TRIES 5

enum cmd_result watch_failed(const struct observer *o, int err)
{
	util_error("%s", o ? observer_why(o) : strerror(-err));
	return err == OBSERVER_ENOSUPPORT ? CMD_NO_SUPPORT : CMD_FAILED;
}

static enum cmd_result failed(int err, const char *why, unsigned int flags)
{
	if (!(flags & WATCH_QUIET))
		util_error("%s", why);
	return err == OBSERVER_ENOSUPPORT ? CMD_NO_SUPPORT : CMD_FAILED;
}

_Static_assert(OBSERVER_ENOSUPPORT == CLIENT_ENOSUPPORT, "one code for both");

static bool is_power_of_two(uint32_t v)
{
	return v && !(v & (v - 1));
}

/* The nearest power of two, at least 1 s. */
static uint32_t half_life_shift(double seconds)
{
	double l = seconds <= 1 ? 0 : floor(log2(seconds) + 0.5);

	return l < 30 ? (uint32_t)l : 30;
}

static enum cmd_result check_features(struct client *c,
				      struct model_features *f,
				      unsigned int flags)
{
	int err = client_features(c, f);
	char why[160];

	if (err)
		return failed(err, client_why(c), flags);
	if (f->trace_version < ZRAM_OBSERVE_TRACE) {
		snprintf(why, sizeof(why),
			 "the loaded zram module has tracepoints of version %u, observing needs %u: load the module of this version",
			 f->trace_version, ZRAM_OBSERVE_TRACE);
		return failed(OBSERVER_ENOSUPPORT, why, flags);
	}
	if (!(f->bits & ZRAM_F_SLOT_DUMP) || !is_power_of_two(f->page_size))
		return failed(OBSERVER_ENOSUPPORT,
			      "the loaded zram module cannot dump its slots: load the module of this version",
			      flags);
	return CMD_OK;
}

/* Clear what a killed start left, or the programs of another version. */
static int clear_stale(struct observer **o)
{
	int err;

	observer_close(*o);
	err = observer_stop(o);
	return err == -ENOENT ? 0 : err;
}

static int open_or_start(struct observer **o, uint32_t shift,
			 uint32_t page_size, bool *started)
{
	int err = observer_open(o);

	if (err == -ESTALE) {
		err = clear_stale(o);
		if (!err)
			err = -ENOENT;
	}
	if (err != -ENOENT)
		return err;
	observer_close(*o);
	err = observer_start(o, shift, page_size);
	*started = !err;
	if (err != -EEXIST)
		return err;
	observer_close(*o);
	return observer_open(o);
}

static int seed_rows(const struct zram_slot_row *rows, size_t nr,
		     uint32_t generation, void *arg)
{
	return observer_seed_rows(arg, rows, nr, generation);
}

/* -EAGAIN: the device has another generation by now. */
static int seed(struct client *c, struct observer *o, uint32_t id)
{
	struct observer_seed s;
	int err;

	err = observer_seed_begin(o, id, &s);
	if (err)
		return err == -ENOENT ? -EAGAIN : err;
	err = client_slots(c, id, 0, 0, seed_rows, &s);
	observer_seed_end(o, &s, !err);
	return err == -ESTALE ? -EAGAIN : err;
}

static uint64_t dev_slots(const struct observer *o, const struct model_dev *dev)
{
	return dev->disksize >> observer_settings(o)->page_shift;
}

static bool has_contents(const struct model_dev *dev)
{
	return model_has(dev, MODEL_DISKSIZE | MODEL_GENERATION) &&
	       dev->generation;
}

static bool is_covered(const struct observer *o, const struct model_dev *dev)
{
	struct zram_observed seen;

	return observer_device(o, dev->id, &seen) &&
	       seen.covered == dev->generation;
}

static enum cmd_result cover_one(struct client *c, struct observer *o,
				 struct model_dev dev, unsigned int flags)
{
	struct zram_observed seen;
	int tries, err = 0;

	for (tries = 0; tries < SEED_TRIES; tries++) {
		if (!has_contents(&dev))
			return CMD_OK;
		err = observer_cover(o, dev.id, dev.generation,
				     dev_slots(o, &dev));
		if (err)
			return failed(err, observer_why(o), flags);
		observer_device(o, dev.id, &seen);
		if (seen.seeded == dev.generation)
			return CMD_OK;
		err = seed(c, o, dev.id);
		if (err != -EAGAIN)
			break;
		/* Reset meanwhile: look again; gone altogether is fine. */
		err = client_device(c, dev.id, &dev);
		if (err == -ENODEV)
			return CMD_OK;
		if (err)
			break;
		err = -EAGAIN;
	}
	if (err == -EAGAIN) {
		char why[96];

		snprintf(why, sizeof(why), "zram%u is reset again and again; what it held before is not recorded",
			 dev.id);
		return failed(err, why, flags);
	}
	return err ? failed(err, client_why(c), flags) : CMD_OK;
}

/* Bytes that covering the rest takes, when they are over 1 % of RAM; else 0. */
static uint64_t much_memory(const struct observer *o,
			    const struct model_dev *list, size_t nr)
{
	uint64_t bytes = 0, ram = util_ram_bytes();
	size_t i;

	for (i = 0; i < nr; i++)
		if (has_contents(&list[i]) && !is_covered(o, &list[i]))
			bytes += observer_map_bytes(dev_slots(o, &list[i]));
	return ram && bytes > ram / 100 ? bytes : 0;
}

static bool may_take(uint64_t bytes)
{
	char size[UTIL_SIZE_LEN], answer[8] = "";
	double share = 100.0 * bytes / util_ram_bytes();

	util_format_size(size, bytes);
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		util_error("records of all slots take %s, %.1f %% of RAM: give --yes to have them",
			   size, share);
		return false;
	}
	fprintf(stderr, "Records of all slots take %s, %.1f %% of RAM. Go on? [y/N] ",
		size, share);
	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

static enum cmd_result check_half_life(const struct observer *o, uint32_t shift)
{
	uint32_t have = observer_settings(o)->half_life_shift;

	if (have == shift)
		return CMD_OK;
	util_error("the observer runs with a half-life of %u s: 'zramctl observe stop' first",
		   1u << have);
	return CMD_FAILED;
}

static void stop_again(struct observer **o)
{
	observer_close(*o);
	observer_stop(o);
}

enum cmd_result watch_start(struct client *c, double half_life,
			    const struct model_dev *list, size_t nr,
			    unsigned int flags, struct observer **o)
{
	uint32_t shift = half_life > 0 ? half_life_shift(half_life) :
			 ZRAM_HALF_LIFE_SHIFT;
	struct model_features f;
	enum cmd_result res;
	bool started = false;
	uint64_t much;
	int err;

	*o = NULL;
	res = check_features(c, &f, flags);
	if (res != CMD_OK)
		return res;
	err = open_or_start(o, shift, f.page_size, &started);
	if (err)
		return failed(err, *o ? observer_why(*o) : strerror(-err), flags);
	if (half_life > 0)
		res = check_half_life(*o, shift);
	if (res != CMD_OK)
		return res;
	much = flags & WATCH_YES ? 0 : much_memory(*o, list, nr);
	if (much && !may_take(much)) {
		if (started)
			stop_again(o);
		return CMD_FAILED;
	}
	if (started && !(flags & WATCH_OWN))
		util_note("the observer runs from now on, also after this command; 'zramctl observe stop' ends it");
	if (half_life > 0 && half_life != 1u << shift)
		util_note("heat halves every %u s, the power of two that is nearest to %g s",
			  1u << shift, half_life);
	return CMD_OK;
}

static void drop_gone(struct observer *o, const struct model_dev *list,
		      size_t nr)
{
	struct zram_observed seen;
	uint32_t id;
	size_t i;

	for (id = 0; observer_device(o, id, &seen); id++) {
		for (i = 0; i < nr; i++)
			if (list[i].id == id && has_contents(&list[i]))
				break;
		if (i == nr && seen.covered)
			observer_uncover(o, id, seen.covered);
	}
}

void watch_drop_gone(struct client *c)
{
	struct model_dev *list = NULL;
	struct observer *o = NULL;
	size_t nr = 0;

	if (!observer_open(&o) && !client_devices(c, &list, &nr))
		drop_gone(o, list, nr);
	free(list);
	observer_close(o);
}

enum cmd_result watch_cover(struct client *c, struct observer *o,
			    const struct model_dev *list, size_t nr, bool all,
			    unsigned int flags)
{
	size_t i, failed = 0;
	enum cmd_result res, worst = CMD_OK;

	/* First, so that the memory of old maps is there for new ones. */
	if (all)
		drop_gone(o, list, nr);
	if (flags & WATCH_SKIP && much_memory(o, list, nr))
		return CMD_OK;
	for (i = 0; i < nr; i++) {
		struct zram_observed seen;

		/* Beyond the maps' end: that was said the first time. */
		if (flags & WATCH_SKIP &&
		    !observer_device(o, list[i].id, &seen))
			continue;
		res = cover_one(c, o, list[i], flags);
		if (res == CMD_OK)
			continue;
		worst = res;
		failed++;
	}
	return failed && failed < nr ? CMD_PARTLY : worst;
}
