// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The screen of top over made-up devices, for screen_test.sh: screen_fake
 * DEVICES SLOTS LOOKS [SECONDS]. On SIGUSR1 the last device goes. At the end it
 * prints the CPU time that a look and its drawing took, as parts of 10000 of
 * the time it ran.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "client.h"
#include "top_screen_impl.h"
#include "util.h"

#define MAX 8

static struct top_dev dev[MAX];
static size_t nr;
static uint64_t slots;
static uint64_t *words;
static volatile sig_atomic_t drop;
static const struct zram_observe_settings settings = {
	.half_life_shift = 10, .page_shift = 12,
};

/* ---- what stands for the kernel ---- */

bool observer_device(const struct observer *o, uint32_t id,
		     struct zram_observed *seen)
{
	*seen = (struct zram_observed){ .generation = 1, .covered = 1 };
	return id < ZRAM_OBSERVE_DEVICES;
}

int observer_map(struct observer *o, uint32_t id, struct observer_slots *s)
{
	*s = (struct observer_slots){ .word = words, .nr = slots, .generation = 1 };
	return slots ? 0 : -ENOENT;
}

void observer_unmap(struct observer_slots *s)
{
	s->word = NULL;
}

const struct zram_observe_settings *observer_settings(const struct observer *o)
{
	return &settings;
}

void client_fill_use(struct model_dev *d)
{
	d->has |= MODEL_USE;
	strcpy(d->use, MODEL_USE_SWAP);
}

static void make_devices(void)
{
	uint32_t now = util_boottime();

	words = calloc(slots + 1, sizeof(*words));
	for (uint64_t i = 0; words && i < slots; i++)
		words[i] = i % 8 == 7 ? ZRAM_RECORD_EMPTY :
			   zram_record_word(now - (i < slots / 2 ? 5 : 300), 0, 1000,
					    i < slots / 2 ? 0 : 1);
	for (size_t i = 0; i < nr; i++) {
		dev[i].dev = (struct model_dev){
			.has = ~0ull, .id = i, .generation = 1, .algo = "lz4",
			.disksize = 64 << 20, .orig_data_size = (i + 1) << 23,
			.mem_used_total = 4 << 20, .failed_writes = i == 1,
			.mem_limit = i == 1 ? 4 << 20 : 0,
			.backing_size = 64 << 20, .backing_used = 3 << 20,
		};
		dev[i].has_io = dev[i].has_rates = true;
	}
}

static enum cmd_result look(void *arg)
{
	static unsigned int looks;

	looks++;
	if (drop && nr) {
		nr--;
		drop = 0;
	}
	for (size_t i = 0; i < nr; i++) {
		dev[i].write_rate = (looks % 8) << 20;
		dev[i].read_rate = looks % 3 ? 4096 : 0;
	}
	return CMD_OK;
}

static const struct top_dev *devices(void *arg, size_t *n)
{
	*n = nr;
	return dev;
}

static struct observer *observer(void *arg)
{
	return slots ? (struct observer *)arg : NULL;
}

/* The first device has a job that is under way, the second one that has ended. */
static void work(void *arg, uint32_t id, struct top_work *w)
{
	uint64_t now = util_boottime() * 1000000000ull;

	*w = (struct top_work){
		.known = true, .id = id, .has_job = id < 2,
		.has_spent = true, .spent = 120 << 20, .day = 1 << 30,
		.job = { .dev = id, .type = ZRAM_JOB_TYPE_PACK, .total = 3300,
			 .done = 1234, .moved = 1200, .bytes_before = 24 << 20,
			 .bytes_after = 18 << 20,
			 .phase = id ? ZRAM_JOB_PHASE_DONE : ZRAM_JOB_PHASE_RUNNING,
			 .ended = id ? now : 0 },
	};
}

static void on_usr1(int sig)
{
	drop = 1;
}

int main(int argc, char **argv)
{
	static char any;
	const struct top_screen_source src = { &any, look, devices, observer, work };
	enum cmd_result res;
	struct rusage a, b;
	double interval, from, cpu;

	if (argc < 4)
		return 2;
	nr = atoi(argv[1]) < MAX ? atoi(argv[1]) : MAX;
	slots = strtoull(argv[2], NULL, 10);
	interval = argc > 4 ? atof(argv[4]) : 0.2;
	make_devices();
	if (!top_screen_can()) {
		puts("cannot");
		return 4;
	}
	signal(SIGUSR1, on_usr1);
	getrusage(RUSAGE_SELF, &a);
	from = time(NULL);
	res = top_screen_run(&src, interval, atoi(argv[3]));
	getrusage(RUSAGE_SELF, &b);
	cpu = b.ru_utime.tv_sec - a.ru_utime.tv_sec +
	      b.ru_stime.tv_sec - a.ru_stime.tv_sec +
	      (b.ru_utime.tv_usec - a.ru_utime.tv_usec +
	       b.ru_stime.tv_usec - a.ru_stime.tv_usec) / 1e6;
	from = time(NULL) - from;
	printf("ended %d cpu %.0f\n", res, from > 0 ? cpu / from * 10000 : 0);
	return res;
}
