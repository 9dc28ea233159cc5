// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends the family "zram" messages that were right and then changed: bits and
 * bytes flipped, lengths and types of attributes, pieces cut, doubled and
 * taken from elsewhere; while three others dump slots, packs and jobs, and one makes
 * devices with packs, in memory and on a disk, resets and removes them. The disks are
 * /dev/ram0 (of the messages) and /dev/ram1, where there are such. The others take
 * most of the machine: RACED is for how many of each 1,000 messages they run.
 * usage: genlfuzz MESSAGES [SEED [RACED]]
 */
#include "genl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../host/tap.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

#define DEVICES	6		/* right messages name ids up to it; it is the others' */
#define ROUND	1000		/* messages between clean-ups */
#define TYPES	(ZRAM_A_DEV_MAX + 4)	/* numbers of attributes; no set has more */
#define CMDS	(ZRAM_CMD_MAX + 4)

static int fd, family;
static uint64_t state;

static uint32_t rnd(uint32_t below)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % below;
}

static void begin(struct genl_req *r, int cmd, int flags, uint32_t id)
{
	genl_begin(r, family, cmd, flags);
	/* attribute 2 of every set */
	genl_put_u32(r, ZRAM_A_DEV_ID, id);
}

static int talk(struct genl_req *r)
{
	return genl_talk(fd, r, NULL, NULL).err;
}

/* ---- right messages -------------------------------------------------------------- */

static void put_codec(struct genl_req *r)
{
	static const char *const algos[] = { "lz4", "zstd", "lzo-rle", "deflate" };
	struct genl_req nest = { .len = 0 };
	const char *algo = algos[rnd(4)];

	genl_put_u32(&nest, ZRAM_A_CODEC_PRIORITY, rnd(4));
	genl_put(&nest, ZRAM_A_CODEC_ALGO, algo, strlen(algo) + 1);
	if (rnd(2))
		genl_put_u32(&nest, ZRAM_A_CODEC_LEVEL, rnd(9));
	if (!rnd(8))
		genl_put_u32(&nest, ZRAM_A_CODEC_DICT_FD, rnd(6));
	genl_put(r, ZRAM_A_DEV_CODEC | NLA_F_NESTED, nest.bytes, nest.len);
}

static void make_settings(struct genl_req *r)
{
	if (rnd(2))
		genl_put(r, ZRAM_A_DEV_ALGO, rnd(2) ? "zstd" : "lz4", rnd(2) ? 5 : 4);
	if (rnd(2))
		genl_put_u64(r, ZRAM_A_DEV_DISKSIZE, (uint64_t)(1 + rnd(64)) << 20);
	if (rnd(2))
		genl_put_u64(r, ZRAM_A_DEV_MEM_LIMIT, (uint64_t)rnd(64) << 20);
	if (rnd(2))
		put_codec(r);
	if (!rnd(3))
		genl_put_u64(r, ZRAM_A_DEV_WRITEBACK_LIMIT, rnd(2) ? UINT64_MAX : rnd(1 << 20));
}

static void make_job(struct genl_req *r)
{
	struct zram_slot_range range = { rnd(256), 1 + rnd(256) };

	genl_put_u32(r, ZRAM_A_JOB_TYPE, rnd(5));
	if (rnd(2))
		genl_put_u32(r, ZRAM_A_JOB_MIN_AGE, rnd(3));
	if (rnd(2))
		genl_put_u64(r, ZRAM_A_JOB_MAX_SLOTS, rnd(300));
	if (rnd(2))
		genl_put_u32(r, ZRAM_A_JOB_MAX_MS, rnd(50));
	if (!rnd(3))
		genl_put(r, ZRAM_A_JOB_RANGES, &range, sizeof(range));
	if (!rnd(3))
		genl_put_u32(r, ZRAM_A_JOB_PACK_SLOTS, 1 + rnd(32));
	if (!rnd(3))
		genl_put_u32(r, ZRAM_A_JOB_FILTER, rnd(8));
	if (!rnd(3))
		genl_put_u32(r, ZRAM_A_JOB_THRESHOLD, rnd(4096));
	if (!rnd(3))
		genl_put(r, ZRAM_A_JOB_FORCE, NULL, 0);
}

