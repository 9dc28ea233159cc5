// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl recompress, pack, writeback, promote: start a job and wait for it. */

#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "job_cols.h"
#include "job_wait.h"
#include "out.h"
#include "ranges.h"
#include "util.h"

#define HOLES_MIN	(1u << 20)	/* bytes that are worth a word */

#define WHICH_OPTS							\
	{ "all", 'a', NULL, "every slot" },				\
	{ "older", 'O', "AGE", "slots not used for AGE: 90s, 15m, 2h, 1d" }, \
	{ "ranges", 'r', "FILE", "the slots that FILE lists, N or N-M a line; -: stdin" }, \
	{ "idle", 0, NULL, "slots that are marked idle" },		\
	{ "huge", 0, NULL, "slots stored uncompressed" },		\
	{ "incompressible", 0, NULL, "slots that no algorithm of the device makes smaller" }

#define SIZE_OPT							\
	{ "threshold", 0, "SIZE", "leave slots that take less than SIZE alone" }

#define PRINT_OPTS							\
	{ "json", 'J', NULL, "print JSON" },				\
	{ "output", 'o', "LIST", "print these columns of the job" },	\
	{ "bytes", 0, NULL, "print sizes in bytes" },			\
	{ "noheadings", 0, NULL, "print no headings" }

#define BOUND_OPTS							\
	{ "max-slots", 'n', "N", "try at most N slots" },		\
	{ "max-time", 't', "TIME", "work for at most TIME" },		\
	{ "background", 'b', NULL, "print the job's number, do not wait" }, \
	PRINT_OPTS

static const struct cmd_opt recompress_opts[] = {
	WHICH_OPTS,
	{ "priority", 'p', "N", "with the codec of priority 1 (default), 2 or 3" },
	{ "threshold", 0, "SIZE", "leave objects below SIZE, and results above, alone" },
	BOUND_OPTS,
	{ 0 }
};

static const struct cmd_opt pack_opts[] = {
	WHICH_OPTS,
	SIZE_OPT,
	{ "slots", 's', "N", "slots in a pack, 1 to 32 (default)" },
	{ "level", 'l', "N", "zstd level of the packs (6)" },
	{ "max-bytes", 'B', "SIZE", "make at most SIZE of packs, but one at least" },
	BOUND_OPTS,
	{ 0 }
};

static const struct cmd_opt writeback_opts[] = {
	WHICH_OPTS,
	SIZE_OPT,
	{ "slots", 's', "N", "slots in a pack, 1 to 32 (default)" },
	{ "level", 'l', "N", "zstd level of the packs (3)" },
	{ "max-bytes", 'B', "SIZE", "write at most SIZE to the backing device" },
	BOUND_OPTS,
	{ 0 }
};

static const struct cmd_opt promote_opts[] = {
	WHICH_OPTS,
	SIZE_OPT,
	{ "max-bytes", 'B', "SIZE", "bring back at most SIZE of packs, but one at least" },
	BOUND_OPTS,
	{ 0 }
};

/* A whole number from @min to @max; 0 and @v untouched when not given. */
static enum cmd_result read_number(const struct cmd_args *args,
				   const char *option, int64_t min,
				   int64_t max, int64_t *v, bool *given)
{
	const char *text = cmd_option(args, option);
	bool minus = text && *text == '-';
	uint64_t n;

	*given = text;
	if (!text)
		return CMD_OK;
	if (util_parse_u64(text + minus, &n) || n > INT64_MAX ||
	    (minus ? -(int64_t)n : (int64_t)n) < min ||
	    (minus ? -(int64_t)n : (int64_t)n) > max)
		return cmd_usage(args, "--%s '%s' is not a number from %lld to "
				 "%lld", option, text, (long long)min,
				 (long long)max);
	*v = minus ? -(int64_t)n : (int64_t)n;
	return CMD_OK;
}

