// SPDX-License-Identifier: GPL-2.0-only
/* The backing device: open and close, readers, and the discard of extents. */
#include "backing.h"

#include <linux/bio.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/namei.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "backing_internal.h"

/* Freed extents wait this long, so that neighbours go in one discard. */
#define DISCARD_DELAY	HZ
/* How long close waits for a disk that does not answer. */
#define CLOSE_PATIENCE	(5 * HZ)
/* Who waits for discards looks about this often. */
#define DISCARD_SLICE	(HZ / 10)

/*
 * backing_wq: completions and the last of a device. discard_wq: freezable, since
 * nothing may be discarded behind the back of a hibernated image.
 */
struct workqueue_struct *zram_backing_wq;
static struct workqueue_struct *discard_wq;
static DEFINE_SPINLOCK(all_lock);
static LIST_HEAD(all_backings);		/* opened, not released yet; all_lock */
static DECLARE_WAIT_QUEUE_HEAD(all_gone);

static bool none_is_left(void)
{
	bool none;

	spin_lock(&all_lock);
	none = list_empty(&all_backings);
	spin_unlock(&all_lock);
	return none;
}

int zram_backing_init(void)
{
	zram_backing_wq = alloc_workqueue("zram_backing",
					  WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!zram_backing_wq)
		return -ENOMEM;
	discard_wq = alloc_workqueue("zram_discard", WQ_MEM_RECLAIM |
				     WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!discard_wq) {
		destroy_workqueue(zram_backing_wq);
		return -ENOMEM;
	}
	return 0;
}

void zram_backing_exit(void)
{
	/* as long as a disk takes, which is nothing to warn of */
	wait_event_idle(all_gone, none_is_left());
	destroy_workqueue(discard_wq);
	destroy_workqueue(zram_backing_wq);
}

static int refuse(int err, const char **why, const char *text)
{
	if (why)
		*why = text;
	return err;
}

static int refuse_open(int err, const char **why)
{
	switch (err) {
	case -ENOENT:
		return refuse(err, why, "there is no such file");
	case -EISDIR:
	case -ENOTBLK:
		return refuse(err, why, "that is not a block device");
	case -EACCES:
		return refuse(err, why, "the disk is read-only, or not to be opened from here");
	case -EBUSY:
		return refuse(err, why, "the disk is mounted, used as swap, or held by something else");
	case -ENOMEM:
		return refuse(err, why, "there is no memory for it");
	default:
		return refuse(err, why, "the disk cannot be opened");
	}
}

/* The path with links followed, as files of /proc show it. */
static char *resolve(const char *path)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);
	char *full = NULL, *name;
	struct path found;

	if (buf && !kern_path(path, LOOKUP_FOLLOW, &found)) {
		name = d_path(&found, buf, PATH_MAX);
		if (!IS_ERR(name))
			full = kstrdup(name, GFP_KERNEL);
		path_put(&found);
	}
	kfree(buf);
	return full ?: kstrdup(path, GFP_KERNEL);
}

/* Stock opens the path as a file, which says more of a folder. */
static bool is_folder(const char *path)
{
	struct path found;

	if (!*path)
		return true;	/* where it starts from */
	if (kern_path(path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &found))
		return false;
	path_put(&found);
	return true;
}

/*
 * Which disk is at @path, if the caller may read and write it: who may steer
 * the module need not have a right to every disk.
 */
static int find_disk(const char *path, dev_t *devt)
{
	struct path found;
	int err;

	err = lookup_bdev(path, devt);
	if (err)
		return is_folder(path) ? -EISDIR : err;
	err = kern_path(path, LOOKUP_FOLLOW, &found);
	if (err)
		return err;
	if (d_backing_inode(found.dentry)->i_rdev != *devt)
		err = -ESTALE;
	else
		err = path_permission(&found, MAY_OPEN | MAY_READ | MAY_WRITE);
	path_put(&found);
	return err;
}

/*
 * A disk that did not answer when it was let go may still carry out what it was
 * given then, on top of what comes now. Its holder would get it once more.
 */
static bool is_left_behind(struct block_device *bdev)
{
	struct zram_backing *bd;
	bool found = false;

	spin_lock(&all_lock);
	list_for_each_entry(bd, &all_backings, node)
		found |= bd->disk.bdev == bdev && READ_ONCE(bd->closing);
	spin_unlock(&all_lock);
	return found;
}

