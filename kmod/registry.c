// SPDX-License-Identifier: GPL-2.0-only
/* Ids and the devices behind them. */
#include "registry.h"

#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "device.h"

static DEFINE_MUTEX(zram_registry_lock);
static DEFINE_XARRAY_ALLOC(devices);
static const struct zram_registry_front *front;

void zram_registry_init(const struct zram_registry_front *f)
{
	front = f;
}

static int reserve_id(u32 *id)
{
	int err;

	if (*id == ZRAM_ANY_ID) {
		err = xa_alloc(&devices, id, NULL, XA_LIMIT(0, MINORMASK),
			       GFP_KERNEL);
		return err == -EBUSY ? -ENOSPC : err;
	}
	if (*id > MINORMASK)
		return -EINVAL;
	err = xa_insert(&devices, *id, NULL, GFP_KERNEL);
	return err == -EBUSY ? -EEXIST : err;
}

/* From the first event of a device on, who asks for it waits until it is there. */
static int set_up(struct zram_device *dev, u32 id,
		  const struct zram_registry_maker *maker, void *arg)
{
	int err = 0;

	mutex_lock(&zram_registry_lock);
	zram_device_announce(dev);
	if (maker)
		err = maker->setup(dev, arg);
	if (!err)
		err = zram_device_publish(dev, front->groups);
	if (!err) {
		/* The id is reserved: this only replaces the reservation. */
		xa_store(&devices, id, dev, GFP_KERNEL);
		front->add(dev);
	}
	mutex_unlock(&zram_registry_lock);
	return err;
}

int zram_registry_add(u32 *id, const struct zram_registry_maker *maker,
		      void *arg)
{
	struct zram_device *dev;
	int err;

	err = reserve_id(id);
	if (err)
		return err;
	dev = zram_device_create(*id);
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto release_id;
	}
	err = maker ? maker->prepare(dev, arg) : 0;
	if (!err)
		err = set_up(dev, *id, maker, arg);
	if (!err)
		return 0;
	zram_device_discard(dev);
release_id:
	xa_release(&devices, *id);
	return err;
}

static void remove_claimed(struct zram_device *dev)
{
	lockdep_assert_held(&zram_registry_lock);
	front->remove(dev);
	zram_device_remove(dev);
}

int zram_registry_remove(u32 id)
{
	struct zram_device *dev;
	int err;

	mutex_lock(&zram_registry_lock);
	dev = xa_load(&devices, id);
	err = dev ? zram_device_claim(dev, dev->disk) : -ENODEV;
	if (!err) {
		remove_claimed(dev);
		xa_erase(&devices, id);
	}
	mutex_unlock(&zram_registry_lock);
	return err;
}

void zram_registry_remove_all(void)
{
	struct zram_device *dev;
	unsigned long id;

	mutex_lock(&zram_registry_lock);
	xa_for_each(&devices, id, dev) {
		xa_erase(&devices, id);
		remove_claimed(dev);
	}
	mutex_unlock(&zram_registry_lock);
	xa_destroy(&devices);
}

static struct zram_device *find_from(unsigned long id, unsigned long max)
{
	struct zram_device *dev;

	mutex_lock(&zram_registry_lock);
	dev = xa_find(&devices, &id, max, XA_PRESENT);
	if (dev)
		zram_device_get(dev);
	mutex_unlock(&zram_registry_lock);
	return dev;
}

struct zram_device *zram_registry_find(u32 id)
{
	return find_from(id, id);
}

struct zram_device *zram_registry_next(u32 from)
{
	return find_from(from, ULONG_MAX);
}
