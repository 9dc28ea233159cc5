/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family "zram": the strict front end. */
#ifndef ZRAM_GENL_H
#define ZRAM_GENL_H

/* Register and unregister the family; after exit no handler runs. */
int zram_genl_init(void);
void zram_genl_exit(void);

#endif
