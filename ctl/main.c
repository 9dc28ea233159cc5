// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zramctl: commands of ours by name; any other call is served as the zramctl of
 * util-linux would. The only place that knows exit codes.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "ul.h"
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

/* A command of ours that @arg, which names no node, is likely a slip of. */
static const struct cmd *meant(const char *arg)
{
	char path[300];

	if (!isalpha((unsigned char)*arg))
		return NULL;
	snprintf(path, sizeof(path), "/dev/%s", arg);
	return access(path, F_OK) ? cmd_suggest(arg) : NULL;
}


int main(int argc, char **argv)
{
	const struct cmd *cmd = argc > 1 ? cmd_find(argv[1]) : NULL;
	int code;

	if (argc > 1 && !cmd && meant(argv[1])) {
		util_error("unknown command '%s'; did you mean '%s'?", argv[1],
			   meant(argv[1])->name);
		return exit_code(CMD_USAGE);
	}
	code = cmd ? exit_code(cmd_run(cmd, argc - 1, argv + 1)) :
		     ul_main(argc, argv);
	if (!stdout_is_whole() && !code)
		code = exit_code(CMD_FAILED);
	return code;
}
