// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests that the family "zram" must refuse, each with its errno, a sentence
 * and, where one attribute is to blame, that attribute; afterwards nothing has
 * changed. Then random garbage, with a fixed seed.
 * needs: kernels=all timeout=120
 */
#include "genl.h"

#include <dirent.h>
#include <sys/wait.h>

#include "../host/tap.h"
#include "zram/netlink.h"

static int fd, family;

static int run(const char *cmd)
{
	int rc = system(cmd);

	return rc < 0 || !WIFEXITED(rc) ? -1 : WEXITSTATUS(rc);
}

static int count_devices(void)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *e;
	int n = 0;

	while (dir && (e = readdir(dir)))
		n += !strncmp(e->d_name, "zram", 4);
	if (dir)
		closedir(dir);
	return n;
}

/*
 * Sends @r and checks errno, that there is a sentence (@sentence), and the
 * attribute blamed (-1: any or none).
 */
static void refuse(struct genl_req *r, int err, bool sentence, int blamed,
		   const char *what)
{
	struct genl_ans ans = genl_talk(fd, r, NULL, NULL);
	bool good = ans.err == -err && (!sentence || *ans.msg) &&
		    (blamed < 0 || ans.by_done || ans.bad_type == blamed);

	if (!tap_ok(good, "%s", what))
		printf("# got %s, attribute %d, '%s'; wanted %s, %d\n",
		       strerrorname_np(-ans.err), ans.bad_type, ans.msg,
		       strerrorname_np(err), blamed);
}

static void check_headers(void)
{
	struct genlmsghdr *g;
	struct genl_req r;

	g = (void *)(r.bytes + NLMSG_HDRLEN);
	genl_begin(&r, family, 200, 0);
	refuse(&r, EOPNOTSUPP, false, -1, "an unknown command");
	genl_begin(&r, family, 0, 0);
	refuse(&r, EOPNOTSUPP, false, -1, "command 0");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	g->reserved = 1;
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	refuse(&r, EINVAL, true, -1, "reserved bytes of the header in use");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	r.nlh.nlmsg_len = NLMSG_HDRLEN + 2;
	refuse(&r, EINVAL, false, -1, "half a header");

	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, 0);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, 0);
	refuse(&r, EOPNOTSUPP, false, -1, "slot-get that is no dump");
	genl_begin(&r, family, ZRAM_CMD_FEATURES, NLM_F_DUMP);
	refuse(&r, EOPNOTSUPP, false, -1, "features as a dump");
}

static void check_attributes(void)
{
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	refuse(&r, EINVAL, true, -1, "get without an id");
	genl_begin(&r, family, ZRAM_CMD_DELETE, 0);
	refuse(&r, EINVAL, true, -1, "delete without an id");
	genl_begin(&r, family, ZRAM_CMD_RESET, 0);
	refuse(&r, EINVAL, true, -1, "reset without an id");
	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	refuse(&r, EINVAL, true, -1, "set without an id");
	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	refuse(&r, EINVAL, true, -1, "slot-get without an id");

	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	refuse(&r, EINVAL, true, -1, "set with nothing to set");
	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u32(&r, ZRAM_A_DEV_FOLIO_PACKS, ZRAM_FOLIO_MODE_ALL + 1);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_FOLIO_PACKS, "a mode of folio packs that does not exist");
	tap_ok(strstr(genl_talk(fd, &r, NULL, NULL).msg, "off, auto, swap or all"),
	       "is answered with those that do");

	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 4096);
	genl_put(&r, ZRAM_A_DEV_BACKING, "/dev/nosuch", sizeof("/dev/nosuch"));
	refuse(&r, ENOENT, true, ZRAM_A_DEV_BACKING, "new with a disk that is not there");
	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put(&r, ZRAM_A_DEV_BACKING, "/dev/nosuch", sizeof("/dev/nosuch"));
	refuse(&r, EINVAL, true, ZRAM_A_DEV_BACKING, "set with a disk");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_RESET_USED_MAX, NULL, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_RESET_USED_MAX, "new that lets a maximum begin anew");
	genl_begin(&r, family, ZRAM_CMD_COMPACT, 0);
	refuse(&r, EINVAL, true, -1, "compact without an id");
	genl_begin(&r, family, ZRAM_CMD_IDLE, 0);
	genl_put_u32(&r, ZRAM_A_DEV_IDLE_AGE, 0);
	refuse(&r, EINVAL, true, -1, "idle without an id");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u32(&r, 5000, 0);
	refuse(&r, EINVAL, true, 5000, "an unknown attribute");
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, 0, 0);
	refuse(&r, EINVAL, true, 0, "attribute 0");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u32(&r, ZRAM_A_DEV_PAD, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_PAD, "the padding attribute");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u32(&r, ZRAM_A_DEV_GENERATION, 1);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_GENERATION,
	       "an attribute that only answers have");
	genl_begin(&r, family, ZRAM_CMD_DELETE, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 4096);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_DISKSIZE,
	       "an attribute of another operation");
	genl_begin(&r, family, ZRAM_CMD_FEATURES, 0);
	genl_put_u32(&r, 1, 0);
	refuse(&r, EINVAL, true, 1, "an attribute where there is none");
	genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ID, "an id in a dump of devices");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ID, "an attribute twice");
	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, 0);
	genl_put_u64(&r, ZRAM_A_SLOT_FIRST, 0);
	genl_put_u64(&r, ZRAM_A_SLOT_FIRST, 0);
	refuse(&r, EINVAL, true, ZRAM_A_SLOT_FIRST,
	       "an attribute twice in a dump");
}