static enum cmd_result read_time(const struct cmd_args *args,
				 const char *option, double least, double most,
				 double *seconds, bool *given)
{
	const char *text = cmd_option(args, option);

	*given = text;
	if (text && (util_parse_seconds(text, seconds) || *seconds < least ||
		     *seconds > most))
		return cmd_usage(args, "--%s '%s' is no time; say 90s, 15m, 2h "
				 "or 1d", option, text);
	return CMD_OK;
}

static enum cmd_result read_bytes(const struct cmd_args *args,
				  const char *option, uint64_t most,
				  uint64_t *bytes, bool *given)
{
	const char *text = cmd_option(args, option);

	*given = text;
	if (text && (util_parse_size(text, bytes) || !*bytes || *bytes > most))
		return cmd_usage(args, "--%s '%s' is not a size; say 512M or "
				 "1G", option, text);
	return CMD_OK;
}

/* Which slots: that has to be said, since all of them can take long. */
static enum cmd_result read_which(const struct cmd_args *args,
				  struct model_job_spec *spec,
				  struct zram_slot_range **ranges)
{
	const char *file = cmd_option(args, "ranges");
	double age = 0;
	enum cmd_result res;
	bool given;

	res = read_time(args, "older", 0, UINT32_MAX, &age, &given);
	if (res)
		return res;
	if (given) {
		spec->min_age = age;
		spec->has |= MODEL_JOB_MIN_AGE;
	}
	if (cmd_has(args, "idle"))
		spec->filter |= ZRAM_FILTER_IDLE;
	if (cmd_has(args, "huge"))
		spec->filter |= ZRAM_FILTER_HUGE;
	if (cmd_has(args, "incompressible"))
		spec->filter |= ZRAM_FILTER_INCOMPRESSIBLE;
	if (spec->filter)
		spec->has |= MODEL_JOB_FILTER;
	if (cmd_has(args, "all") && (spec->has || file))
		return cmd_usage(args, "--all goes with none of --older, "
				 "--ranges, --idle, --huge, --incompressible");
	if (!cmd_has(args, "all") && !spec->has && !file)
		return cmd_usage(args, "which slots? say --all, --older AGE, "
				 "--ranges FILE, --idle, --huge or --incompressible");
	if (file && ranges_read(file, ranges, &spec->nr_ranges))
		return CMD_FAILED;	/* told */
	spec->ranges = *ranges;
	return CMD_OK;
}

static enum cmd_result read_spec(const struct cmd_args *args,
				 struct model_job_spec *spec)
{
	int64_t prio = 0, slots = 0, level = 0, max_slots = 0;
	uint64_t threshold = 0;
	enum cmd_result res;
	double ms = 0;
	bool given;

	res = read_number(args, "priority", 1, 3, &prio, &given);
	spec->has |= given ? MODEL_JOB_PRIO : 0;
	if (!res)
		res = read_number(args, "slots", 1, 32, &slots, &given);
	spec->has |= !res && given ? MODEL_JOB_PACK_SLOTS : 0;
	if (!res)
		res = read_number(args, "level", INT32_MIN + 1, INT32_MAX,
				  &level, &given);
	spec->has |= !res && given ? MODEL_JOB_LEVEL : 0;
	if (!res)
		res = read_number(args, "max-slots", 1, INT64_MAX, &max_slots,
				  &given);
	spec->has |= !res && given ? MODEL_JOB_MAX_SLOTS : 0;
	if (!res)
		res = read_bytes(args, "threshold", UINT32_MAX, &threshold,
				 &given);
	spec->has |= !res && given ? MODEL_JOB_THRESHOLD : 0;
	if (!res)
		res = read_bytes(args, "max-bytes", UINT64_MAX,
				 &spec->max_bytes, &given);
	spec->has |= !res && given ? MODEL_JOB_MAX_BYTES : 0;
	if (!res)
		res = read_time(args, "max-time", 0.001, 4000000, &ms, &given);
	spec->has |= !res && given ? MODEL_JOB_MAX_MS : 0;
	spec->prio = prio;
	spec->pack_slots = slots;
	spec->level = level;
	spec->max_slots = max_slots;
	spec->threshold = threshold;
	spec->max_ms = ms * 1000;
	return res;
}

