/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the observer's own files share: its pins and how it fails. */
#ifndef ZRAMCTL_OBSERVER_IMPL_H
#define ZRAMCTL_OBSERVER_IMPL_H

#include "observer.h"

/* The pins without which an observer is not complete; see pin_names. */
enum observer_pin {
	PIN_SLOTS,
	PIN_DEVICES,
	PIN_AGES,
	PIN_RATIO,
	PIN_LATENCY,
	PIN_SETTINGS,
	PIN_COVERED,
	PIN_ON_BACKING,		/* the links come last */
	PIN_ON_DEVICE,
	PIN_ON_FREE,
	PIN_ON_MOVE,
	PIN_ON_READ,
	PIN_ON_WRITE,
	PIN_NR
};

#define PIN_FIRST_LINK PIN_ON_BACKING

/* As commands that talk to the module say it. */
#define OBSERVER_NEEDS_ROOT "this needs root; try it with sudo"

extern const char *const observer_pin_names[PIN_NR];

struct observer {
	int dir;			/* the pin directory, or -1 */
	int fd[PIN_NR];			/* or -1 */
	struct zram_observe_settings settings;
	struct zram_observed *devices;	/* mapped; or NULL */
	uint32_t *covered;		/* mapped; or NULL */
	char why[320];
};

/* Leaves the sentence and returns @err. */
int observer_fail(struct observer *o, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a failed bpf(2): tells missing rights and support apart. */
int observer_bpf_failed(struct observer *o, int err, const char *doing);

/* The same of a failed attachment to the tracepoint @name. */
int observer_attach_failed(struct observer *o, int err, const char *name);

/* Bare object; with the kernel's answers to libbpf kept off the terminal. */
struct observer *observer_new(void);

/*
 * Open the pin directory, made (and bpffs mounted) when @make, and lock it.
 * -ENOENT: there is none.
 */
int observer_dir_open(struct observer *o, bool make);
/*
 * Whoever changes pins or the maps' state holds this lock; the programs and
 * readers do not care. -ESTALE: the observer was stopped meanwhile.
 */
int observer_dir_lock(struct observer *o);
void observer_dir_unlock(struct observer *o);
/* Under the lock: unlink all pins. -ENOENT: there were none. */
int observer_dir_empty(struct observer *o);
/* The same, and the directory with them. */
int observer_dir_clear(struct observer *o);
/* OBSERVER_DIR/name. */
#define OBSERVER_PATH_LEN 64
char *observer_path(char buf[OBSERVER_PATH_LEN], const char *name);
char *observer_slots_path(char buf[OBSERVER_PATH_LEN], uint32_t id);

#endif
