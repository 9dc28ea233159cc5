// SPDX-License-Identifier: GPL-2.0-only
/* The verbs about codecs, as the stock text interface needs them. */
#include "control.h"

#include <linux/err.h>
#include <linux/printk.h>

#include "device.h"

/* With lock held for writing: 0 when codecs may be changed. */
static int changeable(const struct zram_device *dev)
{
	if (dev->removed)
		return -ENODEV;
	return dev->store ? -EBUSY : 0;
}

int zram_control_set_algorithm(struct zram_device *dev, unsigned int prio,
			       const char *name)
{
	const struct zram_codec_ops *ops = zram_codec_find(name);
	int err;

	if (!ops)
		return -EINVAL;
	down_write(&dev->lock);
	err = changeable(dev);
	if (!err)
		zram_config_choose(&dev->config, prio, ops);
	up_write(&dev->lock);
	return err;
}

/* The priority that @algo and *@prio (either may be NULL) name, or -EINVAL. */
static int find_prio(const struct zram_config *config, const char *algo,
		     const s32 *prio)
{
	const struct zram_codec_ops *ops;

	if (!prio)
		return algo ? zram_config_find(config, algo) : 0;
	if (*prio < 0 || *prio >= ZRAM_CODEC_PRIOS)
		return -EINVAL;
	ops = config->codec[*prio].ops;
	if (algo && (!ops || strcmp(ops->name, algo)))
		return -EINVAL;
	return *prio;
}

int zram_control_clear_params(struct zram_device *dev, const char *algo,
			      const s32 *prio)
{
	const struct zram_codec_params none = ZRAM_CODEC_PARAMS_DEFAULT;
	int found;

	down_write(&dev->lock);
	found = changeable(dev);
	if (!found)
		found = find_prio(&dev->config, algo, prio);
	if (found >= 0)
		zram_config_set_params(&dev->config, found, &none);
	up_write(&dev->lock);
	return found;
}

int zram_control_set_params(struct zram_device *dev, unsigned int prio,
			    const struct zram_codec_params *params)
{
	const struct zram_codec_ops *ops;
	int err;

	down_write(&dev->lock);
	err = changeable(dev);
	ops = dev->config.codec[prio].ops;
	if (!err && params->dict && ops &&
	    !zram_codec_dict_fits(ops, params->dict)) {
		pr_info("zram%u: the dictionary is a trained one, which only zstd knows\n",
			dev->id);
		err = -EINVAL;
	}
	if (!err)
		zram_config_set_params(&dev->config, prio, params);
	up_write(&dev->lock);
	return err;
}

const char *zram_control_why(const struct zram_config *config, int *prio)
{
	const char *why = "the dictionary is damaged or too short";
	int i;

	*prio = 0;
	for (i = 0; i < ZRAM_CODEC_PRIOS; i++) {
		const struct zram_codec_choice *c = &config->codec[i];

		if (!c->ops)
			continue;
		if (zram_codec_check(c->ops, &c->params, &why)) {
			*prio = i;
			break;
		}
		if (c->params.dict)
			*prio = i;
	}
	return why;
}

void zram_control_explain(const struct zram_device *dev,
			  const struct zram_config *config)
{
	const char *why;
	int prio;

	why = zram_control_why(config, &prio);
	pr_info("zram%u: %s (priority %d): %s\n", dev->id,
		config->codec[prio].ops->name, prio, why);
}
