// SPDX-License-Identifier: GPL-2.0-or-later
/* Files as backing devices: whose they are, and a loop device for them. */
#include "backing_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/loop.h>

#include "client.h"
#include "util.h"

#define LOOP_TRIES	50	/* others take free ones, too */
#define LOCK_TRIES	100	/* of 20 ms: as long as another zramctl may need */
#define LEAVE_TRIES	50	/* of 20 ms: a loop device that was let go may stay a moment */

/* What zramctl took bears this, so that it may be taken again. */
#define MARK		"user.zramkit"
#define MARK_VALUE	"backing"
#define LOOKED_AT	65536	/* bytes at the beginning of a file */

/* Room is taken now: to find a disk full while memory is short is too late. */
static int make_room(int fd, const char *path, uint64_t size)
{
	if (!fallocate(fd, 0, 0, size))
		return 0;
	if (errno != EOPNOTSUPP)
		return backing_fail(-errno, "make room in", path);
	util_note("note: the file system of %s cannot set room aside; a write "
		  "fails when it is full", path);
	return ftruncate(fd, size) ? backing_fail(-errno, "enlarge", path) : 0;
}

/* ---- whose file it is ----------------------------------------------------------- */

static bool begins_with_zeroes(int fd)
{
	char buf[4096];
	ssize_t n = 1;

	for (off_t at = 0; n > 0 && at < LOOKED_AT; at += n) {
		n = pread(fd, buf, sizeof(buf), at);
		for (ssize_t i = 0; i < n; i++)
			if (buf[i])
				return false;
	}
	return n >= 0;
}

/* Where no file can be marked, the size that was asked for has to do. */
static bool is_ours(const struct backing_plan *plan, int fd, const struct stat *st)
{
	char value[sizeof(MARK_VALUE)];
	ssize_t n = fgetxattr(fd, MARK, value, sizeof(value));

	if (n < 0 && errno == ENOTSUP)
		return plan->size && plan->size == (uint64_t)st->st_size;
	return n == strlen(MARK_VALUE) && !memcmp(value, MARK_VALUE, n);
}

/* blkid knows file systems, but no archive and no letter. */
static int check_file(const struct backing_plan *plan, int fd, const struct stat *st)
{
	int err;

	if (!st->st_size || plan->force)
		return 0;
	err = backing_check_empty(plan, plan->file);
	if (err || begins_with_zeroes(fd) || is_ours(plan, fd, st))
		return err;
	util_error("%s is not empty and was not made by zramctl; %s", plan->file,
		   plan->no_force ? "delete it, or name another one" :
				    "--force takes it all the same");
	return -EEXIST;
}

/* ---- who has it already ----------------------------------------------------------- */

/* Whether loop device @name is on that file; @leaves: it goes with its last user. */
static bool is_on(const char *name, const struct stat *file, bool *leaves)
{
	char path[PATH_MAX], behind[PATH_MAX];
	struct loop_info64 info;
	struct stat st;
	int fd, err;

	*leaves = false;
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		err = ioctl(fd, LOOP_GET_STATUS64, &info);
		close(fd);
		*leaves = !err && info.lo_flags & LO_FLAGS_AUTOCLEAR;
		return !err && info.lo_device == file->st_dev && info.lo_inode == file->st_ino;
	}
	/* no such node here: the path, which may be out of date, is the next best */
	snprintf(path, sizeof(path), "/sys/block/%s/loop/backing_file", name);
	return !util_read_line(path, behind, sizeof(behind)) && !stat(behind, &st) &&
	       st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* The name of a loop device that is on the file, e.g. "loop3". */
static bool find_loop(const struct stat *file, char *name, size_t len, bool *leaves)
{
	bool found = false;
	glob_t all;

	if (glob("/sys/block/loop*/loop", 0, NULL, &all))
		return false;
	for (size_t i = 0; i < all.gl_pathc && !found; i++) {
		const char *at = all.gl_pathv[i] + strlen("/sys/block/");

		snprintf(name, len, "%.*s", (int)strcspn(at, "/"), at);
		found = is_on(name, file, leaves);
	}
	globfree(&all);
	return found;
}

static bool is_of_zram(const char *name)
{
	char path[64];
	struct stat st;
	uint32_t id;

	snprintf(path, sizeof(path), "/dev/%s", name);
	return !stat(path, &st) && client_disk_behind(st.st_rdev, &id);
}

/* Two devices with one file behind them lose the pages of one. */
static int check_free(const struct backing_plan *plan, const struct stat *st)
{
	char name[32];
	bool leaves;

	for (int i = 0; find_loop(st, name, sizeof(name), &leaves); i++) {
		if (!leaves || i == LEAVE_TRIES || is_of_zram(name)) {
			util_error("%s is behind /dev/%s already", plan->file, name);
			return -EBUSY;
		}
		util_sleep_ms(20);
	}
	return 0;
}

/* ---- setting it up ---------------------------------------------------------------- */

/* Open; -errno. @made: it was not there. */
static int make_or_open(const char *path, bool *made)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	*made = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* Against another zramctl that looks at it now. */
static int lock(int fd, const char *path)
{
	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB); i++) {
		if (errno != EWOULDBLOCK)
			return backing_fail(-errno, "lock", path);
		if (i == LOCK_TRIES) {
			util_error("%s is locked by some other program", path);
			return -EBUSY;
		}
		util_sleep_ms(20);
	}
	return 0;
}

