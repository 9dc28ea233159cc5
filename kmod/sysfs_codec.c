// SPDX-License-Identifier: GPL-2.0-only
/* /sys/block/zramN: algorithms and their parameters, as stock answers. */
#include "sysfs.h"

#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kernel_read_file.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "control.h"
#include "kv.h"

static inline struct zram_device *to_device(struct device *d)
{
	return dev_to_disk(d)->private_data;
}

/* All algorithms on one line, a blank behind each, @chosen in brackets. */
static int emit_list(char *buf, int len, const char *chosen)
{
	const struct zram_codec_ops *ops;
	unsigned int i;

	for (i = 0; (ops = zram_codec_nth(i)); i++)
		len += sysfs_emit_at(buf, len,
				     strcmp(ops->name, chosen) ? "%s " : "[%s] ",
				     ops->name);
	return len + sysfs_emit_at(buf, len, "\n");
}

/* One trailing newline does not matter. */
static int set_algorithm(struct device *d, unsigned int prio, const char *text)
{
	size_t len = strlen(text);
	char name[ZRAM_CODEC_NAME_MAX];

	if (len >= sizeof(name))
		return -E2BIG;
	memcpy(name, text, len + 1);
	if (len && name[len - 1] == '\n')
		name[len - 1] = '\0';
	return zram_control_set_algorithm(to_device(d), prio, name);
}

static ssize_t comp_algorithm_show(struct device *d,
				   struct device_attribute *attr, char *buf)
{
	struct zram_info info;

	zram_control_info(to_device(d), &info);
	return emit_list(buf, 0, info.codec[0].algo);
}

static ssize_t comp_algorithm_store(struct device *d,
				    struct device_attribute *attr,
				    const char *buf, size_t count)
{
	int err = set_algorithm(d, 0, buf);

	return err ? err : count;
}

static ssize_t recomp_algorithm_show(struct device *d,
				     struct device_attribute *attr, char *buf)
{
	struct zram_info info;
	int prio, len = 0;

	zram_control_info(to_device(d), &info);
	for (prio = 1; prio < ZRAM_CODEC_PRIOS; prio++) {
		if (!info.codec[prio].algo)
			continue;
		len += sysfs_emit_at(buf, len, "#%d: ", prio);
		len = emit_list(buf, len, info.codec[prio].algo);
	}
	return len;
}

struct recomp_args {
	const char *algo;
	s32 prio;
};

static const struct zram_kv_key recomp_keys[] = {
	{ "algo", ZRAM_KV_TEXT, offsetof(struct recomp_args, algo) },
	{ "priority", ZRAM_KV_S32, offsetof(struct recomp_args, prio) },
	{ }
};

static ssize_t recomp_algorithm_store(struct device *d,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	struct recomp_args args = { .prio = 1 };
	char *text = kstrdup(buf, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = zram_kv_parse(text, recomp_keys, NULL, &args);
	if (!err && (!args.algo || args.prio < 1 ||
		     args.prio >= ZRAM_CODEC_PRIOS))
		err = -EINVAL;
	if (!err)
		err = set_algorithm(d, args.prio, args.algo);
	kfree(text);
	return err ? err : count;
}

struct params_args {
	const char *algo;
	const char *dict;	/* path */
	s32 prio;
	bool has_prio;
	struct zram_codec_params params;
};

static int take_prio(void *arg, char *value)
{
	struct params_args *args = arg;

	args->has_prio = true;
	return kstrtos32(value, 10, &args->prio);
}

static const struct zram_kv_key params_keys[] = {
	{ "priority", .set = take_prio },
	{ "algo", ZRAM_KV_TEXT, offsetof(struct params_args, algo) },
	{ "dict", ZRAM_KV_TEXT, offsetof(struct params_args, dict) },
	{ "level", ZRAM_KV_S32, offsetof(struct params_args, params.level) },
	{ "deflate.winbits", ZRAM_KV_S32,
	  offsetof(struct params_args, params.winbits) },
	{ }
};

/* The contents of a file as a dictionary; ERR_PTR. */
static struct zram_dict *read_dict(const char *path)
{
	struct zram_dict *dict;
	void *data = NULL;
	ssize_t size;

	size = kernel_read_file_from_path(path, 0, &data, ZRAM_DICT_MAX, NULL,
					  READING_POLICY);
	if (size == -EFBIG)
		size = -E2BIG;
	if (size <= 0) {
		kvfree(data);
		pr_info("zram: cannot read the dictionary %s: %zd\n", path,
			size);
		return ERR_PTR(size ?: -EINVAL);
	}
	dict = zram_dict_create(data, size);
	return dict ?: ERR_PTR(-ENOMEM);
}

static int set_params(struct zram_device *dev, struct params_args *args)
{
	int prio, err;

	prio = zram_control_clear_params(dev, args->algo,
					 args->has_prio ? &args->prio : NULL);
	if (prio < 0)
		return prio;
	if (args->dict) {
		args->params.dict = read_dict(args->dict);
		if (IS_ERR(args->params.dict))
			return PTR_ERR(args->params.dict);
	}
	err = zram_control_set_params(dev, prio, &args->params);
	zram_dict_put(args->params.dict);
	return err;
}

static ssize_t algorithm_params_store(struct device *d,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	struct params_args args = { .params = ZRAM_CODEC_PARAMS_DEFAULT };
	char *text = kstrdup(buf, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = zram_kv_parse(text, params_keys, NULL, &args);
	if (!err)
		err = set_params(to_device(d), &args);
	kfree(text);
	return err ? err : count;
}

static DEVICE_ATTR_RW(comp_algorithm);
static DEVICE_ATTR_RW(recomp_algorithm);
static DEVICE_ATTR_WO(algorithm_params);

static struct attribute *codec_attrs[] = {
	&dev_attr_comp_algorithm.attr,
	&dev_attr_recomp_algorithm.attr,
	&dev_attr_algorithm_params.attr,
	NULL
};

const struct attribute_group zram_sysfs_codec_group = {
	.attrs = codec_attrs,
};
