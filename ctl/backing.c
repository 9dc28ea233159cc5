// SPDX-License-Identifier: GPL-2.0-or-later
/* Disks and files that become backing devices: looked at, set up, attached. */
#include "backing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backing_impl.h"
#include "client.h"
#include "util.h"

#define BLKID_SEVERAL	8	/* its exit code for more than one kind of data */

enum cmd_result backing_read(const struct cmd_args *args,
			     struct backing_plan *plan)
{
	const char *size = cmd_option(args, "backing-size");

	plan->file = cmd_option(args, "backing-file");
	if (size && !plan->file)
		return cmd_usage(args, "--backing-size goes with "
				 "--backing-file only");
	if (size && (util_parse_size(size, &plan->size) ||
		     plan->size < BACKING_BLOCK))
		return cmd_usage(args, "--backing-size '%s' is not a size; say "
				 "512M or 4G", size);
	plan->size -= plan->size % BACKING_BLOCK;
	return CMD_OK;
}

int backing_fail(int err, const char *what, const char *path)
{
	util_error("cannot %s %s: %s", what, path, strerror(-err));
	return err;
}

/*
 * What blkid finds on it is somebody's, and writing to it is the end of that. It ends
 * with 2 when it finds nothing, or with 0 when there is but what -s leaves out: that
 * it is a partition.
 */
int backing_check_empty(const struct backing_plan *plan, const char *path)
{
	const char *const argv[] = {
		"blkid", "-p", "-s", "TYPE", "-s", "PTTYPE", "-o", "value",
		path, NULL
	};
	char found[256];
	int rc = util_capture(argv, found, sizeof(found));

	if (rc == 2 || (!rc && !*found))
		return 0;
	if (rc == -ENOENT) {
		util_error("there is no blkid to look for a file system on %s; "
			   "install util-linux%s", path,
			   plan->no_force ? "" : ", or give --force");
		return rc;
	}
	if (rc && rc != BLKID_SEVERAL) {
		util_error("cannot see whether %s is empty: blkid failed (%d)", path, rc);
		return -EIO;
	}
	found[strcspn(found, "\n")] = 0;
	if (plan->no_force)
		util_error("%s holds data (%s), which would be lost; 'wipefs -a %s' empties it",
			   path, rc ? "of several kinds" : found, path);
	else
		util_error("%s holds data (%s), which would be lost; --force takes it "
			   "all the same", path, rc ? "of several kinds" : found);
	return -EEXIST;
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

/* It would take memory to make room in memory. zram@own refuses itself, and says it better. */
static int check_memory(const struct backing_plan *plan, dev_t disk, const uint32_t *own)
{
	uint32_t id;

	if (!client_zram_of(major(disk), minor(disk), &id) || (own && *own == id))
		return 0;
	util_error("%s is a zram device, which is memory and no disk%s", plan->disk,
		   plan->no_force ? "" : "; --force takes it all the same");
	return -EINVAL;
}

enum cmd_result backing_open(const struct backing_plan *plan, const uint32_t *own,
			     struct backing_disk *disk)
{
	struct stat st;

	*disk = (struct backing_disk){ .path = plan->disk, .loop = -1, .file = -1 };
	if (plan->file)
		return backing_open_file(plan, disk);
	/* what is no disk at all, the module says best */
	if (plan->force || !is_disk(plan->disk, &st))
		return CMD_OK;
	if (check_memory(plan, st.st_rdev, own))
		return CMD_FAILED;
	if (!client_use_of(major(st.st_rdev), minor(st.st_rdev),
			   (char[MODEL_USE_LEN]){ 0 }, MODEL_USE_LEN) &&
	    backing_check_empty(plan, plan->disk))
		return CMD_FAILED;
	return CMD_OK;
}

void backing_close(const struct backing_plan *plan, struct backing_disk *disk, bool taken)
{
	if (disk->loop >= 0)
		backing_close_file(plan, disk, taken);
}

enum cmd_result backing_attach(struct client *c, uint32_t id,
			       const struct backing_plan *plan)
{
	struct backing_disk disk;
	enum cmd_result result = backing_open(plan, &id, &disk);
	int err;

	if (result)
		return result;
	err = client_attach(c, id, disk.path);
	backing_close(plan, &disk, !err);
	return err ? cmd_client_failed(c, err) : CMD_OK;
}
