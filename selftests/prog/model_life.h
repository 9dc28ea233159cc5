/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations on the device itself: made, given codecs and a size by sysfs or by
 * netlink, limited, reset, removed; and what it must refuse while it is in use.
 */
#ifndef MODEL_LIFE_H
#define MODEL_LIFE_H

#include "model_kernel.h"

/* ---- codecs ---- */

/* One of the list in comp_algorithm; the fast ones more often. */
static inline void pick_algo(struct model *m, char algo[16])
{
	static const char *const favourites[] = { "lz4", "zstd", "lzo-rle" };
	char text[512], *word, *at = text;
	unsigned int nr = 0;

	if (pick(m, 3)) {
		strcpy(algo, favourites[pick(m, 3)]);
		return;
	}
	read_text(m, path_to(m, "comp_algorithm"), text, sizeof(text));
	while ((word = strsep(&at, " []\n")))
		if (*word && one_in(m, ++nr))
			snprintf(algo, 16, "%s", word);
}

/* A level at which text still gets smaller, INT_MIN: none. */
static inline int pick_level(struct model *m, const char *algo)
{
	if (one_in(m, 2))
		return INT32_MIN;
	if (!strcmp(algo, "lz4"))
		return 1 + pick(m, 6);
	if (!strcmp(algo, "lz4hc"))
		return 1 + pick(m, 12);
	if (!strcmp(algo, "zstd"))
		return (int)pick(m, 12) - 3;
	if (!strcmp(algo, "deflate"))
		return (int)pick(m, 10) ?: -1;	/* 0 does not compress */
	return INT32_MIN;
}

static inline bool takes_dict(const struct model *m, const char *algo)
{
	return m->dict && (!strcmp(algo, "lz4") || !strcmp(algo, "lz4hc") ||
			   (!strcmp(algo, "zstd") && m->zstd_dict));
}

struct setup {
	char algo[PRIOS][16];
	int level[PRIOS];
	bool dict[PRIOS];
	uint64_t disksize, limit;
};

static inline void pick_setup(struct model *m, struct setup *s)
{
	memset(s, 0, sizeof(*s));
	for (int prio = 0; prio < PRIOS; prio++) {
		if (prio && one_in(m, 2))
			continue;
		pick_algo(m, s->algo[prio]);
		s->level[prio] = pick_level(m, s->algo[prio]);
		s->dict[prio] = takes_dict(m, s->algo[prio]) && one_in(m, 4);
	}
	m->nr = one_in(m, 6) ? 1 + pick(m, 40) : m->most / 2 + 1 + pick(m, m->most / 2);
	/* rounded up to whole slots */
	s->disksize = (m->nr - 1) * m->slot_size + 1 + pick(m, m->slot_size);
	if (one_in(m, 4))
		s->limit = (m->nr / 4 + 1) * m->slot_size;
}

static inline void setup_sysfs(struct model *m, const struct setup *s)
{
	char text[512];

	put_expect(m, 0, "comp_algorithm", s->algo[0]);
	for (int prio = 1; prio < PRIOS; prio++) {
		if (!s->algo[prio][0])
			continue;
		snprintf(text, sizeof(text), "algo=%s priority=%d", s->algo[prio], prio);
		put_expect(m, 0, "recomp_algorithm", text);
	}
	for (int prio = 0; prio < PRIOS; prio++) {
		size_t n = snprintf(text, sizeof(text), "priority=%d", prio);

		if (!s->algo[prio][0])
			continue;
		if (s->level[prio] != INT32_MIN)
			n += snprintf(text + n, sizeof(text) - n, " level=%d",
				      s->level[prio]);
		if (s->dict[prio])
			snprintf(text + n, sizeof(text) - n, " dict=%s", m->dict);
		put_expect(m, 0, "algorithm_params", text);
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)s->limit);
	put_expect(m, 0, "mem_limit", text);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)s->disksize);
	put_expect(m, 0, "disksize", text);
}

/* One codec, as a nest of its own. */
static inline void put_codec(struct genl_req *r, const struct setup *s, int prio,
			     int dict)
{
	struct genl_req nest = { .len = 0 };

	genl_put_u32(&nest, ZRAM_A_CODEC_PRIORITY, prio);
	genl_put(&nest, ZRAM_A_CODEC_ALGO, s->algo[prio], strlen(s->algo[prio]) + 1);
	if (s->level[prio] != INT32_MIN)
		genl_put_u32(&nest, ZRAM_A_CODEC_LEVEL, s->level[prio]);
	if (s->dict[prio])
		genl_put_u32(&nest, ZRAM_A_CODEC_DICT_FD, dict);
	genl_put(r, ZRAM_A_DEV_CODEC | NLA_F_NESTED, nest.bytes, nest.len);
}

