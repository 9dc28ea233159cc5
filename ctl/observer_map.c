// SPDX-License-Identifier: GPL-2.0-or-later
/* The observer's maps of one device: made, switched, seeded, read. */
#include "observer_impl.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The types of a slots map, as the kernel holds them: those of the loaded
 * object, because 6.1 takes an inner map only when its types look like the
 * template's.
 */
struct types {
	int fd;
	__u32 key, value;
};

static int find_types(struct observer *o, struct types *t)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	struct btf *btf;
	int id;

	t->fd = -1;
	if (bpf_obj_get_info_by_fd(o->fd[PIN_DEVICES], &info, &len))
		return observer_bpf_failed(o, -errno, "read the maps' types");
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return observer_bpf_failed(o, -errno, "read the maps' types");
	id = btf__find_by_name_kind(btf, "zram_slot_record", BTF_KIND_STRUCT);
	btf__free(btf);
	if (id < 0)
		return observer_fail(o, id, "the observer's maps have no slot records");
	t->key = info.btf_key_type_id;
	t->value = id;
	t->fd = bpf_btf_get_fd_by_id(info.btf_id);
	if (t->fd < 0)
		return observer_bpf_failed(o, -errno, "read the maps' types");
	return 0;
}

uint64_t observer_map_bytes(uint64_t slots)
{
	uint64_t page = sysconf(_SC_PAGESIZE);

	return (slots * sizeof(uint64_t) + page - 1) / page * page;
}

static int make_map(struct observer *o, uint32_t id, uint64_t slots)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts,
		    .map_flags = BPF_F_INNER_MAP | BPF_F_MMAPABLE);
	struct types types = {};
	char name[16];
	int fd, err;

	err = find_types(o, &types);
	if (err)
		return err;
	opts.btf_fd = types.fd;
	opts.btf_key_type_id = types.key;
	opts.btf_value_type_id = types.value;
	snprintf(name, sizeof(name), "slots_%u", id);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(__u32),
			    sizeof(struct zram_slot_record), slots, &opts);
	err = fd < 0 ? -errno : 0;
	close(types.fd);
	if (err == -ENOMEM)
		return observer_fail(o, err,
			"no memory for the records of zram%u (%llu MiB)", id,
			(unsigned long long)observer_map_bytes(slots) >> 20);
	if (err)
		return observer_bpf_failed(o, err, "make the map of slot records");
	return fd;
}

/* What the programs ask, and what everybody may read. */
static void set_covered(struct observer *o, uint32_t id, uint32_t generation)
{
	__atomic_store_n(&o->covered[id], generation, __ATOMIC_SEQ_CST);
	__atomic_store_n(&o->devices[id].covered, generation, __ATOMIC_SEQ_CST);
}

/*
 * Take the device's map away from the programs. Deleting waits until no
 * program is between its look at `covered` and its use of the map, so an
 * event of the old generation cannot reach the map that comes next.
 */
static int take_away(struct observer *o, uint32_t id)
{
	char path[OBSERVER_PATH_LEN];

	set_covered(o, id, 0);
	__atomic_store_n(&o->devices[id].seeded, 0, __ATOMIC_SEQ_CST);
	if (bpf_map_delete_elem(o->fd[PIN_SLOTS], &id) && errno != ENOENT)
		return observer_bpf_failed(o, -errno, "take a map away");
	if (unlink(observer_slots_path(path, id)) && errno != ENOENT)
		return observer_fail(o, -errno, "cannot remove %s: %s", path,
				     strerror(errno));
	return 0;
}

static int check_id(struct observer *o, uint32_t id)
{
	if (id < ZRAM_OBSERVE_DEVICES)
		return 0;
	return observer_fail(o, -ERANGE,
			     "zram%u cannot be observed: the maps end at zram%u",
			     id, ZRAM_OBSERVE_DEVICES - 1);
}

int observer_uncover(struct observer *o, uint32_t id, uint32_t generation)
{
	int err;

	if (id >= ZRAM_OBSERVE_DEVICES)
		return 0;
	err = observer_dir_lock(o);
	if (err)
		return err;
	if (o->devices[id].covered == generation)
		err = take_away(o, id);
	observer_dir_unlock(o);
	return err;
}

