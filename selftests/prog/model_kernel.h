/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the device says, by every way it has to say it (mm_stat, io_stat,
 * bd_stat, netlink get and slot dumps, block_state), and whether that is what
 * the model says.
 */
#ifndef MODEL_KERNEL_H
#define MODEL_KERNEL_H

#include "genl.h"
#include "model.h"

static inline const char *path_to(const struct model *m, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "/sys/block/zram%d/%s", m->id, name);
	return path;
}

/* 0 or an errno. */
static inline int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

static inline int put(struct model *m, const char *name, const char *text)
{
	return write_text(path_to(m, name), text);
}

/* An attribute is written, and answers @err. */
static inline void put_expect(struct model *m, int err, const char *name,
			      const char *text)
{
	int got = put(m, name, text);

	if (got != err)
		differ(m, "'%s' to %s gives %s, not %s", text, name,
		       got ? strerrorname_np(got) : "ok",
		       err ? strerrorname_np(err) : "ok");
}

static inline void read_text(struct model *m, const char *path, char *text,
			     size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? -1 : read(fd, text, room - 1);

	if (got < 0)
		differ(m, "%s: %s", path, strerror(errno));
	text[got] = '\0';
	close(fd);
}

static inline void read_numbers(struct model *m, const char *name,
				uint64_t *n, unsigned int nr)
{
	char text[4096], *at = text, *end;

	read_text(m, path_to(m, name), text, sizeof(text));
	while (nr--) {
		*n++ = strtoull(at, &end, 10);
		if (end == at)
			differ(m, "%s has too few numbers: %s", name, text);
		at = end;
	}
}

static inline uint64_t attr_number(const struct nlattr *a)
{
	uint64_t v = 0;

	memcpy(&v, genl_data(a), genl_len(a) < 8 ? genl_len(a) : 8);
	return v;
}

/* ---- counters ---- */

/* compr: bytes from and to, without packs. */
struct expected {
	uint64_t stored, same, frozen, cold, packed, huge[2], compr[2];
};

static inline void expect(struct model *m, struct expected *e)
{
	const struct slot_model *s;
	uint64_t bytes;

	memset(e, 0, sizeof(*e));
	for (s = m->slot; s < m->slot + m->nr; s++) {
		if (s->kind == ZRAM_KIND_EMPTY)
			continue;
		e->stored++;
		e->same += s->kind == ZRAM_KIND_FILL;
		e->frozen += s->tier == ZRAM_TIER_FROZEN;
		e->cold += s->tier == ZRAM_TIER_COLD;
		e->packed += s->kind == ZRAM_KIND_PACKED || s->folio;
		e->huge[0] += s->raw == YES;
		e->huge[1] += s->raw != NO;
		if (s->kind == ZRAM_KIND_FILL ||
		    s->kind == ZRAM_KIND_PACKED || s->folio)
			continue;
		if (s->kind == ZRAM_KIND_RAW || s->seen) {
			bytes = s->kind == ZRAM_KIND_RAW ? m->slot_size : s->csize;
			e->compr[0] += bytes;
			e->compr[1] += bytes;
		} else {
			e->compr[0] += 8;
			e->compr[1] += m->slot_size;
		}
	}
}

enum mm { ORIG, COMPR, TOTAL, LIMIT, USED_MAX, SAME, COMPACTED, HUGE, SINCE, MM };

static inline void must_be(struct model *m, const char *what, uint64_t got,
			   uint64_t from, uint64_t to)
{
	if (got < from || got > to)
		differ(m, "%s is %llu, not %llu to %llu", what,
		       (unsigned long long)got, (unsigned long long)from,
		       (unsigned long long)to);
}

static inline void must_equal(struct model *m, const char *what, uint64_t got,
			      uint64_t want)
{
	must_be(m, what, got, want, want);
}

/* The pool gives its last pages back a moment later. */
static inline void wait_for_empty_pool(struct model *m, uint64_t mm[MM])
{
	for (int i = 0; i < 500 && (mm[TOTAL] || mm[COMPR]); i++) {
		usleep(10000);
		read_numbers(m, "mm_stat", mm, MM);
	}
	must_equal(m, "compr_data_size of nothing", mm[COMPR], 0);
	must_equal(m, "mem_used_total of nothing", mm[TOTAL], 0);
}

/*
 * A pack that is made anew or taken apart in the background counts each page
 * where it goes before it no longer counts where it was; so a number may be too
 * large for a moment.
 */
static inline bool may_settle(const struct expected *e, int i, uint64_t stored,
			      uint64_t same, uint64_t huge)
{
	if (i == 500 ||
	    (stored == e->stored && same == e->same && huge >= e->huge[0] &&
	     huge <= e->huge[1]))
		return false;
	usleep(2000);
	return true;
}

