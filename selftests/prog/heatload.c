// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct reads of known number on a zram device, and whether the observer's
 * pinned records say the same. Uses nothing of zramctl but the record format.
 * link: -lbpf
 *
 * heatload exact DEVICE SLOTS THREADS ROUNDS
 *   each thread writes its own slots, reads slot i (i % 7) * ROUNDS times and
 *   discards every tenth: every record's state, size and heat must be right.
 * heatload rank DEVICE SLOTS SEED
 *   a tenth of the slots 100 reads each, a tenth once, the rest 10, shuffled:
 *   both ends by heat must overlap the true ones by 95 %, ties against us.
 *
 * The device's id is taken from its name. Exit 0: right, 1: wrong, 2: trouble.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "zram/observe.h"

#define PAGE 4096u

static const char *device;
static uint32_t slots, threads = 2, rounds;
static uint32_t *reads;		/* how often each slot is read */

static void trouble(const char *what)
{
	fprintf(stderr, "heatload: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint32_t boottime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

static uint64_t random_next(uint64_t *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return *s * 0x2545f4914f6cdd1dULL;
}

static int open_device(void)
{
	int fd = open(device, O_RDWR | O_DIRECT);

	if (fd < 0)
		trouble(device);
	return fd;
}

static void *page_buffer(void)
{
	void *p;

	if (posix_memalign(&p, PAGE, PAGE))
		trouble("memory");
	return p;
}

/* Slot @i's page: mostly zeroes, so it compresses; never a fill. */
static void make_page(uint32_t *p, uint32_t i)
{
	memset(p, 0, PAGE);
	p[0] = i + 1;
	p[i % 1000] = ~i;
	p[1001] = i * 2654435761u;
}

static void write_slot(int fd, void *buf, uint32_t i)
{
	make_page(buf, i);
	if (pwrite(fd, buf, PAGE, (off_t)i * PAGE) != PAGE)
		trouble("write");
}

static void read_slot(int fd, void *buf, uint32_t i)
{
	if (pread(fd, buf, PAGE, (off_t)i * PAGE) != PAGE)
		trouble("read");
	if (*(uint32_t *)buf != (i % 1000 ? i + 1 : ~i)) {
		fprintf(stderr, "heatload: slot %u has wrong contents\n", i);
		exit(1);
	}
}

/* The records as pinned. */
static const volatile uint64_t *map_records(uint32_t *nr)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	char path[64];
	void *p;
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/bpf/zram/slots_%s",
		 strpbrk(device, "0123456789"));
	fd = bpf_obj_get(path);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		trouble(path);
	p = mmap(NULL, ((size_t)info.max_entries * 8 + PAGE - 1) / PAGE * PAGE,
		 PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		trouble("mmap");
	*nr = info.max_entries;
	return p;
}

static struct zram_slot_record record(const volatile uint64_t *word, uint32_t i)
{
	struct zram_slot_record r;
	uint64_t w = word[i];

	memcpy(&r, &w, sizeof(r));
	return r;
}

static void *exact_thread(void *arg)
{
	uint32_t first = (uintptr_t)arg, i, k;
	void *buf = page_buffer();
	int fd = open_device();

	for (i = first; i < slots; i += threads)
		write_slot(fd, buf, i);
	for (k = 0; k < 6 * rounds; k++)
		for (i = first; i < slots; i += threads)
			if (k < i % 7 * rounds)
				read_slot(fd, buf, i);
	for (i = first; i < slots; i += threads) {
		uint64_t range[2] = { (uint64_t)i * PAGE, PAGE };

		if (i % 10 == 9 && ioctl(fd, BLKDISCARD, range))
			trouble("discard");
	}
	close(fd);
	free(buf);
	return NULL;
}

static int run_exact(void)
{
	uint32_t start = boottime(), end, i, k, heat, nr, wrong = 0;
	const volatile uint64_t *word;
	pthread_t thread[64];

	for (i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, exact_thread,
				   (void *)(uintptr_t)i))
			trouble("thread");
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	end = boottime();
	word = map_records(&nr);
	if (nr < slots) {
		printf("the map has %u slots, not %u\n", nr, slots);
		return 1;
	}
	for (i = 0; i < slots; i++) {
		struct zram_slot_record r = record(word, i);
		int good;

		for (heat = 0, k = 0; k < i % 7 * rounds; k++)
			heat = zram_heat_read(heat);
		if (i % 10 == 9)
			good = r.state == ZRAM_RECORD_EMPTY && !r.heat &&
			       !r.bytes;
		else
			good = r.state == ZRAM_RECORD_USED && r.heat == heat &&
			       r.bytes > 0 && r.bytes < PAGE &&
			       r.tier == ZRAM_TIER_HOT &&
			       r.seconds >= start && r.seconds <= end;
		if (!good && wrong++ < 5)
			printf("slot %u: state %u tier %u bytes %u heat %u (want %u) seconds %u (%u to %u)\n",
			       i, (unsigned)r.state, (unsigned)r.tier,
			       (unsigned)r.bytes, (unsigned)r.heat, heat,
			       (unsigned)r.seconds, start, end);
	}
	printf("%u of %u records wrong\n", wrong, slots);
	return wrong != 0;
}

