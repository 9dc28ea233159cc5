/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger of bytes written to backing devices over a rolling 24 hours, in
 * a file that outlives the daemon, a kill and a reboot.
 *
 * What a job may write is reserved in the file before the job starts, and
 * replaced by what it wrote once that is known; a reservation that nobody can
 * settle counts as written. So the budget is never exceeded, whenever the
 * daemon or the machine dies.
 *
 * Time in the ledger is its own and never goes back: within a boot it follows
 * CLOCK_BOOTTIME; across a boot CLOCK_REALTIME, as far as that can be believed
 * (it lies behind an earlier reading, or in 1970: no time has passed).
 */
#ifndef ZRAMCTL_BUDGET_H
#define ZRAMCTL_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUDGET_FILE	"/var/lib/zramkit/budget"
#define BUDGET_DAY	86400
#define BUDGET_GRAIN	300	/* s that share an entry, at its latest time */
#define BUDGET_ENTRIES	(BUDGET_DAY / BUDGET_GRAIN + 4)
#define BUDGET_HELD	64	/* jobs at once */
#define BUDGET_BOOT_LEN	40

struct budget_clock {
	uint64_t real;		/* s of CLOCK_REALTIME */
	uint64_t boot;		/* s of CLOCK_BOOTTIME */
	char boot_id[BUDGET_BOOT_LEN];
};

struct budget_entry {
	uint64_t time;		/* s of the ledger */
	uint64_t bytes;
};

struct budget_held {
	uint64_t serial;	/* names it as long as the ledger is open */
	uint64_t time;
	uint64_t bytes;		/* at most */
	uint32_t dev;
	uint32_t generation;
	uint32_t after;		/* the last job of the device before it, by id; 0: none */
	char boot_id[BUDGET_BOOT_LEN];
};

struct budget {
	char path[256];
	uint64_t time;			/* of the ledger, at the last look */
	struct budget_clock clock;	/* then */
	uint64_t newest;		/* the latest believable real time */
	bool believed;			/* clock.real was */
	struct budget_entry entry[BUDGET_ENTRIES];
	size_t nr;
	struct budget_held held[BUDGET_HELD];
	size_t nr_held;
	uint64_t serial;		/* the last one given */
	bool was_damaged;		/* found unreadable: a day counts as spent */
	int lock;			/* fd; one daemon only */
	char why[256];
	char text[32768];		/* of the file, while it is written */
};

/* The clocks of this machine. */
void budget_now(struct budget_clock *now);

/*
 * Read the file, or begin with an empty ledger where there is none. A damaged
 * one counts as @day bytes written now. -EBUSY: another daemon has it; -EPERM:
 * owner or permissions.
 */
int budget_open(struct budget *b, const char *path, uint64_t day,
		const struct budget_clock *now);
void budget_close(struct budget *b);
/*
 * Bytes of the last 24 hours, reservations included, for who only looks and
 * locks nothing. -ENOENT: no daemon has written the file yet; -EBADMSG: damaged.
 */
int budget_peek(const char *path, const struct budget_clock *now, uint64_t *spent);
/* Bytes that may still be reserved. */
uint64_t budget_left(struct budget *b, uint64_t day,
		     const struct budget_clock *now);
/* Bytes of the last 24 hours, reservations included. */
uint64_t budget_spent(struct budget *b, const struct budget_clock *now);
/*
 * Before a job may write: on disk when it returns 0, with a serial that is not 0.
 * @want: bytes, dev, generation, after. -ENOSPC: more than is left.
 */
int budget_reserve(struct budget *b, uint64_t day, const struct budget_held *want,
		   const struct budget_clock *now, uint64_t *serial);
/* Replace a reservation by what was written; -ENOENT: there is none. */
int budget_settle(struct budget *b, uint64_t serial, uint64_t bytes,
		  const struct budget_clock *now);
/* Count as written what cannot be settled any more. */
int budget_write_off(struct budget *b, uint64_t serial,
		     const struct budget_clock *now);
/* Made in this boot, so that its job may be found. */
bool budget_is_of_boot(const struct budget *b, const struct budget_held *h);

#endif
