/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module as commands see it: devices, slots, verbs, and for each failure
 * one sentence that says what to do.
 *
 * Functions return 0 or a negative errno and leave the sentence in
 * client_why(). CLIENT_ENOSUPPORT means that kernel support is missing.
 */
#ifndef ZRAMCTL_CLIENT_H
#define ZRAMCTL_CLIENT_H

#include <sys/types.h>

#include "model.h"

#define CLIENT_ENOSUPPORT	(-0x10000)	/* no errno: exit code 4 */

struct client;

#define CLIENT_LOAD	(1u << 0)	/* load the module when it is not */

/*
 * Always gives a client (but for -ENOMEM), so that client_why() works; when
 * it returns an error the client is only good for that and client_close().
 */
int client_open(struct client **c, unsigned int flags);
/* NULL is fine. */
void client_close(struct client *c);
/* The sentence of the last failure; "" when there was none. */
const char *client_why(const struct client *c);

int client_features(struct client *c, struct model_features *f);

/* All devices by id; free() the list. An interrupted dump is taken again. */
int client_devices(struct client *c, struct model_dev **list, size_t *nr);
/* One device; -ENODEV with a sentence. */
int client_device(struct client *c, uint32_t id, struct model_dev *dev);
/* Fill dev->use (MODEL_USE) from mounts and swaps; absent when it has neither. */
void client_fill_use(struct model_dev *dev);
/* The same of any block device: false when it has neither. */
bool client_use_of(unsigned int maj, unsigned int min, char *buf, size_t len);
/* Whether a block device is zram@id. */
bool client_zram_of(unsigned int maj, unsigned int min, uint32_t *id);
/* Whether a disk is behind a zram device, and which one; the same of zram@id. */
bool client_disk_behind(dev_t disk, uint32_t *id);
bool client_is_disk(uint32_t id, uint32_t *of);

/*
 * The occupied slots of [first, first + count), count 0: to the end, in order
 * of index, some hundreds a call. @fn returns 0 to go on; anything else ends
 * the dump and is returned. -EAGAIN: the device was reset or removed
 * meanwhile, so what was seen does not belong together.
 */
typedef int (*client_slots_fn)(const struct zram_slot_row *rows, size_t nr,
			       uint32_t generation, void *arg);
int client_slots(struct client *c, uint32_t id, uint64_t first, uint64_t count,
		 client_slots_fn fn, void *arg);

/*
 * The packs of a device in order of their numbers, one a call; the rest as with
 * client_slots().
 */
typedef int (*client_pack_fn)(const struct model_pack *pack, void *arg);
int client_packs(struct client *c, uint32_t id, client_pack_fn fn, void *arg);

/* @dev becomes the new device. */
int client_create(struct client *c, const struct model_spec *spec,
		  struct model_dev *dev);
int client_set(struct client *c, uint32_t id, const struct model_spec *spec);
/* The disk at @path becomes the backing device of a device, in use or not. */
int client_attach(struct client *c, uint32_t id, const char *path);
/* A device without a size lets it go; with one it takes a job. */
int client_detach(struct client *c, uint32_t id);
/* Give back memory that the pool does not fill. */
int client_compact(struct client *c, uint32_t id);
/* Mark slots idle that were not used for *age seconds, or all (NULL). */
int client_idle(struct client *c, uint32_t id, const uint32_t *age);
/* Both retry for 3 s while somebody (udev) holds the device for a moment. */
int client_remove(struct client *c, uint32_t id);
int client_reset(struct client *c, uint32_t id);

/* Jobs. -EBUSY and the like with the module's own sentence. */
int client_job_start(struct client *c, uint32_t id,
		     const struct model_job_spec *spec, struct model_job *job);
int client_job_cancel(struct client *c, uint32_t id, uint32_t job);
/* One of the running, queued or last ended jobs; -ENOENT: not there any more. */
int client_job(struct client *c, uint32_t id, uint32_t job_id,
	       struct model_job *job);
/* Why a job that failed did: half a sentence for its error. */
const char *client_job_reason(const struct model_job *job);
typedef int (*client_job_fn)(const struct model_job *job, void *arg);
int client_jobs(struct client *c, uint32_t id, client_job_fn fn, void *arg);
#define CLIENT_ALL_DEVICES UINT32_MAX	/* as id here */
/* The same as a list; free() it. An interrupted dump is taken again. */
int client_job_list(struct client *c, uint32_t id, struct model_job **jobs,
		    size_t *nr);

/*
 * Events, on a client that does nothing else; as in nl.h. @what for: "start
 * jobs".
 */
int client_listen(struct client *c, const char *what);
int client_fd(const struct client *c);
typedef int (*client_event_fn)(const struct model_event *ev, void *arg);
int client_events(struct client *c, client_event_fn fn, void *arg);
uint32_t client_lost(struct client *c);

#endif
