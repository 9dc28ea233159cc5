// SPDX-License-Identifier: GPL-2.0-only
/* The verbs for the backing device: attach, look, write back, its settings. */
#include "control.h"
#include "control_impl.h"

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "attach.h"
#include "backing.h"
#include "device.h"
#include "io.h"
#include "job.h"

static int refuse(int err, const char **why, const char *text)
{
	if (why)
		*why = text;
	return err;
}

/* With lock held. Of the contents, as events tell it. */
static u32 generation_of(const struct zram_device *dev)
{
	return dev->store ? dev->store->generation : 0;
}

/* With lock held. */
static int can_attach(struct zram_device *dev, bool live, const char **why)
{
	if (dev->removed)
		return refuse(-ENODEV, why, "the device is being removed");
	if (!live && dev->store)
		return refuse(-EBUSY, why,
			      "the device has a disksize; reset it first");
	if (live && zram_attach_has(&dev->attachment))
		return refuse(-EBUSY, why,
			      "the device has a backing device; detach it first");
	return 0;
}

int zram_control_take_backing(struct zram_device *dev, struct zram_backing *bd,
			      bool live, const char **why)
{
	struct zram_backing *left;
	int err;

	down_write(&dev->lock);
	err = can_attach(dev, live, why);
	if (err)
		left = bd;
	else
		left = zram_attach_replace(&dev->attachment, bd,
					   generation_of(dev));
	up_write(&dev->lock);
	if (left)
		zram_backing_close(left);
	return err;
}

struct zram_backing *zram_control_open_backing(struct zram_device *dev,
					       const char *path,
					       const char **why)
{
	struct zram_backing_user user = {
		.dev = dev->id, .serve = zram_io_serve, .ctx = dev,
	};
	struct zram_backing *bd;

	down_read(&dev->lock);
	if (!dev->removed) {
		user.own = dev->disk;
		get_device(disk_to_dev(user.own));
	}
	up_read(&dev->lock);
	if (!user.own)
		return ERR_PTR(refuse(-ENODEV, why,
				      "the device is being removed"));
	bd = zram_backing_open(path, &user, why);
	put_disk(user.own);
	return bd;
}

int zram_control_attach(struct zram_device *dev, const char *path, bool live,
			const char **why)
{
	struct zram_backing *bd;
	int err;

	down_read(&dev->lock);
	err = can_attach(dev, live, why);
	up_read(&dev->lock);
	if (err)
		return err;
	bd = zram_control_open_backing(dev, path, why);
	return IS_ERR(bd) ? PTR_ERR(bd) :
			    zram_control_take_backing(dev, bd, live, why);
}

int zram_control_let_go(struct zram_device *dev, const char **why)
{
	struct zram_backing *bd = NULL;
	int err = 0;

	down_write(&dev->lock);
	if (dev->store)
		err = refuse(-EBUSY, why, "the device has a disksize: that takes a job of type detach");
	else if (!zram_attach_has(&dev->attachment))
		err = refuse(-ENODEV, why,
			     "the device has no backing device");
	else
		bd = zram_attach_replace(&dev->attachment, NULL, 0);
	up_write(&dev->lock);
	if (bd)
		zram_backing_close(bd);
	return err;
}

bool zram_control_backing(struct zram_device *dev,
			  struct zram_backing_info *info, u64 *slots,
			  char *path, size_t size)
{
	struct zram_backing *bd = zram_attach_get(&dev->attachment);

	*slots = 0;
	if (bd) {
		zram_backing_info(bd, info);
		strscpy(path, zram_backing_path(bd), size);
		zram_backing_put(bd);
	}
	down_read(&dev->lock);
	if (dev->store)
		*slots = zram_stat_sum(dev->store->stats, ZRAM_STAT_FROZEN);
	up_read(&dev->lock);
	return bd;
}

int zram_control_can_writeback(struct zram_device *dev, u64 *slots)
{
	int err = 0;

	down_read(&dev->lock);
	if (!dev->store)
		err = -EINVAL;
	else if (!zram_attach_has(&dev->attachment))
		err = -ENODEV;
	else
		*slots = dev->store->table.nr_slots;
	up_read(&dev->lock);
	return err;
}

int zram_control_job_wait(struct zram_device *dev, struct zram_job_spec *spec)
{
	struct zram_job *job;
	int err = zram_control_job_start(dev, spec, &job, NULL);

	if (err)
		return err;
	err = zram_job_wait_interruptible(job);
	zram_job_put(job);
	return err;
}

void zram_control_get_knobs(struct zram_device *dev,
			    struct zram_writeback_values *v)
{
	struct zram_writeback_knobs *k = &dev->knobs;

	spin_lock(&k->lock);
	v->limit = k->limit;
	v->limit_on = k->limit_on;
	v->batch = k->batch;
	v->compressed = k->compressed;
	spin_unlock(&k->lock);
}

int zram_control_set_compressed(struct zram_device *dev, bool on)
{
	int err = 0;

	down_write(&dev->lock);
	if (dev->store)
		err = -EBUSY;
	else
		dev->knobs.compressed = on;
	up_write(&dev->lock);
	return err;
}

static u64 whole_pages(u64 blocks)
{
	return blocks & ~(u64)(PAGE_SIZE / ZRAM_BACKING_BLOCK - 1);
}

void zram_control_limit_writeback(struct zram_device *dev, u64 bytes)
{
	spin_lock(&dev->knobs.lock);
	dev->knobs.limit_on = bytes != U64_MAX;
	if (dev->knobs.limit_on) {
		dev->knobs.limit = whole_pages(bytes / ZRAM_BACKING_BLOCK);
		dev->knobs.set++;
	}
	spin_unlock(&dev->knobs.lock);
}

void zram_control_set_writeback_limit(struct zram_device *dev, u64 blocks)
{
	spin_lock(&dev->knobs.lock);
	dev->knobs.limit = whole_pages(blocks);
	dev->knobs.set++;
	spin_unlock(&dev->knobs.lock);
}

void zram_control_enable_limit(struct zram_device *dev, bool on)
{
	spin_lock(&dev->knobs.lock);
	dev->knobs.limit_on = on;
	spin_unlock(&dev->knobs.lock);
}

int zram_control_set_batch(struct zram_device *dev, u32 pages)
{
	if (!pages)
		return -EINVAL;
	WRITE_ONCE(dev->knobs.batch, pages);
	return 0;
}
