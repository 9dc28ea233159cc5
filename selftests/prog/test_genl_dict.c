// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dictionaries over netlink. What cannot be one is refused with its errno, a
 * sentence and the attribute to blame, and the codecs of the device stay as they
 * were; any other contents are taken.
 * needs: timeout=60
 */
#include "genl.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "../host/tap.h"
#include "zram/netlink.h"

#define MIB (1u << 20)

static int fd, family;

struct file {
	const char *path;
	size_t bytes;
	bool trained;		/* begins as zstd's do */
};

static int make(const struct file *f)
{
	static const unsigned char magic[4] = { 0x37, 0xa4, 0x30, 0xec };
	int file = open(f->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char text[64];
	size_t at = 0;

	if (f->trained)
		at += write(file, magic, sizeof(magic));
	while (at < f->bytes) {
		size_t n = snprintf(text, sizeof(text), "slot %zu object pool codec\n", at);

		at += write(file, text, n < f->bytes - at ? n : f->bytes - at);
	}
	/* what somebody may still write to is no dictionary */
	close(file);
	return open(f->path, O_RDONLY);
}

static void put_codec(struct genl_req *r, int prio, const char *algo, int dict)
{
	struct genl_req nest = { .len = 0 };

	genl_put_u32(&nest, ZRAM_A_CODEC_PRIORITY, prio);
	if (algo)
		genl_put(&nest, ZRAM_A_CODEC_ALGO, algo, strlen(algo) + 1);
	genl_put_u32(&nest, ZRAM_A_CODEC_DICT_FD, dict);
	genl_put(r, ZRAM_A_DEV_CODEC | NLA_F_NESTED, nest.bytes, nest.len);
}

static void note_device(const struct nlmsghdr *nlh, void *arg)
{
	memcpy(arg, (const char *)nlh + NLMSG_HDRLEN,
	       nlh->nlmsg_len - NLMSG_HDRLEN);
}

/* Everything that get says of the device. */
static void look(char state[GENL_ROOM])
{
	struct genl_req r;

	memset(state, 0, GENL_ROOM);
	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_talk(fd, &r, note_device, state);
}

static struct genl_ans set(int prio, const char *algo, int dict)
{
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	put_codec(&r, prio, algo, dict);
	return genl_talk(fd, &r, NULL, NULL);
}

static void refuse(int err, const char *part, int prio, const char *algo, int dict)
{
	char before[GENL_ROOM], after[GENL_ROOM];
	struct genl_ans ans;

	look(before);
	ans = set(prio, algo, dict);
	look(after);
	if (!tap_ok(ans.err == -err && strstr(ans.msg, part),
		    "%s, priority %d: %s, %s", algo ?: "as it is", prio,
		    strerrorname_np(err), part))
		printf("# got %s '%s'\n", strerrorname_np(-ans.err), ans.msg);
	tap_ok(!memcmp(before, after, sizeof(before)), "and nothing has changed");
}

static void take(int prio, const char *algo, int dict, const char *what)
{
	struct genl_ans ans = set(prio, algo, dict);

	if (!tap_ok(!ans.err, "%s for %s is taken", what, algo))
		printf("# got %s '%s'\n", strerrorname_np(-ans.err), ans.msg);
}

int main(void)
{
	static const struct file large = { "/tmp/large", MIB + 1, false };
	static const struct file largest = { "/tmp/largest", MIB, false };
	static const struct file empty = { "/tmp/empty", 0, false };
	static const struct file good = { "/tmp/good", 20000, false };
	static const struct file trained = { "/tmp/trained", 20000, true };
	const char *kernel = getenv("K");
	bool old = kernel && !strcmp(kernel, "6.1");

	if (system("[ ! -d /sys/module/zram ] || rmmod zram; modprobe zram num_devices=1"))
		tap_ok(false, "modprobe zram");
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!tap_ok(family, "the family is there"))
		return tap_done();
	take(0, "lz4", make(&good), "text");

	refuse(E2BIG, "larger than 1 MiB", 0, NULL, make(&large));
	refuse(E2BIG, "larger than 1 MiB", 2, "zstd", make(&large));
	refuse(EINVAL, "empty", 0, "lz4hc", make(&empty));
	refuse(EINVAL, "read, or is empty", 0, NULL, open("/tmp", O_RDONLY));
	refuse(EINVAL, "read, or is empty", 0, NULL, open("/dev/zero", O_RDONLY));
	refuse(EBADF, "cannot be read", 0, NULL, 4000);
	refuse(EBADF, "cannot be read", 0, NULL, open("/tmp/written", O_WRONLY | O_CREAT, 0600));
	refuse(EINVAL, "only zstd knows", 0, NULL, make(&trained));
	refuse(EINVAL, "only zstd knows", 3, "lz4hc", make(&trained));
	refuse(EOPNOTSUPP, "dictionar", 0, "lzo", make(&good));
	refuse(EOPNOTSUPP, "dictionar", 1, "deflate", make(&good));
	refuse(EINVAL, "no algorithm", 3, NULL, make(&good));
	refuse(old ? EOPNOTSUPP : EINVAL, "dictionary", 1, "zstd", make(&trained));
	take(0, "lz4hc", make(&largest), "1 MiB");
	if (!old)
		take(1, "zstd", make(&good), "text");

	tap_ok(!system("echo 1M >/sys/block/zram0/disksize"), "and a size works");
	refuse(EBUSY, "reset it first", 0, NULL, make(&good));
	close(fd);
	tap_ok(!system("rmmod zram"), "rmmod");
	return tap_done();
}
