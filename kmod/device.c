// SPDX-License-Identifier: GPL-2.0-only
/* The life of one zramN: made, initialised, claimed, reset, removed. */
#include "device.h"

#include <linux/err.h>
#include <linux/module.h>
#include <linux/part_stat.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "backing.h"
#include "compat/blk.h"
#include "event.h"
#include "io.h"
#include "packing.h"
#include "thaw.h"
#include "trace.h"

int zram_device_major;

/* Whether the module is loaded for good. */
static enum { LOADING, LOADED, FAILED } load;
static DECLARE_WAIT_QUEUE_HEAD(load_wait);

void zram_device_load_ended(bool ok)
{
	WRITE_ONCE(load, ok ? LOADED : FAILED);
	wake_up_all(&load_wait);
}

static atomic_t seq = ATOMIC_INIT(1);

u32 zram_device_seq(void)
{
	return atomic_read(&seq) ?: 1;
}

/* A device enters a phase of its life: let observers and dumps know. */
static void enter_phase(struct zram_device *dev, enum zram_phase phase,
			u32 generation, u64 slots)
{
	static const enum zram_event_type type[] = {
		[ZRAM_PHASE_ADD] = ZRAM_EVENT_ADD,
		[ZRAM_PHASE_INIT] = ZRAM_EVENT_INIT,
		[ZRAM_PHASE_RESET] = ZRAM_EVENT_RESET,
		[ZRAM_PHASE_REMOVE] = ZRAM_EVENT_REMOVE,
	};
	const struct zram_event ev = {
		.type = type[phase],
		.dev = dev->id,
		.generation = generation,
	};

	atomic_inc(&seq);
	trace_zram_device(dev->id, phase, generation, slots);
	zram_event(&ev);
}

/*
 * Under open_mutex, as the block layer calls it. udev may be here before the
 * load of the module has ended; a rule that makes swap does not try again.
 */
static int open_disk(struct gendisk *disk)
{
	struct zram_device *dev = disk->private_data;

	if (unlikely(READ_ONCE(load) != LOADED)) {
		if (wait_event_killable(load_wait, READ_ONCE(load) != LOADING))
			return -EINTR;
		if (READ_ONCE(load) == FAILED)
			return -ENXIO;
	}
	return dev->claimed ? -EBUSY : 0;
}

DEFINE_ZRAM_OPEN(zram_open, open_disk)
DEFINE_ZRAM_RW_PAGE(zram_rw_page, zram_io_page)

static const struct block_device_operations device_ops = {
	.owner = THIS_MODULE,
	.open = zram_open,
	.submit_bio = zram_io_submit,
	.swap_slot_free_notify = zram_io_swap_slot_free,
	ZRAM_RW_PAGE_OP(zram_rw_page)
};

/* Promotion by rule, where nobody said anything else. */
static void set_rule(struct zram_device *dev)
{
	dev->promote_reads = 2;
	dev->promote_seconds = 60;
}

struct zram_device *zram_device_create(u32 id)
{
	struct zram_device *dev;
	struct gendisk *disk;
	unsigned int i;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	disk = zram_compat_alloc_disk(ZRAM_BLOCK_SIZE);
	if (IS_ERR(disk)) {
		kfree(dev);
		return ERR_CAST(disk);
	}
	init_rwsem(&dev->lock);
	for (i = 0; i < ZRAM_PARTIAL_LOCKS; i++)
		mutex_init(&dev->partial_lock[i]);
	kref_init(&dev->ref);
	zram_attach_init(&dev->attachment, id);
	zram_writeback_knobs_init(&dev->knobs);
	zram_config_init(&dev->config);
	set_rule(dev);
	dev->id = id;
	dev->disk = disk;
	dev->folio_packs = ZRAM_FOLIO_MODE_AUTO;

	disk->major = zram_device_major;
	disk->first_minor = id;
	disk->minors = 1;
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &device_ops;
	disk->private_data = dev;
	snprintf(disk->disk_name, sizeof(disk->disk_name), "zram%u", id);
	return dev;
}

void zram_device_announce(struct zram_device *dev)
{
	dev->announced = true;
	enter_phase(dev, ZRAM_PHASE_ADD, 0, 0);
}

int zram_device_publish(struct zram_device *dev,
			const struct attribute_group **groups)
{
	return device_add_disk(NULL, dev->disk, groups);
}

static void destroy_device(struct kref *ref)
{
	struct zram_device *dev = container_of(ref, struct zram_device, ref);

	zram_config_exit(&dev->config);
	kfree(dev);
}

void zram_device_get(struct zram_device *dev)
{
	kref_get(&dev->ref);
}

void zram_device_put(struct zram_device *dev)
{
	kref_put(&dev->ref, destroy_device);
}

