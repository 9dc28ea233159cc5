// SPDX-License-Identifier: GPL-2.0-or-later
/* The directory of the observer's pins: made, checked, locked, cleared. */
#include "observer_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BPFFS "/sys/fs/bpf"

char *observer_path(char buf[OBSERVER_PATH_LEN], const char *name)
{
	snprintf(buf, OBSERVER_PATH_LEN, "%s/%s", OBSERVER_DIR, name);
	return buf;
}

char *observer_slots_path(char buf[OBSERVER_PATH_LEN], uint32_t id)
{
	snprintf(buf, OBSERVER_PATH_LEN, "%s/slots_%u", OBSERVER_DIR, id);
	return buf;
}

static int mount_bpffs(struct observer *o)
{
	struct statfs fs;

	if (statfs(BPFFS, &fs)) {
		if (errno == ENOENT)
			return observer_fail(o, OBSERVER_ENOSUPPORT,
				"this kernel has no BPF (there is no " BPFFS
				"); one with CONFIG_BPF_SYSCALL can observe");
		return observer_fail(o, -errno, "cannot look at %s: %s", BPFFS,
				     strerror(errno));
	}
	if (fs.f_type == BPF_FS_MAGIC)
		return 0;
	if (!mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   "mode=0700"))
		return 0;
	if (errno == ENODEV)
		return observer_fail(o, OBSERVER_ENOSUPPORT,
			"this kernel has no BPF file system; one with CONFIG_BPF_SYSCALL can observe");
	if (errno == EPERM)
		return observer_fail(o, -EPERM,
			"cannot mount the BPF file system at %s: " OBSERVER_NEEDS_ROOT,
			BPFFS);
	return observer_fail(o, -errno, "cannot mount the BPF file system at %s: %s",
			     BPFFS, strerror(errno));
}

static const char *why_not(int err)
{
	return err == EACCES || err == EPERM ? OBSERVER_NEEDS_ROOT : strerror(err);
}

/* Somebody else's directory could hold maps that only look like ours. */
static int check_owner(struct observer *o)
{
	struct stat st;

	if (fstat(o->dir, &st))
		return observer_fail(o, -errno, "cannot look at %s: %s",
				     OBSERVER_DIR, strerror(errno));
	if (st.st_uid != geteuid())
		return observer_fail(o, -EPERM,
			"%s belongs to user %u, not to you: have them remove it first",
			OBSERVER_DIR, st.st_uid);
	if ((st.st_mode & 07777) != 0700 && fchmod(o->dir, 0700))
		return observer_fail(o, -errno, "cannot protect %s: %s",
				     OBSERVER_DIR, strerror(errno));
	return 0;
}

bool observer_is_current(const struct observer *o)
{
	struct stat ours, there;

	return o->dir >= 0 && !fstat(o->dir, &ours) &&
	       !lstat(OBSERVER_DIR, &there) && ours.st_ino == there.st_ino;
}

uint64_t observer_instance(const struct observer *o)
{
	struct stat st;

	return o->dir >= 0 && !fstat(o->dir, &st) ? st.st_ino : 0;
}

int observer_dir_lock(struct observer *o)
{
	while (flock(o->dir, LOCK_EX))
		if (errno != EINTR)
			return observer_fail(o, -errno, "cannot lock %s: %s",
					     OBSERVER_DIR, strerror(errno));
	if (observer_is_current(o))
		return 0;
	observer_dir_unlock(o);
	return observer_fail(o, -ESTALE, "the observer was stopped meanwhile");
}

void observer_dir_unlock(struct observer *o)
{
	flock(o->dir, LOCK_UN);
}

int observer_dir_open(struct observer *o, bool make)
{
	int err;

	err = make ? mount_bpffs(o) : 0;
	if (err)
		return err;
	for (;;) {
		if (make && mkdir(OBSERVER_DIR, 0700) && errno != EEXIST)
			return observer_fail(o, -errno,
				"cannot make %s: %s", OBSERVER_DIR, why_not(errno));
		o->dir = open(OBSERVER_DIR,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (o->dir < 0 && errno == ENOENT && make)
			continue;
		if (o->dir < 0 && errno == ENOENT)
			return observer_fail(o, -ENOENT,
				"the observer is not running; 'zramctl observe start' starts it");
		if (o->dir < 0)
			return observer_fail(o, -errno, "cannot open %s: %s",
				OBSERVER_DIR, why_not(errno));
		err = check_owner(o);
		if (!err)
			err = observer_dir_lock(o);
		if (err != -ESTALE)
			return err;
		close(o->dir);
		o->dir = -1;
	}
}

int observer_dir_empty(struct observer *o)
{
	struct dirent *e;
	int fd = dup(o->dir), err = -ENOENT;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		err = observer_fail(o, -errno, "cannot read %s: %s",
				    OBSERVER_DIR, strerror(errno));
		if (fd >= 0)
			close(fd);
		return err;
	}
	rewinddir(d);
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (unlinkat(o->dir, e->d_name, 0)) {
			err = observer_fail(o, -errno, "cannot remove %s/%s: %s",
					    OBSERVER_DIR, e->d_name,
					    strerror(errno));
			break;
		}
		err = 0;
	}
	closedir(d);
	return err;
}

int observer_dir_clear(struct observer *o)
{
	int err = observer_dir_empty(o);

	if (err && err != -ENOENT)
		return err;
	if (rmdir(OBSERVER_DIR))
		return observer_fail(o, -errno, "cannot remove %s: %s",
				     OBSERVER_DIR, strerror(errno));
	return err;
}
