/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zram_unbound_wq: the kernel's own queue for work that belongs to no CPU. 7.3
 * warns when it is used by its old name, which is the only one that 6.1 knows;
 * may go after that.
 */
#ifndef ZRAM_COMPAT_WORKQUEUE_H
#define ZRAM_COMPAT_WORKQUEUE_H

#include <linux/workqueue.h>

#include "compat_config.h"

#ifdef HAVE_WQ_DFL
#define zram_unbound_wq system_dfl_wq
#else
#define zram_unbound_wq system_unbound_wq
#endif

#endif
