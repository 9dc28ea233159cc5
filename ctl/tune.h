/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's settings around a device: facts read from /proc and /sys, rules
 * that make rows of advice from them, and changing settings so that they can
 * be put back. Knows no netlink, so it serves stock zram as well.
 *
 * Every function takes the root below which /proc, /sys, /etc and /var lie:
 * "" on a machine, a folder in tests.
 */
#ifndef ZRAMCTL_TUNE_H
#define ZRAMCTL_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNE_VALUE	96
#define TUNE_WHY	480
#define TUNE_SWAPS	32
#define TUNE_ROWS	8

/* One file of one short line; "" when the kernel has none. */
struct tune_value {
	char text[TUNE_VALUE];
};

struct tune_swap {
	char name[TUNE_VALUE];
	bool is_zram;
	uint32_t id;		/* of a zram device */
	int priority;
	uint64_t used;		/* bytes */
};

struct tune_facts {
	uint64_t ram;		/* bytes, as all sizes */
	struct tune_value swappiness, page_cluster, watermark, folios, zswap;
	struct tune_swap swap[TUNE_SWAPS];
	size_t nr_swaps;
	uint32_t id;		/* of the device that is asked about */
	uint64_t disksize;	/* 0: it has none yet */
	uint64_t stored, used;	/* data, and memory of the pool */
	uint64_t limit;		/* 0: none */
};

enum tune_verdict {
	TUNE_FINE,
	TUNE_CHANGE,	/* --apply writes it */
	TUNE_DECIDE,	/* not as it might be, and for a person to decide */
};

struct tune_row {
	const char *name;	/* "vm.swappiness" */
	const char *path;	/* its file; NULL: none that could be written */
	enum tune_verdict verdict;
	char now[TUNE_VALUE];
	char advice[TUNE_VALUE];	/* "" when fine */
	char why[TUNE_WHY];
};

/* What went wrong, in a sentence. */
struct tune_error {
	char text[512];
};

/*
 * @id: the device, or TUNE_ANY for the zram swap of the highest priority, else
 * the device of the lowest number. -ENODEV: there is no such device.
 */
#define TUNE_ANY UINT32_MAX
int tune_read(struct tune_facts *f, const char *root, uint32_t id,
	      struct tune_error *e);
/* Rows in the order they are shown; at most TUNE_ROWS. No I/O. */
size_t tune_advise(const struct tune_facts *f, struct tune_row *row);

/*
 * Write the advice of all TUNE_CHANGE rows, after noting what was there
 * before; all or none. *@changed counts them. @persist: also for the next
 * boots, with whatever was applied earlier.
 */
int tune_apply(const char *root, const struct tune_row *row, size_t nr,
	       bool persist, size_t *changed, struct tune_error *e);
/*
 * Put back what tune_apply() noted and remove what it wrote for the next
 * boots. A setting that somebody else has changed since stays as it is and
 * counts in *@kept. -ENOENT: nothing was applied.
 */
int tune_undo(const char *root, size_t *restored, size_t *kept,
	      struct tune_error *e);

#define TUNE_STATE	"/var/lib/zramkit/tune.state"
#define TUNE_SYSCTL	"/etc/sysctl.d/90-zramkit.conf"
#define TUNE_TMPFILES	"/etc/tmpfiles.d/zramkit.conf"

#endif