static int by_heat(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (x[0] > y[0]) - (x[0] < y[0]);
}

/*
 * Percent of the true tenth (read @want times) in the tenth at one end of
 * @rank (heat, index pairs in order of heat); ties with the end's border
 * count as outside as long as other slots have that heat.
 */
static double overlap(const uint32_t (*rank)[2], uint32_t want, int hot)
{
	uint32_t tenth = slots / 10, i, in = 0, others = 0, ties = 0;
	uint32_t border = rank[hot ? slots - tenth : tenth - 1][0];

	for (i = 0; i < slots; i++) {
		int inside = hot ? rank[i][0] > border : rank[i][0] < border;

		if (reads[rank[i][1]] != want)
			others += inside || rank[i][0] == border;
		else if (inside)
			in++;
		else
			ties += rank[i][0] == border;
	}
	if (in + others < tenth)
		in += ties < tenth - in - others ? ties : tenth - in - others;
	return 100.0 * in / tenth;
}

static int judge_rank(uint32_t shift)
{
	uint32_t (*rank)[2] = calloc(slots, sizeof(*rank));
	const volatile uint64_t *word;
	uint32_t nr, i, now = boottime();
	double top, bottom;

	if (!rank)
		trouble("memory");
	word = map_records(&nr);
	for (i = 0; i < slots; i++) {
		struct zram_slot_record r = record(word, i);

		rank[i][0] = zram_heat_decay(r.heat, r.seconds, now, shift);
		rank[i][1] = i;
	}
	qsort(rank, slots, sizeof(*rank), by_heat);
	top = overlap((const uint32_t (*)[2])rank, 100, 1);
	bottom = overlap((const uint32_t (*)[2])rank, 1, 0);
	printf("top %.1f %% bottom %.1f %%\n", top, bottom);
	free(rank);
	return top < 95 || bottom < 95;
}

static int run_rank(uint64_t seed)
{
	uint32_t tenth = slots / 10, nr = 0, i, j, t, *order;
	uint64_t total = 0;
	void *buf = page_buffer();
	int fd = open_device();

	reads = calloc(slots, sizeof(*reads));
	if (!reads)
		trouble("memory");
	/* Which slots are which is random as well. */
	for (i = 0; i < slots; i++)
		reads[i] = i < tenth ? 100 : i < 2 * tenth ? 1 : 10;
	for (i = slots - 1; i > 0; i--) {
		j = random_next(&seed) % (i + 1);
		t = reads[i];
		reads[i] = reads[j];
		reads[j] = t;
	}
	for (i = 0; i < slots; i++) {
		write_slot(fd, buf, i);
		total += reads[i];
	}
	order = malloc(total * sizeof(*order));
	if (!order)
		trouble("memory");
	for (i = 0; i < slots; i++)
		for (j = 0; j < reads[i]; j++)
			order[nr++] = i;
	for (i = nr - 1; i > 0; i--) {
		j = random_next(&seed) % (i + 1);
		t = order[i];
		order[i] = order[j];
		order[j] = t;
	}
	for (i = 0; i < nr; i++)
		read_slot(fd, buf, order[i]);
	close(fd);
	free(order);
	free(buf);
	return judge_rank(ZRAM_HALF_LIFE_SHIFT);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: heatload exact DEVICE SLOTS THREADS ROUNDS | rank DEVICE SLOTS SEED\n");
		return 2;
	}
	device = argv[2];
	slots = strtoul(argv[3], NULL, 0);
	if (!strcmp(argv[1], "rank"))
		return run_rank(strtoull(argv[4], NULL, 0));
	threads = strtoul(argv[4], NULL, 0);
	rounds = strtoul(argv[5] ? argv[5] : "1", NULL, 0);
	return threads > 64 ? 2 : run_exact();
}
