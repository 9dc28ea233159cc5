/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations that go through the slots of a device: idle, recompress, packs,
 * writeback and promotion, by sysfs and by netlink.
 */
#ifndef MODEL_JOBS_H
#define MODEL_JOBS_H

#include "model_kernel.h"

/* ---- idle ---- */

/* cutoff: older ones become idle; between the two nobody can say. */
struct idling {
	bool all;
	uint32_t from, to;
};

static inline const char *may_be_idle(struct model *m, uint32_t index,
				      struct slot_model *s,
				      const struct zram_slot_row *row, void *arg)
{
	const struct idling *i = arg;

	(void)index;
	if (in_memory(s)) {
		if (i->all || s->high < i->from)
			s->flags |= ZRAM_ROW_IDLE;
		else if (s->low >= i->to)
			s->flags &= ~ZRAM_ROW_IDLE;
		else
			s->flags ^= (s->flags ^ row->flags) & ZRAM_ROW_IDLE;
	}
	return not_as(m, s, row);
}

static inline void op_idle(struct model *m)
{
	static const uint32_t ages[] = { 0, 1, 2, 3, 5, 10, 30, UINT32_MAX };
	uint32_t age = ages[pick(m, 8)], from, now;
	struct idling idling = { .all = one_in(m, 2) };
	char text[16];

	if (one_in(m, 8))
		age = boottime() + pick(m, 5) - 2;	/* about as old as the system */
	snprintf(text, sizeof(text), one_in(m, 4) ? "0x%x" : "%u", age);
	say(m, "idle %s", idling.all ? "all" : text);
	check_slots(m);
	from = before_now();
	put_expect(m, 0, "idle", idling.all ? "all" : text);
	now = boottime();
	if (!idling.all && age >= now) {
		check_slots(m);
		return;
	}
	idling.from = age < from ? from - age : 0;
	idling.to = now - age;
	/* perhaps nothing at all was done */
	if (!idling.all && age >= from)
		idling.to = UINT32_MAX;
	check_slots_but(m, may_be_idle, &idling);
}

/* ---- what jobs have in common ---- */

/* Slots first..end-1, with that filter. */
struct job {
	uint32_t type, filter, first, end;
	uint32_t prio, threshold, per;
	uint64_t max;		/* slots */
	bool *may;		/* of each slot: the job takes it */
	bool vague;		/* which of them, and whether others, is open */
};

static inline bool passes(const struct job *j, const struct slot_model *s,
			  uint32_t index)
{
	return index >= j->first && index < j->end &&
	       (!(j->filter & ZRAM_FILTER_IDLE) || s->flags & ZRAM_ROW_IDLE) &&
	       (!(j->filter & ZRAM_FILTER_HUGE) || s->kind == ZRAM_KIND_RAW) &&
	       (!(j->filter & ZRAM_FILTER_INCOMPRESSIBLE) ||
		s->flags & ZRAM_ROW_INCOMPRESSIBLE);
}

static inline void note_phase(const struct nlmsghdr *nlh, void *arg)
{
	uint64_t *want = arg;	/* job; then its phase and error */
	const struct nlattr *a = genl_find(nlh, ZRAM_A_JOB_JOB);

	if (!a || attr_number(a) != want[0])
		return;
	a = genl_find(nlh, ZRAM_A_JOB_PHASE);
	want[1] = a ? attr_number(a) : 0;
	a = genl_find(nlh, ZRAM_A_JOB_ERROR);
	want[2] = a ? attr_number(a) : 0;
}

static inline void note_id(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a = genl_find(nlh, ZRAM_A_JOB_JOB);

	if (a)
		*(uint64_t *)arg = attr_number(a);
}

/* A job over netlink, until its end; its error. */
static inline int run_job(struct model *m, const struct job *j)
{
	struct zram_slot_range range = { j->first, j->end - j->first };
	uint64_t at[3] = { 0 };
	struct genl_ans ans;
	struct genl_req r;

	genl_begin(&r, m->family, ZRAM_CMD_JOB_START, 0);
	genl_put_u32(&r, ZRAM_A_JOB_ID, m->id);
	genl_put_u32(&r, ZRAM_A_JOB_TYPE, j->type);
	if (j->first || j->end != m->nr)
		genl_put(&r, ZRAM_A_JOB_RANGES, &range, sizeof(range));
	if (j->filter)
		genl_put_u32(&r, ZRAM_A_JOB_FILTER, j->filter);
	if (j->prio)
		genl_put_u32(&r, ZRAM_A_JOB_PRIO, j->prio);
	if (j->threshold)
		genl_put_u32(&r, ZRAM_A_JOB_THRESHOLD, j->threshold);
	if (j->per)
		genl_put_u32(&r, ZRAM_A_JOB_PACK_SLOTS, j->per);
	if (j->max != UINT64_MAX)
		genl_put_u64(&r, ZRAM_A_JOB_MAX_SLOTS, j->max);
	ans = genl_talk(m->nl, &r, note_id, at);
	if (ans.err)
		differ(m, "a job is refused: %s (%s)", strerrorname_np(-ans.err), ans.msg);
	for (int i = 0; at[1] < ZRAM_JOB_PHASE_DONE; i++) {
		if (i > 120000)
			differ(m, "the job does not end");
		if (i)
			usleep(i < 20 ? 200 : 5000);
		genl_begin(&r, m->family, ZRAM_CMD_JOB_GET, NLM_F_DUMP);
		genl_put_u32(&r, ZRAM_A_JOB_ID, m->id);
		genl_talk(m->nl, &r, note_phase, at);
	}
	return at[2];
}