/* Nobody can find the store any more; let the disk go. */
static void drop_disk(struct zram_device *dev)
{
	struct gendisk *disk = dev->disk;
	struct zram_backing *bd;

	down_write(&dev->lock);
	WRITE_ONCE(dev->removed, true);
	bd = zram_device_reset_locked(dev);
	dev->disk = NULL;
	up_write(&dev->lock);
	if (bd)
		zram_backing_close(bd);
	put_disk(disk);
}

void zram_device_discard(struct zram_device *dev)
{
	drop_disk(dev);
	if (dev->announced)
		enter_phase(dev, ZRAM_PHASE_REMOVE, 0, 0);
	zram_device_put(dev);
}

void zram_device_remove(struct zram_device *dev)
{
	/*
	 * Until the attributes are gone, somebody may give the device a
	 * disksize, were it not marked as going; and somebody may be waiting
	 * there for a job.
	 */
	down_write(&dev->lock);
	WRITE_ONCE(dev->removed, true);
	if (dev->jobs)
		zram_jobs_stop(dev->jobs);
	up_write(&dev->lock);
	sync_blockdev(dev->disk->part0);
	del_gendisk(dev->disk);
	drop_disk(dev);
	enter_phase(dev, ZRAM_PHASE_REMOVE, 0, 0);
	zram_device_put(dev);
}

int zram_device_claim(struct zram_device *dev, struct gendisk *disk)
{
	int err = 0;

	mutex_lock(&disk->open_mutex);
	if (dev->claimed || disk_openers(disk))
		err = -EBUSY;
	else
		WRITE_ONCE(dev->claimed, true);
	mutex_unlock(&disk->open_mutex);
	return err;
}

void zram_device_unclaim(struct zram_device *dev, struct gendisk *disk)
{
	mutex_lock(&disk->open_mutex);
	WRITE_ONCE(dev->claimed, false);
	mutex_unlock(&disk->open_mutex);
}

bool zram_device_claimed(struct zram_device *dev)
{
	return READ_ONCE(dev->claimed) && !READ_ONCE(dev->removed);
}

int zram_device_init_locked(struct zram_device *dev, u64 bytes,
			    const struct zram_config *config)
{
	struct zram_config old = dev->config;
	struct zram_store *st;
	int err;

	lockdep_assert_held_write(&dev->lock);
	st = zram_store_create(dev->id, bytes >> PAGE_SHIFT, dev->limit_pages,
			       config);
	if (IS_ERR(st))
		return PTR_ERR(st);
	st->attachment = &dev->attachment;
	st->knobs = &dev->knobs;
	st->packs->promote_reads = dev->promote_reads;
	st->packs->promote_seconds = dev->promote_seconds;
	err = zram_folio_set_mode(st->folio, dev->folio_packs,
				  dev->folio_packs_set);
	if (err)
		goto err_destroy_store;
	err = -ENOMEM;
	dev->jobs = zram_jobs_create(st);
	if (!dev->jobs)
		goto err_destroy_store;
	if (zram_packing_start(st, dev->jobs) ||
	    zram_thaw_start(st, dev->jobs))
		goto err_destroy_jobs;
	zram_config_copy(&dev->config, config);
	zram_config_exit(&old);
	dev->disksize = bytes;
	/* bios may be here before the size is */
	smp_store_release(&dev->store, st);
	enter_phase(dev, ZRAM_PHASE_INIT, st->generation, bytes >> PAGE_SHIFT);
	set_capacity_and_notify(dev->disk, bytes >> SECTOR_SHIFT);
	return 0;

err_destroy_jobs:
	zram_jobs_destroy(dev->jobs);
	dev->jobs = NULL;
	zram_packing_stop(st);
err_destroy_store:
	zram_store_destroy(st);
	return err;
}

static struct zram_backing *take_backing(struct zram_device *dev, bool told)
{
	/* without contents no other event tells of it, but remove */
	return told || dev->removed ?
		zram_attach_drop(&dev->attachment) :
		zram_attach_replace(&dev->attachment, NULL, 0);
}

struct zram_backing *zram_device_reset_locked(struct zram_device *dev)
{
	struct zram_store *st = dev->store;

	lockdep_assert_held_write(&dev->lock);
	dev->limit_pages = 0;
	set_rule(dev);
	dev->folio_packs = ZRAM_FOLIO_MODE_AUTO;
	dev->folio_packs_set = false;
	zram_config_clear(&dev->config);
	if (!st)
		return take_backing(dev, false);
	set_capacity_and_notify(dev->disk, 0);
	part_stat_set_all(dev->disk->part0, 0);
	dev->disksize = 0;
	zram_jobs_stop(dev->jobs);
	zram_thaw_stop(st);
	zram_jobs_destroy(dev->jobs);
	dev->jobs = NULL;
	zram_packing_stop(st);
	dev->store = NULL;
	enter_phase(dev, ZRAM_PHASE_RESET, st->generation, st->table.nr_slots);
	zram_store_destroy(st);
	return take_backing(dev, true);
}
