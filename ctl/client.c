// SPDX-License-Identifier: GPL-2.0-or-later
/* The module as commands see it, and a sentence for each failure. */

#include "client.h"
#include "client_impl.h"
#include "nl.h"
#include "util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUSY_WAIT_MS	3000	/* udev looks at a device about that long */
#define BUSY_POLL_MS	50

int client_fail(struct client *c, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
	return err;
}

const char *client_why(const struct client *c)
{
	return c->why;
}

int client_open(struct client **cp, unsigned int flags)
{
	struct client *c = calloc(1, sizeof(*c));
	int err;

	*cp = c;
	if (!c)
		return -ENOMEM;
	err = znl_open(&c->nl);
	if (err == -ENOENT) {
		err = client_bring_module(c, flags & CLIENT_LOAD);
		if (err)
			return err;
		err = znl_open(&c->nl);
	}
	if (err)
		return client_fail(c, err, "cannot talk to the kernel: %s",
				   strerror(-err));
	return 0;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	znl_close(c->nl);
	free(c);
}

int client_fail_plainly(struct client *c, int err, const char *what)
{
	const char *msg = znl_msg(c->nl);

	switch (err) {
	case -EPERM:
		return client_fail(c, err, "cannot %s: this needs root "
				   "(CAP_NET_ADMIN); try it with sudo", what);
	case -ENOMEM:
		if (!*msg)
			msg = "the kernel has not enough memory for that";
		break;
	case -ENODEV:
		if (!*msg)
			msg = "there is no such device";
		break;
	case -ENOENT:
	case -EOPNOTSUPP:
		if (!*msg)
			return client_fail(c, CLIENT_ENOSUPPORT, "cannot %s: "
					   "the zram module that is loaded is "
					   "too old for it or just went away",
					   what);
		break;
	}
	return client_fail(c, err, "cannot %s: %s", what,
			   *msg ? msg : strerror(-err));
}

/* The module's word for it has a number, ours the name. */
static int fail_device(struct client *c, int err, uint32_t id, const char *what)
{
	if (err == -ENODEV && strstr(znl_msg(c->nl), "no device of this id"))
		return client_fail(c, err, "there is no /dev/zram%u; "
				   "'zramctl list' shows what there is", id);
	return client_fail_plainly(c, err, what);
}

/* Whether the sentence needs nothing of what the module says. */
static bool is_plain(struct client *c, int err)
{
	const char *msg = znl_msg(c->nl);

	return err == -EPERM || !*msg || (err == -ENODEV && strstr(msg, "no device of this id"));
}

int client_features(struct client *c, struct model_features *f)
{
	int err = znl_features(c->nl, f);

	return err ? client_fail_plainly(c, err, "ask what the module can do") : 0;
}

struct list {
	struct model_dev *dev;
	size_t nr, room;
};

static int append(const struct model_dev *dev, void *arg)
{
	struct list *list = arg;

	if (list->nr == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		void *more = realloc(list->dev, room * sizeof(*list->dev));

		if (!more)
			return -ENOMEM;
		list->dev = more;
		list->room = room;
	}
	list->dev[list->nr++] = *dev;
	return 0;
}

int client_devices(struct client *c, struct model_dev **devs, size_t *nr)
{
	struct list list = { 0 };
	int err, tries = 0;

	do {
		list.nr = 0;
		err = znl_get_all(c->nl, append, &list);
	} while (err == -EAGAIN && ++tries < CLIENT_DUMP_TRIES);
	if (err) {
		free(list.dev);
		if (err == -EAGAIN)
			return client_fail(c, err, "cannot list the devices: "
					   "they come and go too fast");
		return client_fail_plainly(c, err, "list the devices");
	}
	*devs = list.dev;
	*nr = list.nr;
	return 0;
}

int client_device(struct client *c, uint32_t id, struct model_dev *dev)
{
	int err = znl_get(c->nl, id, dev);

	if (err == -ENODEV)
		return client_fail(c, err, "there is no /dev/zram%u; "
				   "'zramctl list' shows what there is", id);
	return err ? client_fail_plainly(c, err, "look at the device") : 0;
}

int client_slots(struct client *c, uint32_t id, uint64_t first, uint64_t count,
		 client_slots_fn fn, void *arg)
{
	int err = znl_slots(c->nl, id, first, count, fn, arg);

	if (err == -EAGAIN)
		return client_fail(c, err, "/dev/zram%u was reset or removed "
				   "while its slots were read", id);
	return err < 0 ? fail_device(c, err, id, "read the device's slots") : err;
}

