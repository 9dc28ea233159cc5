// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turning on folios of 64 kB for swap, smaller ones where there is no room for these,
 * and putting that back. What there was before
 * is one line of a file for each setting, in a folder that does not outlive the boot,
 * as the settings do not; beside them lies an empty file for each device that wants
 * them.
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

#define THP	"/sys/kernel/mm/transparent_hugepage/"
#define FOLDER	"/run/zramctl"
#define MARK	"folios.zram"		/* in there, with the number of a device */
#define WANTED	"always"

/* note: the file in FOLDER for what there was before. */
static const struct setting {
	const char *path, *note, *subject;
} settings[] = {
	{ THP "hugepages-64kB/enabled", "folios", "64 kB folios are" },
	{ THP "hugepages-32kB/enabled", "folios.32", "32 kB ones, where no 64 kB are free, are" },
	{ THP "hugepages-16kB/enabled", "folios.16", "16 kB ones, where no 32 kB are free, are" },
	{ THP "defrag", "folios.defrag", "making room for them is" },
};

#define ENABLED	(&settings[0])
#define END	(settings + sizeof(settings) / sizeof(settings[0]))
#define DEFRAG	(END - 1)

/* The choice in brackets. -ENOENT: the kernel has none. */
static int read_choice(const char *path, char *choice, size_t size)
{
	char line[128], *from, *to;
	int err = util_read_line(path, line, sizeof(line));

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

/*
 * Whether every program gets the largest pieces (2 MiB), too. Then making room
 * at each fault would be about those as well, and keep programs waiting.
 */
static bool has_huge_ones(void)
{
	unsigned long long size;
	char line[32], path[128];

	if (util_read_line(THP "hpage_pmd_size", line, sizeof(line)) ||
	    sscanf(line, "%llu", &size) != 1)
		return true;
	snprintf(path, sizeof(path), THP "hugepages-%llukB/enabled", size >> 10);
	if (!read_choice(path, line, sizeof(line)) && strcmp(line, "inherit"))
		return !strcmp(line, WANTED);
	return read_choice(THP "enabled", line, sizeof(line)) ||
	       !strcmp(line, WANTED);
}

/* The setting last: whatever was changed can be put back. */
static int turn_on(int folder, const struct setting *s, const char *before)
{
	int err = write_at(folder, s->note, before, O_CREAT | O_TRUNC);

	if (!err)
		err = write_at(folder, s->path, WANTED, 0);
	if (err) {
		unlinkat(folder, s->note, 0);
		return err;
	}
	util_note("%s on (%s: %s, was %s); 'zramctl remove' or 'reset' puts that back",
		  s->subject, s->path, WANTED, before);
	return 0;
}

/* @before: what they are, in the order of the table; "": to be left alone. */
static int turn_all_on(int folder, uint32_t id, char (*before)[32])
{
	const struct setting *s;
	bool noted = false;
	char mark[32];
	int err = 0;

	/* who found them on as the user's own choice leaves them on */
	for (s = settings; s < END; s++)
		noted |= has(folder, s->note) ||
			 (before[s - settings][0] &&
			  strcmp(before[s - settings], WANTED));
	if (!noted)
		return 0;
	snprintf(mark, sizeof(mark), MARK "%u", id);
	err = write_at(folder, mark, "", O_CREAT);
	for (s = settings; !err && s < END; s++)
		if (before[s - settings][0] &&
		    strcmp(before[s - settings], WANTED))
			err = turn_on(folder, s, before[s - settings]);
	return err;
}

/*
 * What is to be set: the sizes that there are, and, unless programs would wait for
 * huge ones, making room for them. -ENOENT: the kernel has no folios of 64 kB.
 */
static int read_all(char (*before)[32])
{
	char *defrag = before[DEFRAG - settings];
	const struct setting *s;
	int err;

	for (s = settings; s < END; s++) {
		err = read_choice(s->path, before[s - settings], sizeof(*before));
		if (err == -ENOENT && s != ENABLED && s != DEFRAG)
			before[s - settings][0] = '\0';
		else if (err)
			return err;
	}
	if (!strcmp(defrag, WANTED) || !has_huge_ones())
		return 0;
	util_note("note: %s stays '%s', since programs get pieces of 2 MiB here, too, and would wait for those; so large folios come only where there is room at once",
		  DEFRAG->path, defrag);
	*defrag = '\0';
	return 0;
}

int folios_turn_on(uint32_t id)
{
	char before[END - settings][32];
	int err = read_all(before), folder;

	if (err == -ENOENT) {
		util_note("note: this kernel has no 64 kB folios; Linux 6.12 has");
		return 0;
	}
	folder = err ? err : open_folder(true);
	if (folder >= 0) {
		err = turn_all_on(folder, id, before);
		close(folder);
	} else {
		err = folder;
	}
	if (err)
		util_error("cannot turn on 64 kB folios: %s; the swap works without them",
			   err == -EROFS ? "/sys is read-only here" : strerror(-err));
	return err;
}

/* To what is noted, if somebody has not chosen otherwise since. */
static void put_back(int folder, const struct setting *s)
{
	char before[32], now[32], path[64];
	int err;

	snprintf(path, sizeof(path), FOLDER "/%s", s->note);
	if (util_read_line(path, before, sizeof(before)))
		return;
	unlinkat(folder, s->note, 0);
	if (read_choice(s->path, now, sizeof(now)) || strcmp(now, WANTED))
		return;
	err = write_at(AT_FDCWD, s->path, before, 0);
	if (err)
		util_error("cannot set %s back to %s: %s", s->path, before,
			   strerror(-err));
	else
		util_note("%s as before (%s: %s)", s->subject, s->path, before);
}

/* What is noted is put back, if no device is left that wants it otherwise. */
static void put_back_unused(int folder)
{
	const struct setting *s;

	if (has_users(folder))
		return;
	for (s = settings; s < END; s++)
		put_back(folder, s);
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
	const struct setting *s;
	bool noted = false;
	DIR *dir;

	if (folder < 0)
		return false;
	dir = opendir(FOLDER);
	while (dir && (e = readdir(dir)))
		if (!strncmp(e->d_name, MARK, strlen(MARK)))
			unlinkat(folder, e->d_name, 0);
	if (dir)
		closedir(dir);
	for (s = settings; s < END; s++)
		noted |= has(folder, s->note);
	put_back_unused(folder);
	close(folder);
	return noted;
}

void folios_hint(void)
{
	char choice[32];

	if (!read_choice(ENABLED->path, choice, sizeof(choice)) && !strcmp(choice, "never"))
		util_note("hint: --large-folios makes the kernel swap in pieces of 64 kB, which costs less time and memory here, but lets sparse heaps grow");
}

bool folios_are_there(void)
{
	return !access(ENABLED->path, F_OK);
}
