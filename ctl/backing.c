// SPDX-License-Identifier: GPL-2.0-or-later
/* Disks and files that become backing devices: looked at, set up, attached. */
#include "backing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/loop.h>

#include "client.h"
#include "util.h"

#define LOOP_BLOCK	4096
#define LOOP_TRIES	50	/* others take free ones, too */

enum cmd_result backing_read(const struct cmd_args *args,
			     struct backing_plan *plan)
{
	const char *size = cmd_option(args, "backing-size");

	plan->file = cmd_option(args, "backing-file");
	if (size && !plan->file)
		return cmd_usage(args, "--backing-size goes with "
				 "--backing-file only");
	if (size && (util_parse_size(size, &plan->size) ||
		     plan->size < LOOP_BLOCK))
		return cmd_usage(args, "--backing-size '%s' is not a size; say "
				 "512M or 4G", size);
	plan->size -= plan->size % LOOP_BLOCK;
	return CMD_OK;
}

static int fail(int err, const char *what, const char *path)
{
	util_error("cannot %s %s: %s", what, path, strerror(-err));
	return err;
}

/* What blkid finds on it is somebody's, and writing to it is the end of that. */
static int check_empty(const char *path)
{
	const char *const argv[] = {
		"blkid", "-p", "-s", "TYPE", "-s", "PTTYPE", "-o", "value",
		path, NULL
	};
	char found[256];
	int rc = util_capture(argv, found, sizeof(found));

	if (rc == 2)	/* nothing known */
		return 0;
	if (rc == -ENOENT) {
		util_error("there is no blkid to look for a file system on %s; "
			   "install util-linux, or give --force", path);
		return rc;
	}
	found[rc ? 0 : strcspn(found, "\n")] = 0;
	util_error("%s holds data (%s), which would be lost; --force takes it "
		   "all the same", path, *found ? found : "of several kinds");
	return -EEXIST;
}

/* Room is taken now: to find a disk full while memory is short is too late. */
static int make_room(int fd, const char *path, uint64_t size)
{
	if (!fallocate(fd, 0, 0, size))
		return 0;
	if (errno != EOPNOTSUPP)
		return fail(-errno, "make room in", path);
	util_note("note: the file system of %s cannot set room aside; a write "
		  "fails when it is full", path);
	return ftruncate(fd, size) ? fail(-errno, "enlarge", path) : 0;
}

/* The file, at least of the size asked for, open; -errno. @made: it was not there. */
static int open_file(const struct backing_plan *plan, bool *made)
{
	struct stat st;
	int err = 0, fd;

	*made = lstat(plan->file, &st) && errno == ENOENT;
	fd = open(plan->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(-errno, "open", plan->file);
	if (fstat(fd, &st)) {
		err = fail(-errno, "look at", plan->file);
	} else if (!S_ISREG(st.st_mode)) {
		util_error("%s is no regular file; a disk is attached by its "
			   "path alone", plan->file);
		err = -EINVAL;
	} else if (!plan->size && st.st_size < LOOP_BLOCK) {
		util_error("%s is empty; say how large it is to be with "
			   "--backing-size", plan->file);
		err = -EINVAL;
	} else if (st.st_size && !plan->force) {
		err = check_empty(plan->file);
	}
	if (!err && plan->size > (uint64_t)st.st_size)
		err = make_room(fd, plan->file, plan->size);
	if (!err)
		return fd;
	close(fd);
	if (*made)
		unlink(plan->file);
	return err;
}

/* Some programs want one that is free, hence the tries. Open; -errno. */
static int take_loop(int file, char *path)
{
	struct loop_config config = {
		.fd = file,
		.block_size = LOOP_BLOCK,
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

/* A loop device with the file behind it. */
static enum cmd_result open_loop(const struct backing_plan *plan, struct backing_disk *disk)
{
	int file = open_file(plan, &disk->made);

	if (file < 0)
		return CMD_FAILED;
	strcpy(disk->loop_path, "a loop device");
	disk->loop = take_loop(file, disk->loop_path);
	close(file);
	if (disk->loop >= 0) {
		disk->path = disk->loop_path;
		return CMD_OK;
	}
	if (disk->loop == -ENOENT)
		util_error("there are no loop devices, which a file "
			   "needs: run 'modprobe loop'");
	else
		fail(disk->loop, "set up", disk->loop_path);
	if (disk->made)
		unlink(plan->file);
	return disk->loop == -ENOENT ? CMD_NO_SUPPORT : CMD_FAILED;
}

/*
 * A path or a disk that does not answer is to hold up us: within the request it would
 * hold up whoever else comes to or goes from generic netlink.
 */
static bool is_disk(const char *path, struct stat *st)
{
	int fd;

	if (stat(path, st) || !S_ISBLK(st->st_mode))
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return true;
}

enum cmd_result backing_open(const struct backing_plan *plan, struct backing_disk *disk)
{
	struct stat st;

	*disk = (struct backing_disk){ .path = plan->disk, .loop = -1 };
	if (plan->file)
		return open_loop(plan, disk);
	/* what is no disk at all, the module says best */
	if (is_disk(plan->disk, &st) && !plan->force &&
	    !client_use_of(major(st.st_rdev), minor(st.st_rdev),
			   (char[MODEL_USE_LEN]){ 0 }, MODEL_USE_LEN) &&
	    check_empty(plan->disk))
		return CMD_FAILED;
	return CMD_OK;
}

void backing_close(const struct backing_plan *plan, struct backing_disk *disk, bool taken)
{
	if (disk->loop < 0)
		return;
	if (taken)
		tell_buffered(disk->loop, plan->file);
	else if (disk->made)
		unlink(plan->file);	/* its room with it */
	close(disk->loop);
}

enum cmd_result backing_attach(struct client *c, uint32_t id,
			       const struct backing_plan *plan)
{
	struct backing_disk disk;
	enum cmd_result result = backing_open(plan, &disk);
	int err;

	if (result)
		return result;
	err = client_attach(c, id, disk.path);
	backing_close(plan, &disk, !err);
	return err ? cmd_client_failed(c, err) : CMD_OK;
}