static void put_path(struct genl_req *r)
{
	static const char *const paths[] = {
		"/dev/ram0", "/dev/ram0", "/dev/null", "/dev", "/no/such", "",
	};
	const char *path = paths[rnd(sizeof(paths) / sizeof(paths[0]))];

	genl_put(r, ZRAM_A_DEV_BACKING, path, strlen(path) + 1);
}

static void make_message(struct genl_req *r)
{
	static const struct {
		int cmd, flags;
	} kinds[] = {
		{ ZRAM_CMD_NEW, 0 }, { ZRAM_CMD_DELETE, 0 }, { ZRAM_CMD_GET, 0 },
		{ ZRAM_CMD_GET, NLM_F_DUMP }, { ZRAM_CMD_SET, 0 }, { ZRAM_CMD_RESET, 0 },
		{ ZRAM_CMD_SLOT_GET, NLM_F_DUMP }, { ZRAM_CMD_FEATURES, 0 },
		{ ZRAM_CMD_JOB_START, 0 }, { ZRAM_CMD_JOB_START, 0 },
		{ ZRAM_CMD_JOB_CANCEL, 0 }, { ZRAM_CMD_JOB_GET, NLM_F_DUMP },
		{ ZRAM_CMD_PACK_GET, NLM_F_DUMP }, { ZRAM_CMD_ATTACH, 0 },
		{ ZRAM_CMD_DETACH, 0 }, { ZRAM_CMD_COMPACT, 0 }, { ZRAM_CMD_IDLE, 0 },
	};
	size_t k = rnd(sizeof(kinds) / sizeof(kinds[0]));

	if (kinds[k].cmd == ZRAM_CMD_FEATURES ||
	    (kinds[k].cmd == ZRAM_CMD_GET && kinds[k].flags))
		genl_begin(r, family, kinds[k].cmd, kinds[k].flags);
	else
		begin(r, kinds[k].cmd, kinds[k].flags, rnd(DEVICES + 1));
	switch (kinds[k].cmd) {
	case ZRAM_CMD_NEW:
		make_settings(r);
		if (!rnd(4))
			put_path(r);
		break;
	case ZRAM_CMD_SET:
		make_settings(r);
		if (!rnd(4))
			genl_put(r, ZRAM_A_DEV_RESET_USED_MAX, NULL, 0);
		break;
	case ZRAM_CMD_IDLE:
		if (rnd(2))
			genl_put_u32(r, ZRAM_A_DEV_IDLE_AGE, rnd(3));
		break;
	case ZRAM_CMD_SLOT_GET:
		genl_put_u64(r, ZRAM_A_SLOT_FIRST, rnd(300));
		genl_put_u64(r, ZRAM_A_SLOT_COUNT, rnd(300));
		break;
	case ZRAM_CMD_JOB_START:
		make_job(r);
		break;
	case ZRAM_CMD_JOB_CANCEL:
		genl_put_u32(r, ZRAM_A_JOB_JOB, rnd(100));
		break;
	case ZRAM_CMD_PACK_GET:
		genl_put_u64(r, ZRAM_A_PACK_FROM, rnd(2000));
		break;
	case ZRAM_CMD_ATTACH:
		put_path(r);
		break;
	}
}

/* ---- and what becomes of them ----------------------------------------------------- */

static struct nlattr *some_attribute(struct genl_req *r)
{
	char *end = r->bytes + r->len;
	const struct nlattr *a = genl_first(r->bytes + NLMSG_HDRLEN + GENL_HDRLEN, end);

	for (int n = rnd(6); a && n > 0 && genl_next(a, end); n--)
		a = genl_next(a, end);
	return (struct nlattr *)a;
}

