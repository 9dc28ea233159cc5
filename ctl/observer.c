// SPDX-License-Identifier: GPL-2.0-or-later
/* The observer's life: start, open, stop, and its state as a whole. */
#include "observer_impl.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "observe.skel.h"

const char *const observer_pin_names[PIN_NR] = {
	[PIN_SLOTS] = "slots",
	[PIN_DEVICES] = "devices",
	[PIN_AGES] = "ages",
	[PIN_RATIO] = "ratio",
	[PIN_LATENCY] = "latency",
	[PIN_SETTINGS] = "settings",
	[PIN_COVERED] = "covered",
	[PIN_ON_BACKING] = "on_backing_io",
	[PIN_ON_DEVICE] = "on_device",
	[PIN_ON_FREE] = "on_slot_free",
	[PIN_ON_MOVE] = "on_slot_move",
	[PIN_ON_READ] = "on_slot_read",
	[PIN_ON_WRITE] = "on_slot_write",
};

#define DEVICES_BYTES (ZRAM_OBSERVE_DEVICES * sizeof(struct zram_observed))
#define COVERED_BYTES (ZRAM_OBSERVE_DEVICES * sizeof(uint32_t))

int observer_fail(struct observer *o, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->why, sizeof(o->why), fmt, ap);
	va_end(ap);
	return err;
}

int observer_bpf_failed(struct observer *o, int err, const char *doing)
{
	switch (err) {
	case -ENOSYS:
		return observer_fail(o, OBSERVER_ENOSUPPORT,
			"this kernel has no BPF; one with CONFIG_BPF_SYSCALL can observe");
	case -EPERM:
	case -EACCES:
		if (geteuid())
			return observer_fail(o, err, "cannot %s: " OBSERVER_NEEDS_ROOT, doing);
		return observer_fail(o, err, "no right to %s: %s", doing,
			"CAP_BPF and CAP_PERFMON are needed, and a kernel that is not locked down (see /sys/kernel/security/lockdown)");
	default:
		return observer_fail(o, err, "cannot %s: %s", doing,
				     strerror(-err));
	}
}

static int keep_quiet(enum libbpf_print_level level, const char *fmt,
		      va_list ap)
{
	if (getenv("ZRAMCTL_DEBUG_BPF"))
		return vfprintf(stderr, fmt, ap);
	return 0;
}

struct observer *observer_new(void)
{
	struct observer *o = calloc(1, sizeof(*o));
	int i;

	if (!o)
		return NULL;
	libbpf_set_print(keep_quiet);
	o->dir = -1;
	for (i = 0; i < PIN_NR; i++)
		o->fd[i] = -1;
	return o;
}

void observer_close(struct observer *o)
{
	int i;

	if (!o)
		return;
	if (o->devices)
		munmap(o->devices, DEVICES_BYTES);
	if (o->covered)
		munmap(o->covered, COVERED_BYTES);
	for (i = 0; i < PIN_NR; i++)
		if (o->fd[i] >= 0)
			close(o->fd[i]);
	if (o->dir >= 0)
		close(o->dir);
	free(o);
}

const char *observer_why(const struct observer *o)
{
	return o->why;
}

const struct zram_observe_settings *observer_settings(const struct observer *o)
{
	return &o->settings;
}

bool observer_device(const struct observer *o, uint32_t id,
		     struct zram_observed *seen)
{
	const volatile struct zram_observed *d;

	if (id >= ZRAM_OBSERVE_DEVICES || !o->devices)
		return false;
	d = &o->devices[id];
	seen->generation = d->generation;
	seen->covered = d->covered;
	seen->seeded = d->seeded;
	seen->pad = 0;
	seen->dropped = d->dropped;
	return true;
}

uint64_t observer_missed(const struct observer *o)
{
	uint64_t missed = 0;
	int i;

	for (i = PIN_FIRST_LINK; i < PIN_NR; i++) {
		struct bpf_link_info link = {};
		struct bpf_prog_info prog = {};
		__u32 len = sizeof(link);
		int fd;

		if (bpf_obj_get_info_by_fd(o->fd[i], &link, &len))
			continue;
		fd = bpf_prog_get_fd_by_id(link.prog_id);
		if (fd < 0)
			continue;
		len = sizeof(prog);
		if (!bpf_obj_get_info_by_fd(fd, &prog, &len))
			missed += prog.recursion_misses;
		close(fd);
	}
	return missed;
}

