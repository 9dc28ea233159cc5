// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slot protocol against a model of a swap device, under ThreadSanitizer.
 *
 * Owners take an entry (= slot), write it, read it, overwrite it, and free it
 * by notify or by a locked replace (a discard), whereupon it is handed to the
 * next owner at once. Watchers lock slots meanwhile, those first that are
 * about to be freed, and either look (a reader) or replace the object by a
 * copy at once. The picker is a job: it picks a slot, copies it with no lock
 * held, and puts the copy back only if the slot is still picked. Objects are never reused: each remembers for which slot and
 * write it was made, and whether it was released.
 */
#include <pthread.h>
#include <string.h>

#include "slot.h"
#include "tap.h"

#define OWNERS		3
#define WATCHERS	2
#define PICKERS		1	/* one worker a device: two would take each
				 * other's picks for their own
				 */
#define ENTRIES		4
#define STRIDE		301	/* each entry in a leaf of its own */
#define ROUNDS		30000	/* lives of an entry, for each owner */
#define COPIES		200000	/* that each watcher makes at most */

struct object {
	u32 alive;
	size_t index;
	unsigned long stamp;
};

bool env_no_memory;

static struct zram_table table;
static struct object objects[OWNERS][ROUNDS * 2];
static struct object copies[WATCHERS + PICKERS][COPIES];
static bool about_to_free[ENTRIES];
static long objects_alive, slots_occupied;
static long frees_by_mark, frees_by_notify;
static long picks_kept, picks_lost;
static bool stop;

/* What the model forbids, counted. */
enum wrong {
	MARK_MISSED, MARK_OUTLIVED, WRONG_CONTENT, DEAD_OBJECT,
	DOUBLE_RELEASE, LEAKED, WRONGS,
};

static const char *const wrong_names[] = {
	[MARK_MISSED] = "no mark is missed",
	[MARK_OUTLIVED] = "no mark outlives its data",
	[WRONG_CONTENT] = "a slot holds what its owner wrote last",
	[DEAD_OBJECT] = "no object is released while its slot is locked",
	[DOUBLE_RELEASE] = "no object is released twice",
	[LEAKED] = "no object is leaked",
};

static long wrongs[WRONGS];

static void expect(bool ok, enum wrong w)
{
	if (!ok)
		__atomic_add_fetch(&wrongs[w], 1, __ATOMIC_RELAXED);
}

static void count(long *v, long n)
{
	__atomic_add_fetch(v, n, __ATOMIC_RELAXED);
}

