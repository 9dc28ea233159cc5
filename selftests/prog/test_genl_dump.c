// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps of the family "zram": the rows of a slot dump are the slots, messages
 * are full, and a device that is reset, made anew or removed between two
 * pieces ends the dump, marked interrupted.
 * needs: timeout=300
 */
#include "genl.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "../host/tap.h"
#include "zram/netlink.h"
#include "zram/trace_events.h"

#define PAGE 4096u

static int fd, family;

static int run(const char *cmd)
{
	int rc = system(cmd);

	return rc < 0 || !WIFEXITED(rc) ? -1 : WEXITSTATUS(rc);
}

static int verb(int cmd, uint32_t id, uint64_t size)
{
	struct genl_req r;

	genl_begin(&r, family, cmd, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, id);
	if (size)
		genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, size);
	return genl_talk(fd, &r, NULL, NULL).err;
}

/* udev is not there, but readers of our own may hold a device for a moment. */
static int verb_soon(int cmd, uint32_t id)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	int err;

	for (int i = 0; i < 3000; i++) {
		err = verb(cmd, id, 0);
		if (err != -EBUSY)
			break;
		nanosleep(&ms, NULL);
	}
	return err;
}

static int open_device(uint32_t id)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/zram%u", id);
	for (int i = 0; i < 1000 && access(path, F_OK); i++)
		usleep(5000);
	return open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
}

/* What the rows of a dump add up to. */
struct seen {
	uint64_t nr, first, last, bytes;
	uint32_t generation;
	uint32_t kinds[8];
	unsigned int messages;
	bool ascending, same_generation;
	struct zram_slot_row row[16];	/* the first ones */
};

static void take_rows(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *rows = genl_find(nlh, ZRAM_A_SLOT_ROWS);
	const struct nlattr *gen = genl_find(nlh, ZRAM_A_SLOT_GENERATION);
	struct seen *s = arg;
	struct zram_slot_row row;

	s->messages++;
	if (!rows || !gen)
		return;
	if (s->nr && genl_u32(gen) != s->generation)
		s->same_generation = false;
	s->generation = genl_u32(gen);
	for (size_t at = 0; at + sizeof(row) <= genl_len(rows);
	     at += sizeof(row)) {
		memcpy(&row, (const char *)genl_data(rows) + at, sizeof(row));
		if (s->nr && row.index <= s->last)
			s->ascending = false;
		if (!s->nr)
			s->first = row.index;
		if (s->nr < 16)
			s->row[s->nr] = row;
		s->last = row.index;
		s->kinds[row.kind & 7]++;
		s->bytes += row.csize;
		s->nr++;
	}
}

