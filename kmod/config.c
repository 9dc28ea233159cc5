// SPDX-License-Identifier: GPL-2.0-only
/* The codecs that a device is to use. */
#include "config.h"

#include <linux/errno.h>
#include <linux/string.h>

static const struct zram_codec_params default_params =
	ZRAM_CODEC_PARAMS_DEFAULT;

void zram_config_init(struct zram_config *config)
{
	int prio;

	memset(config, 0, sizeof(*config));
	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		config->codec[prio].params = default_params;
	config->codec[0].ops = zram_codec_default();
}

void zram_config_exit(struct zram_config *config)
{
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		zram_dict_put(config->codec[prio].params.dict);
}

void zram_config_clear(struct zram_config *config)
{
	zram_config_exit(config);
	zram_config_init(config);
}

void zram_config_copy(struct zram_config *to, const struct zram_config *from)
{
	int prio;

	*to = *from;
	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++)
		zram_dict_get(to->codec[prio].params.dict);
}

void zram_config_set_params(struct zram_config *config, unsigned int prio,
			    const struct zram_codec_params *params)
{
	struct zram_codec_choice *choice = &config->codec[prio];
	struct zram_dict *old = choice->params.dict;

	zram_dict_get(params->dict);
	choice->params = *params;
	zram_dict_put(old);
}

void zram_config_choose(struct zram_config *config, unsigned int prio,
			const struct zram_codec_ops *ops)
{
	config->codec[prio].ops = ops;
	zram_config_set_params(config, prio, &default_params);
}

int zram_config_find(const struct zram_config *config, const char *algo)
{
	int prio;

	for (prio = 0; prio < ZRAM_CODEC_PRIOS; prio++) {
		const struct zram_codec_ops *ops = config->codec[prio].ops;

		if (ops && !strcmp(ops->name, algo))
			return prio;
	}
	return -EINVAL;
}
