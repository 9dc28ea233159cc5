/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stock text interface: /sys/block/zramN/ and /sys/class/zram-control/,
 * byte for byte and errno for errno (docs/abi-sysfs.md).
 */
#ifndef ZRAM_SYSFS_H
#define ZRAM_SYSFS_H

struct attribute_group;

extern const struct attribute_group *zram_sysfs_device_groups[];
/* In sysfs_jobs.c; one of them. */
extern const struct attribute_group zram_sysfs_jobs_group;
/* comp_algorithm, recomp_algorithm, algorithm_params: one of those */
extern const struct attribute_group zram_sysfs_codec_group;
/* In sysfs_backing.c; another. */
extern const struct attribute_group zram_sysfs_backing_group;

/* The class; after exit no handler of it runs. */
int zram_sysfs_class_init(void);
void zram_sysfs_class_exit(void);

#endif