static inline void pick_part(struct model *m, struct job *j)
{
	j->first = one_in(m, 2) ? 0 : pick(m, m->nr);
	j->end = j->first ? j->first + 1 + pick(m, m->nr - j->first) : m->nr;
	j->max = one_in(m, 3) ? 1 + pick(m, 200) : UINT64_MAX;
}

/* ---- recompress ---- */

static struct model *sorted;	/* whose slots by_age compares */

/* Colder first, then larger ones, then by index. */
static inline int by_age(const void *a, const void *b)
{
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct slot_model *s = &sorted->slot[i], *t = &sorted->slot[k];

	if (s->low != t->low)
		return s->low < t->low ? -1 : 1;
	if (s->csize != t->csize)
		return s->csize > t->csize ? -1 : 1;
	return i < k ? -1 : 1;
}

static inline bool is_highest(const struct model *m, uint32_t prio)
{
	while (++prio < PRIOS)
		if (m->algo[prio][0])
			return false;
	return true;
}

/*
 * Right after a dump: which slots the job takes, the coldest first. What folios
 * turn into meanwhile may come in between.
 */
static inline void choose(struct model *m, struct job *j)
{
	uint32_t *order = malloc(m->nr * sizeof(*order)), nr = 0, i;
	bool may_more = false;

	for (i = 0; i < m->nr; i++) {
		const struct slot_model *s = &m->slot[i];

		j->may[i] = false;
		may_more = may_more || (s->folio && s->tier == ZRAM_TIER_HOT);
		if ((s->kind == ZRAM_KIND_OBJECT || s->kind == ZRAM_KIND_RAW ||
		     (s->folio && s->tier == ZRAM_TIER_HOT)) &&
		    passes(j, s, i) && s->prio < j->prio &&
		    !(s->flags & ZRAM_ROW_INCOMPRESSIBLE) &&
		    (s->csize >= j->threshold || s->folio))
			order[nr++] = i;
	}
	sorted = m;
	qsort(order, nr, sizeof(*order), by_age);
	for (i = 0; i < nr && (i < j->max || may_more); i++)
		j->may[order[i]] = true;
	j->vague = may_more;
	m->slot_operations += i < j->max ? i : j->max;
	free(order);
}

static inline const char *may_be_smaller(struct model *m, uint32_t index,
					 struct slot_model *s,
					 const struct zram_slot_row *row, void *arg)
{
	const struct job *j = arg;

	if (!j->may[index] || row->kind == ZRAM_KIND_PACKED)
		return not_as(m, s, row);
	/* then the job may have taken others and come to its end */
	if (j->vague && row->prio != j->prio) {
		s->flags ^= (s->flags ^ row->flags) &
			    (ZRAM_ROW_IDLE | ZRAM_ROW_INCOMPRESSIBLE);
		return not_as(m, s, row);
	}
	s->flags &= ~ZRAM_ROW_IDLE;
	if (row->prio == j->prio) {
		if ((!s->folio && row->csize >= s->csize) ||
		    (j->threshold && row->csize >= j->threshold))
			return "it is no smaller";
		s->kind = ZRAM_KIND_OBJECT;
		s->folio = false;
		s->tier = ZRAM_TIER_WARM;
		s->prio = j->prio;
		s->csize = row->csize;
		m->moved++;
	} else if (is_highest(m, j->prio)) {
		if (row->flags & ZRAM_ROW_INCOMPRESSIBLE || !j->threshold)
			s->flags |= ZRAM_ROW_INCOMPRESSIBLE;
	}
	return not_as(m, s, row);
}

