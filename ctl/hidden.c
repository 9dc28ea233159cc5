// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding and running the util-linux zramctl that ours hides. */

#include "hidden.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * "dev:inode" of every zramctl that handed over so far: two copies of ours
 * in PATH would else call each other for ever.
 */
#define PASSED "ZRAMCTL_PASSED"

static void note_passed(char *list, size_t len)
{
	const char *before = getenv(PASSED);
	struct stat st;

	if (stat("/proc/self/exe", &st))
		return;
	snprintf(list, len, "%s %llx:%llx ", before ? before : "",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv(PASSED, list, 1);
}

static bool was_passed(const char *list, const struct stat *st)
{
	char key[64];

	snprintf(key, sizeof(key), " %llx:%llx ",
		 (unsigned long long)st->st_dev,
		 (unsigned long long)st->st_ino);
	return strstr(list, key);
}

static void try_dir(const char *dir, int len, const char *passed, char **argv)
{
	char path[4096];
	struct stat st;

	/* an empty part of PATH is the working directory */
	if (snprintf(path, sizeof(path), "%.*s%szramctl", len, dir,
		     len ? "/" : "./") >= (int)sizeof(path))
		return;
	if (stat(path, &st) || !S_ISREG(st.st_mode) || access(path, X_OK) ||
	    was_passed(passed, &st))
		return;
	execv(path, argv);
}

void hidden_exec(char **argv)
{
	const char *dir = getenv("PATH");
	char passed[4096] = "";

	note_passed(passed, sizeof(passed));
	while (dir) {
		int len = strcspn(dir, ":");

		try_dir(dir, len, passed, argv);
		dir = dir[len] ? dir + len + 1 : NULL;
	}
	try_dir("/usr/sbin", 9, passed, argv);
	try_dir("/sbin", 5, passed, argv);
}
