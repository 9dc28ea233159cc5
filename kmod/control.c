// SPDX-License-Identifier: GPL-2.0-only
/* The verbs behind every front end. */
#include "control.h"

#include <linux/err.h>
#include <linux/mm.h>

#include "backing.h"
#include "control_impl.h"
#include "device.h"
#include "pool.h"
#include "registry.h"
#include "squeeze.h"
#include "store_impl.h"

static int refuse(int err, const char **why, const char *text)
{
	if (why)
		*why = text;
	return err;
}

struct zram_device *zram_control_get(u32 id)
{
	return zram_registry_find(id);
}

void zram_control_put(struct zram_device *dev)
{
	zram_device_put(dev);
}

struct zram_device *zram_control_next(u32 from)
{
	return zram_registry_next(from);
}

u32 zram_control_id(const struct zram_device *dev)
{
	return dev->id;
}

int zram_control_add(u32 *id)
{
	*id = ZRAM_ANY_ID;
	return zram_registry_add(id, NULL, NULL);
}

u32 zram_control_seq(void)
{
	return zram_device_seq();
}

u64 zram_control_disksize_max(void)
{
	return U64_MAX & PAGE_MASK;
}

/* Rounded up to pages; 0 where that cannot be expressed. */
static u64 to_pages(u64 bytes)
{
	return bytes > zram_control_disksize_max() ? 0 : PFN_UP(bytes);
}

/* Whether a dictionary is sound shows when a codec is made with it. */
static int try_codec(const struct zram_codec_choice *choice, const char **why)
{
	struct zram_codec *codec = zram_codec_create(choice->ops,
						     &choice->params);

	if (IS_ERR(codec))
		return refuse(PTR_ERR(codec), why,
			      PTR_ERR(codec) == -ENOMEM ?
			      "there is no memory for that codec" :
			      "the dictionary is damaged or too short");
	zram_codec_destroy(codec);
	return 0;
}

/* Change and check the codec of one priority in a plan. */
static int plan_codec(struct zram_config *config, unsigned int prio,
		      const struct zram_codec_spec *spec, const char **why)
{
	struct zram_codec_choice *choice = &config->codec[prio];
	struct zram_codec_params params;
	const char *reason;
	int err;

	if (spec->set & ZRAM_CODEC_SET_ALGO) {
		const struct zram_codec_ops *ops = zram_codec_find(spec->algo);

		if (!ops)
			return refuse(-EINVAL, why,
				      "this kernel has no such algorithm");
		zram_config_choose(config, prio, ops);
	}
	if (!choice->ops)
		return refuse(-EINVAL, why,
			      "this priority has no algorithm yet; name one");
	params = choice->params;
	if (spec->set & ZRAM_CODEC_SET_LEVEL)
		params.level = spec->level;
	if (spec->set & ZRAM_CODEC_SET_WINBITS) {
		if (!choice->ops->winbits)
			return refuse(-EOPNOTSUPP, why,
				      "only deflate has window bits");
		params.winbits = spec->winbits;
	}
	if (spec->set & ZRAM_CODEC_SET_DICT)
		params.dict = spec->dict;
	err = zram_codec_check(choice->ops, &params, &reason);
	if (err)
		return refuse(err, why, reason);
	zram_config_set_params(config, prio, &params);
	return spec->set & ZRAM_CODEC_SET_DICT ? try_codec(choice, why) : 0;
}

static int plan_codecs(struct zram_config *config, struct zram_spec *spec,
		       const char **why)
{
	unsigned int prio;
	int err;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++) {
		struct zram_codec_spec c = spec->codec[prio];

		/* The short way to say it of the primary. */
		if (!prio && (spec->set & ZRAM_SPEC_ALGO)) {
			c.set |= ZRAM_CODEC_SET_ALGO;
			c.algo = spec->algo;
		}
		if (!prio && (spec->set & ZRAM_SPEC_LEVEL)) {
			c.set |= ZRAM_CODEC_SET_LEVEL;
			c.level = spec->level;
		}
		err = c.set ? plan_codec(config, prio, &c, why) : 0;
		if (!err)
			continue;
		if (spec->codec[prio].set)
			spec->bad_codec = prio;
		return err;
	}
	return 0;
}

/*
 * Check @spec against a bare or initialised device; fill @config from it, also
 * on failure: the caller lets it go.
 */