static void copy_piece(struct genl_req *r, size_t from, size_t len)
{
	if (r->len + len > 1024)
		return;
	memmove(r->bytes + r->len, r->bytes + from, len);
	r->len += len;
}

/* The first 16 bytes stay, or no answer would come. */
static void mutate(struct genl_req *r)
{
	struct nlattr *a = some_attribute(r);
	size_t at = NLMSG_HDRLEN + rnd(r->len - NLMSG_HDRLEN);

	switch (rnd(10)) {
	case 0:
		r->bytes[at] ^= 1 << rnd(8);
		break;
	case 1:
		r->bytes[at] = rnd(256);
		break;
	case 2:
		if (a)
			a->nla_type = rnd(3) ? rnd(TYPES) : rnd(65536);
		break;
	case 3:
		if (a)
			a->nla_len = rnd(3) ? rnd(64) : rnd(65536);
		break;
	case 4:	/* cut: whole words, since the rest of one is never sent */
		r->len = NLMSG_HDRLEN + GENL_HDRLEN +
			 rnd((r->len - NLMSG_HDRLEN - GENL_HDRLEN) / 4 + 1) * 4;
		break;
	case 5:
		if (a && a->nla_len >= NLA_HDRLEN &&
		    (char *)a + a->nla_len <= r->bytes + r->len)
			copy_piece(r, (char *)a - r->bytes, NLA_ALIGN(a->nla_len));
		break;
	case 6:
		genl_put_u64(r, rnd(TYPES), rnd(2) ? UINT64_MAX >> rnd(64) : 1ull << rnd(64));
		break;
	case 7:
		genl_put_u32(r, rnd(TYPES), rnd(2) ? UINT32_MAX >> rnd(32) : rnd(16));
		break;
	case 8:
		genl_put(r, rnd(TYPES) | (rnd(2) ? NLA_F_NESTED : 0), r->bytes, rnd(r->len));
		break;
	case 9:
		((struct genlmsghdr *)(r->bytes + NLMSG_HDRLEN))->cmd = rnd(CMDS);
		break;
	}
}

/* ---- clean-up and memory ------------------------------------------------------------ */

static uint32_t ids[4096];
static unsigned int nr_ids;

static void note_device(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a = genl_find(nlh, ZRAM_A_DEV_ID);

	(void)arg;
	if (a && nr_ids < sizeof(ids) / sizeof(ids[0]))
		ids[nr_ids++] = genl_u32(a);
}

/* Those of the others (from DEVICES to 15) stay. */
static void remove_devices(void)
{
	struct genl_req r;

	nr_ids = 0;
	genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
	genl_talk(fd, &r, note_device, NULL);
	for (unsigned int i = 0; i < nr_ids; i++) {
		if (ids[i] >= DEVICES && ids[i] < 16)
			continue;
		for (int tries = 0; tries < 2; tries++) {
			begin(&r, tries ? ZRAM_CMD_RESET : ZRAM_CMD_DELETE, 0, ids[i]);
			if (!talk(&r))
				break;
		}
	}
}

/* KiB that the kernel keeps for itself. */
static long kernel_kib(void)
{
	char line[128];
	long sum = 0, kib;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %ld", &kib) == 1 ||
		    sscanf(line, "VmallocUsed: %ld", &kib) == 1 ||
		    sscanf(line, "Percpu: %ld", &kib) == 1)
			sum += kib;
	if (f)
		fclose(f);
	return sum;
}

/* ---- the others ------------------------------------------------------------------- */

#define PAGES	768		/* of the device that comes and goes */
#define PACK	4		/* of them in a pack */

/* What they did, for the parent. */
static struct {
	unsigned long packs;		/* messages with rows of packs */
	unsigned long interrupted;	/* dumps of packs that met a reset or the like */
	unsigned long frozen;		/* rows of packs that were on the disk */
} *done;

