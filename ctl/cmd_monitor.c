// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl monitor */

#include "cmd.h"

#include "client.h"
#include "model.h"
#include "monitor.h"
#include "util.h"

static const struct cmd_opt opts[] = {
	{ "json", 'J', NULL, "print JSON, an object a line" },
	{ "number", 'n', "N", "end after N events" },
	{ 0 }
};

static const struct cmd_key keys[] = {
	{ "time", "seconds since 1970" },
	{ "event", "add, init, reset, remove, limit-near, limit-reached, write-failed, "
	  "job-start, job-progress, job-end, backing-full, backing-failing, attach, detach; or lost, "
	  "device, job (how things stand after a loss), module-gone, module-back" },
	{ "name", "path of the device" },
	{ "id", "its number" },
	{ "generation", "number of its contents; null: none" },
	{ "used, limit", "bytes, with the events of limits" },
	{ "error", "what went wrong" },
	{ "job", "the job, as 'zramctl jobs --json' shows it" },
	{ "lost", "how many events were lost; null: not known" },
	{ "device", "the device, as 'zramctl list --json' shows it" },
	{ 0 }
};

static enum cmd_result run(const struct cmd_args *args)
{
	struct monitor_opts o = { .json = cmd_has(args, "json"),
				  .device = CLIENT_ALL_DEVICES };
	const char *n = cmd_option(args, "number");

	if (n && (util_parse_u32(n, &o.number) || !o.number))
		return cmd_usage(args, "'%s' is no number of events", n);
	if (args->nr_operands && model_parse_name(args->operand[0], &o.device))
		return cmd_usage(args, "'%s' is not the name of a zram device; "
				 "say zram0 or /dev/zram0", args->operand[0]);
	return monitor_run(&o);
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.operands = "[DEVICE]",
	.max = 1,
	.summary = "print what happens to devices, as it happens",
	.details =
"A line for each device that comes, goes, gets a size or is reset, for limits\n"
"that are near or reached, failed writes, jobs, and backing devices that come,\n"
"go, are full or fail. When events were lost, a line says so and the state of\n"
"all devices and jobs follows. A DEVICE that is not there is waited for.",
	.opts = opts,
	.keys = keys,
	.run = run,
};
