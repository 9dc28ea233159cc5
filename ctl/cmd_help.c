// SPDX-License-Identifier: GPL-2.0-or-later
/* zramctl help */

#include "cmd.h"

#include <stdio.h>

#include "gen.h"
#include "util.h"

void cmd_print_all(void)
{
	printf("Usage: zramctl COMMAND [OPTION]...\n\n"
	       "Compressed RAM block devices: make them, watch them, look "
	       "into them.\n\nCommands:\n");
	for (const struct cmd *const *c = cmd_table; *c; c++)
		printf("  %-10s %s\n", (*c)->name, (*c)->summary);
	printf("\n'zramctl COMMAND --help' tells more about one.\n"
	       "Without a command it does what the zramctl of util-linux does;\n"
	       "'zramctl --help' lists those options, too.\n\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage, 3 partly done, "
	       "4 the kernel\nlacks something.\n");
}

static enum cmd_result run(const struct cmd_args *args)
{
	const char *as = cmd_option(args, "print");
	const struct cmd *cmd;

	if (as)
		return gen_print(as) ? cmd_usage(args, "--print wants man, man5, "
						 "bash, zsh or fish, not '%s'", as) :
				       CMD_OK;
	if (!args->nr_operands) {
		cmd_print_all();
		return CMD_OK;
	}
	cmd = cmd_find(args->operand[0]);
	if (!cmd) {
		cmd = cmd_suggest(args->operand[0]);
		util_error("there is no command '%s'%s%s%s", args->operand[0],
			   cmd ? "; did you mean '" :
				 "; 'zramctl help' lists them",
			   cmd ? cmd->name : "", cmd ? "'?" : "");
		return CMD_USAGE;
	}
	cmd_print_help(cmd);
	return CMD_OK;
}

static const struct cmd_opt opts[] = {
	{ "print", 0, "man|man5|bash|zsh|fish", "print the man page zramctl(8) (man) or "
	  "zram.json(5) (man5), or completions for bash, zsh or fish" },
	{ 0 }
};

const struct cmd cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.max = 1,
	.opts = opts,
	.summary = "show what there is, or one command's help",
	.run = run,
};
