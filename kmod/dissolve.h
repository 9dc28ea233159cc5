/* SPDX-License-Identifier: GPL-2.0-only */
/* Folios that lost most of their slots: the rest goes back to single pages. */
#ifndef ZRAM_DISSOLVE_H
#define ZRAM_DISSOLVE_H

struct zram_pack;
struct zram_store;

/*
 * Every live slot of @p, a folio in memory, becomes what writing its page alone
 * would have made of it. For the worker. -EAGAIN: some stay, since they were
 * touched meanwhile or a job has them in hand; -ENOMEM: all do. What cannot be
 * read stays, too, but is no reason to come again; nor are pages that together
 * are smaller than one by one. What it makes is left out of the limit until
 * zram_packs_settle().
 */
int zram_dissolve(struct zram_store *st, struct zram_pack *p);

#endif
