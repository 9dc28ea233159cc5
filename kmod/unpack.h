/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading packs: the packs that were decoded last, and what decoding needs.
 *
 * All that reading needs is allocated before the first pack is there. What came
 * from a disk is kept as long as it is decoded, if there is memory for it, so
 * that a promotion need not read it once more.
 */
#ifndef ZRAM_UNPACK_H
#define ZRAM_UNPACK_H

#include <linux/types.h>

#include "pack.h"

struct zram_pack_want;
struct zram_unpack;

/* ERR_PTR: -ENOMEM, -EOPNOTSUPP (no zstd in this kernel). May sleep. */
struct zram_unpack *zram_unpack_create(void);
void zram_unpack_destroy(struct zram_unpack *u);
/* Bytes of kernel memory that it occupies. */
size_t zram_unpack_bytes(const struct zram_unpack *u);

/* The bytes of @p could not be had: log and tell that, once for each pack. */
void zram_unpack_tell(struct zram_pack *p, int err);
/*
 * The bytes of @p, which is frozen, without asking the disk: if one of the last
 * reads came from there. Once, and not in a raw pack.
 */
bool zram_unpack_frame(struct zram_unpack *u, const struct zram_pack *p,
		       void *to);
/* All pages of @p out of its @bytes, which are no pages yet. 0; -EIO. */
int zram_unpack_decode(struct zram_unpack *u, const struct zram_pack *p,
		       const void *bytes, void *pages);
/* zram_packs_read_some() says it all. */
int zram_unpack_some(struct zram_unpack *u, struct zram_pack *p,
		     struct zram_stow *stow, struct zram_pack_want *want);

#endif