static inline void check_mm_stat(struct model *m, const struct expected *e)
{
	uint64_t mm[MM];
	int i = 0;

	do
		read_numbers(m, "mm_stat", mm, MM);
	while (may_settle(e, i++, mm[ORIG] / m->slot_size, mm[SAME], mm[HUGE]));
	must_equal(m, "orig_data_size", mm[ORIG], e->stored * m->slot_size);
	must_equal(m, "same_pages", mm[SAME], e->same);
	must_be(m, "huge_pages", mm[HUGE], e->huge[0], e->huge[1]);
	must_be(m, "huge_pages_since", mm[SINCE], m->huge_since[0],
		m->huge_since[1]);
	must_be(m, "huge_pages of those", mm[HUGE], 0, mm[SINCE]);
	must_equal(m, "mem_limit", mm[LIMIT], m->limit);
	if (e->stored == e->same)
		wait_for_empty_pool(m, mm);
	must_be(m, "compr_data_size", mm[COMPR], e->compr[0],
		e->packed ? UINT64_MAX : e->compr[1]);
	if (!e->packed)
		must_be(m, "mem_used_total", mm[TOTAL], mm[COMPR], UINT64_MAX);
	must_be(m, "mem_used_max", mm[USED_MAX], m->used_max, UINT64_MAX);
	if (!e->packed)
		must_be(m, "mem_used_max", mm[USED_MAX], mm[TOTAL], UINT64_MAX);
	must_be(m, "pages_compacted", mm[COMPACTED], m->compacted, UINT64_MAX);
	m->used_max = mm[USED_MAX];
	m->compacted = mm[COMPACTED];
}

static inline void check_counters(struct model *m)
{
	struct expected e;
	uint64_t n[4];

	expect(m, &e);
	check_mm_stat(m, &e);
	read_numbers(m, "io_stat", n, 4);
	must_equal(m, "failed_reads", n[0], 0);
	must_equal(m, "failed_writes", n[1], m->failed_writes);
	must_equal(m, "invalid_io", n[2], 0);
	must_equal(m, "notify_free", n[3], m->notify_free);
	read_numbers(m, "bd_stat", n, 3);
	must_equal(m, "bd_count", n[0], e.frozen * blocks_a_slot(m));
}

/* ---- netlink get ---- */

struct answers {
	uint64_t n[ZRAM_A_DEV_MAX + 1];
	bool has[ZRAM_A_DEV_MAX + 1];
	char algo[PRIOS][16];
};

static inline void note_codec(const struct nlattr *nest, struct answers *a)
{
	const char *end = (const char *)nest + nest->nla_len;
	const struct nlattr *sub;
	uint32_t prio = 0;

	genl_for_each(sub, genl_data(nest), end) {
		if (genl_type(sub) == ZRAM_A_CODEC_PRIORITY)
			prio = genl_u32(sub);
		if (genl_type(sub) == ZRAM_A_CODEC_ALGO && prio < PRIOS)
			snprintf(a->algo[prio], sizeof(a->algo[0]), "%s",
				 (const char *)genl_data(sub));
	}
}

static inline void note_device(const struct nlmsghdr *nlh, void *arg)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	struct answers *answers = arg;
	const struct nlattr *a;

	genl_for_each(a, (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN, end) {
		int type = genl_type(a);

		if (type == ZRAM_A_DEV_CODEC)
			note_codec(a, answers);
		else if (type <= ZRAM_A_DEV_MAX && type != ZRAM_A_DEV_ALGO) {
			answers->n[type] = attr_number(a);
			answers->has[type] = true;
		}
	}
}