/* Set one element of a per-CPU map to zero on every CPU. */
static int clear_element(struct observer *o, int map, __u32 key, size_t bytes)
{
	int cpus = libbpf_num_possible_cpus(), err;
	void *zero = cpus > 0 ? calloc(cpus, bytes) : NULL;

	if (!zero)
		return observer_fail(o, -ENOMEM, "out of memory");
	err = bpf_map_update_elem(map, &key, zero, BPF_ANY) ? -errno : 0;
	free(zero);
	return err ? observer_bpf_failed(o, err, "clear a histogram") : 0;
}

/* The histograms start anew with the records; no program counts just now. */
static int clear_counts(struct observer *o, uint32_t id)
{
	unsigned int prio;
	int err;

	err = clear_element(o, o->fd[PIN_AGES], id, sizeof(struct zram_ages));
	for (prio = 0; !err && prio < ZRAM_OBSERVE_PRIOS; prio++)
		err = clear_element(o, o->fd[PIN_RATIO],
				    id * ZRAM_OBSERVE_PRIOS + prio,
				    sizeof(struct zram_sizes));
	return err;
}

static int switch_to(struct observer *o, uint32_t id, uint32_t generation,
		     int fd)
{
	char path[OBSERVER_PATH_LEN];
	int err = clear_counts(o, id);

	if (err)
		return err;
	if (bpf_map_update_elem(o->fd[PIN_SLOTS], &id, &fd, BPF_ANY))
		return observer_bpf_failed(o, -errno, "hand over a map");
	if (bpf_obj_pin(fd, observer_slots_path(path, id)))
		return observer_bpf_failed(o, -errno, "pin a map");
	__atomic_store_n(&o->devices[id].generation, generation,
			 __ATOMIC_SEQ_CST);
	set_covered(o, id, generation);
	return 0;
}

int observer_cover(struct observer *o, uint32_t id, uint32_t generation,
		   uint64_t slots)
{
	int fd, err;

	err = check_id(o, id);
	if (err)
		return err;
	if (!slots || slots > UINT32_MAX)
		return observer_fail(o, -ERANGE,
			"zram%u cannot be observed: %llu slots are more than a map takes",
			id, (unsigned long long)slots);
	err = observer_dir_lock(o);
	if (err)
		return err;
	/* Another zramctl may have been faster. */
	if (o->devices[id].covered == generation)
		goto out;
	err = take_away(o, id);
	if (err)
		goto out;
	fd = make_map(o, id, slots);
	if (fd < 0) {
		err = fd;
		goto out;
	}
	err = switch_to(o, id, generation, fd);
	close(fd);
out:
	observer_dir_unlock(o);
	return err;
}

/* The map of a device with its generation; the fd, or a negative errno. */
static int open_map(struct observer *o, uint32_t id, uint64_t *nr,
		    uint32_t *generation)
{
	char path[OBSERVER_PATH_LEN];
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	int fd, err;

	err = check_id(o, id);
	if (err)
		return err;
	err = observer_dir_lock(o);
	if (err)
		return err;
	*generation = o->devices[id].covered;
	fd = *generation ? bpf_obj_get(observer_slots_path(path, id)) : -1;
	err = !*generation ? -ENOENT : fd < 0 ? -errno : 0;
	observer_dir_unlock(o);
	if (err == -ENOENT)
		return observer_fail(o, err, "zram%u is not observed", id);
	if (!err && bpf_obj_get_info_by_fd(fd, &info, &len)) {
		err = -errno;
		close(fd);
	}
	if (err)
		return observer_bpf_failed(o, err, "open the slot records");
	*nr = info.max_entries;
	return fd;
}