/* Before anything is done; false, told: there is no such column. */
static bool read_how(const struct cmd_args *args, struct out_opts *how)
{
	cmd_out_opts(args, how);
	return out_knows(job_cols, JOB_COLS_SHOWN, how->columns);
}

static bool is_plain(const struct out_opts *how)
{
	return !how->json && !how->columns;
}

static enum cmd_result print_row(const struct model_job *job, const struct out_opts *how)
{
	struct out *o;

	if (out_open(&o, job_cols, JOB_COLS_SHOWN, how))
		return CMD_FAILED;
	if (!out_row(o, job))
		return out_close(o) ? CMD_FAILED : CMD_OK;
	out_drop(o);
	return CMD_FAILED;
}

static enum cmd_result print_job(const struct model_job *job, const struct out_opts *how)
{
	char before[UTIL_SIZE_LEN], after[UTIL_SIZE_LEN];

	if (how->json)
		return out_json(out_object(job_cols, job)) ? CMD_FAILED : CMD_OK;
	if (how->columns)
		return print_row(job, how);
	printf("/dev/zram%u: %s %s, %llu of %llu slots moved",
	       job->dev, model_job_type(job->type),
	       model_job_phase(job->phase), (unsigned long long)job->moved,
	       (unsigned long long)job->total);
	/* what comes from the disk took nothing before */
	if (job->type != ZRAM_JOB_TYPE_PROMOTE &&
	    job->type != ZRAM_JOB_TYPE_DETACH)
		printf(", %s before",
		       util_format_size(before, job->bytes_before));
	printf(", %s now", util_format_size(after, job->bytes_after));
	if (job->bytes_written)
		printf(", %s written",
		       util_format_size(before, job->bytes_written));
	if (job->failed)
		printf(", %llu packs could not be read",
		       (unsigned long long)job->failed);
	putchar('\n');
	return CMD_OK;
}

/* Objects that got smaller leave holes in the pool, which the job lets be. */
static void tell_holes(struct client *c, const struct model_job *job)
{
	char size[UTIL_SIZE_LEN];
	struct model_dev dev;
	uint64_t holes;

	if (job->type != ZRAM_JOB_TYPE_RECOMPRESS || !job->moved ||
	    client_device(c, job->dev, &dev) ||
	    dev.mem_used_total < dev.compr_data_size)
		return;
	holes = dev.mem_used_total - dev.compr_data_size;
	if (holes >= HOLES_MIN && holes * 4 >= dev.mem_used_total)
		util_note("%s of the memory are holes now; 'zramctl compact "
			  "zram%u' closes what it can",
			  util_format_size(size, holes), job->dev);
}

static enum cmd_result start_and_wait(const struct cmd_args *args, uint32_t id,
				      const struct model_job_spec *spec)
{
	struct job_wait *w = NULL;
	enum cmd_result res, shown;
	struct out_opts how;
	struct model_job job;
	struct client *c;
	int err;

	if (!read_how(args, &how))
		return CMD_USAGE;
	if (!cmd_has(args, "background")) {
		res = job_wait_open(&w);
		if (res) {
			job_wait_close(w);
			return res;
		}
	}
	err = client_open(&c, 0);
	if (!err)
		err = client_job_start(c, id, spec, &job);
	if (err) {
		res = cmd_client_failed(c, err);
	} else if (!w) {
		res = CMD_OK;
		if (is_plain(&how))
			printf("%u\n", job.id);
		else
			res = print_job(&job, &how);
	} else {
		res = job_wait(w, c, &job);
		shown = print_job(&job, &how);
		res = res ? res : shown;
		if (!res && is_plain(&how))
			tell_holes(c, &job);
	}
	job_wait_close(w);
	client_close(c);
	return res;
}

static enum cmd_result run_type(const struct cmd_args *args, uint32_t type)
{
	struct model_job_spec spec = { .type = type };
	struct zram_slot_range *ranges = NULL;
	enum cmd_result res;
	uint32_t id;
	size_t nr;