/* xorshift: a sequence for each thread, the same in every run. */
static u32 next_random(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static __thread bool in_notify;

static void on_freed(struct zram_table *t, size_t index,
		     const struct zram_slot *old)
{
	struct zram_slot *s = zram_table_slot(t, index);

	expect(zram_slot_kind(s) == ZRAM_KIND_EMPTY, WRONG_CONTENT);
	if (zram_slot_kind(old) == ZRAM_KIND_OBJECT)
		expect(((struct object *)old->ref)->index == index,
		       WRONG_CONTENT);
	count(&slots_occupied, -1);
	count(in_notify ? &frees_by_notify : &frees_by_mark, 1);
}

static void on_release(struct zram_table *t, const struct zram_slot *old)
{
	struct object *o = (struct object *)old->ref;

	(void)t;
	if (zram_slot_kind(old) != ZRAM_KIND_OBJECT)
		return;
	expect(__atomic_exchange_n(&o->alive, 0, __ATOMIC_RELAXED) == 1,
	       DOUBLE_RELEASE);
	count(&objects_alive, -1);
}

static const struct zram_table_ops ops = {
	.freed = on_freed,
	.release = on_release,
};

/* The swap layer's list of free entries, under its lock. */
static struct {
	pthread_mutex_t lock;
	size_t entry[ENTRIES];
	int n;
} free_list = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t take_entry(void)
{
	size_t e;

	pthread_mutex_lock(&free_list.lock);
	e = free_list.entry[--free_list.n];
	pthread_mutex_unlock(&free_list.lock);
	return e;
}

static void give_entry(size_t e)
{
	pthread_mutex_lock(&free_list.lock);
	free_list.entry[free_list.n++] = e;
	pthread_mutex_unlock(&free_list.lock);
}

/* The write that contents stem from. */
static unsigned long stamp_of(const struct zram_slot *s)
{
	switch (zram_slot_kind(s)) {
	case ZRAM_KIND_FILL:
		return s->ref;
	case ZRAM_KIND_OBJECT:
		return ((struct object *)s->ref)->stamp;
	default:
		return 0;
	}
}

static void make_object(struct object *o, size_t index, unsigned long stamp)
{
	o->alive = 1;
	o->index = index;
	o->stamp = stamp;
	count(&objects_alive, 1);
}

/* Make an object, or every eighth time a fill word, the slot's new contents. */
static struct zram_slot put(size_t index, struct object *o,
			    unsigned long stamp)
{
	struct zram_slot *s = zram_table_slot_make(&table, index);
	u32 state = zram_slot_state(ZRAM_KIND_FILL, 0, 0);
	unsigned long ref = stamp;
	struct zram_slot old;

	if (stamp % 8) {
		make_object(o, index, stamp);
		ref = (unsigned long)o;
		state = zram_slot_state(ZRAM_KIND_OBJECT, stamp & 0xffff,
					stamp & 3);
	}
	zram_slot_lock(&table, s);
	old = zram_slot_replace(s, ref, state, (u32)stamp);
	if (zram_slot_kind(&old) == ZRAM_KIND_EMPTY)
		count(&slots_occupied, 1);
	zram_slot_unlock(&table, index, s);
	return old;
}

static void check_mine(size_t index, unsigned long stamp)
{
	struct zram_slot *s = zram_table_slot(&table, index);

	zram_slot_lock(&table, s);
	if (zram_slot_kind(s) == ZRAM_KIND_EMPTY)
		expect(false, MARK_OUTLIVED);
	else
		expect(stamp_of(s) == stamp && s->atime == (u32)stamp,
		       WRONG_CONTENT);
	zram_slot_unlock(&table, index, s);
}

static void discard(size_t index, unsigned long stamp)
{
	struct zram_slot *s = zram_table_slot(&table, index);
	struct zram_slot old;

	zram_slot_lock(&table, s);
	old = zram_slot_replace(s, 0, 0, 0);
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		count(&slots_occupied, -1);
	zram_slot_unlock(&table, index, s);
	expect(stamp_of(&old) == stamp, WRONG_CONTENT);
	on_release(&table, &old);
}

/* When asked to, give a watcher the time to lock the slot before the free. */
static void notify(size_t index, bool contended)
{
	struct zram_slot *s = zram_table_slot(&table, index);
	bool *about = &about_to_free[index / STRIDE];
	int patience = contended ? 4 : 0;

	WRITE_ONCE(*about, contended);
	while (patience-- && !(READ_ONCE(s->state) & ZRAM_SLOT_LOCKED))
		sched_yield();
	in_notify = true;
	zram_slot_notify_free(&table, index);
	in_notify = false;
	WRITE_ONCE(*about, false);
}

static void *own(void *arg)
{
	long id = (long)arg;
	struct object *o = objects[id];
	u32 seed = 77 + id;
	unsigned long stamp = id;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		size_t index = take_entry() * STRIDE;
		u32 r = next_random(&seed);
		struct zram_slot old;

		stamp += OWNERS;
		old = put(index, o++, stamp);
		/* Freed before it came to us, so it must have been empty. */
		expect(zram_slot_kind(&old) == ZRAM_KIND_EMPTY, MARK_MISSED);
		on_release(&table, &old);
		check_mine(index, stamp);
		if (r % 4 == 0) {
			stamp += OWNERS;
			old = put(index, o++, stamp);
			expect(stamp_of(&old) == stamp - OWNERS,
			       WRONG_CONTENT);
			on_release(&table, &old);
			check_mine(index, stamp);
		}
		if (r % 8 == 2)
			sched_yield();	/* time for jobs */
		check_mine(index, stamp);
		if (r % 16 == 1)
			discard(index, stamp);
		else
			notify(index, r & 32);
		give_entry(index / STRIDE);
	}
	return NULL;
}