static int plan(const struct zram_device *dev, struct zram_spec *spec,
		struct zram_config *config, const char **why)
{
	const u32 fixed = ZRAM_SPEC_ALGO | ZRAM_SPEC_LEVEL | ZRAM_SPEC_CODECS |
			  ZRAM_SPEC_DISKSIZE;
	int err;

	zram_config_copy(config, &dev->config);
	if (dev->store && (spec->set & fixed))
		return refuse(-EBUSY, why,
			      "the device has a disksize; reset it first");
	err = plan_codecs(config, spec, why);
	if (err)
		return err;
	if ((spec->set & ZRAM_SPEC_DISKSIZE) && !to_pages(spec->disksize))
		return refuse(-EINVAL, why,
			      "the disksize is zero or too large");
	if ((spec->set & ZRAM_SPEC_MEM_LIMIT) && spec->mem_limit &&
	    !to_pages(spec->mem_limit))
		return refuse(-EINVAL, why, "the memory limit is too large");
	if ((spec->set & ZRAM_SPEC_FOLIO_PACKS) &&
	    spec->folio_packs > ZRAM_FOLIO_MODE_ALL)
		return refuse(-EINVAL, why,
			      "folio packs are off, auto, swap or all");
	return 0;
}

static void apply_limit(struct zram_device *dev, unsigned long pages)
{
	dev->limit_pages = pages;
	if (dev->store)
		zram_store_set_limit(dev->store, pages);
}

static void apply_rule(struct zram_device *dev, const struct zram_spec *spec)
{
	if (spec->set & ZRAM_SPEC_PROMOTE_READS)
		dev->promote_reads = spec->promote_reads;
	if (spec->set & ZRAM_SPEC_PROMOTE_SECONDS)
		dev->promote_seconds = spec->promote_seconds;
	if (!dev->store)
		return;
	WRITE_ONCE(dev->store->packs->promote_reads, dev->promote_reads);
	WRITE_ONCE(dev->store->packs->promote_seconds, dev->promote_seconds);
}

static int apply_folio_packs(struct zram_device *dev, enum zram_folio_mode mode,
			     const char **why)
{
	int err = 0;

	if (dev->store)
		err = zram_folio_set_mode(dev->store->folio, mode, true);

	if (err)
		return refuse(err, why, "no memory to make folio packs with");
	dev->folio_packs = mode;
	dev->folio_packs_set = true;
	return 0;
}

/* With lock held for writing. All of @spec or nothing. */
static int apply(struct zram_device *dev, struct zram_spec *spec,
		 const char **why)
{
	enum zram_folio_mode old_mode = dev->folio_packs;
	bool old_set = dev->folio_packs_set;
	unsigned long old_limit = dev->limit_pages;
	struct zram_config config;
	int prio, err;

	err = plan(dev, spec, &config, why);
	if (err)
		goto exit_config;
	if (spec->set & ZRAM_SPEC_FOLIO_PACKS) {
		err = apply_folio_packs(dev, spec->folio_packs, why);
		if (err)
			goto exit_config;
	}
	if (spec->set & ZRAM_SPEC_MEM_LIMIT)
		apply_limit(dev, to_pages(spec->mem_limit));
	if (spec->set & ZRAM_SPEC_DISKSIZE) {
		err = zram_device_init_locked(dev,
				to_pages(spec->disksize) << PAGE_SHIFT,
				&config);
		if (err) {
			apply_limit(dev, old_limit);
			dev->folio_packs = old_mode;
			dev->folio_packs_set = old_set;
			refuse(err, why, err == -ENOMEM ?
			       "no memory for the tables of that disksize, or to make folio packs with" :
			       zram_control_why(&config, &prio));
			goto exit_config;
		}
	}
	apply_rule(dev, spec);
	if (spec->set & ZRAM_SPEC_WRITEBACK_LIMIT)
		zram_control_limit_writeback(dev, spec->writeback_limit);
	if ((spec->set & ZRAM_SPEC_RESET_USED_MAX) && dev->store)
		zram_store_reset_max(dev->store);
	swap(dev->config, config);
exit_config:
	zram_config_exit(&config);
	return err;
}

struct create_args {
	struct zram_spec *spec;
	struct zram_backing *bd;	/* opened, for setup_created() */
	const char **why;
};

static int prepare_created(struct zram_device *dev, void *arg)
{
	struct create_args *a = arg;
	struct zram_backing *bd;

	if (!(a->spec->set & ZRAM_SPEC_BACKING))
		return 0;
	bd = zram_control_open_backing(dev, a->spec->backing, a->why);
	a->spec->bad_backing = IS_ERR(bd);
	if (IS_ERR(bd))
		return PTR_ERR(bd);
	a->bd = bd;
	return 0;
}