static int open_disk(struct zram_backing *bd, const char *path,
		     const char **why)
{
	struct block_device *bdev;
	unsigned int unit;
	dev_t devt;
	int err;

	err = find_disk(path, &devt);
	if (err)
		return refuse_open(err, why);
	if (bd->user.own && devt == disk_devt(bd->user.own))
		return refuse(-EINVAL, why,
			      "a device cannot be its own backing device");
	err = zram_compat_bdev_open(&bd->disk, path, bd->user.ctx);
	if (err)
		return refuse_open(err, why);
	bdev = bd->disk.bdev;
	unit = max_t(unsigned int, ZRAM_BACKING_BLOCK,
		     bdev_logical_block_size(bdev));
	bd->unit_shift = ilog2(unit);
	bd->nr_units = bdev_nr_bytes(bdev) >> bd->unit_shift;
	if (bdev->bd_dev != devt)
		err = refuse_open(-ESTALE, why);
	else if (is_left_behind(bdev))
		err = refuse(-EBUSY, why,
			     "the disk has still to finish what it was given before");
	else if (!bd->nr_units)
		err = refuse(-EINVAL, why, "the disk has no room");
	if (err)
		zram_compat_bdev_close(&bd->disk);
	return err;
}

static struct bio *next_bio(struct zram_reader *r)
{
	struct zram_backing *bd = r->bd;
	struct bio *bio;

	spin_lock(&bd->lock);
	bio = bio_list_pop(&bd->deferred);
	if (!bio)
		__clear_bit(r - bd->reader, &bd->busy);
	spin_unlock(&bd->lock);
	return bio;
}

static void serve_bios(struct work_struct *work)
{
	struct zram_reader *r = container_of(work, struct zram_reader, work);
	struct zram_backing *bd = r->bd;
	unsigned int noio = memalloc_noio_save();
	struct bio *bio;

	while ((bio = next_bio(r))) {
		bd->user.serve(bd->user.ctx, bio);
		/* the last one is put by release_disk's queue, behind us */
		zram_backing_put(bd);
		cond_resched();
	}
	memalloc_noio_restore(noio);
}

void zram_backing_defer(struct zram_backing *bd, struct bio *bio)
{
	struct zram_reader *r = NULL;
	unsigned int i;

	zram_backing_get(bd);
	spin_lock(&bd->lock);
	bio_list_add(&bd->deferred, bio);
	i = find_first_zero_bit(&bd->busy, ZRAM_BACKING_READERS);
	if (i < ZRAM_BACKING_READERS) {
		__set_bit(i, &bd->busy);
		r = &bd->reader[i];
	}
	spin_unlock(&bd->lock);
	/* with all of them busy, the first that is done takes it */
	if (r)
		queue_work(bd->read_wq, &r->work);
}

static bool borrow(struct zram_backing *bd, unsigned int *i)
{
	bool ok;

	spin_lock(&bd->lock);
	*i = find_first_zero_bit(&bd->lent, ZRAM_BACKING_READERS);
	ok = *i < ZRAM_BACKING_READERS;
	if (ok)
		__set_bit(*i, &bd->lent);
	spin_unlock(&bd->lock);
	return ok;
}

void *zram_backing_buffer_get(struct zram_backing *bd)
{
	unsigned int i;

	wait_event(bd->returned, borrow(bd, &i));
	return bd->buffer[i];
}

void zram_backing_buffer_put(struct zram_backing *bd, const void *mem)
{
	unsigned int i = 0, bytes = zram_backing_buffer_bytes(bd);

	while (mem < bd->buffer[i] || mem >= bd->buffer[i] + bytes)
		i++;
	spin_lock(&bd->lock);
	__clear_bit(i, &bd->lent);
	spin_unlock(&bd->lock);
	wake_up(&bd->returned);
}

static void free_buffers(struct zram_backing *bd)
{
	unsigned int i;

	for (i = 0; i < ZRAM_BACKING_READERS; i++)
		vfree(bd->buffer[i]);
}

/* Set aside now, so that a reader never waits for memory. */
static int make_readers(struct zram_backing *bd)
{
	unsigned int i;

	for (i = 0; i < ZRAM_BACKING_READERS; i++) {
		bd->reader[i].bd = bd;
		INIT_WORK(&bd->reader[i].work, serve_bios);
		bd->buffer[i] = vmalloc(zram_backing_buffer_bytes(bd));
		if (!bd->buffer[i]) {
			free_buffers(bd);
			return -ENOMEM;
		}
	}
	return 0;
}

static void discard_run(struct zram_backing *bd, u64 start, unsigned int units)
{
	struct block_device *bdev = bd->disk.bdev;
	unsigned int shift = bd->unit_shift - SECTOR_SHIFT;

	/* A discard that fails is one that the disk did without. */
	if (bdev_max_discard_sectors(bdev))
		blkdev_issue_discard(bdev, start << shift,
				     (sector_t)units << shift, GFP_NOIO);
	zram_extent_discarded(&bd->map, start, units);
}