static inline void recompress_text(const struct model *m, const struct job *j,
				   bool by_name, char *text, size_t room)
{
	static const char *const types[] = { "", "type=idle ", "type=huge ",
					     "type=huge_idle " };
	size_t n = snprintf(text, room, "%s", types[j->filter]);

	if (by_name)
		n += snprintf(text + n, room - n, "algo=%s ", m->algo[j->prio]);
	n += snprintf(text + n, room - n, "priority=%u", j->prio);
	if (j->threshold)
		n += snprintf(text + n, room - n, " threshold=%u", j->threshold);
	if (j->max != UINT64_MAX)
		snprintf(text + n, room - n, " max_pages=%llu\n",
			 (unsigned long long)j->max);
}

static inline void op_recompress(struct model *m)
{
	struct job j = { .type = ZRAM_JOB_TYPE_RECOMPRESS };
	bool by_netlink = one_in(m, 2);
	char text[128];

	pick_part(m, &j);
	j.prio = 1 + pick(m, PRIOS - 1);
	j.filter = pick(m, 4);
	j.threshold = one_in(m, 3) ? 1 + pick(m, 3000) : 0;
	if (!by_netlink) {
		j.first = 0;
		j.end = m->nr;
		j.max = one_in(m, 20) ? 0 : j.max;
	}
	recompress_text(m, &j, one_in(m, 2), text, sizeof(text));
	say(m, "recompress %u..%u %s%s", j.first, j.end - 1, text,
	    by_netlink ? " (job)" : "");
	if (!m->algo[j.prio][0]) {
		if (!by_netlink)
			put_expect(m, EINVAL, "recompress", text);
		return;
	}
	j.may = malloc(m->nr * sizeof(*j.may));
	check_slots(m);
	choose(m, &j);
	if (!by_netlink)
		put_expect(m, 0, "recompress", text);
	else if (run_job(m, &j))
		differ(m, "the job fails");
	check_slots_but(m, may_be_smaller, &j);
	free(j.may);
}

/* ---- packs ---- */

static inline bool may_pack(const struct job *j, const struct slot_model *s,
			    uint32_t index)
{
	if (!passes(j, s, index))
		return false;
	return s->kind == ZRAM_KIND_OBJECT ||
	       (s->folio && s->tier == ZRAM_TIER_HOT) ||
	       (j->type == ZRAM_JOB_TYPE_WRITEBACK && s->kind == ZRAM_KIND_RAW);
}

static inline void count_tried(struct model *m, const struct job *j)
{
	uint64_t nr = 0;

	for (uint32_t i = 0; i < m->nr; i++)
		nr += may_pack(j, &m->slot[i], i);
	m->slot_operations += nr < j->max ? nr : j->max;
}

/*
 * A slot that was packed stays as idle as it was. Of packs that exist, one goes
 * with all of its slots, which a dump does not show: so it may go or stay.
 */
static inline const char *may_be_packed(struct model *m, uint32_t index,
					struct slot_model *s,
					const struct zram_slot_row *row, void *arg)
{
	const struct job *j = arg;
	bool out = j->type == ZRAM_JOB_TYPE_WRITEBACK;

	if (row->kind != ZRAM_KIND_PACKED ||
	    (s->kind == ZRAM_KIND_PACKED && s->tier == row->tier))
		return not_as(m, s, row);
	if (s->kind == ZRAM_KIND_PACKED && out) {
		if (row->tier != ZRAM_TIER_FROZEN)
			return "its pack went elsewhere";
	} else {
		if (!may_pack(j, s, index))
			return "it was packed";
		s->folio = false;
		m->moved++;
	}
	s->kind = ZRAM_KIND_PACKED;
	s->tier = out ? ZRAM_TIER_FROZEN : ZRAM_TIER_COLD;
	s->prio = 0;
	s->flags &= ~ZRAM_ROW_INCOMPRESSIBLE;
	return not_as(m, s, row);
}

static inline void op_pack(struct model *m)
{
	struct job j = { .type = ZRAM_JOB_TYPE_PACK };

	pick_part(m, &j);
	j.filter = one_in(m, 3) ? ZRAM_FILTER_IDLE : 0;
	j.per = one_in(m, 2) ? 0 : 1 + pick(m, 128 * 1024 / m->slot_size < 32 ?
					  128 * 1024 / m->slot_size : 32);
	say(m, "pack %u..%u filter %u, %u a pack, at most %llu", j.first, j.end - 1,
	    j.filter, j.per, (unsigned long long)j.max);
	check_slots(m);
	count_tried(m, &j);
	if (run_job(m, &j))
		differ(m, "the job fails");
	check_slots_but(m, may_be_packed, &j);
}