static void *map_shared(struct observer *o, enum observer_pin pin, size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
		       o->fd[pin], 0);

	if (p != MAP_FAILED)
		return p;
	observer_fail(o, -ENOMEM, "cannot map the observer's %s: %s",
		      observer_pin_names[pin], strerror(errno));
	return NULL;
}

/* Read the settings and map the devices of pins that are open. */
static int adopt(struct observer *o)
{
	struct bpf_map_info info = {};
	__u32 key = 0, len = sizeof(info);

	if (bpf_obj_get_info_by_fd(o->fd[PIN_SETTINGS], &info, &len))
		return observer_bpf_failed(o, -errno,
					   "read the observer's settings");
	/* The kernel copies as much as the map's values have. */
	if (info.value_size == sizeof(o->settings) &&
	    bpf_map_lookup_elem(o->fd[PIN_SETTINGS], &key, &o->settings))
		return observer_bpf_failed(o, -errno,
					   "read the observer's settings");
	if (o->settings.version != ZRAM_OBSERVE_VERSION)
		return observer_fail(o, -ESTALE,
			"the observer that runs is of version %u, this zramctl wants %u: 'zramctl observe stop', then start it again",
			o->settings.version, ZRAM_OBSERVE_VERSION);
	o->devices = map_shared(o, PIN_DEVICES, DEVICES_BYTES);
	o->covered = map_shared(o, PIN_COVERED, COVERED_BYTES);
	return o->devices && o->covered ? 0 : -ENOMEM;
}

/* Under the lock. */
static int open_pins(struct observer *o)
{
	char path[OBSERVER_PATH_LEN];
	int i;

	for (i = 0; i < PIN_NR; i++) {
		o->fd[i] = bpf_obj_get(observer_path(path,
						     observer_pin_names[i]));
		if (o->fd[i] >= 0)
			continue;
		if (errno == ENOENT)
			return observer_fail(o, -ESTALE,
				"%s is incomplete (no %s): 'zramctl observe stop' clears it",
				OBSERVER_DIR, observer_pin_names[i]);
		return observer_bpf_failed(o, -errno, "open the observer's maps");
	}
	return adopt(o);
}

int observer_open(struct observer **res)
{
	struct observer *o = *res = observer_new();
	int err;

	if (!o)
		return -ENOMEM;
	err = observer_dir_open(o, false);
	if (err)
		return err;
	err = open_pins(o);
	observer_dir_unlock(o);
	return err;
}

int observer_attach_failed(struct observer *o, int err, const char *name)
{
	if (err == -ENOENT)
		return observer_fail(o, OBSERVER_ENOSUPPORT,
			"the tracepoint of %s is not there: load zramkit's zram module (modprobe zram)",
			name);
	if (err == -EINVAL)
		return observer_fail(o, OBSERVER_ENOSUPPORT,
			"the loaded zslot_trace.ko gives %s fewer arguments than this zramctl reads: load the modules of the same version",
			name);
	return observer_bpf_failed(o, err, "attach the BPF programs");
}

/* The fds become ours; the skeleton keeps none of its own afterwards. */
static int take_fd(struct observer *o, enum observer_pin pin, int fd)
{
	char path[OBSERVER_PATH_LEN];

	o->fd[pin] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (o->fd[pin] < 0)
		return observer_fail(o, -errno, "cannot keep a file open: %s",
				     strerror(errno));
	if (bpf_obj_pin(fd, observer_path(path, observer_pin_names[pin])))
		return observer_bpf_failed(o, -errno, "pin the observer's maps");
	return 0;
}

