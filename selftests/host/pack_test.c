// SPDX-License-Identifier: GPL-2.0-only
/*
 * The references of packs against a model, under ThreadSanitizer.
 *
 * Owners take an entry (= slot) of a swap device, write it, read it back,
 * overwrite it or free it by notify or discard, whereupon it has another owner at
 * once. A worker picks slots, makes packs of them, and moves the bytes of packs
 * from one stow to the next and back. Watchers read whatever there is. A stow
 * or pack that was given back is spoiled, so that who still reads it sees that.
 */
#include <pthread.h>
#include <string.h>

#include "pack.h"
#include "slot.h"
#include "tap.h"

#define OWNERS	3
#define WATCHERS 2
#define ENTRIES	12
#define BYTES	4096	/* of a pack */
#define ROUNDS	6000	/* lives of an entry, for each owner */

bool env_no_memory;
long env_warnings, env_searches, env_bad_refs;
void (*env_before_lock)(void);

struct place {
	struct zram_stow stow;
	unsigned long stamp[ZRAM_PACK_SLOTS];	/* plain: spoiled at the end */
};

static struct zram_table table;
static long packs_alive, stows_alive, slots_used, frozen_slots, dead_packs;
static long dead_bytes;		/* plain sum of what zram_packs_dead tells */
static long packs_made, switches, packed_reads, lost_slots;
static bool stop;

enum wrong {
	WRONG_CONTENT, DEAD_STOW, DEAD_TWICE, LEAKED, MISCOUNTED, BAD_REFS,
	WRONGS,
};

