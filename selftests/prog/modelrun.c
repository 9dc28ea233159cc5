// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random operations on one device beside a model of it: whatever is read must
 * be what the model holds, and every counter and every slot must be as the
 * model has them. One seed gives the same operations each time; a difference
 * ends the run and shows the last ones.
 *
 * To add an operation: write a function that says what it does (say), does it,
 * and tells the model what is now so; then give it a line in operations[]. What
 * may come out in more than one way is for check_slots_but().
 */
#include "model_io.h"
#include "model_jobs.h"
#include "model_life.h"

/* How many in 1000 operations are of that kind. */
static const struct operation {
	unsigned int weight;
	void (*run)(struct model *m);
} operations[] = {
	{ 403, op_write },
	{ 393, op_read },
	{ 60, op_discard },
	{ 30, op_zeroes },
	{ 20, op_idle },
	{ 15, op_recompress },
	{ 10, op_pack },
	{ 10, op_writeback },
	{ 5, op_promote },
	{ 2, op_attach },
	{ 2, op_detach },
	{ 10, op_compact },
	{ 10, op_limit },
	{ 5, op_folio_packs },
	{ 5, op_used_max },
	{ 15, op_refused },
	{ 2, op_cpu },
	{ 1, op_discard_all },
	{ 1, op_reset },
	{ 1, op_remove },
};

static unsigned long wanted = 10000;	/* slot operations */

static void usage(void)
{
	fputs("usage: modelrun [-s SEED] [-n SLOT_OPERATIONS] [-p SLOTS] [-d DICTIONARY [-z]] [-b DISK] [-f]\n",
	      stderr);
	exit(2);
}

static void one_operation(struct model *m)
{
	unsigned int r = pick(m, 1000), i = 0;

	while (r >= operations[i].weight)
		r -= operations[i++].weight;
	operations[i].run(m);
}

/* Counters often, slots at times, what is slow to read seldom. */
static void check(struct model *m)
{
	if (!(m->operations % 8))
		check_counters(m);
	if (!(m->operations % 32))
		check_slots(m);
	if (!(m->operations % 64))
		check_get(m);
	if (!(m->operations % 256)) {
		check_slots(m);
		check_block_state(m);
	}
}

static void begin(struct model *m)
{
	m->random = m->seed;
	m->stamp = 1;
	m->slot_size = sysconf(_SC_PAGESIZE);
	m->nl = genl_open();
	m->family = genl_resolve(m->nl, ZRAM_GENL_NAME);
	if (!m->family)
		die("no netlink family");
	pageset_make_text(&m->text);
	m->shadow = get_pages(m->most * m->slot_size);
	m->slot = get_pages(m->most * sizeof(*m->slot));
	m->rows = get_pages(m->most * sizeof(*m->rows));
	m->buffer = get_pages((MOST_BLOCKS + 2) * BLOCK);
	m->spare = get_pages((MOST_BLOCKS + 2) * BLOCK);
	add_device(m);
	begin_life(m);
}

static void end(struct model *m)
{
	struct range all = { 0, m->nr * blocks_a_slot(m) };
	uint32_t first;

	/* read everything once more */
	for (first = 0; first < all.count; first += MOST_BLOCKS) {
		struct range r = { first, all.count - first };

		if (r.count > MOST_BLOCKS)
			r.count = MOST_BLOCKS;
		if (transfer(m, false, r, m->buffer))
			differ(m, "reading in the end: %s", strerror(errno));
		compare(m, r, m->buffer);
	}
	check_counters(m);
	op_discard_all(m);
	close(m->fd);
	remove_device(m);
	cpu_on();
}

int main(int argc, char **argv)
{
	static struct model m = { .seed = 1, .most = 1024, .fd = -1 };
	int option;

	program_name = "modelrun";
	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((option = getopt(argc, argv, "s:n:p:d:zb:f")) != -1) {
		switch (option) {
		case 's': m.seed = parse_size(optarg); break;
		case 'n': wanted = parse_size(optarg); break;
		case 'p': m.most = parse_size(optarg); break;
		case 'd': m.dict = optarg; break;
		case 'z': m.zstd_dict = true; break;
		case 'b': m.disk = optarg; break;
		case 'f': m.folios = true; break;
		default: usage();
		}
	}
	if (optind != argc || m.most < 2)
		usage();
	begin(&m);
	while (m.slot_operations < wanted) {
		one_operation(&m);
		check(&m);
	}
	end(&m);
	printf("seed=%llu operations=%lu slots=%lu lives=%lu moved=%lu failed=%lu wrong=0\n",
	       (unsigned long long)m.seed, m.operations, m.slot_operations, m.lives,
	       m.moved, m.failed);
	return 0;
}
