// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file of the write ledger: lines of text, the last of which is a sum of
 * those before; replaced as a whole by rename.
 */
#include "budget_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "zram-budget 1"

static int failed(struct budget *b, const char *doing)
{
	int err = -errno;

	snprintf(b->why, sizeof(b->why), "cannot %s %.150s: %s", doing, b->path,
		 strerror(-err));
	return err;
}

static void parent_of(const struct budget *b, char dir[256])
{
	char copy[256];

	memcpy(copy, b->path, sizeof(copy));
	snprintf(dir, 256, "%s", dirname(copy));
}

int budget_lock(struct budget *b)
{
	char path[264], dir[256];

	parent_of(b, dir);
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s.lock", b->path);
	b->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (b->lock < 0)
		return failed(b, "lock");
	if (!flock(b->lock, LOCK_EX | LOCK_NB))
		return 0;
	close(b->lock);
	b->lock = -1;
	snprintf(b->why, sizeof(b->why), "another daemon runs with %.150s: stop it first",
		 b->path);
	return -EBUSY;
}

void budget_close(struct budget *b)
{
	if (b->lock >= 0)
		close(b->lock);
	b->lock = -1;
}

/* FNV-1a: against damage, not against malice. */
static uint64_t sum_of(const char *text, size_t len)
{
	uint64_t h = 14695981039346656037ull;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211ull;
	return h;
}

static bool parse_line(struct budget *b, const char *line)
{
	struct budget_entry e;
	struct budget_held h;
	unsigned int believed;

	if (sscanf(line, "time %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %u %39s",
		   &b->time, &b->clock.real, &b->clock.boot, &b->newest,
		   &believed, b->clock.boot_id) == 6) {
		b->believed = believed;
		return true;
	}
	if (sscanf(line, "wrote %" SCNu64 " %" SCNu64, &e.time, &e.bytes) == 2) {
		if (b->nr == BUDGET_ENTRIES)
			return false;
		b->entry[b->nr++] = e;
		return true;
	}
	if (sscanf(line, "reserved %" SCNu64 " %" SCNu64 " %" SCNu32 " %" SCNu32
		   " %39s %" SCNu32, &h.time, &h.bytes, &h.dev, &h.generation,
		   h.boot_id, &h.after) == 6) {
		if (b->nr_held == BUDGET_HELD)
			return false;
		h.serial = ++b->serial;
		b->held[b->nr_held++] = h;
		return true;
	}
	return false;
}

static int parse(struct budget *b, char *text, size_t len)
{
	char *sum = len ? memrchr(text, '\n', len - 1) : NULL, *save, *line;
	uint64_t is, should;

	if (!sum || text[len - 1] != '\n' ||
	    sscanf(sum + 1, "sum %" SCNx64, &should) != 1)
		return -EBADMSG;
	is = sum_of(text, sum + 1 - text);
	*sum = 0;
	line = strtok_r(text, "\n", &save);
	if (is != should || !line || strcmp(line, MAGIC))
		return -EBADMSG;
	while ((line = strtok_r(NULL, "\n", &save)))
		if (!parse_line(b, line))
			return -EBADMSG;
	return b->time ? 0 : -EBADMSG;
}

int budget_load(struct budget *b)
{
	struct stat st;
	ssize_t len;
	int fd = open(b->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? -ENOENT : failed(b, "open");
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    (st.st_uid && st.st_uid != geteuid()) || st.st_mode & 022) {
		close(fd);
		snprintf(b->why, sizeof(b->why), "%.150s must be a file that only its owner root may write: remove it",
			 b->path);
		return -EPERM;
	}
	len = read(fd, b->text, sizeof(b->text) - 1);
	if (len < 0) {
		int err = failed(b, "read");

		close(fd);
		return err;
	}
	close(fd);
	b->text[len] = 0;
	return parse(b, b->text, len);
}

__attribute__((format(printf, 3, 4)))
static void add(struct budget *b, size_t *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*at += vsnprintf(b->text + *at, sizeof(b->text) - *at, fmt, ap);
	va_end(ap);
}

/* Room for everything: 292 lines of 48 bytes and 64 of 140. */
static size_t format(struct budget *b)
{
	size_t at = 0;

	add(b, &at, MAGIC "\n");
	add(b, &at, "time %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %u %s\n",
	    b->time, b->clock.real, b->clock.boot, b->newest, b->believed,
	    b->clock.boot_id);
	for (size_t i = 0; i < b->nr; i++)
		add(b, &at, "wrote %" PRIu64 " %" PRIu64 "\n", b->entry[i].time,
		    b->entry[i].bytes);
	for (size_t i = 0; i < b->nr_held; i++)
		add(b, &at, "reserved %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu32
		    " %s %" PRIu32 "\n", b->held[i].time, b->held[i].bytes,
		    b->held[i].dev, b->held[i].generation, b->held[i].boot_id,
		    b->held[i].after);
	add(b, &at, "sum %" PRIx64 "\n", sum_of(b->text, at));
	return at;
}

static int write_new(struct budget *b, const char *path)
{
	size_t len = format(b), done = 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err = 0;

	if (fd < 0)
		return failed(b, "write");
	while (!err && done < len) {
		ssize_t n = write(fd, b->text + done, len - done);

		if (n < 0)
			err = failed(b, "write");
		else
			done += n;
	}
	if (!err && fsync(fd))
		err = failed(b, "write");
	if (close(fd) && !err)
		err = failed(b, "write");
	return err;
}

static int sync_dir(struct budget *b)
{
	char dir[256];
	int fd, err = 0;

	parent_of(b, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		err = failed(b, "keep");
	if (fd >= 0)
		close(fd);
	return err;
}

int budget_save(struct budget *b)
{
	char path[264];
	int err;

	snprintf(path, sizeof(path), "%s.new", b->path);
	err = write_new(b, path);
	if (!err && rename(path, b->path))
		err = failed(b, "replace");
	return err ? err : sync_dir(b);
}
