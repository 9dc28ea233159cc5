// SPDX-License-Identifier: GPL-2.0-only
/* /sys/block/zramN: the backing device and writeback, as stock answers. */
#include "sysfs.h"

#include <linux/blkdev.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "backing.h"
#include "control.h"
#include "job.h"
#include "kv.h"

static inline struct zram_device *to_device(struct device *d)
{
	return dev_to_disk(d)->private_data;
}

static ssize_t backing_dev_show(struct device *d,
				struct device_attribute *attr, char *buf)
{
	struct zram_backing_info info;
	u64 slots;

	/* room for the end of the line */
	if (!zram_control_backing(to_device(d), &info, &slots, buf,
				  PAGE_SIZE - 1))
		return sysfs_emit(buf, "none\n");
	strcat(buf, "\n");
	return strlen(buf);
}

static ssize_t backing_dev_store(struct device *d,
				 struct device_attribute *attr,
				 const char *buf, size_t count)
{
	char *path = kstrndup(buf, count, GFP_KERNEL);
	const char *why = "";
	size_t len;
	int err;

	if (!path)
		return -ENOMEM;
	len = strlen(path);
	if (len && path[len - 1] == '\n')
		path[len - 1] = '\0';
	err = zram_control_attach(to_device(d), path, false, &why);
	if (err)
		pr_info_ratelimited("%s: no backing device %.64s: %s\n",
				    dev_name(d), path, why);
	kfree(path);
	return err ? err : count;
}

static ssize_t bd_stat_show(struct device *d, struct device_attribute *attr,
			    char *buf)
{
	struct zram_backing_info info = { 0 };
	char path[1];
	u64 slots;

	zram_control_backing(to_device(d), &info, &slots, path, sizeof(path));
	return sysfs_emit(buf, "%8llu %8llu %8llu\n",
			  slots * (PAGE_SIZE / ZRAM_BACKING_BLOCK), info.reads,
			  info.writes);
}

/* ---- writeback ---- */

/* What one write says. type: 1 once it was given; ranges: in order. */
struct writeback_args {
	u64 slots;
	u32 filter;
	bool typed;
	struct zram_slot_range *range;
	u32 nr;
};

static int set_type(void *arg, char *value)
{
	struct writeback_args *a = arg;

	if (!strcmp(value, "idle"))
		a->filter = ZRAM_FILTER_IDLE;
	else if (!strcmp(value, "huge"))
		a->filter = ZRAM_FILTER_HUGE;
	else if (!strcmp(value, "huge_idle"))
		a->filter = ZRAM_FILTER_HUGE | ZRAM_FILTER_IDLE;
	else if (!strcmp(value, "incompressible"))
		a->filter = ZRAM_FILTER_INCOMPRESSIBLE;
	else
		return -EINVAL;
	a->typed = true;
	return ZRAM_KV_STOP;
}

static int note_range(struct writeback_args *a, u64 first, u64 last)
{
	if (first > last || last >= a->slots)
		return -ERANGE;
	a->range[a->nr++] = (struct zram_slot_range){ first, last - first + 1 };
	return 0;
}

static int set_index(void *arg, char *value)
{
	u64 index;
	int err = kstrtou64(value, 10, &index);

	return err ?: note_range(arg, index, index);
}

static int set_indexes(void *arg, char *value)
{
	char *dash = strchr(value, '-');
	u64 first, last;
	int err;

	if (!dash)
		return -EINVAL;
	*dash = '\0';
	err = kstrtou64(value, 10, &first) ?: kstrtou64(dash + 1, 10, &last);
	return err ?: note_range(arg, first, last);
}

static const struct zram_kv_key writeback_keys[] = {
	{ "type", .set = set_type },
	{ "page_index", .set = set_index },
	{ "page_indexes", .set = set_indexes },
	{ }
};

/* An index before a type narrows it, the last one if there are several. */
static int run_writeback(struct zram_device *dev, struct writeback_args *a)
{
	struct zram_writeback_values v;
	struct zram_job_spec spec = {
		.type = ZRAM_JOB_TYPE_WRITEBACK,
		.filter = a->filter,
	};
	int err;

	if (!a->typed && !a->nr)
		return 0;
	if (a->nr) {
		if (a->typed) {
			a->range[0] = a->range[a->nr - 1];
			a->nr = 1;
		}
		spec.ranges = a->range;
		spec.nr_ranges = a->nr;
		a->range = NULL;
	}
	zram_control_get_knobs(dev, &v);
	spec.raw = !v.compressed;
	err = zram_control_job_wait(dev, &spec);
	zram_job_spec_free(&spec);
	return err;
}