static void note_packs(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *rows = genl_find(nlh, ZRAM_A_PACK_ROWS);
	struct zram_pack_row row;

	(void)arg;
	done->packs += !!rows;
	for (size_t at = 0; rows && at + sizeof(row) <= genl_len(rows); at += sizeof(row)) {
		memcpy(&row, (const char *)genl_data(rows) + at, sizeof(row));
		done->frozen += row.tier == ZRAM_TIER_FROZEN;
	}
}

/* Of packs: in small pieces, so that the device may change between two. */
static pid_t dump_for_ever(int cmd)
{
	bool packs = cmd == ZRAM_CMD_PACK_GET;
	pid_t pid = fork();
	struct genl_req r;

	if (pid)
		return pid;
	fd = genl_open();
	for (uint32_t id = 0;; id = (id + 1) % 16) {
		struct genl_ans ans;

		begin(&r, cmd, NLM_F_DUMP, packs && id % 4 ? DEVICES : id);
		genl_send(fd, &r);
		genl_receive(fd, &r, packs ? 4096 : 65536, &ans, packs ? note_packs : NULL, NULL);
		done->interrupted += packs && ans.interrupted;
	}
}

static void note_job(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *phase = genl_find(nlh, ZRAM_A_JOB_PHASE);

	if (phase && genl_u32(phase) < ZRAM_JOB_PHASE_DONE)
		*(bool *)arg = true;
}

static void run_job(uint32_t id, int type, uint32_t level, uint64_t slots)
{
	bool busy = true;
	struct genl_req r;

	begin(&r, ZRAM_CMD_JOB_START, 0, id);
	genl_put_u32(&r, ZRAM_A_JOB_TYPE, type);
	genl_put_u32(&r, ZRAM_A_JOB_PACK_SLOTS, PACK);
	genl_put_u32(&r, ZRAM_A_JOB_LEVEL, level);
	genl_put_u64(&r, ZRAM_A_JOB_MAX_SLOTS, slots);
	if (talk(&r))
		return;
	while (busy) {
		busy = false;
		usleep(1000);
		begin(&r, ZRAM_CMD_JOB_GET, NLM_F_DUMP, id);
		genl_talk(fd, &r, note_job, &busy);
	}
}

/* Pages that have most in common with others, so that packs of them pay. */
static void write_pages(uint32_t id, unsigned int n)
{
	static char pages[16][4096];
	char path[32];
	int dev;

	for (int i = 0; i < 1200; i++)
		pages[0][i] = rnd(256);
	for (int k = 1; k < 16; k++)
		memcpy(pages[k], pages[0], 1200);
	snprintf(path, sizeof(path), "/dev/zram%u", id);
	dev = open(path, O_WRONLY | O_CLOEXEC);
	for (int i = 0; dev >= 0 && i < PAGES; i += 16) {
		for (int k = 0; k < 16; k++)
			snprintf(pages[k], sizeof(pages[k]), "%u %d", n, i + k);
		if (pwrite(dev, pages, sizeof(pages), i * 4096) < 0)
			break;
	}
	if (dev >= 0) {
		fsync(dev);
		close(dev);
	}
}

/* A device with contents comes and goes, every second time with packs. */
static pid_t meddle_for_ever(uint32_t id)
{
	static const char disk[] = "/dev/ram1";
	pid_t pid = fork();
	struct genl_req r;

	if (pid)
		return pid;
	fd = genl_open();
	for (unsigned int n = 0;; n++) {
		begin(&r, ZRAM_CMD_NEW, 0, id);
		genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, 4 << 20);
		talk(&r);
		write_pages(id, n);
		if (n % 2) {
			begin(&r, ZRAM_CMD_ATTACH, 0, id);
			genl_put(&r, ZRAM_A_DEV_BACKING, disk, sizeof(disk));
			talk(&r);
			run_job(id, ZRAM_JOB_TYPE_PACK, 1, PAGES);
			run_job(id, ZRAM_JOB_TYPE_WRITEBACK, 3, PAGES / 2);
			usleep(rnd(20000));
		} else {
			begin(&r, ZRAM_CMD_JOB_START, 0, id);
			genl_put_u32(&r, ZRAM_A_JOB_TYPE, ZRAM_JOB_TYPE_PACK);
			talk(&r);
		}
		begin(&r, ZRAM_CMD_RESET, 0, id);
		talk(&r);
		begin(&r, ZRAM_CMD_DELETE, 0, id);
		talk(&r);
	}
}

