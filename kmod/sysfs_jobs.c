// SPDX-License-Identifier: GPL-2.0-only
/* /sys/block/zramN: idle and recompress, as stock answers. */
#include "sysfs.h"

#include <linux/blkdev.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "control.h"
#include "kv.h"
#include "zram/netlink.h"

static inline struct zram_device *to_device(struct device *d)
{
	return dev_to_disk(d)->private_data;
}

static ssize_t idle_store(struct device *d, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	bool all = sysfs_streq(buf, "all");
	u32 age = 0;
	int err;

	if (!all && kstrtouint(buf, 0, &age))
		return -EINVAL;
	err = zram_control_idle(to_device(d), all, age);
	return err ? err : count;
}

/* What one write to recompress says. */
struct recompress_args {
	u32 filter;
	u64 max_pages;
	u32 threshold;
	s32 prio;
	bool has_prio;
	const char *algo;
};

static int set_prio(void *arg, char *value)
{
	struct recompress_args *a = arg;

	a->has_prio = true;
	return kstrtos32(value, 10, &a->prio);
}

/* A type that is not known is an error, unless a good one came before. */
static int set_type(void *arg, char *value)
{
	struct recompress_args *a = arg;

	if (!strcmp(value, "idle"))
		a->filter = ZRAM_FILTER_IDLE;
	else if (!strcmp(value, "huge"))
		a->filter = ZRAM_FILTER_HUGE;
	else if (!strcmp(value, "huge_idle"))
		a->filter = ZRAM_FILTER_HUGE | ZRAM_FILTER_IDLE;
	return a->filter ? 0 : -EINVAL;
}

static const struct zram_kv_key recompress_keys[] = {
	{ "type", .set = set_type },
	{ "max_pages", ZRAM_KV_U64,
	  offsetof(struct recompress_args, max_pages) },
	{ "threshold", ZRAM_KV_U32,
	  offsetof(struct recompress_args, threshold) },
	{ "algo", ZRAM_KV_TEXT, offsetof(struct recompress_args, algo) },
	{ "priority", .set = set_prio },
	{ }
};

static ssize_t recompress_store(struct device *d,
				struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct recompress_args args = { .max_pages = U64_MAX };
	struct zram_job_spec spec = { .type = ZRAM_JOB_TYPE_RECOMPRESS };
	char *text = kstrdup(buf, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = zram_kv_parse(text, recompress_keys, NULL, &args);
	if (!err) {
		spec.filter = args.filter;
		spec.threshold = args.threshold;
		spec.slots_limited = args.max_pages != U64_MAX;
		spec.max_slots = args.max_pages;
		err = zram_control_recompress(to_device(d), &spec, args.algo,
					      args.has_prio, args.prio);
	}
	kfree(text);
	return err ? err : count;
}

static DEVICE_ATTR_WO(idle);
static DEVICE_ATTR_WO(recompress);

static struct attribute *job_attrs[] = {
	&dev_attr_idle.attr,
	&dev_attr_recompress.attr,
	NULL
};

const struct attribute_group zram_sysfs_jobs_group = {
	.attrs = job_attrs,
};
