// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing settings and putting them back. What was there before is noted in
 * a file first, one line a setting: its path, the old value, the new one. A
 * value holds no tab.
 */
#include "tune.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

#define MARK "# written by 'zramctl tune --persist'; 'zramctl tune --undo' removes it\n"

struct entry {
	char path[TUNE_VALUE];
	char before[TUNE_VALUE];
	char after[TUNE_VALUE];
};

struct entries {
	struct entry e[2 * TUNE_ROWS];
	size_t nr;
};

__attribute__((format(printf, 3, 4)))
static int fail(struct tune_error *e, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return err;
}

static void full_path(char *to, const char *root, const char *path)
{
	snprintf(to, PATH_MAX, "%s%s", root, path);
}

static int read_setting(const char *root, const char *path, char *value)
{
	char full[PATH_MAX];

	full_path(full, root, path);
	return util_read_line(full, value, TUNE_VALUE);
}

/* One write(2), which is how the kernel takes a setting. */
static int write_setting(const char *root, const char *path, const char *value)
{
	char full[PATH_MAX];
	int fd, err = 0;

	full_path(full, root, path);
	fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		err = -errno;
	close(fd);
	return err;
}

static const char *reason(int err)
{
	switch (-err) {
	case EROFS:
		return "it is read-only here; in a container, set it on the host";
	case EACCES:
	case EPERM:
		return "that needs root";
	default:
		return strerror(-err);
	}
}

