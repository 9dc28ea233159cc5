// SPDX-License-Identifier: GPL-2.0-or-later
/* Running other programs. */

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: like execvp, but sbin is searched even when PATH lacks it. */
static void exec_program(const char *const argv[])
{
	char path[256];

	execvp(argv[0], (char *const *)argv);
	if (errno == ENOENT && !strchr(argv[0], '/')) {
		snprintf(path, sizeof(path), "/usr/sbin/%s", argv[0]);
		execv(path, (char *const *)argv);
		snprintf(path, sizeof(path), "/sbin/%s", argv[0]);
		execv(path, (char *const *)argv);
	}
}

/*
 * Starts argv with its stdout on @out. The errno of a failed exec comes back
 * through a pipe that a successful one closes; *pid is -1 when there is no
 * child to wait for.
 */
static int start(const char *const argv[], int out, bool mute, pid_t *pid)
{
	int fds[2], err = 0;
	ssize_t n;

	*pid = -1;
	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	*pid = fork();
	if (*pid < 0) {
		err = -errno;
		close(fds[0]);
		close(fds[1]);
		return err;
	}
	if (!*pid) {
		dup2(out, STDOUT_FILENO);
		if (mute)
			dup2(out, STDERR_FILENO);
		exec_program(argv);
		err = errno;
		n = write(fds[1], &err, sizeof(err));
		_exit(n == sizeof(err) ? 127 : 126);
	}
	close(fds[1]);
	do {
		n = read(fds[0], &err, sizeof(err));
	} while (n < 0 && errno == EINTR);
	close(fds[0]);
	return n == sizeof(err) ? -err : 0;
}

static int finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int util_run(const char *const argv[], bool quiet)
{
	int out = STDERR_FILENO, err, rc;
	pid_t pid;

	if (quiet) {
		out = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (out < 0)
			return -errno;
	}
	err = start(argv, out, false, &pid);
	if (quiet)
		close(out);
	if (pid < 0)
		return err;
	rc = finish(pid);
	return err ? err : rc;
}

int util_capture(const char *const argv[], char *buf, size_t len)
{
	int fds[2], err, rc;
	size_t have = 0;
	ssize_t n = 0;
	pid_t pid;
	char rest[512];

	buf[0] = 0;
	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	err = start(argv, fds[1], true, &pid);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return err;
	}
	do {
		if (have + 1 < len)
			n = read(fds[0], buf + have, len - 1 - have);
		else
			n = read(fds[0], rest, sizeof(rest));
		if (n > 0 && have + 1 < len)
			have += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	buf[have] = 0;
	close(fds[0]);
	rc = finish(pid);
	return err ? err : rc;
}