static size_t pick_entry(u32 *seed)
{
	size_t e;

	for (e = 0; e < ENTRIES; e++)
		if (READ_ONCE(about_to_free[e]))
			return e;
	return next_random(seed) % ENTRIES;
}

/* Whatever a locked slot refers to stays alive, and may be replaced. */
static void *watch(void *arg)
{
	long id = (long)arg;
	u32 seed = 1234 + id;
	struct object *copy = copies[id], *o;

	while (!READ_ONCE(stop)) {
		size_t index = pick_entry(&seed) * STRIDE;
		struct zram_slot *s = zram_table_slot(&table, index);
		struct zram_slot old = { 0 };

		if (!s)
			continue;
		zram_slot_lock(&table, s);
		o = (struct object *)s->ref;
		if (seed & 128)
			sched_yield();	/* a page is decoded */
		if (zram_slot_kind(s) == ZRAM_KIND_OBJECT) {
			expect(o->index == index && READ_ONCE(o->alive),
			       DEAD_OBJECT);
			if (seed & 64 && copy < copies[id] + COPIES) {
				make_object(copy, index, o->stamp);
				old = zram_slot_replace(s,
					(unsigned long)copy++,
					READ_ONCE(s->state) &
						~(ZRAM_SLOT_CTL_MASK |
						  ZRAM_SLOT_UNTOUCHED),
					s->atime);
			}
		}
		zram_slot_unlock(&table, index, s);
		on_release(&table, &old);
		next_random(&seed);
	}
	return NULL;
}

#ifdef MUTATE_PICK
#define still_picked(s)	true	/* a hasty job does not look again */
#else
#define still_picked(s)	zram_slot_has(s, ZRAM_SLOT_PICKED)
#endif

/*
 * A job: what it puts back was made from what it picked, so it must never
 * come on top of something newer; the owners would see it.
 */
static void *pick_and_move(void *arg)
{
	long id = (long)arg;
	u32 seed = 4321 + id;
	struct object *copy = copies[WATCHERS + id];
	struct object *end = copy + COPIES;

	while (!READ_ONCE(stop) && copy < end) {
		size_t index = next_random(&seed) % ENTRIES * STRIDE;
		struct zram_slot *s = zram_table_slot(&table, index);
		struct zram_slot picked, old = { 0 };
		int patience = seed & 7;

		if (!s)
			continue;
		zram_slot_lock(&table, s);
		picked = (struct zram_slot) { .ref = s->ref,
					      .state = READ_ONCE(s->state) };
		if (zram_slot_kind(&picked) != ZRAM_KIND_OBJECT ||
		    (picked.state & ZRAM_SLOT_FREE_MARK)) {
			zram_slot_unlock(&table, index, s);
			continue;
		}
		picked.ref = ((struct object *)picked.ref)->stamp;
		zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
		zram_slot_unlock(&table, index, s);

		while (patience--)
			sched_yield();	/* the copy is compressed */
		make_object(copy, index, picked.ref);
		zram_slot_lock(&table, s);
		if (still_picked(s)) {
			old = zram_slot_replace(s, (unsigned long)copy,
				picked.state & ~(ZRAM_SLOT_CTL_MASK |
						 ZRAM_SLOT_UNTOUCHED),
				s->atime);
			count(&picks_kept, 1);
		} else {
			old = (struct zram_slot) {
				.ref = (unsigned long)copy,
				.state = zram_slot_state(ZRAM_KIND_OBJECT, 0, 0),
			};
			count(&picks_lost, 1);
		}
		copy++;
		zram_slot_unlock(&table, index, s);
		on_release(&table, &old);
	}
	return NULL;
}