static int map_words(struct observer *o, int fd, uint64_t nr, int prot,
		     void **words)
{
	void *p = mmap(NULL, observer_map_bytes(nr), prot, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return observer_fail(o, -errno, "cannot map the slot records: %s",
				     strerror(errno));
	*words = p;
	return 0;
}

int observer_map(struct observer *o, uint32_t id, struct observer_slots *s)
{
	int fd = open_map(o, id, &s->nr, &s->generation);
	void *words = NULL;
	int err;

	s->word = NULL;
	if (fd < 0)
		return fd;
	s->bytes = observer_map_bytes(s->nr);
	err = map_words(o, fd, s->nr, PROT_READ, &words);
	s->word = words;
	close(fd);
	return err;
}

void observer_unmap(struct observer_slots *s)
{
	if (s->word)
		munmap((void *)s->word, s->bytes);
	s->word = NULL;
}

int observer_seed_begin(struct observer *o, uint32_t id,
			struct observer_seed *seed)
{
	void *words = NULL;
	int fd, err;

	memset(seed, 0, sizeof(*seed));
	seed->id = id;
	fd = open_map(o, id, &seed->nr, &seed->generation);
	if (fd < 0)
		return fd;
	err = map_words(o, fd, seed->nr, PROT_READ | PROT_WRITE, &words);
	seed->word = words;
	close(fd);
	return err;
}

int observer_seed_rows(struct observer_seed *seed,
		       const struct zram_slot_row *rows, size_t nr,
		       uint32_t generation)
{
	size_t i;

	if (generation != seed->generation)
		return -ESTALE;
	for (i = 0; i < nr; i++) {
		uint64_t unseen = 0, word;

		if (rows[i].index >= seed->nr)
			return -ESTALE;
		word = zram_record_word(rows[i].atime, 0, rows[i].csize,
					rows[i].tier & 3);
		if (__atomic_compare_exchange_n(&seed->word[rows[i].index],
						&unseen, word, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			seed->filled++;
		else
			seed->kept++;
	}
	return 0;
}

void observer_seed_end(struct observer *o, struct observer_seed *seed,
		       bool complete)
{
	if (!seed->word)
		return;
	if (complete)
		__atomic_store_n(&o->devices[seed->id].seeded,
				 seed->generation, __ATOMIC_SEQ_CST);
	munmap(seed->word, observer_map_bytes(seed->nr));
	seed->word = NULL;
}

/* Add up the per-CPU values of one element, @words 64-bit words each. */
static int sum_element(struct observer *o, int map, __u32 key, size_t words,
		       __u64 *sum)
{
	int cpus = libbpf_num_possible_cpus(), cpu;
	__u64 *all;
	size_t i;

	if (cpus < 0)
		return observer_fail(o, cpus, "cannot count the CPUs: %s",
				     strerror(-cpus));
	memset(sum, 0, words * sizeof(*sum));
	all = calloc(cpus * words, sizeof(*all));
	if (!all)
		return observer_fail(o, -ENOMEM, "out of memory");
	if (bpf_map_lookup_elem(map, &key, all)) {
		int err = observer_bpf_failed(o, -errno, "read a histogram");

		free(all);
		return err;
	}
	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; i < words; i++)
			sum[i] += all[cpu * words + i];
	free(all);
	return 0;
}

int observer_ages(struct observer *o, uint32_t id, struct zram_ages *sum)
{
	int err = check_id(o, id);

	return err ? err : sum_element(o, o->fd[PIN_AGES], id,
				       sizeof(*sum) / sizeof(__u64),
				       (__u64 *)sum);
}

int observer_sizes(struct observer *o, uint32_t id, uint32_t prio,
		   struct zram_sizes *sum)
{
	int err = check_id(o, id);

	return err ? err : sum_element(o, o->fd[PIN_RATIO],
				       id * ZRAM_OBSERVE_PRIOS + prio,
				       sizeof(*sum) / sizeof(__u64),
				       (__u64 *)sum);
}

int observer_latency(struct observer *o, uint32_t id, bool write,
		     struct zram_latency *sum)
{
	int err = check_id(o, id);

	return err ? err : sum_element(o, o->fd[PIN_LATENCY], id * 2 + write,
				       sizeof(*sum) / sizeof(__u64),
				       (__u64 *)sum);
}
