// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl daemon: run it, or ask the one that runs. */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "util.h"

static enum cmd_result run_daemon(const struct cmd_args *args, struct daemon *d)
{
	const char *state = cmd_option(args, "state");
	struct budget_clock now;

	if (geteuid()) {
		util_error("the daemon needs root: try it with sudo");
		return CMD_FAILED;
	}
	d->config_path = cmd_option(args, "config");
	d->dry_run = cmd_has(args, "dry-run");
	if (config_load(&d->config, d->config_path)) {
		util_error("%s", d->config.why);
		return CMD_FAILED;
	}
	budget_now(&now);
	if (budget_open(&d->budget, state ? state : BUDGET_FILE,
			d->config.budget_day, &now)) {
		util_error("%s", d->budget.why);
		return CMD_FAILED;
	}
	if (daemon_run(d)) {
		budget_close(&d->budget);
		return CMD_FAILED;
	}
	budget_close(&d->budget);
	return CMD_OK;
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *socket = cmd_option(args, "socket");
	enum cmd_result res;
	struct daemon *d;

	if (!socket)
		socket = DAEMON_SOCKET;
	if (args->nr_operands) {
		if (strcmp(args->operand[0], "status"))
			return cmd_usage(args, "'%s' is not status", args->operand[0]);
		if (cmd_has(args, "config") || cmd_has(args, "state") || cmd_has(args, "dry-run"))
			return cmd_usage(args, "status takes --json and --socket only");
		return daemon_ask(socket, cmd_has(args, "json")) ? CMD_FAILED : CMD_OK;
	}
	if (cmd_has(args, "json"))
		return cmd_usage(args, "--json goes with status only");
	d = calloc(1, sizeof(*d));
	if (!d) {
		util_error("no memory");
		return CMD_FAILED;
	}
	d->socket_path = socket;
	res = run_daemon(args, d);
	free(d);
	return res;
}

static const struct cmd_opt options[] = {
	{ "config", 'c', "FILE", "read this and FILE.d instead of " CONFIG_FILE },
	{ "dry-run", 'n', NULL, "decide and log, but start nothing" },
	{ "state", 0, "FILE", "the ledger of bytes written (default " BUDGET_FILE ")" },
	{ "socket", 0, "PATH", "where status is asked (default " DAEMON_SOCKET ")" },
	{ "json", 'J', NULL, "status: print JSON" },
	{ .name = NULL }
};

static const struct cmd_key keys[] = {
	{ "pid", "of the daemon" },
	{ "dry_run", "whether it only says what it would do" },
	{ "module, observer, psi", "whether it has the module, an observer, and the kernel's memory pressure" },
	{ "rounds", "decisions so far" },
	{ "lost_events", "events of the module that came faster than it reads" },
	{ "budget", "object: day, spent, left (bytes, of 24 hours)" },
	{ "done, failed", "objects: jobs so far by what they do (recompress, pack, writeback, compact)" },
	{ "decisions", "object: how often a device was treated so: rest (nothing is old enough), "
	  "few (too little is), budget (it is spent), battery, blind (no slot records), "
	  "blocked (after a failure), off (nothing is enabled that it can do), stuck (above "
	  "the soft limit with nothing to move), slept (ages grew while the machine did); it acted by age, returns (the measured "
	  "return rate), soft (the limit), waste (of the pool)" },
	{ "moved_slots, freed_bytes", "by all jobs" },
	{ "written_bytes", "to backing devices" },
	{ "devices", "list of objects:" },
	{ "name, generation", "of a device" },
	{ "why, last", "how it was treated last, and the last action, in words" },
	{ "records", "where ages come from: observer or dump" },
	{ "returns", "slots that were read again within 24 hours, each time counted, wherever they lay" },
	{ "over", "bytes above the soft limit, or soon" },
	{ "missing_rate", "bytes a second that are missing to keep it" },
	{ "growth", "bytes a second that come in" },
	{ "mem_used, mem_limit", "bytes of the pool, and its limit (0: none)" },
	{ "job", "what a running job does; empty: none runs" },
	{ "ages", "by recompress, pack, writeback: the age from which it takes slots (seconds), "
	  "and whether that was measured" },
	{ "rates", "by the same: bytes a second that a job moves; 0: not measured" },
	{ "slots", "by tier: hot, hot_aside (nothing to gain from recompression), warm, cold, frozen; and fill" },
	{ 0 }
};

const struct cmd cmd_daemon = {
	.name = "daemon",
	.operands = "[status]",
	.max = 1,
	.summary = "move cold pages out of the way by itself",
	.details =
"Runs in the foreground, for systemd or a shell, until SIGTERM. It follows all\n"
"devices and, by the age of each slot, recompresses, packs and writes back what\n"
"has not been used for long, keeps mem_limit from being reached, and spends no\n"
"more than the write budget. Every decision is a line on stderr with its\n"
"reason. SIGHUP reads the configuration anew; a wrong one is refused and the\n"
"old one stays. zram.json(5) has the keys, 'zramctl policy check' checks it.\n"
"\n"
"status asks the running daemon, as root.",
	.opts = options,
	.keys = keys,
	.run = run,
};