static inline void setup_netlink(struct model *m, const struct setup *s)
{
	int dict = m->dict ? open(m->dict, O_RDONLY) : -1;
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, m->family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	genl_put_u64(&r, ZRAM_A_DEV_DISKSIZE, s->disksize);
	genl_put_u64(&r, ZRAM_A_DEV_MEM_LIMIT, s->limit);
	for (int prio = 0; prio < PRIOS; prio++)
		if (s->algo[prio][0])
			put_codec(&r, s, prio, dict);
	ans = genl_talk(m->nl, &r, NULL, NULL);
	if (ans.err)
		differ(m, "set answers %s (%s)", strerrorname_np(-ans.err), ans.msg);
	if (dict >= 0)
		close(dict);
}

/* ---- life ---- */

static inline void open_device(struct model *m)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/zram%d", m->id);
	for (int i = 0; i < 200; i++) {
		m->fd = open(path, O_RDWR | O_DIRECT);
		if (m->fd >= 0)
			return;
		/* devtmpfs makes it a moment later; a reset may be ending */
		usleep(20000);
	}
	differ(m, "%s: %s", path, strerror(errno));
}

static inline void forget_contents(struct model *m)
{
	memset(m->shadow, 0, m->most * m->slot_size);
	memset(m->slot, 0, m->most * sizeof(*m->slot));
	m->huge_since[0] = m->huge_since[1] = 0;
	m->failed_writes = m->notify_free = 0;
	m->used_max = m->compacted = 0;
}

/* What is read on the disk stays there: else bd_count falls by itself. */
static inline void promote_never(struct model *m)
{
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, m->family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	genl_put_u32(&r, ZRAM_A_DEV_PROMOTE_READS, 0);
	ans = genl_talk(m->nl, &r, NULL, NULL);
	if (ans.err)
		differ(m, "set answers %s (%s)", strerrorname_np(-ans.err), ans.msg);
}