static int setup_created(struct zram_device *dev, void *arg)
{
	struct create_args *a = arg;
	int err = 0;

	if (a->bd)
		err = zram_control_take_backing(dev, a->bd, true, a->why);
	if (err)
		return err;
	down_write(&dev->lock);
	err = apply(dev, a->spec, a->why);
	up_write(&dev->lock);
	return err;
}

int zram_control_create(struct zram_spec *spec, u32 *id, const char **why)
{
	static const struct zram_registry_maker maker = {
		.prepare = prepare_created, .setup = setup_created,
	};
	const char *reason = NULL;
	struct create_args args = { .spec = spec, .why = &reason };
	int err;

	*id = spec->set & ZRAM_SPEC_ID ? spec->id : ZRAM_ANY_ID;
	if ((spec->set & ZRAM_SPEC_ID) && *id > MINORMASK)
		return refuse(-EINVAL, why, "the id is out of range");
	err = zram_registry_add(id, &maker, &args);
	if (err && !reason) {
		if (err == -EEXIST)
			reason = "a device of that id exists already";
		else if (err == -ENOSPC)
			reason = "there are as many devices as there can be";
		else
			reason = "the disk could not be made";
	}
	return err ? refuse(err, why, reason) : 0;
}

int zram_control_remove(u32 id, const char **why)
{
	int err = zram_registry_remove(id);

	if (err == -EBUSY)
		return refuse(err, why, "the device is in use");
	if (err)
		return refuse(err, why, "there is no such device");
	return 0;
}

int zram_control_set(struct zram_device *dev, struct zram_spec *spec,
		     const char **why)
{
	int err;

	down_write(&dev->lock);
	if (dev->removed)
		err = refuse(-ENODEV, why, "the device is being removed");
	else
		err = apply(dev, spec, why);
	up_write(&dev->lock);
	return err;
}

int zram_control_set_disksize(struct zram_device *dev, u64 bytes)
{
	u64 pages = to_pages(bytes);
	int err;

	if (!bytes)
		return -EINVAL;
	down_write(&dev->lock);
	if (dev->removed) {
		err = -ENODEV;
	} else if (dev->store) {
		err = -EBUSY;
	} else if (!pages) {
		err = -EINVAL;
	} else {
		err = zram_device_init_locked(dev, pages << PAGE_SHIFT,
					      &dev->config);
		if (err && err != -ENOMEM) {
			zram_control_explain(dev, &dev->config);
			zram_config_clear(&dev->config);
		}
	}
	up_write(&dev->lock);
	return err;
}

void zram_control_set_limit(struct zram_device *dev, u64 bytes)
{
	down_write(&dev->lock);
	apply_limit(dev, to_pages(bytes));
	up_write(&dev->lock);
}

void zram_control_reset_used_max(struct zram_device *dev)
{
	down_read(&dev->lock);
	if (dev->store)
		zram_store_reset_max(dev->store);
	up_read(&dev->lock);
}

int zram_control_compact(struct zram_device *dev)
{
	int err = 0;

	down_read(&dev->lock);
	if (dev->store)
		zram_squeeze(dev->store);
	else
		err = -EINVAL;
	up_read(&dev->lock);
	return err;
}

/*
 * The claim needs the disk, which a removal takes away under the lock; that
 * lock comes after open_mutex, so the disk is pinned in between. A reset holds
 * the lock for as long as jobs and the store take to go: who comes second is told
 * without it.
 */
int zram_control_reset(struct zram_device *dev, const char **why)
{
	struct zram_backing *bd;
	struct gendisk *disk;
	int err;

	if (zram_device_claimed(dev))
		return refuse(-EBUSY, why, "the device is in use");
	down_read(&dev->lock);
	disk = dev->removed ? NULL : dev->disk;
	if (disk)
		get_device(disk_to_dev(disk));
	up_read(&dev->lock);
	if (!disk)
		return refuse(-ENODEV, why, "the device is being removed");

	err = zram_device_claim(dev, disk);
	if (err) {
		put_disk(disk);
		return refuse(err, why, "the device is in use");
	}
	sync_blockdev(disk->part0);
	down_write(&dev->lock);
	bd = zram_device_reset_locked(dev);
	up_write(&dev->lock);
	if (bd)
		zram_backing_close(bd);
	zram_device_unclaim(dev, disk);
	put_disk(disk);
	return 0;
}
