/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire: one socket to the family "zram". nl*.c alone name attributes.
 *
 * Functions return 0 or a negative errno as the kernel sent it; znl_msg() is
 * then the sentence of its extended ack, or "". The library's own error
 * callbacks drop both, so these files bring their own. The prefix nl_ is libnl's.
 */
#ifndef ZRAMCTL_NL_H
#define ZRAMCTL_NL_H

#include "model.h"

struct znl;

/* -ENOENT: there is no such family here. */
int znl_open(struct znl **nl);
/* NULL is fine. */
void znl_close(struct znl *nl);
const char *znl_msg(const struct znl *nl);

int znl_new(struct znl *nl, const struct model_spec *spec, struct model_dev *dev);
int znl_set(struct znl *nl, uint32_t id, const struct model_spec *spec);
int znl_delete(struct znl *nl, uint32_t id);
int znl_reset(struct znl *nl, uint32_t id);
int znl_attach(struct znl *nl, uint32_t id, const char *path);
/* Of a device without a disksize; with one it takes a job. */
int znl_detach(struct znl *nl, uint32_t id);
/* Returns once it is done. -EINVAL: the device has no disksize. */
int znl_compact(struct znl *nl, uint32_t id);
/* Slots not touched for *age seconds, or all (NULL), become idle. */
int znl_idle(struct znl *nl, uint32_t id, const uint32_t *age);
int znl_get(struct znl *nl, uint32_t id, struct model_dev *dev);
int znl_features(struct znl *nl, struct model_features *f);

/* Dumps. fn returns 0 to go on. -EAGAIN: the kernel says interrupted. */
typedef int (*znl_dev_fn)(const struct model_dev *dev, void *arg);
int znl_get_all(struct znl *nl, znl_dev_fn fn, void *arg);
typedef int (*znl_rows_fn)(const struct zram_slot_row *rows, size_t nr,
			  uint32_t generation, void *arg);
int znl_slots(struct znl *nl, uint32_t id, uint64_t first, uint64_t count,
	     znl_rows_fn fn, void *arg);

typedef int (*znl_pack_fn)(const struct model_pack *pack, void *arg);
int znl_packs(struct znl *nl, uint32_t id, uint64_t from, znl_pack_fn fn,
	      void *arg);

/* Jobs: start one, ask for its end, list those of one device or of all. */
int znl_job_start(struct znl *nl, uint32_t id, const struct model_job_spec *spec,
		  struct model_job *job);
int znl_job_cancel(struct znl *nl, uint32_t id, uint32_t job);
typedef int (*znl_job_fn)(const struct model_job *job, void *arg);
#define ZNL_ALL_DEVICES UINT32_MAX
int znl_jobs(struct znl *nl, uint32_t id, znl_job_fn fn, void *arg);

/*
 * Events, on a socket that does nothing else. znl_listen joins the group;
 * znl_fd is for poll; znl_events hands out what has come, and then returns
 * -ENOBUFS when some were lost: then ask for the state of things again.
 */
int znl_listen(struct znl *nl);
int znl_fd(const struct znl *nl);
typedef int (*znl_event_fn)(const struct model_event *ev, void *arg);
int znl_events(struct znl *nl, znl_event_fn fn, void *arg);
/* How many were lost since this was asked before; 0: none, or the kernel does not tell. */
uint32_t znl_lost(struct znl *nl);

#endif
