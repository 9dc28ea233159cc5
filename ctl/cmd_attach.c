// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl attach */

#include "cmd.h"

#include "backing.h"
#include "client.h"
#include "dev_cols.h"

static const struct cmd_opt opts[] = {
	BACKING_OPTS,
	{ "force", 'f', NULL, "also when there is data on it, or when it is a zram device" },
	{ "json", 'J', NULL, "print JSON: the device, as show does" },
	{ 0 }
};

static enum cmd_result run(const struct cmd_args *args)
{
	struct backing_plan plan = { .force = cmd_has(args, "force") };
	struct cmd_args device = *args;
	enum cmd_result result;
	struct client *c;
	uint32_t id;
	size_t nr;
	int err;

	device.nr_operands = 1;
	result = cmd_devices(&device, &id, &nr);
	if (!result)
		result = backing_read(args, &plan);
	if (result)
		return result;
	if (args->nr_operands > 1)
		plan.disk = args->operand[1];
	if (!plan.disk == !plan.file)
		return cmd_usage(args, "attach what? give either a DISK or "
				 "--backing-file PATH");
	err = client_open(&c, 0);
	result = err ? cmd_client_failed(c, err) :
		       backing_attach(c, id, &plan);
	if (!result && cmd_has(args, "json"))
		result = cmd_print_device(c, id);
	client_close(c);
	return result;
}

const struct cmd cmd_attach = {
	.name = "attach",
	.operands = "DEVICE [DISK]",
	.min = 1,
	.max = 2,
	.summary = "give a device a disk that cold slots can be written to",
	.details =
		"The device may be in use. What is on the disk is lost, hence one that has a file\n"
		"system or a partition table is refused unless forced, and so is another zram\n"
		"device, which is memory. Instead of a disk it can be a file: it goes behind a loop\n"
		"device with direct I/O, which vanishes with the detach. One that holds anything\n"
		"and was not zramctl's before is refused unless forced, and one behind a loop\n"
		"device always. Nothing is written by itself: that is what 'writeback' and the\n"
		"daemon do. What is written there is compressed, not encrypted.",
	.opts = opts,
	.cols = dev_cols,
	.run = run,
};