	res = cmd_devices(args, &id, &nr);
	if (!res)
		res = read_which(args, &spec, &ranges);
	if (!res)
		res = read_spec(args, &spec);
	if (!res)
		res = start_and_wait(args, id, &spec);
	free(ranges);
	return res;
}

#define RUN(name, TYPE)							\
static enum cmd_result run_##name(const struct cmd_args *args)		\
{									\
	return run_type(args, ZRAM_JOB_TYPE_##TYPE);			\
}

RUN(recompress, RECOMPRESS)
RUN(pack, PACK)
RUN(writeback, WRITEBACK)
RUN(promote, PROMOTE)

static const struct cmd_opt detach_opts[] = {
	{ "force", 'f', NULL, "give up what the disk does not give back" },
	{ "background", 'b', NULL, "print the job's number, do not wait" },
	PRINT_OPTS,
	{ 0 }
};

/* What looks like a job that had nothing to do. */
static enum cmd_result print_let_go(const struct out_opts *how, uint32_t id)
{
	const struct model_job job = {
		.dev = id, .type = ZRAM_JOB_TYPE_DETACH, .phase = ZRAM_JOB_PHASE_DONE,
	};

	return is_plain(how) ? CMD_OK : print_job(&job, how);
}

/* Without a size there is nothing to bring back, and no job. */
static enum cmd_result run_detach(const struct cmd_args *args)
{
	struct model_job_spec spec = { .type = ZRAM_JOB_TYPE_DETACH };
	enum cmd_result result;
	struct model_dev dev;
	struct out_opts how;
	struct client *c;
	bool bare;
	uint32_t id;
	size_t nr;
	int err;

	result = read_how(args, &how) ? cmd_devices(args, &id, &nr) : CMD_USAGE;
	if (result)
		return result;
	if (cmd_has(args, "force"))
		spec.has |= MODEL_JOB_FORCE;
	err = client_open(&c, 0);
	if (!err)
		err = client_device(c, id, &dev);
	bare = !err && !(dev.state & ZRAM_STATE_INITIALISED);
	if (bare)
		err = client_detach(c, id);
	if (err)
		result = cmd_client_failed(c, err);
	client_close(c);
	if (err)
		return result;
	return bare ? print_let_go(&how, id) : start_and_wait(args, id, &spec);
}

const struct cmd cmd_detach = {
	.name = "detach",
	.operands = "DEVICE",
	.min = 1,
	.max = 1,
	.summary = "bring everything back from the disk and let it go",
	.details =
		"The device may be in use. It keeps the disk when there is not enough room below\n"
		"its memory limit, not enough memory, or when parts cannot be read. With --force\n"
		"these are given up: reading them is an error until they are written anew. Where\n"
		"the device has no size it takes no job, and JSON has one of number 0.",
	.opts = detach_opts,
	.cols = job_cols,
	.run = run_detach,
};

#define BAR								\
"On a terminal a bar shows how far it is; an interrupt (Ctrl-C) cancels the job."

#define COLDEST								\
"Coldest slots come first. A slot that is used meanwhile is left alone.\n" BAR

#define COMMAND(NAME, SUMMARY, DETAILS)					\
	{								\
		.name = #NAME,						\
		.operands = "DEVICE",					\
		.min = 1,						\
		.max = 1,						\
		.summary = SUMMARY,					\
		.details = DETAILS,					\
		.opts = NAME##_opts,					\
		.cols = job_cols,					\
		.run = run_##NAME,					\
	}

const struct cmd cmd_recompress =
	COMMAND(recompress, "compress slots again with a secondary codec", COLDEST);
const struct cmd cmd_pack =
	COMMAND(pack, "compress cold slots together, several as one", COLDEST);
const struct cmd cmd_writeback =
	COMMAND(writeback, "move cold slots to the backing device", COLDEST);
const struct cmd cmd_promote =
	COMMAND(promote, "bring slots back from the backing device",
"A pack comes back whole, for each slot of it that is meant.\n" BAR);
