/* SPDX-License-Identifier: GPL-2.0-only */
/* Same-filled pages: does a page repeat one word? */
#ifndef ZRAM_FILL_H
#define ZRAM_FILL_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "slot_env.h"
#endif

/* True when the @len bytes (a multiple of 256) at @page, word aligned,
 * repeat one unsigned long, which goes to *word.
 */
bool zram_fill_scan(const void *page, size_t len, unsigned long *word);
/* The reverse: @len bytes (a multiple of the word) at @page become @word. */
void zram_fill_expand(void *page, size_t len, unsigned long word);

#endif