static ssize_t writeback_store(struct device *d, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	struct writeback_args args = { 0 };
	char *text;
	int err;

	err = zram_control_can_writeback(to_device(d), &args.slots);
	if (err)
		return err;
	text = kstrdup(buf, GFP_KERNEL);
	/* a range takes more letters than "page_index=" */
	args.range = kvcalloc(count / 11 + 1, sizeof(*args.range), GFP_KERNEL);
	if (text && args.range) {
		err = zram_kv_parse(text, writeback_keys, set_type, &args);
		if (!err)
			err = run_writeback(to_device(d), &args);
	} else {
		err = -ENOMEM;
	}
	kvfree(args.range);
	kfree(text);
	return err ? err : count;
}

/* ---- settings ---- */

static ssize_t writeback_limit_show(struct device *d,
				    struct device_attribute *attr, char *buf)
{
	struct zram_writeback_values v;

	zram_control_get_knobs(to_device(d), &v);
	return sysfs_emit(buf, "%llu\n", v.limit);
}

static ssize_t writeback_limit_store(struct device *d,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	u64 blocks;

	if (kstrtou64(buf, 10, &blocks))
		return -EINVAL;
	zram_control_set_writeback_limit(to_device(d), blocks);
	return count;
}

static ssize_t writeback_limit_enable_show(struct device *d,
					   struct device_attribute *attr,
					   char *buf)
{
	struct zram_writeback_values v;

	zram_control_get_knobs(to_device(d), &v);
	return sysfs_emit(buf, "%d\n", v.limit_on);
}

static ssize_t writeback_limit_enable_store(struct device *d,
					    struct device_attribute *attr,
					    const char *buf, size_t count)
{
	u64 on;

	if (kstrtou64(buf, 10, &on))
		return -EINVAL;
	zram_control_enable_limit(to_device(d), on);
	return count;
}

static ssize_t writeback_batch_size_show(struct device *d,
					 struct device_attribute *attr,
					 char *buf)
{
	struct zram_writeback_values v;

	zram_control_get_knobs(to_device(d), &v);
	return sysfs_emit(buf, "%u\n", v.batch);
}

static ssize_t writeback_batch_size_store(struct device *d,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	u32 pages;
	int err;

	if (kstrtou32(buf, 10, &pages))
		return -EINVAL;
	err = zram_control_set_batch(to_device(d), pages);
	return err ? err : count;
}

static ssize_t compressed_writeback_show(struct device *d,
					 struct device_attribute *attr,
					 char *buf)
{
	struct zram_writeback_values v;

	zram_control_get_knobs(to_device(d), &v);
	return sysfs_emit(buf, "%d\n", v.compressed);
}

static ssize_t compressed_writeback_store(struct device *d,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	bool on;
	int err;

	if (zram_kv_bool(buf, &on))
		return -EINVAL;
	err = zram_control_set_compressed(to_device(d), on);
	return err ? err : count;
}

static DEVICE_ATTR_RW(backing_dev);
static DEVICE_ATTR_RO(bd_stat);
static DEVICE_ATTR_WO(writeback);
static DEVICE_ATTR_RW(writeback_limit);
static DEVICE_ATTR_RW(writeback_limit_enable);
static DEVICE_ATTR_RW(writeback_batch_size);
static DEVICE_ATTR_RW(compressed_writeback);

static struct attribute *backing_attrs[] = {
	&dev_attr_backing_dev.attr,
	&dev_attr_bd_stat.attr,
	&dev_attr_writeback.attr,
	&dev_attr_writeback_limit.attr,
	&dev_attr_writeback_limit_enable.attr,
	&dev_attr_writeback_batch_size.attr,
	&dev_attr_compressed_writeback.attr,
	NULL
};

const struct attribute_group zram_sysfs_backing_group = {
	.attrs = backing_attrs,
};