static void discard_extents(struct work_struct *work)
{
	struct zram_backing *bd = container_of(to_delayed_work(work),
					       struct zram_backing, discard);
	unsigned int noio = memalloc_noio_save();
	unsigned int units;
	u64 start;

	while (!READ_ONCE(bd->closing)) {
		units = zram_extent_take(&bd->map, ZRAM_EXTENT_CHUNK, &start);
		if (!units)
			break;
		discard_run(bd, start, units);
		cond_resched();
	}
	memalloc_noio_restore(noio);
	WRITE_ONCE(bd->rounds, bd->rounds + 1);
	wake_up(&bd->discarded);
	zram_backing_put(bd);
}

/* The worker holds a reference from when it is queued. */
static void queue_discard(struct zram_backing *bd, unsigned long delay)
{
	if (READ_ONCE(bd->closing))
		return;
	zram_backing_get(bd);
	if (delay ? !queue_delayed_work(discard_wq, &bd->discard, delay) :
		    mod_delayed_work(discard_wq, &bd->discard, 0))
		zram_backing_put(bd);
}

static bool has_freed(struct zram_backing *bd)
{
	struct zram_extent_counts counts;

	zram_extent_counts(&bd->map, &counts);
	return counts.waiting + counts.taken;
}

/*
 * Until something that was freed is discarded; false: the caller does not want to
 * wait any longer. (A round that was just ending counts: ask more than once.) While frozen, the discards would not come before the thaw.
 */
static bool wait_for_discards(struct zram_backing *bd,
			      bool (*stop)(const void *arg), const void *arg)
{
	unsigned int rounds = READ_ONCE(bd->rounds);

	queue_discard(bd, 0);
	while (!wait_event_timeout(bd->discarded,
				   READ_ONCE(bd->rounds) != rounds ||
				   !has_freed(bd), DISCARD_SLICE)) {
		if (stop(arg))
			return false;
		if (READ_ONCE(bd->frozen))
			break;
	}
	return true;
}

int zram_backing_reserve(struct zram_backing *bd, unsigned int bytes,
			 u64 *start, bool (*stop)(const void *arg),
			 const void *arg)
{
	unsigned int units = zram_backing_round(bd, bytes) >> bd->unit_shift;
	int err, tries;

	if (bytes > ZRAM_BACKING_EXTENT_MAX)
		return -EINVAL;
	for (tries = 0; ; tries++) {
		err = zram_extent_reserve(&bd->map, units, start);
		if (err != -ENOSPC || tries == 3 || READ_ONCE(bd->frozen) ||
		    !has_freed(bd))
			return err;
		if (!wait_for_discards(bd, stop, arg))
			return -ECANCELED;
	}
}

void zram_backing_extent_free(struct zram_backing *bd, u64 start,
			      unsigned int bytes)
{
	zram_extent_free(&bd->map, start,
			 zram_backing_round(bd, bytes) >> bd->unit_shift);
	queue_discard(bd, DISCARD_DELAY);
}

void zram_backing_freeze(struct zram_backing *bd, bool frozen)
{
	WRITE_ONCE(bd->frozen, frozen);
	zram_extent_freeze(&bd->map, frozen);
	if (!frozen)
		queue_discard(bd, DISCARD_DELAY);
}

void zram_backing_get(struct zram_backing *bd)
{
	kref_get(&bd->ref);
}

static void queue_release(struct kref *ref)
{
	struct zram_backing *bd = container_of(ref, struct zram_backing, ref);

	queue_work(zram_backing_wq, &bd->release);
}

void zram_backing_put(struct zram_backing *bd)
{
	kref_put(&bd->ref, queue_release);
}

/* The closer and the release each look at the structure last. */
static void put_memory(struct zram_backing *bd)
{
	if (!refcount_dec_and_test(&bd->memory_ref))
		return;
	kfree(bd->path);
	kfree(bd);
}

/* Nobody uses the device any more, and no I/O is under way. */
static void release_disk(struct work_struct *work)
{
	struct zram_backing *bd = container_of(work, struct zram_backing,
					       release);

	destroy_workqueue(bd->submit_wq);
	destroy_workqueue(bd->read_wq);
	zram_compat_bdev_close(&bd->disk);
	free_buffers(bd);
	bioset_exit(&bd->bios);
	zram_extent_map_exit(&bd->map);
	spin_lock(&all_lock);
	list_del(&bd->node);
	spin_unlock(&all_lock);
	complete(&bd->released);
	put_memory(bd);
	wake_up(&all_gone);
}