int client_packs(struct client *c, uint32_t id, client_pack_fn fn, void *arg)
{
	int err = znl_packs(c->nl, id, 0, fn, arg);

	if (err == -EAGAIN)
		return client_fail(c, err, "/dev/zram%u was reset or removed "
				   "while its packs were read", id);
	return err < 0 ? fail_device(c, err, id, "read the device's packs") : err;
}

/* " It has: lzo-rle lz4 zstd." for a name that is not among them. */
static bool is_unknown_algo(struct client *c, const char *name, char *names,
			    size_t len)
{
	struct model_features f;
	size_t used = 0;

	names[0] = 0;
	if (znl_features(c->nl, &f))
		return false;
	for (size_t i = 0; i < f.nr_algos; i++) {
		if (!strcmp(f.algo[i].name, name))
			return false;
		used += snprintf(names + used, len - used, " %s",
				 f.algo[i].name);
		if (used >= len)
			break;
	}
	return true;
}

/* The levels that algorithms take; the kernel only says that one is wrong. */
static const struct {
	const char *algo;
	const char *range;
} levels[] = {
	{ "zstd", "-131072 to 22" },
	{ "lz4", "1 (the densest) and up" },
	{ "lz4hc", "1 to 16" },
	{ "deflate", "-1 to 9" },
};

static const char *level_range(const char *algo)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strcmp(levels[i].algo, algo))
			return levels[i].range;
	return NULL;
}

/* Whether it is the level that is wrong: @range, then, is what would do. */
static bool is_bad_level(struct client *c, const struct model_spec *spec,
			 const char *msg, char algo[ZRAM_ALGO_NAME_MAX],
			 const char **range)
{
	struct model_features f;

	if (!(spec->has & MODEL_LEVEL) || !strstr(msg, "level"))
		return false;
	snprintf(algo, ZRAM_ALGO_NAME_MAX, "%s",
		 spec->has & MODEL_ALGO ? spec->algo : "");
	if (!*algo && !znl_features(c->nl, &f))
		for (size_t i = 0; i < f.nr_algos; i++)
			if (f.algo[i].is_default)
				strcpy(algo, f.algo[i].name);
	*range = level_range(algo);
	return *range;
}

static int fail_spec(struct client *c, const struct model_spec *spec, int err,
		     const char *what)
{
	char msg[sizeof(c->why)], names[256], size[UTIL_SIZE_LEN];
	char algo[ZRAM_ALGO_NAME_MAX];
	const char *range;

	/* asking for the features would lose the extended ack */
	snprintf(msg, sizeof(msg), "%s", znl_msg(c->nl));
	if (err == -EINVAL && spec->has & MODEL_ALGO &&
	    is_unknown_algo(c, spec->algo, names, sizeof(names)))
		return client_fail(c, err, "this kernel has no algorithm '%s'; "
				   "it has%s", spec->algo, names);
	if (err == -EINVAL && is_bad_level(c, spec, msg, algo, &range))
		return client_fail(c, err, "%s has no level %d; it takes %s",
				   algo, spec->level, range);
	if (err == -ENOMEM && spec->has & MODEL_DISKSIZE &&
	    !(spec->has & MODEL_BACKING))
		return client_fail(c, err, "the kernel has no memory for the "
				   "tables of a device of %s; take a smaller "
				   "--size",
				   util_format_size(size, spec->disksize));
	if (*msg && err != -EPERM && spec->has & MODEL_BACKING)
		return client_fail(c, err, "cannot %s with the disk %s: %s",
				   what, spec->backing, msg);
	if (*msg && err != -EPERM)
		return client_fail(c, err, "cannot %s: %s", what, msg);
	return client_fail_plainly(c, err, what);
}

int client_create(struct client *c, const struct model_spec *spec,
		  struct model_dev *dev)
{
	int err = znl_new(c->nl, spec, dev);

	if (err == -EEXIST && spec->has & MODEL_SPEC_ID)
		return client_fail(c, err, "there is a /dev/zram%u already; "
				   "remove it first, or leave --id out to get "
				   "the lowest free one", spec->id);
	return err ? fail_spec(c, spec, err, "create a device") : 0;
}

