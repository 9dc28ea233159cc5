/* SPDX-License-Identifier: GPL-2.0-only */
/* debugfs zram/zramN/block_state: one line for each occupied slot. */
#ifndef ZRAM_DEBUGFS_H
#define ZRAM_DEBUGFS_H

struct zram_device;

/* The folder zram/; without debugfs all of this does nothing. */
void zram_debugfs_init(void);
void zram_debugfs_exit(void);
/* A device's folder; remove waits for those who read in it. */
void zram_debugfs_add(struct zram_device *dev);
void zram_debugfs_remove(struct zram_device *dev);

#endif
