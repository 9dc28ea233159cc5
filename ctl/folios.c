// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turning on folios of 64 kB for swap, and putting that back. What there was before
 * is one line of a file in a folder that does not outlive the boot, as the setting
 * does not; beside it lies an empty file for each device that wants them.
 */
#include "folios.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

#define SETTING	"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled"
#define FOLDER	"/run/zramctl"
#define NOTE	"folios"		/* in there, and beside it: */
#define MARK	NOTE ".zram"		/* and the number of a device */
#define WANTED	"always"

/* The choice in brackets. -ENOENT: the kernel has none. */
static int read_choice(char *choice, size_t size)
{
	char line[128], *from, *to;
	int err = util_read_line(SETTING, line, sizeof(line));

	if (err)
		return err;
	from = strchr(line, '[');
	to = from ? strchr(from, ']') : NULL;
	if (!to)
		return -EPROTO;
	*to = '\0';
	snprintf(choice, size, "%s", from + 1);
	return 0;
}

static int write_at(int folder, const char *path, const char *text, int flags)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC | flags, 0644);
	ssize_t len = strlen(text);
	int err = 0;

	if (fd < 0)
		return -errno;
	errno = EIO;
	if (write(fd, text, len) != len)
		err = -errno;
	close(fd);
	return err;
}

static bool has(int folder, const char *name)
{
	return !faccessat(folder, name, F_OK, 0);
}

/* The folder, locked against others who change what is noted there. -errno. */
static int open_folder(bool make)
{
	int fd;

	if (make && mkdir(FOLDER, 0755) && errno != EEXIST)
		return -errno;
	fd = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

/* The mark of a device that went without 'zramctl remove' goes here. */
static bool is_used(int folder, const char *mark)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/block/zram%s", mark + strlen(MARK));
	if (!access(path, F_OK))
		return true;
	unlinkat(folder, mark, 0);
	return false;
}

/* Whether a device is left that wants them. */
static bool has_users(int folder)
{
	DIR *dir = opendir(FOLDER);
	struct dirent *e;
	bool used = false;

	while (dir && !used && (e = readdir(dir)))
		used = !strncmp(e->d_name, MARK, strlen(MARK)) &&
		       is_used(folder, e->d_name);
	if (dir)
		closedir(dir);
	return used;
}

/* The setting last: whatever was changed can be put back. */
static int turn_on(int folder, const char *mark, const char *before)
{
	int err = write_at(folder, mark, "", O_CREAT);

	if (!err)
		err = write_at(folder, NOTE, before, O_CREAT | O_TRUNC);
	if (!err)
		err = write_at(folder, SETTING, WANTED, 0);
	if (!err) {
		util_note("64 kB folios are on (%s: %s, was %s); 'zramctl remove' or 'reset' puts that back",
			  SETTING, WANTED, before);
		return 0;
	}
	unlinkat(folder, NOTE, 0);
	unlinkat(folder, mark, 0);
	return err;
}

int folios_turn_on(uint32_t id)
{
	char before[32], mark[32];
	int err, folder = open_folder(true);

	snprintf(mark, sizeof(mark), MARK "%u", id);
	err = folder < 0 ? folder : read_choice(before, sizeof(before));
	if (err == -ENOENT) {
		util_note("note: this kernel has no 64 kB folios; Linux 6.12 has");
		err = 0;
	} else if (!err && strcmp(before, WANTED)) {
		err = turn_on(folder, mark, before);
	} else if (!err && has(folder, NOTE)) {
		/* who found them on as the user's own choice leaves them on */
		err = write_at(folder, mark, "", O_CREAT);
	}
	if (err)
		util_error("cannot turn on 64 kB folios: %s", strerror(-err));
	if (folder >= 0)
		close(folder);
	return err;
}

static void put_back(const char *before)
{
	char now[32];
	int err;

	/* somebody has chosen otherwise since */
	if (read_choice(now, sizeof(now)) || strcmp(now, WANTED))
		return;
	err = write_at(AT_FDCWD, SETTING, before, 0);
	if (err)
		util_error("cannot set %s back to %s: %s", SETTING, before,
			   strerror(-err));
	else
		util_note("64 kB folios are as before (%s: %s)", SETTING, before);
}

/* What is noted is put back, if no device is left that wants it otherwise. */
static void put_back_unused(int folder)
{
	char before[32];

	if (has_users(folder) ||
	    util_read_line(FOLDER "/" NOTE, before, sizeof(before)))
		return;
	unlinkat(folder, NOTE, 0);
	put_back(before);
}

void folios_let_go(uint32_t id, bool removed)
{
	char mark[32], path[32];
	int folder = open_folder(false);

	if (folder < 0)
		return;
	snprintf(mark, sizeof(mark), MARK "%u", id);
	snprintf(path, sizeof(path), "/sys/block/zram%u", id);
	/* there again: the mark is of whoever made it since */
	if (!removed || access(path, F_OK))
		unlinkat(folder, mark, 0);
	put_back_unused(folder);
	close(folder);
}

bool folios_undo(void)
{
	int folder = open_folder(false);
	struct dirent *e;
	bool noted;
	DIR *dir;

	if (folder < 0)
		return false;
	dir = opendir(FOLDER);
	while (dir && (e = readdir(dir)))
		if (!strncmp(e->d_name, MARK, strlen(MARK)))
			unlinkat(folder, e->d_name, 0);
	if (dir)
		closedir(dir);
	noted = has(folder, NOTE);
	put_back_unused(folder);
	close(folder);
	return noted;
}

void folios_hint(void)
{
	char choice[32];

	if (!read_choice(choice, sizeof(choice)) && !strcmp(choice, "never"))
		util_note("hint: --large-folios makes the kernel swap in pieces of 64 kB, which costs less time and memory here, but lets sparse heaps grow");
}