int client_set(struct client *c, uint32_t id, const struct model_spec *spec)
{
	int err = znl_set(c->nl, id, spec);

	if (err == -ENODEV)
		return client_fail(c, err, "there is no /dev/zram%u; "
				   "'zramctl list' shows what there is", id);
	if (err == -EBUSY)
		return client_fail(c, err, "cannot change the algorithm, level "
				   "or size of /dev/zram%u while it has a size; "
				   "'zramctl reset' drops it with all data", id);
	return err ? fail_spec(c, spec, err, "change the device") : 0;
}

int client_attach(struct client *c, uint32_t id, const char *path)
{
	int err = znl_attach(c->nl, id, path);

	if (!err)
		return 0;
	if (is_plain(c, err))
		return fail_device(c, err, id, "attach a disk");
	return client_fail(c, err, "cannot attach %s to /dev/zram%u: %s", path,
			   id, znl_msg(c->nl));
}

int client_detach(struct client *c, uint32_t id)
{
	int err = znl_detach(c->nl, id);

	if (!err)
		return 0;
	if (is_plain(c, err))
		return fail_device(c, err, id, "detach a disk");
	if (strstr(znl_msg(c->nl), "no backing device"))
		return client_fail(c, err, "there is no disk behind /dev/zram%u", id);
	return client_fail(c, err, "cannot detach the disk of /dev/zram%u: %s",
			   id, znl_msg(c->nl));
}

int client_compact(struct client *c, uint32_t id)
{
	int err = znl_compact(c->nl, id);

	if (!err)
		return 0;
	if (is_plain(c, err))
		return fail_device(c, err, id, "compact a device");
	return client_fail(c, err, "cannot compact /dev/zram%u: %s", id,
			   znl_msg(c->nl));
}

int client_idle(struct client *c, uint32_t id, const uint32_t *age)
{
	int err = znl_idle(c->nl, id, age);

	if (!err)
		return 0;
	if (is_plain(c, err))
		return fail_device(c, err, id, "mark slots idle");
	return client_fail(c, err, "cannot mark slots of /dev/zram%u idle: %s",
			   id, znl_msg(c->nl));
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Swap, mounts and disks of others stay; waiting for them would be in vain. */
static int fail_in_use(struct client *c, uint32_t id, const char *what)
{
	struct model_dev dev = { .id = id };
	uint32_t of;

	client_fill_use(&dev);
	if (!model_has(&dev, MODEL_USE) && client_is_disk(id, &of))
		return client_fail(c, -EBUSY, "cannot %s /dev/zram%u: it is the disk "
				   "behind /dev/zram%u; run 'zramctl detach zram%u' "
				   "first", what, id, of, of);
	if (!model_has(&dev, MODEL_USE))
		return 0;
	if (!strcmp(dev.use, MODEL_USE_SWAP))
		return client_fail(c, -EBUSY, "cannot %s /dev/zram%u: it is "
				   "used as swap; run 'swapoff /dev/zram%u' "
				   "first", what, id, id);
	return client_fail(c, -EBUSY, "cannot %s /dev/zram%u: it is mounted "
			   "on %s; run 'umount %s' first", what, id, dev.use,
			   dev.use);
}

static int retry_while_busy(struct client *c, uint32_t id, const char *what,
			    int (*verb)(struct znl *, uint32_t))
{
	int64_t until = now_ms() + BUSY_WAIT_MS;
	char doing[32];
	int err;

	for (;;) {
		err = verb(c->nl, id);
		if (err != -EBUSY)
			break;
		err = fail_in_use(c, id, what);
		if (err)
			return err;
		if (now_ms() >= until)
			return client_fail(c, -EBUSY, "cannot %s /dev/zram%u: "
					   "some program holds it open; close "
					   "it ('fuser -v /dev/zram%u' shows "
					   "which one it is)", what, id, id);
		util_sleep_ms(BUSY_POLL_MS);
	}
	if (err == -ENODEV)
		return client_fail(c, err, "there is no /dev/zram%u; "
				   "'zramctl list' shows what there is", id);
	snprintf(doing, sizeof(doing), "%s /dev/zram%u", what, id);
	return err ? client_fail_plainly(c, err, doing) : 0;
}

int client_remove(struct client *c, uint32_t id)
{
	return retry_while_busy(c, id, "remove", znl_delete);
}

int client_reset(struct client *c, uint32_t id)
{
	return retry_while_busy(c, id, "reset", znl_reset);
}