#define OTHERS	4
static pid_t other[OTHERS];

static void start_others(void)
{
	done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (done == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	other[0] = dump_for_ever(ZRAM_CMD_SLOT_GET);
	other[1] = dump_for_ever(ZRAM_CMD_JOB_GET);
	other[2] = dump_for_ever(ZRAM_CMD_PACK_GET);
	other[3] = meddle_for_ever(DEVICES);
}

static void tell_others(int sig)
{
	for (int i = 0; i < OTHERS; i++)
		kill(other[i], sig);
}

static volatile unsigned long *wanted(int i)
{
	return i == 0 ? &done->packs : i == 1 ? &done->interrupted : &done->frozen;
}

/* However few messages there were: they met what they are for. */
static void wait_for_others(void)
{
	bool disk = !access("/dev/ram1", F_OK);

	tell_others(SIGCONT);
	for (int i = 0; i < 2 + disk; i++)
		for (int ms = 0; ms < 60000 && !*wanted(i); ms += 10)
			usleep(10000);
	tap_ok(done->packs && done->interrupted && (done->frozen || !disk),
	       "%lu messages of packs, %lu rows of packs on a disk, %lu interrupted dumps",
	       done->packs, done->frozen, done->interrupted);
}

static void end_others(void)
{
	tell_others(SIGKILL);
	for (int i = 0; i < OTHERS; i++) {
		int status = 0;

		waitpid(other[i], &status, 0);
		tap_ok(WIFSIGNALED(status), "racer %d lived until the end", i);
	}
}

/* ---- all of it ---------------------------------------------------------------------- */

static void fuzz(unsigned long times, unsigned long raced)
{
	unsigned long refused = 0, odd = 0;
	long middle = 0;
	struct genl_req r;

	for (unsigned long i = 0; i < times; i++) {
		struct genl_ans ans;

		if (i % ROUND == 0) {
			remove_devices();
			tell_others(SIGCONT);
		}
		if (i % ROUND == raced)
			tell_others(SIGSTOP);
		if (i == times / 2)
			middle = kernel_kib();
		make_message(&r);
		for (int n = 1 + rnd(4); n > 0; n--)
			mutate(&r);
		ans = genl_talk(fd, &r, NULL, NULL);
		refused += !!ans.err;
		if (ans.err == -EAGAIN || ans.err == -EFAULT) {
			odd++;
			printf("# message %lu: %s %s\n", i, strerrorname_np(-ans.err), ans.msg);
		}
	}
	remove_devices();
	tap_ok(!odd, "%lu changed messages, %lu refused", times, refused);
	tap_ok(refused > times / 3 && refused < times, "some are refused, some are not");
	/* The checkers of a debug kernel hold freed memory back; they know leaks themselves. */
	if (!getenv("DEBUG") || !*getenv("DEBUG"))
		tap_ok(kernel_kib() - middle < 8192, "the kernel holds %ld KiB more than half-way",
		       kernel_kib() - middle);
}

int main(int argc, char **argv)
{
	unsigned long times = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	unsigned long raced = argc > 3 ? strtoul(argv[3], NULL, 10) : ROUND;
	struct genl_req r;

	state = argc > 2 ? strtoul(argv[2], NULL, 10) : 6;
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!tap_ok(family, "the family is there"))
		return tap_done();
	fflush(stdout);
	start_others();
	fuzz(times, raced);
	wait_for_others();
	end_others();
	genl_begin(&r, family, ZRAM_CMD_FEATURES, 0);
	tap_ok(!genl_talk(fd, &r, NULL, NULL).err, "the family still answers");
	return tap_done();
}
