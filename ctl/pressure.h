/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How short of memory and of power the machine is: meminfo, PSI, battery. */
#ifndef ZRAMCTL_PRESSURE_H
#define ZRAMCTL_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

struct pressure {
	uint64_t total, available;	/* bytes; total 0: not known */
	uint32_t some;			/* permille of the last 10 s */
	bool has_psi;
	bool on_battery;		/* drawn from, and no mains on line */
};

/* What cannot be read is left zero. No allocation. */
void pressure_read(struct pressure *p);
/*
 * A descriptor whose POLLPRI says that tasks waited for memory for @ms within
 * a second, at most once a second. -errno: no PSI here, or no right to it.
 */
int pressure_trigger(unsigned int ms);

#endif