static void check_lengths(void)
{
	static const char nul_less[8] = "lz4 lz4 ";
	static const char huge_name[200] = "l";
	char many[4000];
	struct genl_req r;

	memset(many, 'x', sizeof(many));
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put(&r, ZRAM_A_DEV_ID, many, 2);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ID, "a u32 of 2 bytes");
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put(&r, ZRAM_A_DEV_ID, many, 8);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ID, "a u32 of 8 bytes");
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put(&r, ZRAM_A_DEV_ID, NULL, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ID, "a u32 of no bytes");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_DISKSIZE, many, 4);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_DISKSIZE, "a u64 of 4 bytes");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_MEM_LIMIT, many, sizeof(many));
	refuse(&r, EINVAL, true, ZRAM_A_DEV_MEM_LIMIT, "a u64 of 4000 bytes");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_DISKSIZE | NLA_F_NESTED, many, 8);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_DISKSIZE, "a u64 that says nested");

	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, nul_less, sizeof(nul_less));
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ALGO, "a string without NUL");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, many, sizeof(many));
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ALGO,
	       "4000 bytes of string without NUL");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, huge_name, sizeof(huge_name));
	refuse(&r, ERANGE, true, ZRAM_A_DEV_ALGO, "a string of 200 bytes");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, NULL, 0);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ALGO, "a string of no bytes");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, "", 1);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ALGO, "an empty string");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_lie(&r, ZRAM_A_DEV_ID, many, 4, 64);
	refuse(&r, EINVAL, true, -1, "an attribute longer than the message");
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_lie(&r, ZRAM_A_DEV_ID, many, 0, -2);
	refuse(&r, EINVAL, true, -1, "an attribute shorter than its header");
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	r.len += 3;
	refuse(&r, EINVAL, true, -1, "three bytes behind the last attribute");
}

static void check_values(void)
{
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 0);
	refuse(&r, ERANGE, true, ZRAM_A_DEV_DISKSIZE, "disksize 0");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, UINT64_MAX);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_DISKSIZE, "disksize 2^64 - 1");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1ull << 63);
	refuse(&r, ENOMEM, true, ZRAM_A_DEV_DISKSIZE, "disksize 2^63");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	genl_put_u64(&r, ZRAM_A_DEV_MEM_LIMIT, UINT64_MAX);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_MEM_LIMIT, "mem-limit 2^64 - 1");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 1 << 20);
	refuse(&r, ERANGE, true, ZRAM_A_DEV_ID, "id 2^20");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	refuse(&r, EEXIST, true, ZRAM_A_DEV_ID, "an id that is taken");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, "nosuch", 7);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_ALGO, "an unknown algorithm");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, "zstd", 5);
	genl_put_u32(&r, ZRAM_A_DEV_LEVEL, 9999);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	refuse(&r, EINVAL, true, ZRAM_A_DEV_LEVEL, "zstd level 9999");
	genl_begin(&r, family, ZRAM_CMD_NEW, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, "lzo-rle", 8);
	genl_put_u32(&r, ZRAM_A_DEV_LEVEL, 1);
	refuse(&r, EOPNOTSUPP, true, ZRAM_A_DEV_LEVEL, "a level for lzo-rle");

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 4711);
	refuse(&r, ENODEV, true, ZRAM_A_DEV_ID, "get of no device");
	genl_begin(&r, family, ZRAM_CMD_DELETE, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 4711);
	refuse(&r, ENODEV, true, ZRAM_A_DEV_ID, "delete of no device");
	genl_begin(&r, family, ZRAM_CMD_RESET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 4711);
	refuse(&r, ENODEV, true, ZRAM_A_DEV_ID, "reset of no device");
	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, 4711);
	refuse(&r, ENODEV, true, ZRAM_A_SLOT_ID, "slots of no device");
	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, 0);
	refuse(&r, EINVAL, true, ZRAM_A_SLOT_ID, "slots of a bare device");
	genl_begin(&r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, 0);
	genl_put_u64(&r, ZRAM_A_SLOT_COUNT, 0);
	refuse(&r, ERANGE, true, ZRAM_A_SLOT_COUNT, "a count of 0");
}

