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
"that are near or reached, failed writes, jobs, and backing devices that are\n"
"full or fail. When events were lost, a line says so and the state of all\n"
"devices and jobs follows. JSON has the keys time (seconds since 1970), event,\n"
"name, id, generation, used, limit, error and job (as jobs --json shows it).",
	.opts = opts,
	.run = run,
};
