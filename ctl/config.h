/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file zram.json and its drop-in folder: one table of keys
 * for reading, checking, and the published JSON Schema.
 *
 * A mistake is refused with one sentence that names file, line and key, and
 * what to write instead; nothing of a refused configuration is used.
 */
#ifndef ZRAMCTL_CONFIG_H
#define ZRAMCTL_CONFIG_H

#include "model.h"
#include "policy.h"

#define CONFIG_FILE	"/etc/zramkit/zram.json"
#define CONFIG_DIR	"/etc/zramkit/zram.json.d"	/* *.json, in order of name */

#define CONFIG_PATH_LEN	512
#define CONFIG_WHY_LEN	512
#define CONFIG_KEYS	48	/* room for the table's */
#define CONFIG_FILES	64

#define CONFIG_BACKING_LEN 256	/* of a path, with the NUL */

/* What apply makes of "devices"; presence bits as in struct model_spec. */
struct config_device {
	struct model_spec spec;		/* spec.algo points to algo; id is set */
	char algo[ZRAM_ALGO_NAME_MAX];
	char recomp[MODEL_RECOMP_LEN];	/* spec.codec point into it */
	char backing[CONFIG_BACKING_LEN];	/* a disk; "": none */
	char backing_file[CONFIG_BACKING_LEN];	/* or a file behind a loop device */
	uint64_t backing_size;		/* of the file; 0: as it is */
	bool swap;
	bool large_folios;
	int32_t priority;
	bool has_priority;	/* the file names one */
	unsigned char source;	/* where the disk is named: as in struct config, */
	unsigned int line;	/* and in which line */
};

struct config {
	struct policy_rules rules;
	uint32_t threshold;		/* bytes: smaller ones are no reason to recompress */
	uint32_t pack_slots;
	uint64_t budget_round, budget_day;	/* bytes */
	uint32_t interval;		/* s between rounds at rest */
	bool observer;			/* the daemon keeps it running */
	uint64_t observer_memory;	/* bytes of its maps at most */
	bool dry_run;
	struct config_device dev[POLICY_DEVICES];
	size_t nr_dev;
	bool devices_only;		/* other keys are passed over, right or wrong */

	/* Which file set a key, as an index into file; 0: the default. */
	unsigned char source[CONFIG_KEYS];
	unsigned int line[CONFIG_KEYS];	/* there */
	char file[CONFIG_FILES + 1][CONFIG_PATH_LEN];
	size_t nr_files;
	char why[CONFIG_WHY_LEN];	/* the sentence of the last failure */
};

void config_init(struct config *c);
/*
 * Read one file over what is there. -EPERM: owner or permissions; -EINVAL:
 * contents; or the errno of opening it.
 */
int config_read(struct config *c, const char *path);
/* All *.json of a folder; fine when there is none. */
int config_read_dir(struct config *c, const char *path);
/* Contradictions between keys; call it once all files are read. */
int config_check(struct config *c);
/*
 * config_init, then @path with the folder "@path.d", then config_check. NULL:
 * CONFIG_FILE, which may be missing.
 */
int config_load(struct config *c, const char *path);
/* The same, of "devices" alone. */
int config_load_devices(struct config *c, const char *path);

/* The JSON Schema, made from the table of keys; free() it. NULL: no memory. */
char *config_schema(void);

#endif