static void run_model(void)
{
	pthread_t owner[OWNERS], watcher[WATCHERS], picker[PICKERS];
	long i;

	for (i = 0; i < ENTRIES; i++)
		give_entry(i);
	for (i = 0; i < WATCHERS; i++)
		pthread_create(&watcher[i], NULL, watch, (void *)i);
	for (i = 0; i < PICKERS; i++)
		pthread_create(&picker[i], NULL, pick_and_move, (void *)i);
	for (i = 0; i < OWNERS; i++)
		pthread_create(&owner[i], NULL, own, (void *)i);
	for (i = 0; i < OWNERS; i++)
		pthread_join(owner[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < WATCHERS; i++)
		pthread_join(watcher[i], NULL);
	for (i = 0; i < PICKERS; i++)
		pthread_join(picker[i], NULL);

	expect(slots_occupied == 0 && objects_alive == 0, LEAKED);
	for (i = 0; i < WRONGS; i++)
		tap_ok(!wrongs[i], "%s (%ld times)", wrong_names[i], wrongs[i]);
	printf("# frees: %ld at once, %ld by mark; %ld slots, %ld objects left\n",
	       frees_by_notify, frees_by_mark, slots_occupied, objects_alive);
	tap_ok(frees_by_mark > 100 && frees_by_notify > 100,
	       "both ways of freeing were taken");
	printf("# picked: %ld moved, %ld touched meanwhile\n", picks_kept,
	       picks_lost);
	tap_ok(picks_kept > 20 && picks_lost > 20,
	       "jobs moved slots, and left touched ones alone");
}

static void test_table(void)
{
	struct zram_slot old;
	size_t bytes, i;

	env_no_memory = true;
	tap_ok(zram_table_init(&table, 1000, &ops) == -ENOMEM,
	       "a directory without memory is -ENOMEM");
	env_no_memory = false;
	tap_ok(!zram_table_init(&table, 26214400, &ops) &&
	       zram_table_bytes(&table) < 2 << 20,
	       "an empty table for 100 GiB takes less than 2 MiB");
	tap_ok(!zram_table_slot(&table, 26214399), "it has no leaf yet");
	zram_slot_notify_free(&table, 26214399);
	tap_ok(!zram_table_slot(&table, 26214399), "a free makes none");
	bytes = zram_table_bytes(&table);
	env_no_memory = true;
	tap_ok(!zram_table_slot_make(&table, 26214399),
	       "a leaf without memory is NULL");
	env_no_memory = false;
	put(26214399, &objects[0][0], 1);
	put(0, &objects[0][1], 3);
	tap_ok(zram_table_bytes(&table) == bytes + 2 * sizeof(struct zram_leaf),
	       "the table reports its leaves");
	tap_ok(zram_table_slot(&table, 0) != zram_table_slot(&table, 1) &&
	       !zram_slot_kind(zram_table_slot(&table, 1)),
	       "the neighbour of a written slot is empty");
	old = put(0, &objects[0][2], 4);
	tap_ok(old.ref == (unsigned long)&objects[0][1] &&
	       zram_slot_size(&old) == 3 && zram_slot_prio(&old) == 3 &&
	       zram_slot_kind(&old) == ZRAM_KIND_OBJECT && old.atime == 3,
	       "replace returns the former contents");
	on_release(&table, &old);
	for (i = 1; i < 100; i++)
		zram_table_slot_make(&table, i * ZRAM_LEAF_SLOTS);
	env_rescheds = 0;
	zram_table_exit(&table);
	tap_ok(!objects_alive, "exit releases every occupied slot");
	tap_ok(env_rescheds >= 100, "and lets others run after each leaf");
	slots_occupied = 0;
}

int main(void)
{
	test_table();
	if (zram_table_init(&table, ENTRIES * STRIDE, &ops))
		return 1;
	run_model();
	zram_table_exit(&table);
	return tap_done();
}