static inline int writeback_sysfs(struct model *m, struct job *j)
{
	static const char *const types[] = { "page_indexes", "type=idle",
					     "huge", "type=huge_idle" };
	char text[128];

	if (!j->filter)
		snprintf(text, sizeof(text), "page_indexes=%u-%u", j->first, j->end - 1);
	else
		snprintf(text, sizeof(text), "%s", types[j->filter]);
	if (j->filter) {
		j->first = 0;
		j->end = m->nr;
	}
	say(m, "writeback %s", text);
	return put(m, "writeback", text);
}

static inline void op_writeback(struct model *m)
{
	struct job j = { .type = ZRAM_JOB_TYPE_WRITEBACK, .max = UINT64_MAX };
	int err;

	if (!m->backing) {
		say(m, "writeback without a disk");
		put_expect(m, ENODEV, "writeback", "idle");
		return;
	}
	pick_part(m, &j);
	j.filter = pick(m, 4);
	check_slots(m);
	count_tried(m, &j);
	if (one_in(m, 2)) {
		err = writeback_sysfs(m, &j);
	} else {
		say(m, "writeback %u..%u filter %u (job)", j.first, j.end - 1, j.filter);
		err = run_job(m, &j);
	}
	if (err && err != ENOSPC)
		differ(m, "writeback: %s", strerrorname_np(err));
	check_slots_but(m, may_be_packed, &j);
}

static inline const char *may_be_back(struct model *m, uint32_t index,
				      struct slot_model *s,
				      const struct zram_slot_row *row, void *arg)
{
	(void)index;
	(void)arg;
	if (s->tier == ZRAM_TIER_FROZEN && row->tier == ZRAM_TIER_COLD) {
		s->tier = ZRAM_TIER_COLD;
		s->folio = false;
	}
	if (s->tier == ZRAM_TIER_FROZEN && s->folio && row->tier == ZRAM_TIER_HOT)
		s->tier = ZRAM_TIER_HOT;
	return not_as(m, s, row);
}

static inline void op_promote(struct model *m)
{
	struct job j = { .type = ZRAM_JOB_TYPE_PROMOTE, .max = UINT64_MAX };
	int err;

	if (!m->backing)
		return;
	j.first = one_in(m, 2) ? 0 : pick(m, m->nr);
	j.end = j.first ? j.first + 1 + pick(m, m->nr - j.first) : m->nr;
	say(m, "promote %u..%u", j.first, j.end - 1);
	check_slots(m);
	err = run_job(m, &j);
	if (err && !(err == ENOSPC && m->limit))
		differ(m, "promote: %s", strerrorname_np(err));
	check_slots_but(m, may_be_back, NULL);
	for (uint32_t i = j.first; !err && i < j.end; i++)
		if (m->slot[i].tier == ZRAM_TIER_FROZEN)
			differ(m, "slot %u is still on the disk", i);
}

/* ---- a disk that comes and goes while the device is in use ---- */

static inline void op_attach(struct model *m)
{
	struct genl_ans ans;
	struct genl_req r;

	if (!m->disk)
		return;
	say(m, "attach%s", m->backing ? ", which is refused" : "");
	genl_begin(&r, m->family, ZRAM_CMD_ATTACH, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	genl_put(&r, ZRAM_A_DEV_BACKING, m->disk, strlen(m->disk) + 1);
	ans = genl_talk(m->nl, &r, NULL, NULL);
	if (ans.err != (m->backing ? -EBUSY : 0))
		differ(m, "attach answers %s (%s)", strerrorname_np(-ans.err), ans.msg);
	m->backing = true;
}

/* By a job, which brings back every pack; a device in use lets go no other way. */
static inline void op_detach(struct model *m)
{
	struct job j = { .type = ZRAM_JOB_TYPE_DETACH, .max = UINT64_MAX,
			 .end = m->nr };
	struct genl_ans ans;
	struct genl_req r;
	int err;

	say(m, "detach");
	genl_begin(&r, m->family, ZRAM_CMD_DETACH, 0);
	genl_put_u32(&r, ZRAM_A_DEV_ID, m->id);
	ans = genl_talk(m->nl, &r, NULL, NULL);
	if (ans.err != -EBUSY)
		differ(m, "detach without a job answers %s (%s)",
		       strerrorname_np(-ans.err), ans.msg);
	if (!m->backing)
		return;
	check_slots(m);
	err = run_job(m, &j);
	if (err && !(err == ENOSPC && m->limit))
		differ(m, "detach: %s", strerrorname_np(err));
	check_slots_but(m, may_be_back, NULL);
	m->backing = err;
	for (uint32_t i = 0; !err && i < m->nr; i++)
		if (m->slot[i].tier == ZRAM_TIER_FROZEN)
			differ(m, "slot %u is on a disk that is gone", i);
}

static inline void op_compact(struct model *m)
{
	say(m, "compact");
	put_expect(m, 0, "compact", "1");
}

#endif
