// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of devices, jobs and events as people write them. */

#include "model.h"
#include "util.h"

#include <errno.h>
#include <string.h>

static const char *const folio_modes[] = {
	[ZRAM_FOLIO_MODE_OFF] = "off",
	[ZRAM_FOLIO_MODE_AUTO] = "auto",
	[ZRAM_FOLIO_MODE_SWAP] = "swap",
	[ZRAM_FOLIO_MODE_ALL] = "all",
};

#define FOLIO_MODES (sizeof(folio_modes) / sizeof(folio_modes[0]))

const char *model_folio_mode(uint32_t mode)
{
	return mode < FOLIO_MODES ? folio_modes[mode] : NULL;
}

int model_parse_folio_mode(const char *name, uint32_t *mode)
{
	for (*mode = 0; *mode < FOLIO_MODES; ++*mode)
		if (!strcmp(name, folio_modes[*mode]))
			return 0;
	return -EINVAL;
}

int model_parse_name(const char *name, uint32_t *id)
{
	const char *digits = name;

	if (!strncmp(digits, "/dev/", 5))
		digits += 5;
	if (!strncmp(digits, "zram", 4))
		digits += 4;
	else if (digits != name)
		return -EINVAL;
	if (util_parse_u32(digits, id) || *id > MODEL_ID_MAX)
		return -EINVAL;
	return 0;
}

const char *model_parse_recomp(char *text, struct model_codec_spec codec[MODEL_CODECS],
			       const char **word)
{
	uint32_t prio = 0;
	char *name, *level;

	while ((name = strsep(&text, ","))) {
		struct model_codec_spec *c = &codec[++prio];

		*word = name;
		if (prio >= MODEL_CODECS)
			return "is one too many: three algorithms at most";
		level = strchr(name, ':');
		if (level) {
			*level++ = '\0';
			if (util_parse_s32(level, &c->level) || c->level == INT32_MIN) {
				*word = level;
				return "is not a number, as a level is";
			}
			c->has |= MODEL_CODEC_LEVEL;
		}
		if (!*name || strlen(name) >= ZRAM_ALGO_NAME_MAX)
			return "is no algorithm's name; 'zramctl version' lists them";
		c->has |= MODEL_CODEC_ALGO;
		c->algo = name;
	}
	return NULL;
}

static const char *name_of(const char *const *names, size_t nr, uint32_t v)
{
	return v < nr ? names[v] : "?";
}

const char *model_job_type(uint32_t type)
{
	static const char *const names[] = {
		"recompress", "pack", "writeback", "promote", "detach",
	};

	return name_of(names, ARRAY_SIZE(names), type);
}

const char *model_job_phase(uint32_t phase)
{
	static const char *const names[] = {
		"queued", "running", "paused", "done", "bounded", "cancelled",
		"failed",
	};

	return name_of(names, ARRAY_SIZE(names), phase);
}

const char *model_event_type(uint32_t type)
{
	static const char *const names[] = {
		"add", "init", "reset", "remove", "limit-near",
		"limit-reached", "write-failed", "job-start", "job-progress",
		"job-end", "backing-full", "backing-failing", "attach", "detach",
	};

	return name_of(names, ARRAY_SIZE(names), type);
}

bool model_job_ended(const struct model_job *job)
{
	return job->phase >= ZRAM_JOB_PHASE_DONE;
}

