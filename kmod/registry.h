/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The devices by id.
 *
 * A device is in the registry from after its node was made until before it
 * goes; adding and removing are serial, so a lookup waits for neither half.
 */
#ifndef ZRAM_REGISTRY_H
#define ZRAM_REGISTRY_H

#include <linux/types.h>

struct attribute_group;
struct zram_device;

#define ZRAM_ANY_ID	U32_MAX

/*
 * What front ends give every device; set before the first one. groups: sysfs
 * attributes. add, remove: called when its node was made, and before it goes.
 */
struct zram_registry_front {
	const struct attribute_group **groups;
	void (*add)(struct zram_device *dev);
	void (*remove)(struct zram_device *dev);
};

void zram_registry_init(const struct zram_registry_front *front);

/*
 * How a device is made. prepare: what may take its time, such as opening a disk;
 * nobody has heard of the device yet, and nobody waits. setup: the rest, while lookups
 * wait.
 */
struct zram_registry_maker {
	int (*prepare)(struct zram_device *dev, void *arg);
	int (*setup)(struct zram_device *dev, void *arg);
};

/*
 * Make a device with id @id, or the lowest free one for ZRAM_ANY_ID, as @maker
 * says (NULL: bare), and publish it. Of one that cannot be made nothing is seen but
 * that it came and went. 0, -EEXIST, -ENOMEM, or what @maker says.
 */
int zram_registry_add(u32 *id, const struct zram_registry_maker *maker,
		      void *arg);
/* -ENODEV: no such id; -EBUSY: open or claimed. */
int zram_registry_remove(u32 id);
/* At module exit, when nobody can add or open any more. */
void zram_registry_remove_all(void);

/* With a reference, or NULL. */
struct zram_device *zram_registry_find(u32 id);
/* The one with the smallest id >= @from, with a reference, or NULL. */
struct zram_device *zram_registry_next(u32 from);

#endif