static const char *const wrong_names[] = {
	[WRONG_CONTENT] = "a packed slot reads as it was written",
	[DEAD_STOW] = "no stow is given back while it is read",
	[DEAD_TWICE] = "every pack loses its last slot once",
	[LEAKED] = "no pack and no stow is leaked",
	[MISCOUNTED] = "the slots on the disk, and dead ones, are counted right",
	[BAD_REFS] = "no reference is taken or dropped after the last one",
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

static u32 next_random(u32 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* ---- what packs.c and the owners of places do ---- */

static struct place *place_of(struct zram_stow *stow)
{
	return (struct place *)stow;
}

/* Spoiled, not freed: so that a reader of a dead one is noticed by itself. */
static void release_place(struct zram_stow *stow)
{
	memset(place_of(stow)->stamp, 0xee, sizeof(place_of(stow)->stamp));
	count(&stows_alive, -1);
}

static const struct zram_stow_ops place_ops = { .release = release_place };

static struct place *make_place(const unsigned long *stamp, bool frozen)
{
	struct place *p = calloc(1, sizeof(*p));

	zram_stow_init(&p->stow, frozen, &place_ops);
	memcpy(p->stamp, stamp, sizeof(p->stamp));
	count(&stows_alive, 1);
	return p;
}

void zram_packs_released(struct zram_pack *p, u32 live, bool frozen)
{
	expect(p->nr, BAD_REFS);
	if (frozen)
		count(&frozen_slots, -1);
	if (live)
		return;
	expect(!p->told, DEAD_TWICE);	/* told is not for anything else here */
	p->told = true;
	count(&dead_packs, 1);
}

void zram_packs_dead(struct zram_pack *p, s32 bytes)
{
	expect(p->nr, BAD_REFS);
	count(&dead_bytes, bytes);
}

void zram_packs_free(struct zram_pack *p)
{
	p->nr = 0;
	count(&packs_alive, -1);
}

static int move_place(struct zram_pack *p, bool frozen, bool if_unread)
{
	struct zram_stow *now = zram_pack_stow(p);
	bool was = now->frozen;
	struct place *next = make_place(place_of(now)->stamp, frozen);
	u32 live;
	int err;

	sched_yield();		/* bytes are copied */
	err = zram_pack_switch(p, &next->stow, if_unread, &live);
	if (err) {
		zram_stow_put(&next->stow);
	} else {
		count(&switches, 1);
		if (was != frozen)
			count(&frozen_slots, (frozen ? 1 : -1) *
					     __builtin_popcount(live));
	}
	zram_stow_put(now);
	return err;
}

/* ---- slots ---- */

static void on_freed(struct zram_table *t, size_t index,
		     const struct zram_slot *old)
{
	(void)t;
	(void)index;
	(void)old;
	count(&slots_used, -1);
}

static void on_release(struct zram_table *t, const struct zram_slot *old)
{
	(void)t;
	if (zram_slot_kind(old) == ZRAM_KIND_PACKED)
		zram_pack_release((struct zram_pack *)old->ref,
				  zram_slot_size(old));
}

static const struct zram_table_ops ops = {
	.freed = on_freed,
	.release = on_release,
};

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
	memmove(&free_list.entry[1], free_list.entry,
		free_list.n * sizeof(size_t));
	free_list.entry[0] = e;
	free_list.n++;
	pthread_mutex_unlock(&free_list.lock);
}

static void write_slot(size_t index, unsigned long stamp)
{
	struct zram_slot *s = zram_table_slot_make(&table, index), old;

	zram_slot_lock(&table, s);
	old = zram_slot_replace(s, stamp,
				zram_slot_state(ZRAM_KIND_OBJECT, 1, 0), 0);
	if (zram_slot_kind(&old) == ZRAM_KIND_EMPTY)
		count(&slots_used, 1);
	zram_slot_unlock(&table, index, s);
	on_release(&table, &old);
}

/* The stamp in the slot; 0: empty. As store_move.c reads. */
static unsigned long read_slot(size_t index, bool wait)
{
	struct zram_slot *s = zram_table_slot(&table, index);
	unsigned long stamp = 0;
	struct zram_stow *stow;
	struct zram_pack *p;
	unsigned int i;

	if (!s)
		return 0;
	zram_slot_lock(&table, s);
	if (zram_slot_kind(s) != ZRAM_KIND_PACKED) {
		if (zram_slot_kind(s) == ZRAM_KIND_OBJECT)
			stamp = s->ref;
		zram_slot_unlock(&table, index, s);
		return stamp;
	}
	p = (struct zram_pack *)s->ref;
	i = zram_slot_size(s);
	stow = zram_pack_read_begin(p, 1, wait);
	if (!stow) {
		expect(!wait, WRONG_CONTENT);
		zram_slot_unlock(&table, index, s);
		return 0;
	}
	zram_pack_get(p);
	zram_slot_unlock_clear(&table, index, s, ZRAM_SLOT_UNTOUCHED);
	sched_yield();
	expect(READ_ONCE(stow->refs.n) != 0, DEAD_STOW);
	stamp = place_of(stow)->stamp[i];
	expect(zram_pack_index(p, i) == index, WRONG_CONTENT);
	count(&packed_reads, 1);
	zram_stow_put(stow);
	zram_pack_put(p);
	return stamp;
}

static void free_slot(size_t index, bool discard)
{
	struct zram_slot *s = zram_table_slot(&table, index), old;

	if (!discard) {
		zram_slot_notify_free(&table, index);
		return;
	}
	zram_slot_lock(&table, s);
	old = zram_slot_replace(s, 0, 0, 0);
	if (zram_slot_kind(&old) != ZRAM_KIND_EMPTY)
		count(&slots_used, -1);
	zram_slot_unlock(&table, index, s);
	on_release(&table, &old);
}

/* ---- threads ---- */

static void *own(void *arg)
{
	long id = (long)arg;
	u32 seed = 77 + id;
	unsigned long stamp = id;
	int i, j;

	for (i = 0; i < ROUNDS; i++) {
		size_t index = take_entry();
		u32 r = next_random(&seed);

		stamp += OWNERS;
		write_slot(index, stamp);
		for (j = r % 8; j >= 0; j--) {
			if (r & 64)
				sched_yield();
			expect(read_slot(index, true) == stamp, WRONG_CONTENT);
		}
		if (r % 3 == 0) {
			stamp += OWNERS;
			write_slot(index, stamp);
			expect(read_slot(index, true) == stamp, WRONG_CONTENT);
		}
		free_slot(index, r % 16 == 1);
		give_entry(index);
	}
	return NULL;
}

static void *watch(void *arg)
{
	u32 seed = 1234 + (long)arg;

	while (!READ_ONCE(stop))
		read_slot(next_random(&seed) % ENTRIES, seed & 64);
	return NULL;
}

/* Every object that there is: picked, with its stamp. */
static unsigned int pick_slots(size_t *index, unsigned long *stamp, u32 r)
{
	unsigned int nr = 0;
	size_t e;

	for (e = r % 3; e < ENTRIES; e++) {
		struct zram_slot *s = zram_table_slot(&table, e);

		if (!s)
			continue;
		zram_slot_lock(&table, s);
		if (zram_slot_kind(s) == ZRAM_KIND_OBJECT) {
			zram_slot_flag(s, ZRAM_SLOT_PICKED, 0);
			index[nr] = e;
			stamp[nr++] = s->ref;
		}
		zram_slot_unlock(&table, e, s);
	}
	return nr;
}

static struct zram_pack *make_pack(const size_t *index,
				   const unsigned long *stamp, unsigned int nr,
				   bool frozen)
{
	struct zram_pack *p = calloc(1, zram_pack_size(nr, false));
	unsigned int i;

	p->nr = nr;
	p->len = BYTES;
	p->thin = nr * 3 / 4;
	p->first = index[0];
	for (i = 0; i < nr; i++)
		p->words[i] = index[i] - index[0];
	zram_pack_init(p, &make_place(stamp, frozen)->stow);
	count(&packs_alive, 1);
	count(&packs_made, 1);
	if (frozen)
		count(&frozen_slots, nr);
	return p;
}

static void publish(struct zram_pack *p)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++) {
		size_t index = zram_pack_index(p, i);
		struct zram_slot *s = zram_table_slot(&table, index);
		bool mine;

		zram_slot_lock(&table, s);
		mine = zram_slot_has(s, ZRAM_SLOT_PICKED);
		if (mine)
			zram_slot_replace(s, (unsigned long)p,
				zram_slot_state(ZRAM_KIND_PACKED, i, 0), 0);
		zram_slot_unlock(&table, index, s);
		if (!mine) {
			count(&lost_slots, 1);
			zram_pack_release(p, i);
		}
	}
}

