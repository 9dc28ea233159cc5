// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Allocations fail, one after the other, while the contexts of folio packs are made:
 * the mode swap is refused then and nothing has changed; auto is taken, says that
 * there was no memory, and makes packs once there is some. Off lets all of it go.
 * needs: debug progs=mkswap timeout=180
 */
#include "genl.h"

#include <fcntl.h>

#include "../host/tap.h"
#include "zram/netlink.h"

#define WALK_END 3000

static int fd, family, nth;

static void run(const char *command)
{
	if (system(command))
		tap_ok(false, "%s", command);
}

static void write_nth(unsigned int n)
{
	char text[16];

	if (pwrite(nth, text, snprintf(text, sizeof(text), "%u", n), 0) < 0)
		perror("fail-nth");
}

/* Whether the failure has happened. */
static bool was_hit(void)
{
	char text[16] = "";

	return pread(nth, text, sizeof(text) - 1, 0) > 0 && !strtoul(text, NULL, 10);
}

/* What a device says of folio packs. */
struct look {
	uint32_t mode, state;
	uint64_t codec;		/* bytes, the contexts among them */
};

static void note_look(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *mode = genl_find(nlh, ZRAM_A_DEV_FOLIO_PACKS);
	const struct nlattr *state = genl_find(nlh, ZRAM_A_DEV_FOLIO_STATE);
	const struct nlattr *codec = genl_find(nlh, ZRAM_A_DEV_CODEC_BYTES);
	struct look *l = arg;

	if (!mode || !state || !codec)
		return;
	l->mode = genl_u32(mode);
	l->state = genl_u32(state);
	memcpy(&l->codec, genl_data(codec), sizeof(l->codec));
}

static struct look look(void)
{
	struct look l = { .mode = UINT32_MAX };
	struct genl_req r;

	genl_begin(&r, family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_talk(fd, &r, note_look, &l);
	return l;
}

/*
 * Set the mode while allocation @n (0: none) fails; *hit: it was met. The errno
 * of the answer; -ENOBUFS: none came, so either may be.
 */
static int set_mode(uint32_t mode, unsigned int n, bool *hit)
{
	struct genl_ans ans = { .err = -ENOBUFS };
	struct genl_req r;
	bool sent;

	genl_begin(&r, family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, 0);
	genl_put_u32(&r, ZRAM_A_DEV_FOLIO_PACKS, mode);
	r.nlh.nlmsg_len = r.len;
	if (n)
		write_nth(n);
	sent = send(fd, r.bytes, r.len, 0) == (ssize_t)r.len;
	*hit = n && was_hit();
	if (n)
		write_nth(0);
	if (sent)
		genl_receive(fd, &r, 65536, &ans, NULL, NULL);
	return ans.err;
}

/* Of a walk: attempts by how they ended; the last one that met no memory. */
struct tally {
	unsigned int taken, refused, no_memory, wrong, last;
};

static void judge(struct tally *t, uint32_t mode, int err, unsigned int n,
		  const struct look *was, const struct look *is)
{
	bool same = is->codec == was->codec;

	if (err == -ENOBUFS)
		return;
	if (err) {
		t->refused++;
		t->wrong += err != -ENOMEM || !same || is->mode != was->mode ||
			    is->state != was->state;
	} else if (is->state == ZRAM_FOLIO_STATE_NO_MEMORY) {
		t->no_memory++;
		t->last = n;
		t->wrong += !same || is->mode != mode || mode != ZRAM_FOLIO_MODE_AUTO;
	} else {
		t->taken++;
		t->wrong += same || is->mode != mode;
	}
}

static void walk(uint32_t mode, const char *name, struct tally *t)
{
	bool hit = true, none;
	unsigned int n;

	*t = (struct tally){ 0 };
	for (n = 1; hit && n < WALK_END; n++) {
		struct look was = look(), is;
		int err = set_mode(mode, n, &hit);

		is = look();
		judge(t, mode, err, n, &was, &is);
		set_mode(ZRAM_FOLIO_MODE_OFF, 0, &none);
		is = look();
		t->wrong += is.mode != ZRAM_FOLIO_MODE_OFF || is.codec != was.codec;
	}
	tap_ok(!hit && !t->wrong, "%s: as it should be, whichever of %u allocations fails",
	       name, n - 2);
	printf("# %u taken, %u refused, %u without memory, %u wrong\n", t->taken,
	       t->refused, t->no_memory, t->wrong);
}

static void prepare(void)
{
	run("[ ! -d /sys/module/zram ] || rmmod zram; modprobe zram num_devices=1");
	run("cd /sys/kernel/debug && for f in failslab fail_page_alloc; do"
	    "  echo N >$f/ignore-gfp-wait; echo 0 >$f/verbose; done;"
	    "  echo 0 >fail_page_alloc/min-order;"
	    "  echo N >fail_page_alloc/ignore-gfp-highmem");
	run("cd /sys/block/zram0 && echo zstd >comp_algorithm && echo 4M >disksize");
}

/* Within ten seconds. */
static bool comes_to(uint32_t state)
{
	for (int i = 0; i < 100 && look().state != state; i++)
		usleep(100000);
	return look().state == state;
}

int main(void)
{
	struct tally t;
	unsigned int n;
	bool hit;

	prepare();
	fd = genl_open();
	family = genl_resolve(fd, ZRAM_GENL_NAME);
	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (!tap_ok(family && nth >= 0, "the family is there, and fail-nth"))
		return tap_done();
	set_mode(ZRAM_FOLIO_MODE_OFF, 0, &hit);
	/* the first one also makes what decodes packs, which stays */
	walk(ZRAM_FOLIO_MODE_SWAP, "swap", &t);
	tap_ok(t.refused, "swap is refused without memory");
	walk(ZRAM_FOLIO_MODE_SWAP, "swap again", &t);
	tap_ok(t.refused && t.taken, "and taken where there is another way");
	walk(ZRAM_FOLIO_MODE_AUTO, "auto", &t);
	tap_ok(t.no_memory, "auto is taken without memory");

	for (n = t.last; n && look().state != ZRAM_FOLIO_STATE_NO_MEMORY; n--) {
		set_mode(ZRAM_FOLIO_MODE_OFF, 0, &hit);
		set_mode(ZRAM_FOLIO_MODE_AUTO, n, &hit);
	}
	tap_ok(look().state == ZRAM_FOLIO_STATE_NO_MEMORY &&
	       !system("zramctl show zram0 --json | grep -q 'no memory for the contexts; tries again'"),
	       "which show says");
	run("mkswap /dev/zram0 >/dev/null && swapon /dev/zram0");
	run("echo never >/sys/kernel/mm/transparent_hugepage/enabled");
	sleep(2);
	tap_ok(!system("foliotrip -m 1M text -w -n 3 >/dev/null"), "pieces go to swap and come back");
	tap_ok(comes_to(ZRAM_FOLIO_STATE_ACTIVE), "as packs: the contexts are there by now");
	run("swapoff /dev/zram0; zramctl reset zram0");
	run("echo never >/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled");
	return tap_done();
}
