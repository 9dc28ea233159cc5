// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may do what through the family "zram": everybody may look, as in sysfs;
 * changing anything and reading slots is for CAP_NET_ADMIN of the initial user
 * namespace; other network namespaces do not see the family at all.
 * A disk is taken only for who may read and write it.
 * needs: kernels=all modules=brd timeout=60
 */
#include "genl.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../host/tap.h"
#include "zram/netlink.h"

static int family;
static uint32_t group;

static int run(const char *cmd)
{
	int rc = system(cmd);

	return rc < 0 || !WIFEXITED(rc) ? -1 : WEXITSTATUS(rc);
}

static const struct {
	const char *name;
	int cmd, flags;
	bool admin;		/* needs rights */
} ops[] = {
	{ "new", ZRAM_CMD_NEW, 0, true },
	{ "delete", ZRAM_CMD_DELETE, 0, true },
	{ "get", ZRAM_CMD_GET, 0, false },
	{ "get dump", ZRAM_CMD_GET, NLM_F_DUMP, false },
	{ "set", ZRAM_CMD_SET, 0, true },
	{ "reset", ZRAM_CMD_RESET, 0, true },
	{ "slot-get", ZRAM_CMD_SLOT_GET, NLM_F_DUMP, true },
	{ "features", ZRAM_CMD_FEATURES, 0, false },
	{ "job-start", ZRAM_CMD_JOB_START, 0, true },
	{ "job-cancel", ZRAM_CMD_JOB_CANCEL, 0, true },
	{ "job-get", ZRAM_CMD_JOB_GET, NLM_F_DUMP, true },
	{ "pack-get", ZRAM_CMD_PACK_GET, NLM_F_DUMP, true },
	{ "attach", ZRAM_CMD_ATTACH, 0, true },
	{ "detach", ZRAM_CMD_DETACH, 0, true },
	{ "compact", ZRAM_CMD_COMPACT, 0, true },
	{ "idle", ZRAM_CMD_IDLE, 0, true },
};

#define NR_OPS (sizeof(ops) / sizeof(ops[0]))

static int try_op(int fd, size_t i)
{
	struct genl_req r;

	genl_begin(&r, family, ops[i].cmd, ops[i].flags);
	if (ops[i].cmd == ZRAM_CMD_NEW)
		genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	else if (ops[i].cmd == ZRAM_CMD_SET) {
		genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
		genl_put_u64(&r, ZRAM_A_DEV_MEM_LIMIT, 1 << 20);
	} else if (ops[i].cmd != ZRAM_CMD_FEATURES &&
		   !(ops[i].cmd == ZRAM_CMD_GET && ops[i].flags))
		genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	return genl_talk(fd, &r, NULL, NULL).err;
}

/* ---- the group of events ---------------------------------------------------------- */

/* Whether an event comes when a device does. */
static bool hears(int fd)
{
	char buf[1024];

	run("n=$(cat /sys/class/zram-control/hot_add) && "
	    "echo $n > /sys/class/zram-control/hot_remove");
	return recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0;
}

/* What the child of a scene found, for its parent. */
struct found {
	bool ready;		/* the scene could be set */
	bool lacking;		/* this kernel has no such namespace */
	int family;		/* as resolved there */
	int err[NR_OPS];
	int join;		/* of the group of events */
	bool hears;
};

static bool become_nobody(void)
{
	return !setgroups(0, NULL) && !setgid(65534) && !setuid(65534);
}

static bool drop_net_admin(void)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d))
		return false;
	d[0].effective &= ~(1u << CAP_NET_ADMIN);
	d[0].permitted &= ~(1u << CAP_NET_ADMIN);
	return !syscall(SYS_capset, &h, d);
}

/* May steer the family, but owns nothing and passes over no file's mode. */
static bool keep_net_admin_only(void)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2] = {
		{ .effective = 1u << CAP_NET_ADMIN, .permitted = 1u << CAP_NET_ADMIN },
	};

	return !prctl(PR_SET_KEEPCAPS, 1) && become_nobody() &&
	       !syscall(SYS_capset, &h, d);
}

static bool enter_user_ns(void)
{
	return !unshare(CLONE_NEWUSER);
}

static bool enter_net_ns(void)
{
	return !unshare(CLONE_NEWNET);
}

