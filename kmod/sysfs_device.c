// SPDX-License-Identifier: GPL-2.0-only
/* /sys/block/zramN: the attributes that stock zram has, as stock answers. */
#include "sysfs.h"

#include <linux/blkdev.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "control.h"
#include "device.h"
#include "kv.h"

static inline struct zram_device *to_device(struct device *d)
{
	return dev_to_disk(d)->private_data;
}

static ssize_t disksize_show(struct device *d, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(to_device(d)->disksize));
}

static ssize_t disksize_store(struct device *d, struct device_attribute *attr,
			      const char *buf, size_t count)
{
	u64 size;
	int err;

	zram_kv_size(buf, &size);	/* 0 when there is none */
	err = zram_control_set_disksize(to_device(d), size);
	return err ? err : count;
}

static ssize_t initstate_show(struct device *d, struct device_attribute *attr,
			      char *buf)
{
	struct zram_info info;

	zram_control_info(to_device(d), &info);
	return sysfs_emit(buf, "%u\n", info.initialised);
}

static ssize_t reset_store(struct device *d, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	u16 doit;
	int err = kstrtou16(buf, 10, &doit);

	if (err)
		return err;
	if (!doit)
		return -EINVAL;
	err = zram_control_reset(to_device(d), NULL);
	return err ? err : count;
}

static ssize_t compact_store(struct device *d, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	int err = zram_control_compact(to_device(d));

	return err ? err : count;
}

static ssize_t mem_limit_store(struct device *d, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	u64 limit;

	if (!zram_kv_size(buf, &limit))
		return -EINVAL;
	zram_control_set_limit(to_device(d), limit);
	return count;
}

static ssize_t mem_used_max_store(struct device *d,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	unsigned long val;

	if (kstrtoul(buf, 10, &val) || val)
		return -EINVAL;
	zram_control_reset_used_max(to_device(d));
	return count;
}

/* A relic that old tools insist on: there is a stream for every CPU. */
static ssize_t max_comp_streams_show(struct device *d,
				     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", num_online_cpus());
}

static ssize_t max_comp_streams_store(struct device *d,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	return count;
}

static ssize_t io_stat_show(struct device *d, struct device_attribute *attr,
			    char *buf)
{
	struct zram_info i;

	zram_control_info(to_device(d), &i);
	return sysfs_emit(buf, "%8llu %8llu 0 %8llu\n", i.failed_reads,
			  i.failed_writes, i.notify_free);
}

static ssize_t mm_stat_show(struct device *d, struct device_attribute *attr,
			    char *buf)
{
	struct zram_info i;

	zram_control_info(to_device(d), &i);
	return sysfs_emit(buf,
		"%8llu %8llu %8llu %8llu %8llu %8llu %8llu %8llu %8llu\n",
		i.orig_data_size, i.compr_data_size, i.mem_used_total,
		i.mem_limit, i.mem_used_max, i.same_pages, i.pages_compacted,
		i.huge_pages, i.huge_pages_since);
}

/* Frees are never missed here, so the second number stays 0. */
static ssize_t debug_stat_show(struct device *d, struct device_attribute *attr,
			       char *buf)
{
	return sysfs_emit(buf, "version: 1\n0 %8llu\n", 0ULL);
}

static DEVICE_ATTR_RW(disksize);
static DEVICE_ATTR_RO(initstate);
static DEVICE_ATTR_WO(reset);
static DEVICE_ATTR_WO(compact);
static DEVICE_ATTR_WO(mem_limit);
static DEVICE_ATTR_WO(mem_used_max);
static DEVICE_ATTR_RW(max_comp_streams);
static DEVICE_ATTR_RO(io_stat);
static DEVICE_ATTR_RO(mm_stat);
static DEVICE_ATTR_RO(debug_stat);

static struct attribute *device_attrs[] = {
	&dev_attr_disksize.attr,
	&dev_attr_initstate.attr,
	&dev_attr_reset.attr,
	&dev_attr_compact.attr,
	&dev_attr_mem_limit.attr,
	&dev_attr_mem_used_max.attr,
	&dev_attr_max_comp_streams.attr,
	&dev_attr_io_stat.attr,
	&dev_attr_mm_stat.attr,
	&dev_attr_debug_stat.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

const struct attribute_group *zram_sysfs_device_groups[] = {
	&device_group,
	&zram_sysfs_jobs_group,
	&zram_sysfs_codec_group,
	&zram_sysfs_backing_group,
	NULL
};