/* One pack after the other; the last one is kept a while and moved about. */
static void *work(void *arg)
{
	u32 seed = 99;

	(void)arg;
	while (!READ_ONCE(stop)) {
		unsigned long stamp[ZRAM_PACK_SLOTS] = { 0 };
		size_t index[ZRAM_PACK_SLOTS];
		u32 r = next_random(&seed);
		unsigned int nr = pick_slots(index, stamp, r), moves;
		struct zram_pack *p;
		bool frozen = r & 16;

		if (!nr)
			continue;
		p = make_pack(index, stamp, nr, frozen);
		publish(p);
		for (moves = r % 5; moves; moves--) {
			frozen = !frozen;
			if (frozen)
				zram_pack_watch(p);
			move_place(p, frozen, frozen);
		}
		zram_pack_put(p);
	}
	return NULL;
}

static void run_model(void)
{
	pthread_t owner[OWNERS], watcher[WATCHERS], worker;
	long i;

	for (i = 0; i < ENTRIES; i++)
		give_entry(i);
	pthread_create(&worker, NULL, work, NULL);
	for (i = 0; i < WATCHERS; i++)
		pthread_create(&watcher[i], NULL, watch, (void *)i);
	for (i = 0; i < OWNERS; i++)
		pthread_create(&owner[i], NULL, own, (void *)i);
	for (i = 0; i < OWNERS; i++)
		pthread_join(owner[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < WATCHERS; i++)
		pthread_join(watcher[i], NULL);
	pthread_join(worker, NULL);

	expect(!packs_alive && !stows_alive && !slots_used, LEAKED);
	expect(dead_packs == packs_made, DEAD_TWICE);
	expect(!frozen_slots && !dead_bytes, MISCOUNTED);
	expect(!env_bad_refs, BAD_REFS);
	for (i = 0; i < WRONGS; i++)
		tap_ok(!wrongs[i], "%s (%ld times)", wrong_names[i], wrongs[i]);
	printf("# %ld packs, %ld switches, %ld packed reads, %ld slots lost\n",
	       packs_made, switches, packed_reads, lost_slots);
	tap_ok(packs_made > 100 && switches > 50 && packed_reads > 1000 &&
	       lost_slots > 10, "everything was tried often enough");
}

static void test_switch(void)
{
	const unsigned long stamp[ZRAM_PACK_SLOTS] = { 5, 6 };
	const size_t index[] = { 3, 7 };
	struct zram_pack *p = make_pack(index, stamp, 2, false);
	struct zram_stow *stow;

	tap_ok(zram_pack_index(p, 0) == 3 && zram_pack_index(p, 1) == 7 &&
	       p->live == 3, "a new pack has all of its slots");
	zram_pack_watch(p);
	stow = zram_pack_read_begin(p, 9, false);
	tap_ok(stow && p->last_read == 9, "a pack in memory can be read");
	zram_stow_put(stow);
	tap_ok(move_place(p, true, true) == -EAGAIN && !p->frozen,
	       "a pack that was read is not frozen");
	zram_pack_watch(p);
	tap_ok(!move_place(p, true, true) && p->frozen,
	       "a pack that was left alone is");
	zram_pack_watch(p);
	tap_ok(!zram_pack_read_begin(p, 9, false) && !p->touched,
	       "reading it without waiting leaves no trace");
	stow = zram_pack_read_begin(p, 9, true);
	tap_ok(!move_place(p, false, false) && !p->frozen,
	       "a pack under reads comes back to memory");
	tap_ok(place_of(stow)->stamp[1] == 6, "the old stow stays for its reader");
	zram_stow_put(stow);
	tap_ok(stows_alive == 1, "and goes after it");
	zram_pack_release(p, 0);
	zram_pack_release(p, 1);
	tap_ok(move_place(p, true, false) == -ENOENT,
	       "a pack without slots is not moved");
	zram_pack_put(p);
	tap_ok(!packs_alive && !stows_alive && dead_packs == 1,
	       "the last reference takes all with it");
}

static void test_dead(void)
{
	const unsigned long stamp[ZRAM_PACK_SLOTS] = { 5, 6, 7, 8 };
	const size_t index[] = { 1, 2, 3, 4 };
	struct zram_pack *p = make_pack(index, stamp, 4, false);

	tap_ok(!dead_bytes, "no slot of a new pack is dead");
	zram_pack_release(p, 2);
	tap_ok(dead_bytes == BYTES / 4, "one of four holds a quarter");
	tap_ok(!move_place(p, true, false) && !dead_bytes,
	       "of a frozen pack it holds no memory");
	tap_ok(!move_place(p, false, false) && dead_bytes == BYTES / 4,
	       "when it comes back, it does");
	zram_pack_keep(p, BYTES * 2);
	tap_ok(!dead_bytes && p->thin == 1, "one that had better be kept has none");
	zram_pack_release(p, 0);
	tap_ok(!dead_bytes, "until so much has gone");
	zram_pack_release(p, 1);
	tap_ok(dead_bytes == BYTES * 3 / 4, "and then all of them");
	zram_pack_keep(p, BYTES);
	tap_ok(!dead_bytes && !p->thin, "of one slot that takes all of it nothing is dead");
	zram_pack_release(p, 3);
	zram_pack_put(p);

	p = make_pack(index, stamp, 4, false);
	zram_pack_keep(p, BYTES);
	tap_ok(p->thin == 3, "less than all of it pays, where all of it takes as much");
	for (int i = 0; i < 4; i++)
		zram_pack_release(p, i);
	tap_ok(dead_bytes == BYTES, "with the last slot all is dead");
	zram_pack_put(p);
	tap_ok(!dead_bytes, "and counted out once the bytes are gone");
}

static struct zram_pack *moved;

static void freeze_moved(void)
{
	move_place(moved, true, false);
}

static void thaw_moved(void)
{
	move_place(moved, false, false);
}

/* The pack is moved just before a slot that goes takes the lock. */
static void test_release_and_move(void)
{
	const unsigned long stamp[ZRAM_PACK_SLOTS] = { 5, 6 };
	const size_t index[] = { 3, 7 };

	moved = make_pack(index, stamp, 2, false);
	env_before_lock = freeze_moved;
	zram_pack_release(moved, 0);
	tap_ok(frozen_slots == 1, "a slot that goes after the move to the disk is counted there");
	env_before_lock = thaw_moved;
	zram_pack_release(moved, 1);
	tap_ok(frozen_slots == 0, "one that goes after the move back, in memory");
	zram_pack_put(moved);
}

int main(void)
{
	test_switch();
	test_dead();
	test_release_and_move();
	frozen_slots = 0;	/* a mutant's are judged above */
	dead_packs = packs_made = 0;
	if (zram_table_init(&table, ENTRIES, &ops))
		return 1;
	run_model();
	zram_table_exit(&table);
	return tap_done();
}