/* Every missing folder of @path. */
static int make_folders(const char *path)
{
	char part[PATH_MAX];

	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* A file that is whole or not there. */
static int write_file(const char *root, const char *path, const char *text)
{
	char full[PATH_MAX], tmp[PATH_MAX + 8];
	int err;
	FILE *f;

	full_path(full, root, path);
	err = make_folders(full);
	if (err)
		return err;
	snprintf(tmp, sizeof(tmp), "%s.new", full);
	f = fopen(tmp, "we");
	if (!f)
		return -errno;
	errno = 0;
	if (fputs(text, f) == EOF || fflush(f) || fsync(fileno(f)))
		err = -(errno ? errno : EIO);
	if (fclose(f) && !err)
		err = -errno;
	if (!err && rename(tmp, full))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

static int read_state(const char *root, struct entries *all)
{
	char full[PATH_MAX], line[4 * TUNE_VALUE];
	FILE *f;

	all->nr = 0;
	full_path(full, root, TUNE_STATE);
	f = fopen(full, "re");
	if (!f)
		return -errno;
	while (all->nr < ARRAY_SIZE(all->e) && fgets(line, sizeof(line), f)) {
		struct entry *e = &all->e[all->nr];

		if (sscanf(line, "%95[^\t]\t%95[^\t]\t%95[^\t\n]", e->path,
			   e->before, e->after) == 3)
			all->nr++;
	}
	fclose(f);
	return 0;
}

static int write_state(const char *root, const struct entries *all)
{
	char text[sizeof(all->e) + ARRAY_SIZE(all->e) * 4], *p = text;

	for (size_t i = 0; i < all->nr; i++)
		p += sprintf(p, "%s\t%s\t%s\n", all->e[i].path,
			     all->e[i].before, all->e[i].after);
	*p = 0;
	return write_file(root, TUNE_STATE, text);
}

static struct entry *find(struct entries *all, const char *path)
{
	for (size_t i = 0; i < all->nr; i++)
		if (!strcmp(all->e[i].path, path))
			return &all->e[i];
	return NULL;
}

/*
 * Note one setting. An older note keeps its old value while ours is still
 * set; else somebody (a reboot) has changed it, and the note begins anew.
 */
static int note(struct entries *all, const char *root,
		const struct tune_row *r)
{
	char now[TUNE_VALUE];
	struct entry *e = find(all, r->path);
	int err = read_setting(root, r->path, now);

	if (err)
		return err;
	if (!e) {
		if (all->nr == ARRAY_SIZE(all->e))
			return -E2BIG;
		e = &all->e[all->nr++];
		*e = (struct entry){ 0 };
		snprintf(e->path, sizeof(e->path), "%s", r->path);
	}
	if (strcmp(e->after, now))
		memcpy(e->before, now, sizeof(e->before));
	memcpy(e->after, r->advice, sizeof(e->after));
	return 0;
}

/* Is the file absent, or one of ours? */
static bool is_ours(const char *root, const char *path)
{
	char full[PATH_MAX], line[sizeof(MARK) + 1];
	bool ours = true;
	FILE *f;

	full_path(full, root, path);
	f = fopen(full, "re");
	if (!f)
		return errno == ENOENT;
	if (!fgets(line, sizeof(line), f) || strcmp(line, MARK))
		ours = false;
	fclose(f);
	return ours;
}

/* sysctl.d takes what is in /proc/sys, tmpfiles.d the rest. */
static int persist_all(const char *root, const struct entries *all,
		       struct tune_error *err)
{
	char sysctl[4096] = MARK, tmpfiles[4096] = MARK;
	size_t s = strlen(sysctl), t = strlen(tmpfiles);
	bool has_tmpfiles = false;
	int res;

	for (size_t i = 0; i < all->nr; i++) {
		const struct entry *e = &all->e[i];

		if (!strncmp(e->path, "/proc/sys/", 10)) {
			s += sprintf(sysctl + s, "%s = %s\n", e->path + 10,
				     e->after);
		} else {
			t += sprintf(tmpfiles + t, "w %s - - - - %s\n", e->path,
				     e->after);
			has_tmpfiles = true;
		}
	}
	res = write_file(root, TUNE_SYSCTL, sysctl);
	if (!res && has_tmpfiles)
		res = write_file(root, TUNE_TMPFILES, tmpfiles);
	if (res)
		return fail(err, res, "the settings are made, but will not last: cannot write %s: %s",
			    TUNE_SYSCTL, reason(res));
	return 0;
}

/* Write each; on failure take the written ones back. */
static int write_rows(const char *root, const struct tune_row *row, size_t nr,
		      size_t *changed, struct tune_error *e)
{
	size_t i;
	int err = 0;

	for (i = 0; i < nr && !err; i++) {
		if (row[i].verdict != TUNE_CHANGE)
			continue;
		err = write_setting(root, row[i].path, row[i].advice);
		if (!err)
			++*changed;
	}
	if (!err)
		return 0;
	fail(e, err, "cannot set %s: %s; nothing was changed", row[i - 1].name,
	     reason(err));
	for (i--; i--; )
		if (row[i].verdict == TUNE_CHANGE)
			write_setting(root, row[i].path, row[i].now);
	*changed = 0;
	return err;
}

int tune_apply(const char *root, const struct tune_row *row, size_t nr,
	       bool persist, size_t *changed, struct tune_error *e)
{
	struct entries all, before;
	size_t wanted = 0;
	int err;

	*changed = 0;
	if (persist && (!is_ours(root, TUNE_SYSCTL) ||
			!is_ours(root, TUNE_TMPFILES)))
		return fail(e, -EEXIST, "%s or %s is there and not from 'zramctl tune': move it away first; nothing was changed",
			    TUNE_SYSCTL, TUNE_TMPFILES);
	err = read_state(root, &before);
	if (err && err != -ENOENT)
		return fail(e, err, "cannot read %s: %s; nothing was changed",
			    TUNE_STATE, reason(err));
	all = before;
	for (size_t i = 0; i < nr; i++) {
		if (row[i].verdict != TUNE_CHANGE)
			continue;
		wanted++;
		err = note(&all, root, &row[i]);
		if (err)
			return fail(e, err, "cannot read %s: %s; nothing was changed",
				    row[i].name, reason(err));
	}
	if (wanted) {
		err = write_state(root, &all);
		if (err)
			return fail(e, err, "cannot note the old settings in %s: %s; nothing was changed",
				    TUNE_STATE, reason(err));
		err = write_rows(root, row, nr, changed, e);
		if (err) {
			char full[PATH_MAX];

			full_path(full, root, TUNE_STATE);
			if (!before.nr)
				unlink(full);
			else
				write_state(root, &before);
			return err;
		}
	}
	return persist && all.nr ? persist_all(root, &all, e) : 0;
}

static void remove_ours(const char *root, const char *path)
{
	char full[PATH_MAX];

	full_path(full, root, path);
	if (is_ours(root, path))
		unlink(full);
}

int tune_undo(const char *root, size_t *restored, size_t *kept,
	      struct tune_error *e)
{
	char full[PATH_MAX], now[TUNE_VALUE];
	struct entries all, left = { .nr = 0 };
	int err, failed = 0;

	*restored = *kept = 0;
	err = read_state(root, &all);
	if (err == -ENOENT)
		return fail(e, err, "nothing was applied");
	if (err)
		return fail(e, err, "cannot read %s: %s", TUNE_STATE, reason(err));
	for (size_t i = 0; i < all.nr; i++) {
		const struct entry *s = &all.e[i];

		if (read_setting(root, s->path, now) || strcmp(now, s->after)) {
			++*kept;
			continue;
		}
		err = write_setting(root, s->path, s->before);
		if (!err) {
			++*restored;
			continue;
		}
		failed = fail(e, err, "cannot put %s back: %s", s->path,
			      reason(err));
		left.e[left.nr++] = *s;
	}
	if (failed) {
		write_state(root, &left);
		return failed;
	}
	remove_ours(root, TUNE_SYSCTL);
	remove_ours(root, TUNE_TMPFILES);
	full_path(full, root, TUNE_STATE);
	if (unlink(full))
		return fail(e, -errno, "cannot remove %s: %s", TUNE_STATE,
			    reason(-errno));
	return 0;
}