static void begin_slots(struct genl_req *r, uint32_t id, uint64_t first,
			uint64_t count)
{
	genl_begin(r, family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(r, ZRAM_A_SLOT_ID, id);
	if (first)
		genl_put_u64(r, ZRAM_A_SLOT_FIRST, first);
	if (count)
		genl_put_u64(r, ZRAM_A_SLOT_COUNT, count);
}

static struct genl_ans dump_slots(uint32_t id, uint64_t first, uint64_t count,
				  struct seen *s)
{
	struct genl_req r;

	*s = (struct seen){ .ascending = true, .same_generation = true };
	begin_slots(&r, id, first, count);
	return genl_talk(fd, &r, take_rows, s);
}

/* Pages of a kind: 'z' zero, 'r' random, 't' text. */
static void fill(char *buf, size_t pages, char kind)
{
	for (size_t i = 0; i < pages * PAGE; i++)
		buf[i] = kind == 'z' ? 0 : kind == 'r' ? (char)(random() >> 7) :
			 (char)("the quick brown fox "[i % 20] + i / 256 % 7);
}

static void check_rows(void)
{
	char *buf = aligned_alloc(PAGE, 16 * PAGE);
	struct genl_ans ans;
	struct seen s;
	int dev;

	tap_ok(!verb(ZRAM_CMD_NEW, 3, 64 << 20), "a device");
	ans = dump_slots(3, 0, 0, &s);
	tap_ok(!ans.err && !s.nr && !ans.interrupted, "no rows of empty slots");

	dev = open_device(3);
	tap_ok(dev >= 0, "open");
	fill(buf, 1, 'z');
	tap_ok(pwrite(dev, buf, PAGE, 0) == PAGE, "a fill in slot 0");
	fill(buf, 2, 'r');
	tap_ok(pwrite(dev, buf, 2 * PAGE, 300 * PAGE) == 2 * PAGE,
	       "random in 300 and 301");
	fill(buf, 1, 't');
	tap_ok(pwrite(dev, buf, PAGE, 16383L * PAGE) == PAGE,
	       "text in the last slot");
	close(dev);

	ans = dump_slots(3, 0, 0, &s);
	tap_ok(!ans.err && !ans.interrupted && s.nr == 4 && s.ascending,
	       "four rows in order");
	tap_ok(s.row[0].index == 0 && s.row[0].kind == ZRAM_KIND_FILL &&
	       s.row[0].csize == 0, "the fill");
	tap_ok(s.row[1].index == 300 && s.row[1].kind == ZRAM_KIND_RAW &&
	       s.row[1].csize == PAGE, "a raw page");
	tap_ok(s.row[2].index == 301 && s.row[2].kind == ZRAM_KIND_RAW,
	       "another");
	tap_ok(s.row[3].index == 16383 && s.row[3].kind == ZRAM_KIND_OBJECT &&
	       s.row[3].csize > 0 && s.row[3].csize < PAGE, "the object");
	tap_ok(s.row[3].tier == ZRAM_TIER_HOT && !s.row[3].prio && s.generation,
	       "tier, priority and generation");

	ans = dump_slots(3, 300, 1, &s);
	tap_ok(!ans.err && s.nr == 1 && s.first == 300, "one slot of a range");
	ans = dump_slots(3, 1, 299, &s);
	tap_ok(!ans.err && !s.nr, "a range without occupied slots");
	ans = dump_slots(3, 301, UINT64_MAX, &s);
	tap_ok(!ans.err && s.nr == 2 && s.first == 301, "a count beyond the end");
	ans = dump_slots(3, UINT64_MAX, 0, &s);
	tap_ok(!ans.err && !s.nr, "a first beyond the end");
	tap_ok(!verb_soon(ZRAM_CMD_DELETE, 3), "remove");
	free(buf);
}

static void write_fills(uint32_t id, uint64_t slots)
{
	char *buf = aligned_alloc(PAGE, 256 * PAGE);
	int dev = open_device(id);

	memset(buf, 0, 256 * PAGE);
	for (uint64_t at = 0; at < slots; at += 256)
		if (pwrite(dev, buf, 256 * PAGE, at * PAGE) != 256 * PAGE)
			tap_ok(false, "write");
	close(dev);
	free(buf);
}

static void check_large(uint64_t slots)
{
	struct timespec a, b;
	struct genl_ans ans;
	struct seen s;

	tap_ok(!verb(ZRAM_CMD_NEW, 3, slots * PAGE), "a larger device");
	write_fills(3, slots);
	clock_gettime(CLOCK_MONOTONIC, &a);
	ans = dump_slots(3, 0, 0, &s);
	clock_gettime(CLOCK_MONOTONIC, &b);
	tap_ok(!ans.err && s.nr == slots && s.last == slots - 1 && s.ascending &&
	       s.same_generation && !ans.interrupted, "all %llu rows",
	       (unsigned long long)slots);
	tap_ok(s.messages <= 3 + slots * sizeof(struct zram_slot_row) / 31000,
	       "in %u full messages", s.messages);
	printf("# %.0f ns a row\n",
	       ((b.tv_sec - a.tv_sec) * 1e9 + b.tv_nsec - a.tv_nsec) / slots);
}

/* Reads one piece of a dump of device 3, meddles, reads the rest. */
static void check_interrupted(void (*meddle)(void), const char *what)
{
	struct seen s = { .ascending = true, .same_generation = true };
	struct genl_ans ans, rest;
	int other = genl_open();
	struct genl_req r;
	char buf[65536];
	ssize_t n;

	begin_slots(&r, 3, 0, 0);
	genl_send(other, &r);
	n = recv(other, buf, sizeof(buf), 0);
	if (n > 0) {
		ans = (struct genl_ans){ 0 };
		genl_take(&r, (struct nlmsghdr *)buf, &ans, take_rows, &s);
	}
	tap_ok(n > 0 && s.nr > 0 && !ans.interrupted, "%s: a first piece", what);
	meddle();
	genl_receive(other, &r, 65536, &rest, take_rows, &s);
	tap_ok(rest.interrupted && !rest.err, "%s: the rest says interrupted",
	       what);
	tap_ok(s.same_generation && s.ascending,
	       "%s: no row of other contents (%llu rows)", what,
	       (unsigned long long)s.nr);
	close(other);
}

static void meddle_reset(void)
{
	tap_ok(!verb_soon(ZRAM_CMD_RESET, 3), "reset");
}

static void meddle_renew(void)
{
	tap_ok(!verb_soon(ZRAM_CMD_RESET, 3), "reset");
	tap_ok(!verb(ZRAM_CMD_SET, 3, 16 << 20), "a smaller disksize");
	write_fills(3, 4096);
}

static void meddle_remove(void)
{
	tap_ok(!verb_soon(ZRAM_CMD_DELETE, 3), "remove");
}

static void meddle_replace(void)
{
	tap_ok(!verb_soon(ZRAM_CMD_DELETE, 3), "remove");
	tap_ok(!verb(ZRAM_CMD_NEW, 3, 32 << 20), "another of the same id");
	write_fills(3, 8192);
}

static void check_all_interrupted(void)
{
	check_interrupted(meddle_reset, "reset");
	tap_ok(!verb(ZRAM_CMD_SET, 3, 32 << 20), "a disksize again");
	write_fills(3, 8192);
	check_interrupted(meddle_renew, "made anew");
	meddle_replace();
	check_interrupted(meddle_replace, "another device");
	check_interrupted(meddle_remove, "removed");
}

static void count_devices(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(unsigned int *)arg;
}

static void check_device_dump(void)
{
	struct genl_ans ans = { 0 }, rest;
	unsigned int nr = 0, all = 0;
	int other = genl_open();
	struct genl_req r;
	char buf[65536];
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	const uint32_t from = 100, end = 190;
	ssize_t n;

	for (uint32_t id = from; id < end; id++)
		if (verb(ZRAM_CMD_NEW, id, id % 2 ? 1 << 20 : 0))
			tap_ok(false, "device %u", id);
	genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
	ans = genl_talk(fd, &r, count_devices, &all);
	tap_ok(!ans.err && all == end - from && !ans.interrupted,
	       "all devices listed");

	genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
	genl_send(other, &r);
	/* the kernel prepares one piece ahead, as large as this buffer */
	n = recv(other, buf, 4096, 0);
	for (; NLMSG_OK(nlh, n); nlh = NLMSG_NEXT(nlh, n))
		genl_take(&r, nlh, &ans, count_devices, &nr);
	tap_ok(nr > 0 && nr < all, "a first piece (%u)", nr);
	tap_ok(!verb_soon(ZRAM_CMD_DELETE, end - 1), "remove the last one");
	genl_receive(other, &r, 65536, &rest, count_devices, &nr);
	tap_ok(rest.interrupted && !rest.err && nr == all - 1,
	       "the rest says interrupted (%u of %u)", nr, all);
	close(other);
	for (uint32_t id = from; id < end - 1; id++)
		if (verb_soon(ZRAM_CMD_DELETE, id))
			tap_ok(false, "remove %u", id);
}

/* Readers of everything while the device comes and goes. */
static void check_storm(unsigned int rounds)
{
	pid_t reader[3];
	unsigned int failed = 0;

	for (int i = 0; i < 3; i++) {
		reader[i] = fork();
		if (reader[i])
			continue;
		fd = genl_open();
		for (;;) {
			struct genl_req r;
			struct seen s;

			dump_slots(3, 0, 0, &s);
			if (!s.same_generation || !s.ascending)
				_exit(1);
			genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
			genl_talk(fd, &r, NULL, NULL);
		}
	}
	for (unsigned int i = 0; i < rounds; i++) {
		failed += !!verb(ZRAM_CMD_NEW, 3, i % 2 ? 64 << 20 : 1 << 20);
		write_fills(3, 256);
		failed += !!verb_soon(ZRAM_CMD_RESET, 3);
		failed += !!verb(ZRAM_CMD_SET, 3, i % 2 ? 1 << 20 : 64 << 20);
		write_fills(3, 256);
		failed += !!verb_soon(ZRAM_CMD_DELETE, 3);
	}
	for (int i = 0; i < 3; i++) {
		int status;

		kill(reader[i], SIGKILL);
		waitpid(reader[i], &status, 0);
		tap_ok(WIFSIGNALED(status), "reader %d saw whole contents", i);
	}
	tap_ok(!failed, "%u rounds of create, reset, remove", rounds);
}

/* A dump that nobody reads on keeps the module; closing it lets it go. */
static void check_unload(void)
{
	int other = genl_open();
	struct genl_req r;
	char buf[4096];

	tap_ok(!verb(ZRAM_CMD_NEW, 3, 64 << 20), "a device");
	write_fills(3, 16384);
	begin_slots(&r, 3, 0, 0);
	genl_send(other, &r);
	tap_ok(recv(other, buf, sizeof(buf), MSG_TRUNC) > 0, "a first piece");
	tap_ok(run("rmmod zram 2>/dev/null"), "rmmod is refused meanwhile");
	tap_ok(!verb(ZRAM_CMD_GET, 3, 0), "the family still answers");
	close(other);
	tap_ok(!run("rmmod zram"), "rmmod once the reader is gone");
}

static pid_t dump_for_ever(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	fd = genl_open();
	for (;;) {
		struct genl_req r;
		struct seen s;

		family = genl_resolve(fd, ZRAM_GENL_NAME);
		if (!family) {
			usleep(1000);
			continue;
		}
		dump_slots(0, 0, 0, &s);
		genl_begin(&r, family, ZRAM_CMD_GET, NLM_F_DUMP);
		genl_talk(fd, &r, NULL, NULL);
		usleep(1000);	/* four of them would leave the others nothing */
	}
}

/* What the listener did, for the parent. */
static struct {
	volatile unsigned int joined;	/* modules whose group it joined */
	volatile unsigned int heard;	/* and of these it heard an event */
} *listener;

/* Until the module @id goes, which takes the group along without a word. */
static void listen_to(int ask, int id, uint32_t group)
{
	struct timeval limit = { .tv_usec = 20000 };
	int events = genl_open();
	bool heard = false;
	char buf[4096];

	setsockopt(events, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (!genl_join(events, group))
		listener->joined++;
	do {
		if (recv(events, buf, sizeof(buf), 0) > 0 && !heard) {
			heard = true;
			listener->heard++;
		}
	} while (genl_resolve(ask, ZRAM_GENL_NAME) == id);
	close(events);
}

static pid_t listen_for_ever(void)
{
	pid_t pid = fork();
	int ask;

	if (pid)
		return pid;
	ask = genl_open();
	for (;;) {
		int id = genl_resolve(ask, ZRAM_GENL_NAME);
		uint32_t group = genl_group(ask, ZRAM_GENL_NAME);

		if (id && group)
			listen_to(ask, id, group);
		else
			usleep(1000);
	}
}

static bool comes_to(volatile unsigned int *count, unsigned int least)
{
	for (int ms = 0; ms < 20000 && *count < least; ms++)
		usleep(1000);
	return *count >= least;
}

/* One round: the listener joins, hears of a device, and does not keep the module. */
static bool reload(unsigned int round)
{
	return !run("modprobe zram num_devices=2") &&
	       comes_to(&listener->joined, round) &&
	       !run("echo 64M > /sys/block/zram0/disksize") &&
	       comes_to(&listener->heard, round) &&
	       /* a dump under way holds the module for a moment */
	       !run("n=0; until rmmod zram 2>/dev/null; do "
		    "n=$((n + 1)); [ $n -lt 500 ] || exit 1; done");
}

/* The module comes and goes under four clients that list and dump, and a listener. */
static void check_reload(unsigned int rounds)
{
	unsigned int failed = 0;
	pid_t client[5];

	close(fd);
	listener = mmap(NULL, sizeof(*listener), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!tap_ok(listener != MAP_FAILED, "memory"))
		return;
	for (int i = 0; i < 5; i++)
		client[i] = i ? dump_for_ever() : listen_for_ever();
	for (unsigned int i = 1; !failed && i <= rounds; i++)
		failed += !reload(i);
	for (int i = 0; i < 5; i++) {
		int status;

		kill(client[i], SIGKILL);
		waitpid(client[i], &status, 0);
		tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "client %d lived until the end", i);
	}
	tap_ok(!failed, "%u rounds of modprobe and rmmod, the listener joined %u and heard %u",
	       rounds, listener->joined, listener->heard);
}

int main(void)
{
	const char *env = getenv("SCALE");
	int scale = env ? atoi(env) : 1;

	run("[ ! -d /sys/module/zram ] || rmmod zram");
	if (run("modprobe zram num_devices=0"))
		tap_ok(false, "modprobe zram");
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	if (!tap_ok(family, "the family is there"))
		return tap_done();

	check_rows();
	check_large(131072 / scale / 256 * 256);
	check_all_interrupted();
	check_device_dump();
	check_storm(30 / scale);
	check_unload();
	check_reload(scale > 5 ? 2 : 5);
	return tap_done();
}