static int attach_and_pin(struct observer *o, struct observe_bpf *skel)
{
	const struct {
		enum observer_pin pin;
		struct bpf_map *map;
	} maps[] = {
		{ PIN_SLOTS, skel->maps.slots },
		{ PIN_DEVICES, skel->maps.devices },
		{ PIN_AGES, skel->maps.ages },
		{ PIN_RATIO, skel->maps.ratio },
		{ PIN_LATENCY, skel->maps.latency },
		{ PIN_SETTINGS, skel->maps.rodata },
		{ PIN_COVERED, skel->maps.bss },
	};
	const struct {
		enum observer_pin pin;
		struct bpf_program *prog;
		const char *tracepoint;
	} progs[] = {
		{ PIN_ON_BACKING, skel->progs.on_backing_io, "zram_backing_io" },
		{ PIN_ON_DEVICE, skel->progs.on_device, "zram_device" },
		{ PIN_ON_FREE, skel->progs.on_slot_free, "zram_slot_free" },
		{ PIN_ON_MOVE, skel->progs.on_slot_move, "zram_slot_move" },
		{ PIN_ON_READ, skel->progs.on_slot_read, "zram_slot_read" },
		{ PIN_ON_WRITE, skel->progs.on_slot_write, "zram_slot_write" },
	};
	size_t i;
	int err;

	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		err = take_fd(o, maps[i].pin, bpf_map__fd(maps[i].map));
		if (err)
			return err;
	}
	for (i = 0; i < sizeof(progs) / sizeof(progs[0]); i++) {
		int fd = bpf_raw_tracepoint_open(progs[i].tracepoint,
				bpf_program__fd(progs[i].prog));

		if (fd < 0)
			return observer_attach_failed(o, -errno, progs[i].tracepoint);
		err = take_fd(o, progs[i].pin, fd);
		close(fd);
		if (err)
			return err;
	}
	return 0;
}

static int load_and_pin(struct observer *o, uint32_t half_life_shift,
			uint32_t page_size)
{
	struct observe_bpf *skel = observe_bpf__open();
	int err;

	if (!skel)
		return observer_fail(o, -errno, "cannot read the BPF object: %s",
				     strerror(errno));
	skel->rodata->settings.half_life_shift = half_life_shift;
	skel->rodata->settings.page_shift = __builtin_ctz(page_size);
	skel->rodata->settings.size_shift = __builtin_ctz(page_size / 32);
	err = observe_bpf__load(skel);
	if (err == -EACCES || err == -EINVAL)
		err = observer_fail(o, OBSERVER_ENOSUPPORT,
			"this kernel does not accept the observer's BPF programs; ZRAMCTL_DEBUG_BPF=1 shows why");
	else if (err)
		err = observer_bpf_failed(o, err, "load the BPF programs");
	else
		err = attach_and_pin(o, skel);
	observe_bpf__destroy(skel);
	return err;
}

static bool all_pinned(void)
{
	char path[OBSERVER_PATH_LEN];
	int i;

	for (i = 0; i < PIN_NR; i++)
		if (access(observer_path(path, observer_pin_names[i]), F_OK))
			return false;
	return true;
}

int observer_start(struct observer **res, uint32_t half_life_shift,
		   uint32_t page_size)
{
	struct observer *o = *res = observer_new();
	int err;

	if (!o)
		return -ENOMEM;
	err = observer_dir_open(o, true);
	if (err)
		return err;
	if (all_pinned()) {
		observer_dir_unlock(o);
		return observer_fail(o, -EEXIST, "the observer runs already");
	}
	/* What a start that was killed has left. */
	err = observer_dir_empty(o);
	if (!err || err == -ENOENT)
		err = load_and_pin(o, half_life_shift, page_size);
	if (!err)
		err = adopt(o);
	if (err) {
		char why[sizeof(o->why)];

		/* The first failure is the one to tell. */
		memcpy(why, o->why, sizeof(why));
		observer_dir_clear(o);
		memcpy(o->why, why, sizeof(why));
	}
	observer_dir_unlock(o);
	return err;
}

int observer_stop(struct observer **res)
{
	struct observer *o = *res = observer_new();
	int err;

	if (!o)
		return -ENOMEM;
	err = observer_dir_open(o, false);
	if (err)
		return err;
	err = observer_dir_clear(o);
	observer_dir_unlock(o);
	if (err == -ENOENT)
		return observer_fail(o, err, "the observer is not running");
	return err;
}
