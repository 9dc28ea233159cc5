// SPDX-License-Identifier: GPL-2.0-only
/* zram.ko: what happens at load and unload. */
#include <linux/blkdev.h>
#include <linux/module.h>

#include "backing.h"
#include "clock.h"
#include "codec.h"
#include "control.h"
#include "debugfs.h"
#include "device.h"
#include "genl.h"
#include "job.h"
#include "registry.h"
#include "sysfs.h"

static unsigned int num_devices = 1;
module_param(num_devices, uint, 0);
MODULE_PARM_DESC(num_devices, "devices to make at load");

static const struct zram_registry_front front = {
	.groups = zram_sysfs_device_groups,
	.add = zram_debugfs_add,
	.remove = zram_debugfs_remove,
};

/* Nobody can reach the front ends any more, and no device is open. */
static void destroy_devices(void)
{
	zram_registry_remove_all();
	zram_debugfs_exit();
	unregister_blkdev(zram_device_major, "zram");
	zram_jobs_exit();
	zram_backing_exit();
	zram_codec_exit();
	zram_clock_exit();
}

static int create_devices(void)
{
	unsigned int i;
	u32 id;
	int err;

	for (i = 0; i < num_devices; i++) {
		err = zram_control_add(&id);
		if (err)
			return err;
	}
	return 0;
}

static int __init zram_init(void)
{
	int err;

	err = zram_clock_init();
	if (err)
		return err;
	err = zram_codec_init();
	if (err)
		goto err_exit_clock;
	err = zram_backing_init();
	if (err)
		goto err_exit_codec;
	err = zram_jobs_init();
	if (err)
		goto err_exit_backing;
	zram_registry_init(&front);
	zram_debugfs_init();
	zram_device_major = register_blkdev(0, "zram");
	if (zram_device_major <= 0) {
		err = -EBUSY;
		goto err_exit_debugfs;
	}
	err = create_devices();
	if (err)
		goto err_destroy_devices;
	/*
	 * After the devices: a removal holds the registry while it waits for an
	 * opener, and the opener waits for the load.
	 */
	err = zram_sysfs_class_init();
	if (err)
		goto err_destroy_devices;
	/* Last: a dump that has begun would outlive a load that fails. */
	err = zram_genl_init();
	if (err)
		goto err_exit_class;
	zram_device_load_ended(true);
	return 0;

err_exit_class:
	zram_device_load_ended(false);
	zram_sysfs_class_exit();
err_destroy_devices:
	zram_device_load_ended(false);
	destroy_devices();
	return err;
err_exit_debugfs:
	zram_debugfs_exit();
	zram_jobs_exit();
err_exit_backing:
	zram_backing_exit();
err_exit_codec:
	zram_codec_exit();
err_exit_clock:
	zram_clock_exit();
	return err;
}

static void __exit zram_exit(void)
{
	zram_genl_exit();
	zram_sysfs_class_exit();
	destroy_devices();
}

module_init(zram_init);
module_exit(zram_exit);

MODULE_LICENSE("GPL");
/* DKMS puts no module without one in the place of the kernel's own. */
MODULE_VERSION("0.1");
MODULE_DESCRIPTION("Compressed RAM block device that can be observed and steered");