static inline void set_folio_packs(struct model *m, uint32_t mode)
{
	struct genl_ans ans;
	struct genl_req r;

	if (!m->folios)
		mode = ZRAM_FOLIO_MODE_OFF;
	genl_begin(&r, m->family, ZRAM_CMD_SET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	genl_put_u32(&r, ZRAM_A_DEV_FOLIO_PACKS, mode);
	ans = genl_talk(m->nl, &r, NULL, NULL);
	if (ans.err)
		differ(m, "set answers %s (%s)", strerrorname_np(-ans.err), ans.msg);
	m->folio_packs = mode;
}

/* All of the time in some lives; in others now and then. */
static inline void op_folio_packs(struct model *m)
{
	uint32_t mode = pick(m, ZRAM_FOLIO_MODE_ALL + 1);

	say(m, "folio packs %u", mode);
	set_folio_packs(m, mode);
}

static inline void begin_life(struct model *m)
{
	bool by_netlink = one_in(m, 2);
	struct answers a;
	struct setup s;
	uint64_t n;

	m->lives++;
	promote_never(m);
	set_folio_packs(m, one_in(m, 2) ? ZRAM_FOLIO_MODE_ALL : ZRAM_FOLIO_MODE_AUTO);
	pick_setup(m, &s);
	m->backing = m->disk && one_in(m, 2);
	say(m, "a life: %s level %d%s | %s | %s | %s, %u slots, limit %llu, folio packs %u%s%s", s.algo[0],
	    s.level[0], s.dict[0] ? " dict" : "", s.algo[1], s.algo[2], s.algo[3],
	    m->nr, (unsigned long long)s.limit, m->folio_packs, m->backing ? ", disk" : "",
	    by_netlink ? " (netlink)" : "");
	if (m->backing) {
		put_expect(m, 0, "backing_dev", m->disk);
		put_expect(m, 0, "compressed_writeback", one_in(m, 2) ? "1" : "0");
	}
	(by_netlink ? setup_netlink : setup_sysfs)(m, &s);
	memcpy(m->algo, s.algo, sizeof(m->algo));
	m->limit = s.limit;
	forget_contents(m);
	open_device(m);
	read_numbers(m, "disksize", &n, 1);
	must_equal(m, "disksize", n, m->nr * m->slot_size);
	get_device(m, &a);
	m->generation = a.n[ZRAM_A_DEV_GENERATION];
	read_numbers(m, "queue/write_zeroes_max_bytes", &n, 1);
	m->zeroes_free = n;
	check_get(m);
	check_counters(m);
}

static inline void check_bare(struct model *m)
{
	uint64_t n[MM], zero[MM] = { 0 };

	read_numbers(m, "initstate", n, 1);
	must_equal(m, "initstate", n[0], 0);
	read_numbers(m, "disksize", n, 1);
	must_equal(m, "disksize of a bare device", n[0], 0);
	read_numbers(m, "mm_stat", n, MM);
	if (memcmp(n, zero, sizeof(zero)))
		differ(m, "mm_stat of a bare device is not all 0");
}

static inline void end_life(struct model *m)
{
	struct genl_ans ans;
	struct genl_req r;

	check_slots(m);
	check_counters(m);
	put_expect(m, EBUSY, "reset", "1");
	close(m->fd);
	if (one_in(m, 2)) {
		put_expect(m, 0, "reset", "1");
	} else {
		genl_begin(&r, m->family, ZRAM_CMD_RESET, 0);
		genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
		ans = genl_talk(m->nl, &r, NULL, NULL);
		if (ans.err)
			differ(m, "reset answers %s (%s)", strerrorname_np(-ans.err),
			       ans.msg);
	}
	check_bare(m);
}

static inline void op_reset(struct model *m)
{
	say(m, "reset");
	end_life(m);
	begin_life(m);
}

static inline void remove_device(struct model *m)
{
	char text[16];
	int err;

	snprintf(text, sizeof(text), "%d", m->id);
	err = write_text("/sys/class/zram-control/hot_remove", text);
	if (err)
		differ(m, "hot_remove: %s", strerror(err));
}

/* A bare one, by the lowest id that is free. */
static inline void add_device(struct model *m)
{
	char text[32];

	read_text(m, "/sys/class/zram-control/hot_add", text, sizeof(text));
	m->id = atoi(text);
	check_bare(m);
}

static inline void op_remove(struct model *m)
{
	int id = m->id;

	say(m, "remove");
	check_slots(m);
	check_counters(m);
	close(m->fd);
	remove_device(m);
	add_device(m);
	if (m->id > id)
		differ(m, "id %d, though %d is free", m->id, id);
	begin_life(m);
}

/* ---- settings ---- */

static inline void op_limit(struct model *m)
{
	uint64_t mm[MM], bytes = 0;
	struct genl_ans ans;
	struct genl_req r;
	char text[32];

	read_numbers(m, "mm_stat", mm, MM);
	if (!one_in(m, 3))
		bytes = mm[TOTAL] / 2 + pick(m, mm[TOTAL] + m->slot_size * 64);
	say(m, "limit %llu, where %llu are used", (unsigned long long)bytes,
	    (unsigned long long)mm[TOTAL]);
	if (one_in(m, 2)) {
		snprintf(text, sizeof(text), one_in(m, 2) ? "0x%llx" : "%lluk\n",
			 (unsigned long long)bytes);
		if (strchr(text, 'k'))
			snprintf(text, sizeof(text), "%lluk\n",
				 (unsigned long long)(bytes >>= 10));
		if (strchr(text, 'k'))
			bytes <<= 10;
		put_expect(m, 0, "mem_limit", text);
	} else {
		genl_begin(&r, m->family, ZRAM_CMD_SET, 0);
		genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
		genl_put_u64(&r, ZRAM_A_DEV_MEM_LIMIT, bytes);
		ans = genl_talk(m->nl, &r, NULL, NULL);
		if (ans.err)
			differ(m, "set of a limit answers %s",
			       strerrorname_np(-ans.err));
	}
	m->limit = (bytes + m->slot_size - 1) / m->slot_size * m->slot_size;
}

static inline void op_used_max(struct model *m)
{
	uint64_t mm[MM];
	struct expected e;

	say(m, "reset mem_used_max");
	put_expect(m, 0, "mem_used_max", "0");
	read_numbers(m, "mm_stat", mm, MM);
	expect(m, &e);
	if (!e.packed)
		must_equal(m, "mem_used_max", mm[USED_MAX], mm[TOTAL]);
	m->used_max = 0;
}

/* What a device in use refuses changes nothing. */
static inline void op_refused(struct model *m)
{
	static const struct {
		int err;
		const char *name, *text;
	} tries[] = {
		{ EINVAL, "disksize", "0" },
		{ EBUSY, "disksize", "1M" },
		{ EBUSY, "reset", "1" },
		{ EINVAL, "reset", "0" },
		{ EINVAL, "comp_algorithm", "none" },
		{ EBUSY, "comp_algorithm", "zstd" },
		{ EINVAL, "recomp_algorithm", "algo=none" },
		{ EBUSY, "recomp_algorithm", "algo=lz4 priority=3" },
		{ EBUSY, "algorithm_params", "level=1" },
		{ EBUSY, "backing_dev", "/dev/ram9" },
		{ EBUSY, "compressed_writeback", "1" },
		{ EINVAL, "mem_limit", "none" },
		{ EINVAL, "mem_used_max", "1" },
		{ EINVAL, "idle", "never" },
		{ EINVAL, "recompress", "priority=0" },
		{ EINVAL, "recompress", "type=cold" },
		{ EINVAL, "recompress", "threshold=70000" },
	};
	unsigned int i = pick(m, sizeof(tries) / sizeof(tries[0]));

	say(m, "%s '%s', which is refused", tries[i].name, tries[i].text);
	put_expect(m, tries[i].err, tries[i].name, tries[i].text);
}

/* The second CPU goes, or comes back. */
static inline void op_cpu(struct model *m)
{
	const char *path = "/sys/devices/system/cpu/cpu1/online";
	char text[8];
	int err;

	if (access(path, W_OK))
		return;
	read_text(m, path, text, sizeof(text));
	say(m, "CPU1 goes %s", *text == '1' ? "off" : "on");
	err = write_text(path, *text == '1' ? "0" : "1");
	if (err)
		differ(m, "CPU1: %s", strerror(err));
}

static inline void cpu_on(void)
{
	write_text("/sys/devices/system/cpu/cpu1/online", "1");
}

#endif
