// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zramctl: commands of ours by name; anything else goes to the util-linux
 * zramctl that we hide. The only place that knows exit codes.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "hidden.h"
#include "util.h"

/* A full disk or a closed pipe must not look like success. */
static bool stdout_is_whole(void)
{
	bool bad = ferror(stdout);
	bool silent = !bad && !__fpending(stdout);

	if (fclose(stdout) && !(silent && errno == EBADF))
		bad = true;	/* EBADF: closed by whoever runs us, not needed */
	if (bad) {
		fprintf(stderr, "zramctl: cannot write the output: %s\n",
			strerror(errno ? errno : EIO));
		return false;
	}
	return true;
}

static int exit_code(enum cmd_result result)
{
	switch (result) {
	case CMD_OK:
		return 0;
	case CMD_FAILED:
		return 1;
	case CMD_USAGE:
		return 2;
	case CMD_PARTLY:
		return 3;
	case CMD_NO_SUPPORT:
		return 4;
	}
	return 1;
}

/* A word of letters that names no node: meant as a command. */
static bool is_word(const char *arg)
{
	char path[300];

	if (!isalpha((unsigned char)*arg) ||
	    arg[strspn(arg, "abcdefghijklmnopqrstuvwxyz-")])
		return false;
	snprintf(path, sizeof(path), "/dev/%s", arg);
	return access(path, F_OK);
}

static int unknown_command(const char *word)
{
	const struct cmd *near = cmd_suggest(word);

	util_error("unknown command '%s'%s%s%s", word,
		   near ? "; did you mean '" : "; 'zramctl help' lists them",
		   near ? near->name : "", near ? "'?" : "");
	return exit_code(CMD_USAGE);
}

int main(int argc, char **argv)
{
	const struct cmd *cmd = argc > 1 ? cmd_find(argv[1]) : NULL;
	int code;

	if (argc > 1 && !cmd && is_word(argv[1]))
		return unknown_command(argv[1]);
	if (!cmd) {
		hidden_exec(argv);
		if (argc > 1)
			util_error("'%s' is not a command, and there is no "
				   "util-linux zramctl to hand it to; try "
				   "'zramctl help'", argv[1]);
		else
			util_error("there is no util-linux zramctl to list the "
				   "devices; try 'zramctl list' or 'zramctl "
				   "help'");
		return exit_code(CMD_USAGE);
	}
	code = exit_code(cmd_run(cmd, argc - 1, argv + 1));
	if (!stdout_is_whole() && !code)
		code = exit_code(CMD_FAILED);
	return code;
}