/* @made: false when another zramctl took it before it was locked here. */
static int look_at(const struct backing_plan *plan, int fd, struct stat *st, bool *made)
{
	int err;

	if (fstat(fd, st))
		return backing_fail(-errno, "look at", plan->file);
	if (!S_ISREG(st->st_mode)) {
		util_error("%s is no regular file; a disk is attached by its "
			   "path alone", plan->file);
		return -EINVAL;
	}
	err = lock(fd, plan->file);
	if (err)
		return err;
	if (fstat(fd, st) || !st->st_nlink)
		return backing_fail(-ESTALE, "look at", plan->file);
	if (st->st_size)
		*made = false;
	err = check_free(plan, st);
	if (!err)
		err = check_file(plan, fd, st);
	if (err || plan->size || st->st_size >= BACKING_BLOCK)
		return err;
	util_error("%s is %s; say how large it is to be with %s", plan->file,
		   st->st_size ? "too small" : "empty",
		   plan->no_force ? "backing_size" : "--backing-size");
	return -EINVAL;
}

/* The file, at least of the size asked for, open and locked; -errno. */
static int open_file(const struct backing_plan *plan, struct backing_disk *disk)
{
	struct stat st;
	int err, fd = make_or_open(plan->file, &disk->made);

	if (fd < 0)
		return backing_fail(fd, "open", plan->file);
	err = look_at(plan, fd, &st, &disk->made);
	disk->old_size = err ? 0 : st.st_size;
	if (!err && plan->size > disk->old_size) {
		err = make_room(fd, plan->file, plan->size);
		if (err && !disk->made && ftruncate(fd, disk->old_size))
			util_note("note: %s is larger than before", plan->file);
	}
	if (!err)
		return fd;
	if (disk->made)
		unlink(plan->file);
	close(fd);
	return err;
}

/* Some programs want one that is free, hence the tries. Open; -errno. */
static int take_loop(int file, char *path)
{
	struct loop_config config = {
		.fd = file,
		.block_size = BACKING_BLOCK,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO,
	};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int fd = -1, err = -EBUSY;

	if (control < 0)
		return -errno;
	for (int i = 0; i < LOOP_TRIES && err == -EBUSY; i++) {
		int nr = ioctl(control, LOOP_CTL_GET_FREE);

		if (nr < 0) {
			err = -errno;
			break;
		}
		snprintf(path, BACKING_LOOP_LEN, "/dev/loop%d", nr);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			err = -errno == -ENOENT ? -EBUSY : -errno;
		else
			err = ioctl(fd, LOOP_CONFIGURE, &config) ? -errno : 0;
		if (err && fd >= 0)
			close(fd);
		if (err == -EBUSY)
			util_sleep_ms(20);
	}
	close(control);
	return err ? err : fd;
}

static void tell_buffered(int loop, const char *file)
{
	struct loop_info64 info;

	if (!ioctl(loop, LOOP_GET_STATUS64, &info) &&
	    !(info.lo_flags & LO_FLAGS_DIRECT_IO))
		util_note("note: the file system of %s has no direct I/O; when "
			  "memory is short, writing to it needs more of it",
			  file);
}

/*
 * It is marked, or as it was before. The loop device has the file by the same open
 * file, so closing ours alone would not unlock it.
 */
static void leave_file(const struct backing_plan *plan, struct backing_disk *disk, bool taken)
{
	if (taken)
		fsetxattr(disk->file, MARK, MARK_VALUE, strlen(MARK_VALUE), 0);
	else if (disk->made)
		unlink(plan->file);	/* its room with it */
	else if (plan->size > disk->old_size && ftruncate(disk->file, disk->old_size))
		util_note("note: %s is larger than before", plan->file);
	flock(disk->file, LOCK_UN);
	close(disk->file);
	disk->file = -1;
}

enum cmd_result backing_open_file(const struct backing_plan *plan, struct backing_disk *disk)
{
	disk->file = open_file(plan, disk);
	if (disk->file < 0)
		return CMD_FAILED;
	strcpy(disk->loop_path, "a loop device");
	disk->loop = take_loop(disk->file, disk->loop_path);
	if (disk->loop >= 0) {
		disk->path = disk->loop_path;
		return CMD_OK;
	}
	if (disk->loop == -ENOENT)
		util_error("there are no loop devices, which a file "
			   "needs: run 'modprobe loop'");
	else
		backing_fail(disk->loop, "set up", disk->loop_path);
	leave_file(plan, disk, false);
	return disk->loop == -ENOENT ? CMD_NO_SUPPORT : CMD_FAILED;
}

/* When memory is short the kernel's answer may be lost: the device has it all the same. */
void backing_close_file(const struct backing_plan *plan, struct backing_disk *disk, bool taken)
{
	taken = taken || is_of_zram(disk->loop_path + strlen("/dev/"));
	if (taken)
		tell_buffered(disk->loop, plan->file);
	close(disk->loop);
	disk->loop = -1;
	leave_file(plan, disk, taken);
}