static inline void get_device(struct model *m, struct answers *a)
{
	struct genl_ans ans;
	struct genl_req r;

	memset(a, 0, sizeof(*a));
	genl_begin(&r, m->family, ZRAM_CMD_GET, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	ans = genl_talk(m->nl, &r, note_device, a);
	if (ans.err)
		differ(m, "get answers %s (%s)", strerrorname_np(-ans.err), ans.msg);
}

static inline void check_get(struct model *m)
{
	struct expected e;
	struct answers a;
	char disk[64];
	int i = 0;

	expect(m, &e);
	do
		get_device(m, &a);
	while (may_settle(&e, i++, a.n[ZRAM_A_DEV_ORIG_DATA_SIZE] / m->slot_size,
			  a.n[ZRAM_A_DEV_SAME_PAGES], a.n[ZRAM_A_DEV_HUGE_PAGES]) ||
	       (a.n[ZRAM_A_DEV_COLD_SLOTS] != e.cold && i < 500 && !usleep(2000)));
	must_equal(m, "get: state", a.n[ZRAM_A_DEV_STATE],
		   ZRAM_STATE_INITIALISED | ZRAM_STATE_IN_USE);
	must_equal(m, "get: generation", a.n[ZRAM_A_DEV_GENERATION], m->generation);
	must_equal(m, "get: disksize", a.n[ZRAM_A_DEV_DISKSIZE], m->nr * m->slot_size);
	must_equal(m, "get: mem-limit", a.n[ZRAM_A_DEV_MEM_LIMIT], m->limit);
	must_equal(m, "get: orig-data-size", a.n[ZRAM_A_DEV_ORIG_DATA_SIZE],
		   e.stored * m->slot_size);
	must_equal(m, "get: same-pages", a.n[ZRAM_A_DEV_SAME_PAGES], e.same);
	must_be(m, "get: huge-pages", a.n[ZRAM_A_DEV_HUGE_PAGES], e.huge[0], e.huge[1]);
	must_be(m, "get: huge-pages-since", a.n[ZRAM_A_DEV_HUGE_PAGES_SINCE],
		m->huge_since[0], m->huge_since[1]);
	must_equal(m, "get: failed-reads", a.n[ZRAM_A_DEV_FAILED_READS], 0);
	must_equal(m, "get: failed-writes", a.n[ZRAM_A_DEV_FAILED_WRITES],
		   m->failed_writes);
	must_equal(m, "get: notify-free", a.n[ZRAM_A_DEV_NOTIFY_FREE], m->notify_free);
	must_equal(m, "get: folio-packs", a.n[ZRAM_A_DEV_FOLIO_PACKS], m->folio_packs);
	must_equal(m, "get: cold-slots", a.n[ZRAM_A_DEV_COLD_SLOTS], e.cold);
	must_equal(m, "get: frozen-slots", a.n[ZRAM_A_DEV_FROZEN_SLOTS], e.frozen);
	for (int i = 0; i < PRIOS; i++)
		if (strcmp(a.algo[i], m->algo[i]))
			differ(m, "get: priority %d is '%s', not '%s'", i, a.algo[i],
			       m->algo[i]);
	read_text(m, path_to(m, "backing_dev"), disk, sizeof(disk));
	disk[strcspn(disk, "\n")] = '\0';
	if (strcmp(disk, m->backing ? m->disk : "none"))
		differ(m, "backing_dev is '%s'%s", disk,
		       m->backing ? "" : ", where none is attached");
}

/* ---- slots ---- */

static inline void note_rows(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a = genl_find(nlh, ZRAM_A_SLOT_ROWS);
	const struct nlattr *generation = genl_find(nlh, ZRAM_A_SLOT_GENERATION);
	struct model *m = arg;
	uint32_t nr = a ? genl_len(a) / sizeof(m->rows[0]) : 0;

	if (generation && genl_u32(generation) != m->generation)
		differ(m, "dump: generation %u, not %u", genl_u32(generation),
		       m->generation);
	if (m->nr_rows + nr > m->nr)
		differ(m, "dump: more rows than slots");
	if (nr)
		memcpy(m->rows + m->nr_rows, genl_data(a), nr * sizeof(m->rows[0]));
	m->nr_rows += nr;
}

static inline void take_rows(struct model *m)
{
	struct genl_ans ans;
	struct genl_req r;

	m->nr_rows = 0;
	genl_begin(&r, m->family, ZRAM_CMD_SLOT_GET, NLM_F_DUMP);
	genl_put_u32(&r, ZRAM_A_SLOT_ID, m->id);
	ans = genl_talk(m->nl, &r, note_rows, m);
	if (ans.err || ans.interrupted)
		differ(m, "slot dump answers %s (%s)", strerrorname_np(-ans.err),
		       ans.msg);
}

/* NULL, or what in @row is not as the model has it. */
static inline const char *not_as(const struct model *m, const struct slot_model *s,
				 const struct zram_slot_row *row)
{
	uint8_t flags = row->flags;

	/* a pack with few slots left is made anew at any time */
	if (s->kind == ZRAM_KIND_PACKED || s->folio)
		flags &= ~ZRAM_ROW_PICKED;
	if (row->kind != s->kind && !(s->kind == KIND_EITHER &&
	    (row->kind == ZRAM_KIND_RAW || row->kind == ZRAM_KIND_OBJECT)) &&
	    !(s->folio && s->tier == ZRAM_TIER_HOT &&
	      (row->kind == ZRAM_KIND_OBJECT ||
	       (row->kind == ZRAM_KIND_RAW && s->raw == MAYBE) ||
	       (row->kind == ZRAM_KIND_PACKED && !s->seen))))
		return "kind";
	if (row->tier != s->tier)
		return "tier";
	if (row->prio != s->prio)
		return "priority";
	if (flags != s->flags)
		return "flags";
	if (row->atime < s->low || row->atime > s->high)
		return "access time";
	switch (row->kind) {
	case ZRAM_KIND_FILL:
		return row->csize ? "size" : NULL;
	case ZRAM_KIND_RAW:
		return row->csize == m->slot_size ? NULL : "size";
	case ZRAM_KIND_OBJECT:
		return (s->seen && !s->folio && row->csize != s->csize) || !row->csize ||
		       row->csize >= m->slot_size ? "size" : NULL;
	default:
		return row->csize ? NULL : "size";
	}
}

/* From here on it is known exactly. */
static inline void adopt(struct slot_model *s, const struct zram_slot_row *row)
{
	s->kind = row->kind;
	s->tier = row->tier;
	s->prio = row->prio;
	s->flags = row->flags & ~ZRAM_ROW_PICKED;
	s->csize = row->csize;
	s->low = s->high = row->atime;
	s->seen = true;
	s->folio = s->folio && row->kind == ZRAM_KIND_PACKED;
	if (row->kind == ZRAM_KIND_RAW)
		s->raw = YES;
	else if (row->kind == ZRAM_KIND_OBJECT)
		s->raw = NO;
}

/*
 * What the last operation may have made of a slot that is not as the model has
 * it: NULL when that is fine; @s is then changed to fit @row.
 */
typedef const char *(*change_fn)(struct model *m, uint32_t index,
				 struct slot_model *s,
				 const struct zram_slot_row *row, void *arg);

/* A dump against the model; what @may (or NULL) allows may have changed. */
static inline void check_slots_but(struct model *m, change_fn may, void *arg)
{
	const struct zram_slot_row *row = m->rows, *end;

	take_rows(m);
	end = m->rows + m->nr_rows;
	for (uint32_t i = 0; i < m->nr; i++) {
		struct slot_model *s = &m->slot[i];
		bool there = row < end && row->index == i;
		const char *wrong;

		if (there != (s->kind != ZRAM_KIND_EMPTY))
			differ(m, "slot %u is %s", i, there ? "there" : "empty");
		if (!there)
			continue;
		wrong = may ? may(m, i, s, row, arg) : not_as(m, s, row);
		if (wrong)
			differ(m, "slot %u: %s. It has kind %u, tier %u, priority %u, flags %u, time %u, %u bytes; it ought to have %u, %u, %u, %u, %u to %u, %u bytes",
			       i, wrong, row->kind, row->tier, row->prio,
			       row->flags, row->atime, row->csize, s->kind,
			       s->tier, s->prio, s->flags, s->low, s->high,
			       s->csize);
		adopt(s, row++);
	}
	if (row != end)
		differ(m, "a row of slot %llu, twice or beyond the end",
		       (unsigned long long)row->index);
}

static inline void check_slots(struct model *m)
{
	check_slots_but(m, NULL, NULL);
}

/* Of a slot that a dump has just shown. */
static inline void check_line(struct model *m, const char *line,
			      const struct slot_model *s, uint32_t index)
{
	char want[64];

	snprintf(want, sizeof(want), "%12u %12u.000000 %c%c%c%c%c%c", index, s->low,
		 s->kind == ZRAM_KIND_FILL ? 's' : '.',
		 s->tier == ZRAM_TIER_FROZEN ? 'w' : '.',
		 s->raw == YES ? 'h' : '.',
		 s->flags & ZRAM_ROW_IDLE ? 'i' : '.',
		 s->prio || (s->kind == ZRAM_KIND_PACKED && s->tier) ? 'r' : '.',
		 s->flags & ZRAM_ROW_INCOMPRESSIBLE ? 'n' : '.');
	if (strcmp(line, want))
		differ(m, "block_state has '%s', not '%s'", line, want);
}

/* Right after check_slots. */
static inline void check_block_state(struct model *m)
{
	char path[64], line[128];
	uint32_t i = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/zram/zram%d/block_state",
		 m->id);
	file = fopen(path, "r");
	if (!file)
		differ(m, "%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		while (i < m->nr && m->slot[i].kind == ZRAM_KIND_EMPTY)
			i++;
		if (i == m->nr)
			differ(m, "block_state has a line too many: %s", line);
		check_line(m, line, &m->slot[i], i);
		i++;
	}
	while (i < m->nr && m->slot[i].kind == ZRAM_KIND_EMPTY)
		i++;
	if (i != m->nr)
		differ(m, "block_state does not have slot %u", i);
	fclose(file);
}

#endif
