// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast devices grow, and how often the daemon looks to their limits. */
#include "daemon.h"

#define MEASURE_MS	100	/* of growth, at least */
#define GROWTH_MS	1000	/* that growth is averaged over */
#define LOOK_MS		1000	/* between looks at the limits */
#define LEAST_MS	100	/* the same, where one is about to be reached */
#define STUCK_MS	10000	/* the same, where nothing can be done about it */
#define DUMP_SHARE	10

/*
 * While a job takes out what comes in, the pool stays as it is, and grows all the
 * faster when the job has ended: then the stored bytes tell what came in.
 */
static void measure(struct daemon_dev *p)
{
	uint64_t now = daemon_ms(), ms = now - p->then.ms;
	int64_t grown = p->dev.mem_used_total - p->then.used;
	int64_t came = p->dev.compr_data_size + p->freed - p->then.stored - p->then.freed;
	uint64_t rate, weight = ms < GROWTH_MS ? ms : GROWTH_MS;

	if (p->then.ms && ms < MEASURE_MS)
		return;
	if (p->then.ms) {
		if (p->freed != p->then.freed && came > grown)
			grown = came;
		rate = grown > 0 ? (uint64_t)grown * 1000 / ms : 0;
		p->growth = (p->growth * (GROWTH_MS - weight) + rate * weight) / GROWTH_MS;
	}
	p->then.ms = now;
	p->then.used = p->dev.mem_used_total;
	p->then.stored = p->dev.compr_data_size;
	p->then.freed = p->freed;
}

void daemon_measure(struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		measure(&d->dev[i]);
}

bool daemon_has_limits(const struct daemon *d)
{
	for (size_t i = 0; i < d->nr; i++)
		if (d->config.rules.soft_limit && d->dev[i].dev.mem_limit)
			return true;
	return false;
}

static uint64_t time_left(const struct daemon *d)
{
	uint64_t left = UINT64_MAX;

	for (size_t i = 0; i < d->nr; i++) {
		const struct daemon_dev *p = &d->dev[i];
		uint64_t room = p->dev.mem_limit > p->dev.mem_used_total ?
				p->dev.mem_limit - p->dev.mem_used_total : 0;
		double ms = p->growth ? room * 1000.0 / p->growth : left;

		if (d->config.rules.soft_limit && p->dev.mem_limit && ms < left)
			left = ms;
	}
	return left;
}

uint64_t daemon_look_ms(const struct daemon *d)
{
	uint64_t ms = time_left(d) / 4;

	return ms < LEAST_MS ? LEAST_MS : ms < LOOK_MS ? ms : LOOK_MS;
}

/* ---- rounds for the sake of a limit ----------------------------------------------- */

/* It is, or soon will be, above its soft limit, and no job is at it. */
static bool is_near(const struct daemon *d, const struct daemon_dev *p)
{
	uint64_t soon = p->dev.mem_used_total + POLICY_LOOK_AHEAD * p->growth;

	return d->config.rules.soft_limit && p->dev.mem_limit &&
	       !p->job.runs && !p->unsettled &&
	       soon > (double)p->dev.mem_limit * d->config.rules.soft_limit / 1000;
}

/* By more than 1 % since a round found nothing to do. */
static bool has_moved(const struct daemon_dev *p)
{
	uint64_t now = p->dev.mem_used_total, then = p->stuck_at;

	return (now > then ? now - then : then - now) > then / 100;
}

uint64_t daemon_near_ms(const struct daemon *d)
{
	uint64_t ms = daemon_look_ms(d);
	bool near = false, moved = false, dumped = false;

	for (size_t i = 0; i < d->nr; i++) {
		const struct daemon_dev *p = &d->dev[i];

		dumped |= p->is_dumped;
		if (!is_near(d, p))
			continue;
		near = true;
		moved |= has_moved(p);
	}
	if (!near)
		return UINT64_MAX;
	if (d->stuck_ms > ms && !moved)
		ms = d->stuck_ms;
	/* Reading all slots off the module shall take no more than a tenth of a CPU. */
	return dumped && ms < DUMP_SHARE * d->tally_ms ? DUMP_SHARE * d->tally_ms : ms;
}

static bool has_action(const struct policy_plan *plan, const struct daemon_dev *p)
{
	for (size_t i = 0; i < plan->nr; i++)
		if (plan->action[i].id == p->id)
			return true;
	return false;
}

void daemon_note_round(struct daemon *d, bool anew)
{
	uint64_t most = d->config.interval * 1000ull;
	bool near = false, acted = false, moved = anew;

	for (size_t i = 0; i < d->nr; i++) {
		struct daemon_dev *p = &d->dev[i];

		if (has_action(&d->plan, p)) {
			acted = true;
		} else if (is_near(d, p)) {
			near = true;
			moved |= has_moved(p);
			p->stuck_at = p->dev.mem_used_total;
		}
	}
	if (most > STUCK_MS)
		most = STUCK_MS;
	if (!near || acted)
		d->stuck_ms = 0;
	else if (moved || !d->stuck_ms)
		d->stuck_ms = daemon_look_ms(d);
	else
		d->stuck_ms = 2 * d->stuck_ms < most ? 2 * d->stuck_ms : most;
}
