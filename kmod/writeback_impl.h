/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of writeback, and by nobody else. */
#ifndef ZRAM_WRITEBACK_IMPL_H
#define ZRAM_WRITEBACK_IMPL_H

#include <linux/types.h>

struct zram_job;
struct zram_pack;
struct zram_writeback_knobs;

/* Blocks of 4 KiB that may be written yet; U64_MAX: any number. */
u64 zram_writeback_limit_left(struct zram_writeback_knobs *k);
/* Take @blocks off; false, and nothing else, when there are not as many. */
bool zram_writeback_charge(struct zram_writeback_knobs *k, u32 blocks);
/* They were not written after all. */
void zram_writeback_refund(struct zram_writeback_knobs *k, u32 blocks);

/* Whether every live slot of a pack is meant, and there is one. */
bool zram_writeback_means(const struct zram_job *job, struct zram_pack *p);

#endif
