/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of budget: the file behind the ledger. */
#ifndef ZRAMCTL_BUDGET_IMPL_H
#define ZRAMCTL_BUDGET_IMPL_H

#include "budget.h"

/* -EBUSY: another process has it. */
int budget_lock(struct budget *b);
/* -ENOENT: there is none; -EBADMSG: damaged. */
int budget_load(struct budget *b);
/* All or nothing, and on disk when it returns. */
int budget_save(struct budget *b);

#endif
