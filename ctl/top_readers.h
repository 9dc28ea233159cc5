/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What top --readers shows: which processes read, and from where. */
#ifndef ZRAMCTL_TOP_READERS_H
#define ZRAMCTL_TOP_READERS_H

#include "observer.h"
#include "out.h"

struct json_object;

/* A table of the first ones, below the devices; -errno, told. */
int top_readers_text(struct observer_readers *r, const struct out_opts *opts);
/* All of them as a list; NULL: no memory. */
struct json_object *top_readers_json(struct observer_readers *r);

#endif
