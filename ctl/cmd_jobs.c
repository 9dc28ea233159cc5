// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl jobs: list them, watch them, cancel one. */

#include "cmd.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "job_cols.h"
#include "model.h"
#include "monitor.h"
#include "out.h"
#include "util.h"

static const struct cmd_opt opts[] = {
	CMD_OUT_OPTS,
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "jobs", "list of objects with the keys of columns; watch prints what monitor does, "
	  "cancel one such object" },
	{ 0 }
};

static enum cmd_result print_jobs(struct client *c, uint32_t id,
				  const struct cmd_args *args)
{
	struct model_job *jobs = NULL;
	struct out_opts opts;
	struct out *o = NULL;
	size_t nr = 0;
	int err;

	cmd_out_opts(args, &opts);
	opts.array = "jobs";
	if (out_open(&o, job_cols, JOB_COLS_SHOWN, &opts))
		return CMD_USAGE;
	err = client_job_list(c, id, &jobs, &nr);
	if (err) {
		out_drop(o);
		return cmd_client_failed(c, err);
	}
	for (size_t i = 0; !err && i < nr; i++)
		err = out_row(o, &jobs[i]);
	free(jobs);
	if (err)
		out_drop(o);
	else
		err = out_close(o);
	return err ? CMD_FAILED : CMD_OK;
}

static enum cmd_result cancel(struct client *c, uint32_t id, uint32_t number, bool json)
{
	int err = client_job_cancel(c, id, number);
	struct model_job job;

	if (!err && json)
		err = client_job(c, id, number, &job);
	if (err)
		return cmd_client_failed(c, err);
	return json && out_json(out_object(job_cols, &job)) ? CMD_FAILED : CMD_OK;
}

/* The device, which is operand 1 when there is one. */
static enum cmd_result read_device(const struct cmd_args *args, uint32_t *id)
{
	*id = CLIENT_ALL_DEVICES;
	if (args->nr_operands < 2 || !model_parse_name(args->operand[1], id))
		return CMD_OK;
	return cmd_usage(args, "'%s' is not the name of a zram device; say "
			 "zram0 or /dev/zram0", args->operand[1]);
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *verb = args->nr_operands ? args->operand[0] : "list";
	bool cancels = !strcmp(verb, "cancel");
	enum cmd_result res;
	struct client *c;
	uint32_t id, job = 0;
	int err;

	if (!cancels && strcmp(verb, "list") && strcmp(verb, "watch"))
		return cmd_usage(args, "'%s' is none of list, watch, cancel",
				 verb);
	res = read_device(args, &id);
	if (res)
		return res;
	if (strcmp(verb, "list") && cmd_has(args, "output"))
		return cmd_usage(args, "--output goes with list only");
	if (cancels && args->nr_operands < 3)
		return cmd_usage(args, "say jobs cancel DEVICE JOB");
	if (!cancels && args->nr_operands > 2)
		return cmd_usage(args, "unexpected argument '%s'",
				 args->operand[2]);
	if (cancels && util_parse_u32(args->operand[2], &job))
		return cmd_usage(args, "'%s' is not the number of a job",
				 args->operand[2]);
	if (!strcmp(verb, "watch"))
		return monitor_run(&(struct monitor_opts){
			.json = cmd_has(args, "json"), .device = id,
			.jobs_only = true });
	err = client_open(&c, 0);
	res = err ? cmd_client_failed(c, err) :
	      cancels ? cancel(c, id, job, cmd_has(args, "json")) : print_jobs(c, id, args);
	client_close(c);
	return res;
}

const struct cmd cmd_jobs = {
	.name = "jobs",
	.operands = "[list|watch|cancel] [DEVICE] [JOB]",
	.max = 3,
	.summary = "list the jobs of devices, watch them, cancel one",
	.details =
"list (or nothing) shows the jobs of all devices, list DEVICE those of one: those\n"
"that wait, that run, and the last 32 that have ended. watch prints what happens\n"
"to jobs until it is interrupted. cancel DEVICE JOB ends one.",
	.opts = opts,
	.cols = job_cols,
	.shown = JOB_COLS_SHOWN,
	.keys = keys,
	.run = run,
};
