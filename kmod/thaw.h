/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Promotion by rule: packs on the backing device that are read again and again
 * come back into memory, between two steps of whatever job runs. It leaves a
 * sixteenth of the memory limit alone.
 */
#ifndef ZRAM_THAW_H
#define ZRAM_THAW_H

struct zram_jobs;
struct zram_store;

/* Until @jobs is stopped. -ENOMEM. */
int zram_thaw_start(struct zram_store *st, struct zram_jobs *jobs);
/* After the jobs were stopped, which a read of ours may kick until then. */
void zram_thaw_stop(struct zram_store *st);
/* For the worker: let go of the backing device, until it is wanted again. */
void zram_thaw_rest(struct zram_store *st);

#endif
