/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The jobs "promote", packs come back from the backing device, and "detach",
 * after which it has none.
 */
#ifndef ZRAM_PROMOTE_H
#define ZRAM_PROMOTE_H

struct zram_job_ops;
struct zram_job_spec;
struct zram_store;

/*
 * Heeds ranges, min_age, filter and threshold (a pack comes back when one of its
 * live slots is meant), max_slots, max_bytes (but one comes back in any case) and
 * max_ms. Ends with -ENOSPC at the memory limit, -ENOMEM, and with -EIO when packs
 * could not be read; those stay where they are.
 */
extern const struct zram_job_ops zram_promote_ops;
/*
 * Heeds force: what cannot be read is given up, its slots answer -EIO until
 * they are written or freed. Every pack comes back, then the device goes; with
 * an error (as above) it stays. Readers are waited for some seconds.
 */
extern const struct zram_job_ops zram_detach_ops;
/* -ENODEV: no backing device; -EINVAL, detach: ranges. */
int zram_promote_check(const struct zram_store *st,
		       const struct zram_job_spec *spec, const char **why);
int zram_detach_check(const struct zram_store *st,
		      const struct zram_job_spec *spec, const char **why);

#endif
