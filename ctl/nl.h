/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire: one socket to the family "zram". nl*.c alone name attributes.
 *
 * Functions return 0 or a negative errno as the kernel sent it; nl_msg() is
 * then the sentence of its extended ack, or "". The library's own error
 * callbacks drop both, so these files bring their own.
 */
#ifndef ZRAMCTL_NL_H
#define ZRAMCTL_NL_H

#include "model.h"

struct nl;

/* -ENOENT: there is no such family here. */
int nl_open(struct nl **nl);
/* NULL is fine. */
void nl_close(struct nl *nl);
const char *nl_msg(const struct nl *nl);

int nl_new(struct nl *nl, const struct model_spec *spec, struct model_dev *dev);
int nl_set(struct nl *nl, uint32_t id, const struct model_spec *spec);
int nl_delete(struct nl *nl, uint32_t id);
int nl_reset(struct nl *nl, uint32_t id);
int nl_get(struct nl *nl, uint32_t id, struct model_dev *dev);
int nl_features(struct nl *nl, struct model_features *f);

/* Dumps. fn returns 0 to go on. -EAGAIN: the kernel says interrupted. */
typedef int (*nl_dev_fn)(const struct model_dev *dev, void *arg);
int nl_get_all(struct nl *nl, nl_dev_fn fn, void *arg);
typedef int (*nl_rows_fn)(const struct zram_slot_row *rows, size_t nr,
			  uint32_t generation, void *arg);
int nl_slots(struct nl *nl, uint32_t id, uint64_t first, uint64_t count,
	     nl_rows_fn fn, void *arg);

#endif