static int make_queues(struct zram_backing *bd)
{
	bd->read_wq = alloc_workqueue("zram%u_read",
				      WQ_MEM_RECLAIM | WQ_UNBOUND,
				      ZRAM_BACKING_READERS, bd->user.dev);
	if (!bd->read_wq)
		return -ENOMEM;
	bd->submit_wq = alloc_ordered_workqueue("zram%u_submit", WQ_MEM_RECLAIM,
						bd->user.dev);
	if (bd->submit_wq)
		return 0;
	destroy_workqueue(bd->read_wq);
	return -ENOMEM;
}

static int make_parts(struct zram_backing *bd, const char *path)
{
	int err = -ENOMEM;

	bd->path = resolve(path);
	if (!bd->path)
		return err;
	err = zram_extent_map_init(&bd->map, bd->nr_units);
	if (err)
		goto err_free_path;
	err = bioset_init(&bd->bios, 2 * ZRAM_BACKING_READERS, 0,
			  BIOSET_NEED_BVECS);
	if (err)
		goto err_exit_map;
	err = make_readers(bd);
	if (err)
		goto err_exit_bios;
	err = make_queues(bd);
	if (!err)
		return 0;
	free_buffers(bd);
err_exit_bios:
	bioset_exit(&bd->bios);
err_exit_map:
	zram_extent_map_exit(&bd->map);
err_free_path:
	kfree(bd->path);
	return err;
}

struct zram_backing *zram_backing_open(const char *path,
				       const struct zram_backing_user *user,
				       const char **why)
{
	struct zram_backing *bd = kzalloc(sizeof(*bd), GFP_KERNEL);
	int err;

	if (!bd)
		return ERR_PTR(refuse_open(-ENOMEM, why));
	bd->user = *user;
	spin_lock_init(&bd->lock);
	init_waitqueue_head(&bd->returned);
	init_waitqueue_head(&bd->discarded);
	init_waitqueue_head(&bd->ended);
	kref_init(&bd->ref);
	refcount_set(&bd->memory_ref, 2);
	init_completion(&bd->released);
	INIT_DELAYED_WORK(&bd->discard, discard_extents);
	INIT_WORK(&bd->release, release_disk);
	err = open_disk(bd, path, why);
	if (err)
		goto err_free;
	err = make_parts(bd, path);
	if (err) {
		refuse_open(err, why);
		goto err_close;
	}
	spin_lock(&all_lock);
	list_add(&bd->node, &all_backings);
	spin_unlock(&all_lock);
	return bd;

err_close:
	zram_compat_bdev_close(&bd->disk);
err_free:
	kfree(bd);
	return ERR_PTR(err);
}

void zram_backing_leave(struct zram_backing *bd)
{
	WRITE_ONCE(bd->closing, true);
}

void zram_backing_close(struct zram_backing *bd)
{
	zram_backing_leave(bd);
	if (cancel_delayed_work(&bd->discard))
		zram_backing_put(bd);
	zram_backing_put(bd);
	if (!wait_for_completion_timeout(&bd->released, CLOSE_PATIENCE))
		pr_warn("zram%u: %s does not answer; it stays open until it does\n",
			bd->user.dev, bd->path);
	put_memory(bd);
}

const char *zram_backing_path(const struct zram_backing *bd)
{
	return bd->path;
}

unsigned int zram_backing_round(const struct zram_backing *bd,
				unsigned int bytes)
{
	return round_up(bytes, 1u << bd->unit_shift);
}

unsigned int zram_backing_buffer_bytes(const struct zram_backing *bd)
{
	return max_t(unsigned int, PAGE_SIZE,
		     zram_backing_round(bd, ZRAM_BACKING_EXTENT_MAX));
}

void zram_backing_info(struct zram_backing *bd, struct zram_backing_info *info)
{
	info->unit = 1u << bd->unit_shift;
	info->bytes = bd->nr_units << bd->unit_shift;
	info->can_discard = bdev_max_discard_sectors(bd->disk.bdev);
	zram_extent_counts(&bd->map, &info->units);
	info->reads = atomic64_read(&bd->stats[READ].blocks);
	info->writes = atomic64_read(&bd->stats[WRITE].blocks);
	info->requests_read = atomic64_read(&bd->stats[READ].requests);
	info->requests_written = atomic64_read(&bd->stats[WRITE].requests);
	info->failed_reads = atomic64_read(&bd->stats[READ].failed);
	info->failed_writes = atomic64_read(&bd->stats[WRITE].failed);
}