static bool enter_container(void)
{
	return !unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

static struct found play(bool (*scene)(void))
{
	struct found f = { 0 };
	int fds[2];

	if (pipe(fds))
		return f;
	if (!fork()) {
		f.ready = scene();
		f.lacking = !f.ready && errno == EINVAL;
		if (f.ready) {
			int fd = genl_open();

			f.family = genl_resolve(fd, ZRAM_GENL_NAME);
			for (size_t i = 0; i < NR_OPS; i++)
				f.err[i] = try_op(fd, i);
			f.join = genl_join(fd, group);
			f.hears = hears(fd);
		}
		_exit(write(fds[1], &f, sizeof(f)) != sizeof(f));
	}
	close(fds[1]);
	if (read(fds[0], &f, sizeof(f)) != sizeof(f))
		f.ready = false;
	close(fds[0]);
	wait(NULL);
	return f;
}

/* Looking works, the rest is EPERM. */
static void check_unprivileged(bool (*scene)(void), const char *who)
{
	struct found f = play(scene);

	if (f.lacking) {
		tap_ok(true, "%s # SKIP no user namespaces", who);
		return;
	}
	if (!tap_ok(f.ready && f.family == family, "%s sees the family", who))
		return;
	for (size_t i = 0; i < NR_OPS; i++) {
		int want = ops[i].admin ? -EPERM : 0;

		tap_ok(f.err[i] == want, "%s: %s gives %s", who, ops[i].name,
		       f.err[i] ? strerrorname_np(-f.err[i]) : "an answer");
	}
	tap_ok(f.join == -EPERM && !f.hears, "%s: no events", who);
}

/* The family does not exist, not even for who knows its number. */
static void check_elsewhere(bool (*scene)(void), const char *who)
{
	struct found f = play(scene);
	size_t refused = 0;

	if (f.lacking) {
		tap_ok(true, "%s # SKIP no such namespaces", who);
		return;
	}
	tap_ok(f.ready && !f.family, "%s sees no family", who);
	for (size_t i = 0; i < NR_OPS; i++)
		refused += f.err[i] == -ENOENT;
	tap_ok(refused == NR_OPS, "%s: every operation gives ENOENT (%zu)", who,
	       refused);
	/* Another namespace's group of that number may be joined: it stays silent. */
	tap_ok(!f.hears, "%s: no events", who);
}

static int try_attach(int fd, const char *path)
{
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_ATTACH, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put(&r, ZRAM_A_DEV_BACKING, path, strlen(path) + 1);
	return genl_talk(fd, &r, NULL, NULL).err;
}

static void check_disks(void)
{
	const char *disk = "/dev/ram0";
	int status = -1;

	run("modprobe -r brd; modprobe brd rd_nr=1 rd_size=1024");
	if (run("chmod 600 /dev/ram0")) {
		tap_ok(true, "whose disks # SKIP no brd in this kernel");
		return;
	}
	for (int may = 0; may < 2; may++) {
		if (may)
			run("chmod 666 /dev/ram0");
		if (!fork())
			_exit(keep_net_admin_only() ?
			      -try_attach(genl_open(), disk) : 255);
		wait(&status);
		tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == (may ? 0 : EACCES),
		       "CAP_NET_ADMIN alone and a disk that it %s use: %s",
		       may ? "may" : "may not", strerror(WEXITSTATUS(status)));
	}
	/* the kernel closes it a moment after the reset */
	tap_ok(!run("echo 1 > /sys/block/zram0/reset; for i in $(seq 100); do "
		    "rmmod brd 2>/dev/null && exit 0; sleep 0.1; done; exit 1"),
	       "the disk goes");
}

int main(void)
{
	int fd;

	run("[ ! -d /sys/module/zram ] || rmmod zram");
	if (run("modprobe zram num_devices=1 && echo 1M > /sys/block/zram0/disksize"))
		tap_ok(false, "modprobe zram");
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!tap_ok(family, "the family is there"))
		return tap_done();
	group = genl_group(fd, ZRAM_GENL_NAME);
	tap_ok(group && !genl_join(fd, group) && hears(fd), "root hears events");
	close(fd);

	check_unprivileged(become_nobody, "nobody");
	check_unprivileged(drop_net_admin, "root without CAP_NET_ADMIN");
	check_unprivileged(enter_user_ns, "root of a user namespace");
	check_elsewhere(enter_net_ns, "root in a network namespace");
	check_elsewhere(enter_container, "root of a container");

	tap_ok(!run("test $(cat /sys/block/zram0/disksize) = 1048576 && "
		    "test \"$(awk '{ print $4 }' /sys/block/zram0/mm_stat)\" = 0 && "
		    "test ! -e /sys/block/zram1"), "nothing has changed");
	check_disks();
	tap_ok(!run("rmmod zram"), "rmmod");
	return tap_done();
}