/* Settings of a device that has a disksize. */
static void check_busy(void)
{
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 1 << 20);
	ans = genl_talk(fd, &r, NULL, NULL);
	tap_ok(!ans.err, "a bare device takes a disksize (%s)", ans.msg);
	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 2 << 20);
	refuse(&r, EBUSY, true, ZRAM_A_DEV_DISKSIZE, "a second disksize");
	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put(&r, ZRAM_A_DEV_ALGO, "zstd", 5);
	genl_put_u64(&r, ZRAM_A_DEV_MEM_LIMIT, 1 << 20);
	refuse(&r, EBUSY, true, ZRAM_A_DEV_ALGO, "another algorithm");
	tap_ok(!run("test \"$(awk '{ print $4 }' /sys/block/zram0/mm_stat)\" = 0"),
	       "mem-limit of the refused message was not set");
	tap_ok(!run("grep -q '^1048576$' /sys/block/zram0/disksize"),
	       "the disksize is the first one");
	genl_begin(&r, family, ZRAM_CMD_RESET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	ans = genl_talk(fd, &r, NULL, NULL);
	tap_ok(!ans.err, "reset");
}

static uint32_t random_state = 20;

static uint32_t rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/*
 * Whole messages of random attributes. Only disksizes that fit in a guest:
 * a device may well come out of it.
 */
static void put_random(struct genl_req *r)
{
	uint64_t v = (uint64_t)rnd() << 32 | rnd();
	int type = rnd() % 30;
	char junk[300];

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = rnd();
	switch (rnd() % 6) {
	case 0:
		genl_put(r, type, junk, rnd() % sizeof(junk));
		break;
	case 1:
		genl_put_u32(r, type, rnd() % 4);
		break;
	case 2:
		genl_put_u64(r, type, v >> (34 + rnd() % 20));
		break;
	case 3:
		genl_put(r, type, "zstd", 5);
		break;
	case 4:
		genl_put(r, type | NLA_F_NESTED, junk, rnd() % sizeof(junk));
		break;
	case 5:
		genl_put_lie(r, type, junk, rnd() % 16, rnd() % 64);
		break;
	}
}

static void check_garbage(unsigned int times)
{
	unsigned int refused = 0, odd = 0;
	struct genl_req r;

	for (unsigned int i = 0; i < times; i++) {
		struct genl_ans ans;

		genl_begin(&r, family, rnd() % 9, rnd() % 4 ? 0 : NLM_F_DUMP);
		for (unsigned int n = rnd() % 5; n; n--)
			put_random(&r);
		if (rnd() % 16 == 0)
			r.nlh.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN +
				rnd() % (r.len - NLMSG_HDRLEN - GENL_HDRLEN + 1);
		ans = genl_talk(fd, &r, NULL, NULL);
		refused += !!ans.err;
		if (ans.err == -EAGAIN || ans.err == -EFAULT) {
			odd++;
			printf("# message %u: %s %s\n", i,
			       strerrorname_np(-ans.err), ans.msg);
		}
	}
	tap_ok(!odd, "%u random messages, %u refused", times, refused);
}

int main(void)
{
	const char *scale = getenv("SCALE");
	struct genl_ans ans;
	struct genl_req r;
	int before;

	run("[ ! -d /sys/module/zram ] || rmmod zram");
	if (run("modprobe zram num_devices=1"))
		tap_ok(false, "modprobe zram");
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!tap_ok(family, "the family is there"))
		return tap_done();
	before = count_devices();

	check_headers();
	check_attributes();
	check_lengths();
	check_values();
	check_busy();
	tap_ok(count_devices() == before, "there are as many devices as before");
	check_garbage(3000 / (scale ? atoi(scale) : 1));

	genl_begin(&r, family, ZRAM_CMD_FEATURES, 0);
	ans = genl_talk(fd, &r, NULL, NULL);
	tap_ok(!ans.err && ans.nr == 1, "the family still answers");
	close(fd);
	tap_ok(!run("rmmod zram"), "rmmod");
	return tap_done();
}
