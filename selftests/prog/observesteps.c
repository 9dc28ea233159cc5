// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of observing one at a time, so that a test can do things between
 * them. Reads commands from stdin and answers each with one line:
 *
 *   start               attach and pin
 *   cover ID            make the map of a device
 *   dump ID             dump the device's slots into memory
 *   seed ID             seed the map with what was dumped
 *   record ID INDEX     "STATE TIER BYTES HEAT SECONDS"
 *   states ID           "UNSEEN EMPTY USED": how many records of each state
 *   ages ID             "BACK LEFT": sums of the two histograms
 *   writes ID           slots counted in the sizes of all priorities
 *
 * link: -Ictl -Ibuild/bpf -I/usr/include/libnl3
 * link: ctl/observer.c ctl/observer_dir.c ctl/observer_map.c
 * link: ctl/client.c ctl/client_module.c ctl/client_use.c
 * link: ctl/nl.c ctl/nl_codec.c ctl/nl_dev.c ctl/nl_slot.c ctl/nl_pack.c ctl/util.c ctl/util_run.c
 * link: -lbpf -lnl-genl-3 -lnl-3 -lm
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "observer.h"

#define PAGE_SIZE 4096u

static struct client *client;
static struct observer *obs;
static struct zram_slot_row *rows;
static size_t nr_rows;
static uint32_t rows_generation;

static int gather(const struct zram_slot_row *r, size_t nr,
		  uint32_t generation, void *arg)
{
	struct zram_slot_row *more = reallocarray(rows, nr_rows + nr,
						  sizeof(*rows));

	if (!more)
		return -ENOMEM;
	rows = more;
	memcpy(rows + nr_rows, r, nr * sizeof(*r));
	nr_rows += nr;
	rows_generation = generation;
	return 0;
}

static int do_dump(uint32_t id)
{
	int err;

	nr_rows = 0;
	err = client_slots(client, id, 0, 0, gather, NULL);
	if (!err)
		printf("ok %zu rows of generation %u\n", nr_rows,
		       rows_generation);
	return err;
}

static int do_cover(uint32_t id)
{
	struct model_dev dev;
	int err = client_device(client, id, &dev);

	if (!err)
		err = observer_cover(obs, id, dev.generation,
				     dev.disksize / PAGE_SIZE);
	if (!err)
		printf("ok generation %u\n", dev.generation);
	return err;
}

static int do_seed(uint32_t id)
{
	struct observer_seed seed;
	int err = observer_seed_begin(obs, id, &seed);

	if (err)
		return err;
	err = observer_seed_rows(&seed, rows, nr_rows, rows_generation);
	observer_seed_end(obs, &seed, !err);
	if (!err)
		printf("ok filled %llu kept %llu\n",
		       (unsigned long long)seed.filled,
		       (unsigned long long)seed.kept);
	return err;
}

static struct zram_slot_record record(uint64_t word)
{
	struct zram_slot_record r;

	memcpy(&r, &word, sizeof(r));
	return r;
}

static int do_record(uint32_t id, uint64_t index)
{
	struct observer_slots s;
	struct zram_slot_record r;
	int err = observer_map(obs, id, &s);

	if (err)
		return err;
	if (index >= s.nr) {
		puts("outside");
	} else {
		r = record(s.word[index]);
		printf("ok %u %u %u %u %u\n", (unsigned)r.state,
		       (unsigned)r.tier, (unsigned)r.bytes, (unsigned)r.heat,
		       (unsigned)r.seconds);
	}
	observer_unmap(&s);
	return 0;
}

static int do_states(uint32_t id)
{
	struct observer_slots s;
	uint64_t n[4] = {}, i;
	int err = observer_map(obs, id, &s);

	if (err)
		return err;
	for (i = 0; i < s.nr; i++)
		n[record(s.word[i]).state]++;
	printf("ok %llu %llu %llu\n", (unsigned long long)n[0],
	       (unsigned long long)n[1], (unsigned long long)n[2]);
	observer_unmap(&s);
	return 0;
}

static int do_ages(uint32_t id)
{
	unsigned long long back = 0, left = 0;
	struct zram_ages a;
	int err = observer_ages(obs, id, &a), i;

	for (i = 0; !err && i < ZRAM_AGE_BUCKETS; i++) {
		back += a.back[i];
		left += a.left[i];
	}
	if (!err)
		printf("ok %llu %llu\n", back, left);
	return err;
}

static int do_writes(uint32_t id)
{
	unsigned long long n = 0;
	struct zram_sizes s;
	unsigned int prio;
	int err = 0, i;

	for (prio = 0; !err && prio < ZRAM_OBSERVE_PRIOS; prio++) {
		err = observer_sizes(obs, id, prio, &s);
		for (i = 0; !err && i < ZRAM_SIZE_BUCKETS; i++)
			n += s.slots[i];
	}
	if (!err)
		printf("ok %llu\n", n);
	return err;
}

static int do_start(void)
{
	int err = observer_start(&obs, ZRAM_HALF_LIFE_SHIFT, PAGE_SIZE);

	if (err == -EEXIST) {
		observer_close(obs);
		err = observer_open(&obs);
	}
	if (!err)
		puts("ok");
	return err;
}

static int run(const char *line)
{
	unsigned long long index;
	unsigned int id;

	if (!strncmp(line, "start", 5))
		return do_start();
	if (!obs)
		return -ENOENT;
	if (sscanf(line, "cover %u", &id) == 1)
		return do_cover(id);
	if (sscanf(line, "dump %u", &id) == 1)
		return do_dump(id);
	if (sscanf(line, "seed %u", &id) == 1)
		return do_seed(id);
	if (sscanf(line, "record %u %llu", &id, &index) == 2)
		return do_record(id, index);
	if (sscanf(line, "states %u", &id) == 1)
		return do_states(id);
	if (sscanf(line, "ages %u", &id) == 1)
		return do_ages(id);
	if (sscanf(line, "writes %u", &id) == 1)
		return do_writes(id);
	return -EINVAL;
}

int main(void)
{
	char line[128];
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	err = client_open(&client, 0);
	if (err) {
		fprintf(stderr, "observesteps: %s\n", client_why(client));
		return 2;
	}
	while (fgets(line, sizeof(line), stdin)) {
		err = run(line);
		if (err)
			printf("error %d: %s: %s\n", err,
			       obs ? observer_why(obs) : "",
			       client_why(client));
	}
	observer_close(obs);
	client_close(client);
	free(rows);
	return 0;
}
