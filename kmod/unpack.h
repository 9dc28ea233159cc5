/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading packs: the packs that were decoded last, and what decoding needs.
 *
 * All of it is allocated before the first pack is there, so that reading never
 * allocates.
 */
#ifndef ZRAM_UNPACK_H
#define ZRAM_UNPACK_H

#include <linux/types.h>

#include "pack.h"

struct zram_unpack;

/* ERR_PTR: -ENOMEM, -EOPNOTSUPP (no zstd in this kernel). May sleep. */
struct zram_unpack *zram_unpack_create(void);
void zram_unpack_destroy(struct zram_unpack *u);
/* Bytes of kernel memory that it occupies. */
size_t zram_unpack_bytes(const struct zram_unpack *u);

/* The bytes of @p could not be had: log and tell that, once for each pack. */
void zram_unpack_tell(struct zram_pack *p, int err);
/* zram_packs_read() says it all. */
int zram_unpack_page(struct zram_unpack *u, struct zram_pack *p,
		     struct zram_stow *stow, unsigned int i, void *page);

#endif
