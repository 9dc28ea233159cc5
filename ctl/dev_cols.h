/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of a device (struct model_dev): list and show. */
#ifndef ZRAMCTL_DEV_COLS_H
#define ZRAMCTL_DEV_COLS_H

#include "out.h"

extern const struct out_col dev_cols[];

#endif
