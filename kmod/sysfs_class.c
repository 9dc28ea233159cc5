// SPDX-License-Identifier: GPL-2.0-only
/* /sys/class/zram-control: hot_add and hot_remove. */
#include "sysfs.h"

#include <linux/device/class.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "compat/blk.h"
#include "control.h"

/* Reading makes a device: so scripts have come to rely on it. */
static ssize_t hot_add_show(ZRAM_CLASS_CONST struct class *class,
			    ZRAM_CLASS_CONST struct class_attribute *attr,
			    char *buf)
{
	u32 id;
	int err = zram_control_add(&id);

	return err ? err : sysfs_emit(buf, "%u\n", id);
}

static ssize_t hot_remove_store(ZRAM_CLASS_CONST struct class *class,
				ZRAM_CLASS_CONST struct class_attribute *attr,
				const char *buf, size_t count)
{
	int id, err;

	err = kstrtoint(buf, 10, &id);
	if (err)
		return err;
	if (id < 0)
		return -EINVAL;
	err = zram_control_remove(id, NULL);
	return err ? err : count;
}

static struct class_attribute hot_add_attr = __ATTR(hot_add, 0400,
						    hot_add_show, NULL);
static CLASS_ATTR_WO(hot_remove);

static struct attribute *class_attrs[] = {
	&hot_add_attr.attr,
	&class_attr_hot_remove.attr,
	NULL
};
ATTRIBUTE_GROUPS(class);

static struct class control_class = {
	.name = "zram-control",
	.class_groups = class_groups,
};

int zram_sysfs_class_init(void)
{
	return class_register(&control_class);
}

void zram_sysfs_class_exit(void)
{
	class_unregister(&control_class);
}
