/* SPDX-License-Identifier: GPL-2.0-only */
/* Which codecs a device uses: an algorithm with its parameters by priority. */
#ifndef ZRAM_CONFIG_H
#define ZRAM_CONFIG_H

#include "codec.h"

/* One codec of a device: the algorithm (NULL: none) and its parameters. */
struct zram_codec_choice {
	const struct zram_codec_ops *ops;
	struct zram_codec_params params;	/* with a reference to the dict */
};

/* The codecs by priority; [0], the primary, is always chosen. */
struct zram_config {
	struct zram_codec_choice codec[ZRAM_CODEC_PRIOS];
};

/* Fresh memory: the default algorithm as primary, nothing else. */
void zram_config_init(struct zram_config *config);
/* Let the dictionaries go; the memory is as good as fresh. */
void zram_config_exit(struct zram_config *config);
/* exit and init */
void zram_config_clear(struct zram_config *config);
/* Into fresh memory, with references of its own. */
void zram_config_copy(struct zram_config *to, const struct zram_config *from);

/* The algorithm of a priority; its parameters go back to the defaults. */
void zram_config_choose(struct zram_config *config, unsigned int prio,
			const struct zram_codec_ops *ops);
/* All parameters of a priority at once; takes a reference to the dict. */
void zram_config_set_params(struct zram_config *config, unsigned int prio,
			    const struct zram_codec_params *params);
/* The lowest priority that has the algorithm; -EINVAL: none. */
int zram_config_find(const struct zram_config *config, const char *algo);

#endif
